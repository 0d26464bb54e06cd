package cli

import (
	"strings"

	"hdpadmin/internal/explain"
)

// nextStep says what the user of a shell can do about p: its own advice, then its hint.
func nextStep(p explain.Problem) string { return strings.TrimSpace(p.Next + " " + hintText(p.Hint)) }

// hintText returns the sentence for a hint, "" for none.
func hintText(h explain.Hint) string {
	switch h {
	case explain.Retry:
		return "Run the command again."
	case explain.RetryOrTest:
		return "Run the command again, or run hdpadmin doctor to see which step fails."
	case explain.RetrySignIn:
		return "Run the command again to retry the sign-in."
	case explain.RetryUncached:
		return "Connect without it, or wait and run the command again."
	case explain.SignIn:
		return "Run the command again with the right password."
	case explain.FindAgain:
		return "Check the account's id or name."
	case explain.CheckAgain:
		return "Check the account before you run the command again."
	case explain.ReviewAgain:
		return "Run the command again to change the current values."
	case explain.ReviewUnlock:
		return "Run the command again to unlock it."
	case explain.NoHint:
	}
	return ""
}
