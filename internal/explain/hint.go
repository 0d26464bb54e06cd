package explain

// Hint is something to do that each way in offers differently, so that it puts the hint into words: a
// key in the console, a command in a shell.
type Hint int

const (
	// NoHint means that there is nothing to do, or that [Problem.Next] says all of it.
	NoHint Hint = iota
	// Retry means to send the same request again.
	Retry
	// RetryOrTest means to send the same request again, or to test the connection step by step.
	RetryOrTest
	// RetrySignIn means to try the same login again. A refusal counts towards the lock of the account.
	RetrySignIn
	// RetryUncached means to connect without the cache that answered, or to retry later.
	RetryUncached
	// SignIn means to enter the password.
	SignIn
	// FindAgain means to look whether the account still exists.
	FindAgain
	// CheckAgain means to read the account and compare it with what was sent. Nothing is sent again.
	CheckAgain
	// ReviewAgain means to compare the operator's change with the values stored now, before it is sent.
	ReviewAgain
	// ReviewUnlock means the same for an unlock whose lock was renewed. Another renewal does not stop it.
	ReviewUnlock
)

// Hints returns every hint but NoHint, so that each way in can test that it has words for all of them.
func Hints() []Hint {
	return []Hint{Retry, RetryOrTest, RetrySignIn, RetryUncached, SignIn, FindAgain, CheckAgain, ReviewAgain, ReviewUnlock}
}
