package account

import (
	"slices"
	"time"
)

// Verdict says why a user can or cannot sign in, as far as HDP tells: in plain words,
// without key names, colours or text from the server.
type Verdict struct {
	Outcome Outcome
	// Text is the first line.
	Text string
	// Also lists further obstacles and facts, the most severe first.
	Also []string
	// Remedy is what to do about Text.
	Remedy Remedy
	// RemedyText says why the obvious remedy is not enough; mostly empty.
	RemedyText string
	// Until is the end of the countdown in the verdict, UTC; zero if there is none. A
	// countdown changes as [words.NextTimeLeft] says.
	Until time.Time
}

// Outcome is a verdict in one word.
type Outcome int

const (
	// Unknown means that HDP did not say enough, or sent a value that its documents do
	// not explain.
	Unknown Outcome = iota
	CannotSignIn
	// CanSignInWithCaution means that the user must do or know something at sign-in, or
	// that one way to sign in is blocked and another is not.
	CanSignInWithCaution
	CanSignIn
)

// Remedy is an action that helps.
type Remedy int

const (
	RemedyNone Remedy = iota
	RemedyUnlock
	RemedyActivate
	RemedyResetPassword
	RemedyExtendExpiry
	// RemedyNotHere means that an external service decides.
	RemedyNotHere
)

// Verdict judges the account at now, the server's time. If Auth is not read, it says so
// and judges the account as internal. The documents do not say what happens at a
// sign-in with an expired password, so the verdict only says that it must be changed.
func (a Account) Verdict(now time.Time) Verdict {
	found := a.findings(now)
	slices.SortStableFunc(found, func(x, y finding) int { return x.outcome.rank() - y.outcome.rank() })

	v := Verdict{Outcome: CanSignIn, Text: "Can sign in"}
	if len(found) > 0 && found[0].text != "" {
		head := found[0]
		v = Verdict{Outcome: head.outcome, Text: head.text, Remedy: head.remedy, RemedyText: head.remedyText}
		found[0].also = head.more
	}
	for _, f := range found {
		if f.also != "" {
			v.Also = append(v.Also, f.also)
		}
		if !f.until.IsZero() {
			v.Until = f.until
		}
	}
	return v
}

// rank orders outcomes by urgency.
func (o Outcome) rank() int {
	return slices.Index([]Outcome{CannotSignIn, Unknown, CanSignInWithCaution, CanSignIn}, o)
}
