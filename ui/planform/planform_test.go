package planform_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/form"
	"hdpadmin/ui/planform"
)

// unlock is the confirmation of an unlock of alice, with these fields above it.
func unlock(fields ...form.Field) *planform.Model {
	locked := hdpclient.StatusInfo{Status: hdpclient.Active, AccountLocked: hdpclient.Some(true)}
	plan := change.PlanStatus(change.Subject{ID: 307, Name: hdpclient.TextOf("alice")}, locked, change.Unlock(locked))
	return planform.New("Unlock", func() change.Plan { return plan }, fields...)
}

func types(m *planform.Model, text string) {
	for _, r := range text {
		m.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// applies presses enter and reports whether that sends the plan.
func applies(m *planform.Model) bool {
	cmd := m.Enter()
	if cmd == nil {
		return false
	}
	_, is := cmd().(planform.Apply)
	return is
}

func TestEnterSendsOnlyWhatIsComplete(t *testing.T) {
	room := form.NewText("Room", "", 9)
	room.Check = func(s string) string {
		if s != "7b" {
			return "no such room"
		}
		return ""
	}
	note := form.NewText("Note", "", 9)
	note.Beware = func() string { return "think of it" }
	for _, c := range []struct {
		name     string
		form     *planform.Model
		asks     func(*planform.Model)
		complete func(*planform.Model)
	}{
		{
			"a reason", unlock(),
			func(m *planform.Model) {
				m.Reason = func(s string) string {
					if s == "" {
						return "give a reason"
					}
					return ""
				}
			},
			func(m *planform.Model) { types(m, "INC-1") },
		},
		{
			"the user name", unlock(),
			func(m *planform.Model) { m.TypeName = true },
			func(m *planform.Model) { types(m, "alice") },
		},
		{
			"the user name, for a danger", unlock(),
			func(m *planform.Model) { m.Guard = func(change.Plan) string { return "your own account" } },
			func(m *planform.Model) { types(m, "alice") },
		},
		{
			"another value", unlock(room),
			func(m *planform.Model) { types(m, "7a") },
			func(*planform.Model) { room.SetValue("7b") },
		},
		{"a second enter after a caution", unlock(note), func(m *planform.Model) { types(m, "x") }, func(*planform.Model) {}},
		{
			"an answer", unlock(),
			func(m *planform.Model) { m.SetSending(func() string { return "sent" }) },
			func(m *planform.Model) { m.SetSending(nil) },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.asks(c.form)
			if applies(c.form) {
				t.Error("enter sends it without")
			}
			c.complete(c.form)
			if !applies(c.form) {
				t.Error("enter does not send it with all that was asked for")
			}
		})
	}
}

func TestEnterSendsNoPlanThatChangesNothing(t *testing.T) {
	m := planform.New("Status", func() change.Plan { return change.Plan{} })
	if applies(m) {
		t.Error("it was sent")
	}
}

func TestAFormTakesNoTextWhileItsPlanIsUnderWay(t *testing.T) {
	m := unlock()
	m.SetSending(func() string { return "sent" })
	types(m, "INC-1")
	m.SetSending(nil)
	if got := m.Plan().Reason(); got != "" {
		t.Errorf("the reason is %q, and the plan went out without", got)
	}
}
