// Package hints says what the operator of the console can do about a problem. It names only ctrl+r and
// enter, which are reserved: no setting takes them away.
package hints

import (
	"strings"

	"hdpadmin/internal/explain"
)

// Next returns what to do about p: its own advice, then its hint.
func Next(p explain.Problem) string { return strings.TrimSpace(p.Next + " " + Text(p.Hint)) }

// NextOfWrite returns what to do about a change that was not made, while its form is still open under p:
// ctrl+r would only read the account again.
func NextOfWrite(p explain.Problem) string {
	const again = "esc, then enter to apply the change again"
	text, retries := map[explain.Hint]string{
		explain.Retry:         "Press " + again + ".",
		explain.RetryOrTest:   "Press " + again + ", or run hdpadmin doctor to see which step fails.",
		explain.RetryUncached: "Connect without it, or wait and press " + again + ".",
	}[p.Hint]
	if !retries {
		return Next(p)
	}
	return strings.TrimSpace(p.Next + " " + text)
}

// Text returns the sentence for a hint, "" for none.
func Text(h explain.Hint) string {
	switch h {
	case explain.Retry:
		return "Press ctrl+r to retry."
	case explain.RetryOrTest:
		return "Press ctrl+r to retry, or run hdpadmin doctor to see which step fails."
	case explain.RetrySignIn:
		return "Press ctrl+r to try again."
	case explain.RetryUncached:
		return "Connect without it, or wait and press ctrl+r."
	case explain.SignIn:
		return "Press ctrl+r to enter it."
	case explain.FindAgain:
		return "Press ctrl+r to refresh the list."
	case explain.CheckAgain:
		return "Press enter to check again. This only reads the account."
	case explain.ReviewAgain:
		return "Press enter to review your change against the current values. Nothing is sent until you apply it."
	case explain.ReviewUnlock:
		return "Press enter to review the unlock again. If only the lock is renewed again, the unlock still goes ahead."
	case explain.NoHint:
	}
	return ""
}
