package directory

import (
	"slices"
	"time"
)

// Verdict is why a user can or cannot sign in, as far as HDP says it: plain
// words, without key names, colour or text from the server.
type Verdict struct {
	Outcome Outcome
	// Text is the one line that comes first.
	Text string
	// Also are the further obstacles and facts, what blocks first at the top.
	Also []string
	// Remedy is the one thing to do about Text.
	Remedy Remedy
	// RemedyText says why the obvious remedy is not enough; mostly empty.
	RemedyText string
	// Until is the end of the countdown inside Text, UTC; zero if there is none.
	// The verdict is worth drawing again every second only as long as there is.
	Until time.Time
}

// Ticks reports whether there is a countdown in the verdict.
func (v Verdict) Ticks() bool { return !v.Until.IsZero() }

// Outcome is a verdict in a word.
type Outcome int

const (
	// Unknown means that HDP did not say what it takes to tell, or said
	// something that its documents do not explain.
	Unknown Outcome = iota
	CannotSignIn
	// CanSignInWithCaution means that something is to be done or borne in mind at
	// sign-in, or that one way in is barred and another is not.
	CanSignInWithCaution
	CanSignIn
)

// Remedy is what helps.
type Remedy int

const (
	RemedyNone Remedy = iota
	RemedyUnlock
	RemedyActivate
	RemedyResetPassword
	RemedyExtendExpiry
	// RemedyNotHere: it is decided by an external service.
	RemedyNotHere
)

// Verdict judges the account at now, the server's time. Of an account whose
// Auth is not read it says so and judges it as internal. The documents do not
// say what becomes of a sign-in with an expired password, so the verdict only
// says that it must be changed.
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

// rank orders outcomes by what the operator must hear first.
func (o Outcome) rank() int {
	return slices.Index([]Outcome{CannotSignIn, Unknown, CanSignInWithCaution, CanSignIn}, o)
}
