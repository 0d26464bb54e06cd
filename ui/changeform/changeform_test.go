package changeform_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/form"
)

// unlock returns the confirmation for unlocking alice, with these fields above it.
func unlock(fields ...form.Field) *changeform.Model {
	locked := hdpclient.StatusInfo{Status: hdpclient.Active, AccountLocked: hdpclient.Some(true)}
	plan := change.PlanStatus(change.Subject{ID: 307, Name: hdpclient.TextOf("alice")}, locked, change.Unlock(locked))
	return changeform.New("Unlock", func() change.Plan { return plan }, fields...)
}

func typeText(m *changeform.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// applies presses enter and reports whether that applies the plan.
func applies(m *changeform.Model) bool {
	cmd := m.Enter()
	if cmd == nil {
		return false
	}
	_, is := cmd().(changeform.ApplyMsg)
	return is
}

func TestEnterSendsOnlyACompleteForm(t *testing.T) {
	room := form.NewText("Room", "", 9)
	room.Check = func(s string) string {
		if s != "7b" {
			return "no such room"
		}
		return ""
	}
	note := form.NewText("Note", "", 9)
	note.Warn = func() string { return "think of it" }
	for _, c := range []struct {
		name     string
		form     *changeform.Model
		asks     func(*changeform.Model)
		complete func(*changeform.Model)
	}{
		{
			"a reason", unlock(),
			func(m *changeform.Model) {
				m.Demands = change.Rules{Reason: change.ReasonRule{Required: true}}.Demands
			},
			func(m *changeform.Model) { typeText(m, "INC-1") },
		},
		{
			"the user name", unlock(),
			func(m *changeform.Model) { m.Demands = change.Rules{TypeName: true}.Demands },
			func(m *changeform.Model) { typeText(m, "alice") },
		},
		{
			"the user name, after a warning", unlock(),
			func(m *changeform.Model) {
				m.Demands = func(p change.Plan) change.Demands { return change.Rules{}.Demands(p.Guarded("your own account")) }
			},
			func(m *changeform.Model) { typeText(m, "alice") },
		},
		{
			"another value", unlock(room),
			func(m *changeform.Model) { typeText(m, "7a") },
			func(*changeform.Model) { room.SetValue("7b") },
		},
		{"a second enter after a warning", unlock(note), func(m *changeform.Model) { typeText(m, "x") }, func(*changeform.Model) {}},
		{
			"an answer", unlock(),
			func(m *changeform.Model) { m.SetSending(func() string { return "sent" }) },
			func(m *changeform.Model) { m.SetSending(nil) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.asks(c.form)
			if applies(c.form) {
				t.Error("enter sends an incomplete form")
			}
			c.complete(c.form)
			if !applies(c.form) {
				t.Error("enter does not send the complete form")
			}
		})
	}
}

func TestEnterSendsNoEmptyPlan(t *testing.T) {
	m := changeform.New("Status", func() change.Plan { return change.Plan{} })
	if applies(m) {
		t.Error("it was sent")
	}
}

func TestAFormTakesNoTextWhileSending(t *testing.T) {
	m := unlock()
	m.SetSending(func() string { return "sent" })
	typeText(m, "INC-1")
	m.SetSending(nil)
	if got := m.Plan().Reason(); got != "" {
		t.Errorf("the reason is %q, but the plan was sent without it", got)
	}
}
