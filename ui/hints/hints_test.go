package hints_test

import (
	"strings"
	"testing"

	"hdpadmin/internal/explain"
	"hdpadmin/ui/hints"
)

func TestEveryHintNamesAKey(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, h := range explain.Hints() {
		text := hints.Text(h)
		if !strings.Contains(text, "ress ctrl+r") && !strings.Contains(text, "ress enter") {
			t.Errorf("hint %d: %q", h, text)
		}
		if said[text] {
			t.Errorf("two hints say %q", text)
		}
		said[text] = true
	}
}

func TestAHintFollowsTheAdvice(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]explain.Problem{
		"Check the VPN. Press ctrl+r to retry.": {Next: "Check the VPN.", Hint: explain.Retry},
		"Press ctrl+r to retry.":                {Hint: explain.Retry},
		"Check the VPN.":                        {Next: "Check the VPN."},
		"":                                      {},
	} {
		if got := hints.Next(p); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestAChangeIsSentAgainFromItsForm(t *testing.T) {
	t.Parallel()
	for _, h := range explain.Hints() {
		text := hints.NextOfWrite(explain.Problem{Next: "Check the VPN.", Hint: h})
		retries := h == explain.Retry || h == explain.RetryOrTest || h == explain.RetryUncached
		if !strings.HasPrefix(text, "Check the VPN. ") || strings.Contains(text, "apply the change again") != retries || retries && strings.Contains(text, "ctrl+r") {
			t.Errorf("hint %d: %q", h, text)
		}
	}
}
