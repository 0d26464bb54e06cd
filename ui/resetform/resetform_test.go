package resetform_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/resetform"
)

// ready returns the dialog with a generated password for alice and the focus in the password field.
func ready() *resetform.Model {
	m := resetform.New(change.PlanReset(change.Subject{ID: 307, Name: hdpclient.TextOf("alice")}), false, change.Demands{}, nil)
	m.MayType = true
	m.SetPassword(hdpclient.SecretOf("made-4711"), "")
	m.Move(1)
	return m
}

func typeText(m *resetform.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// pressEnter presses enter and returns the request, if there is one.
func pressEnter(t *testing.T, m *resetform.Model) (a resetform.ApplyMsg, sent bool) {
	t.Helper()
	cmd := m.Enter()
	if cmd == nil {
		return resetform.ApplyMsg{}, false
	}
	a, sent = cmd().(resetform.ApplyMsg)
	if !sent {
		t.Fatal("enter sends a different message")
	}
	return a, true
}

// sends presses enter and checks which password is sent.
func sends(t *testing.T, m *resetform.Model, want string) {
	t.Helper()
	if a, sent := pressEnter(t, m); !sent || a.Password.Reveal() != want {
		t.Errorf("enter sends %q, %v, want %q", a.Password.Reveal(), sent, want)
	}
}

func sendsNothing(t *testing.T, m *resetform.Model) {
	t.Helper()
	if a, sent := pressEnter(t, m); sent {
		t.Errorf("enter sends %q", a.Password.Reveal())
	}
}

func TestATypedPasswordReplacesTheGeneratedOne(t *testing.T) {
	m := ready()
	typeText(m, "typed-1")
	sends(t, m, "typed-1")
	sendsNothing(t, m)
}

func TestLockingDropsATypedPassword(t *testing.T) {
	m := ready()
	typeText(m, "typed-1")
	m.DropSecrets()
	sends(t, m, "made-4711")
}

func TestEnterSendsOnlyACompleteReset(t *testing.T) {
	demands := func(r change.Rules, warning string) func(*resetform.Model) {
		return func(m *resetform.Model) {
			m.Demands = r.Demands(change.PlanReset(m.Subject()).Guarded(warning))
		}
	}
	for _, c := range []struct {
		name     string
		asks     func(*resetform.Model)
		complete func(*resetform.Model)
	}{
		{"a reason", demands(change.Rules{Reason: change.ReasonRule{Required: true}}, ""), func(m *resetform.Model) { typeText(m, "INC-1") }},
		{"the user name", demands(change.Rules{TypeName: true}, ""), func(m *resetform.Model) { typeText(m, "alice") }},
		{"the user name, after a warning", demands(change.Rules{}, "your own account"), func(m *resetform.Model) { typeText(m, "alice") }},
		{
			"a password", func(m *resetform.Model) { m.SetPassword(hdpclient.Secret{}, "none can be made") },
			func(m *resetform.Model) { m.SetPassword(hdpclient.SecretOf("made-4711"), "") },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ready()
			c.asks(m)
			sendsNothing(t, m)
			c.complete(m)
			sends(t, m, "made-4711")
		})
	}
	t.Run("a finished password", func(t *testing.T) {
		m := resetform.New(change.PlanReset(change.Subject{ID: 307}), false, change.Demands{}, nil)
		m.MayType = true
		m.Move(1)
		typeText(m, "typed-1")
		sendsNothing(t, m)
	})
}

func TestTheDialogCannotBeClosedWhileSending(t *testing.T) {
	m := ready()
	pressEnter(t, m)
	if m.Esc() != nil {
		t.Error("esc closes it")
	}
	m.ShowResult(resetform.Result{Reset: change.Outcome{Kind: change.Accepted}, Unlocking: true})
	if m.Esc() != nil {
		t.Error("esc closes it during the unlock")
	}
}

// A valid password that nobody has seen is lost when the dialog is closed.
func TestClosingAsksAboutAnUnseenPassword(t *testing.T) {
	for kind, unseen := range map[change.Kind]bool{change.Accepted: true, change.Unknown: true, change.Refused: false} {
		m := ready()
		pressEnter(t, m)
		m.ShowResult(resetform.Result{Reset: change.Outcome{Kind: kind}})
		if title, _ := m.AskOnClose(); title == "Close without seeing the password?" != unseen {
			t.Errorf("%s: asks %q", kind, title)
		}
	}
}

func TestAPasswordBeingSentIsDroppedAfterTheReply(t *testing.T) {
	m := ready()
	a, _ := pressEnter(t, m)
	m.DropSecrets()
	m.ShowResult(resetform.Result{Reset: change.Outcome{Kind: change.Accepted}})
	if a.Password.Reveal() == "made-4711" {
		t.Error("it is still in memory")
	}
}
