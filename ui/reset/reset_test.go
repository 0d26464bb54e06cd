package reset_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/reset"
)

// ready is the dialog with a password made for alice, and the focus where another
// one can be typed.
func ready() *reset.Model {
	m := reset.New(change.PlanReset(change.Subject{ID: 307, Name: hdpclient.TextOf("alice")}), false, "", nil)
	m.MayType = true
	m.Ready(hdpclient.SecretOf("made-4711"), "")
	m.Move(1)
	return m
}

func typed(m *reset.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// sent is the password that enter asks to be set, "" if it asks for nothing.
func sent(t *testing.T, m *reset.Model) string {
	t.Helper()
	cmd := m.Enter()
	if cmd == nil {
		return ""
	}
	apply, ok := cmd().(reset.Apply)
	if !ok {
		t.Fatal("enter asks for something else")
	}
	return apply.Password.Reveal()
}

func TestATypedPasswordIsSentInsteadOfTheOneThatWasMade(t *testing.T) {
	m := ready()
	typed(m, "typed-1")
	if got := sent(t, m); got != "typed-1" {
		t.Errorf("%q", got)
	}
	if got := sent(t, m); got != "" {
		t.Errorf("a second enter sends %q", got)
	}
}

func TestTheLockDropsATypedPasswordBeforeItIsSent(t *testing.T) {
	m := ready()
	typed(m, "typed-1")
	m.DropSecrets()
	if got := sent(t, m); got != "made-4711" {
		t.Errorf("%q was still there", got)
	}
}
