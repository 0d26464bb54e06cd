package form_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/form"
	"hdpadmin/ui/theme"
)

func TestAReasonIsCheckedByItsRule(t *testing.T) {
	t.Parallel()
	ticket := func(s string) string {
		if !strings.HasPrefix(s, "INC-") {
			return "not a ticket"
		}
		return ""
	}
	for _, c := range []struct {
		name           string
		rule           func(string) string
		reason         string
		refusal, drawn string
	}{
		{"without a rule", nil, "", "", "optional, will be logged"},
		{"missing", ticket, "", "not a ticket", "required, will be logged"},
		{"wrong", ticket, "because", "not a ticket", "because"},
		{"right", ticket, "INC-1", "", "INC-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := form.NewReason(c.reason)
			r.Rule = c.rule
			if got := r.Refusal(); got != c.refusal {
				t.Errorf("refusal %q instead of %q", got, c.refusal)
			}
			if line, _ := r.Line(theme.Mono(), 60, false); strings.TrimSpace(ansi.Strip(line)) != c.drawn {
				t.Errorf("%q instead of %q", line, c.drawn)
			}
		})
	}
}

func TestTheUserNameIsTypedInFull(t *testing.T) {
	t.Parallel()
	needed := true
	u := form.NewUserName(hdpclient.TextOf("alice.smith"), func() bool { return needed })
	for typed, ok := range map[string]bool{"": false, "alice": false, "Alice.Smith": false, "alice.smith": true} {
		u.SetValue(typed)
		if (u.Refusal() == "") != ok {
			t.Errorf("%q: %q", typed, u.Refusal())
		}
	}
	u.Clear()
	needed = false
	if u.Refusal() != "" || !u.IsDisabled() {
		t.Errorf("it is still asked for: %q", u.Refusal())
	}
}
