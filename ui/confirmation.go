package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/changeform"
)

// planNote returns a note for a confirmation. It is called for every new plan, since the note
// may no longer hold.
type planNote func(change.Plan) string

// confirmPlan opens a confirmation in which only the reason can be filled in.
func (m *writes) confirmPlan(title string, note planNote, p change.Plan) tea.Cmd {
	return m.stack.PushRequested(m.newConfirmation(title, note, p))
}

func (m *writes) newConfirmation(title string, note planNote, p change.Plan) *changeform.Model {
	f := changeform.New(title, func() change.Plan { return p })
	f.Note = note(p)
	m.applyRules(f)
	f.Rebuild = func(p change.Plan) *changeform.Model { return m.newConfirmation(title, note, p) }
	return f
}

func noNote(change.Plan) string { return "" }

func inactiveNote(p change.Plan) string {
	if _, after, ok := p.StatusInfo(); ok && after.Status == hdpclient.Inactive {
		return "The account is inactive: unlocking it does not let the user in."
	}
	return ""
}

func (m *writes) lockedNote(p change.Plan) string {
	_, after, ok := p.StatusInfo()
	switch {
	case !ok || !after.AccountLocked.Or(false):
		return ""
	case after.Status == hdpclient.Inactive:
		return "The lock is not changed."
	}
	return "The account remains locked: " + m.keycap("unlock") + " unlocks it."
}

func (m *writes) pushForm(f *changeform.Model) tea.Cmd {
	m.applyRules(f)
	return m.stack.PushRequested(f)
}

// applyRules sets what a form must ask for.
func (m *writes) applyRules(f *changeform.Model) {
	f.Demands = m.rights.demands
	id := f.Plan().Subject().ID
	f.Busy = func() string { return m.otherNote(id) }
	f.IsSlow = func() bool { return m.isSlow(id) }
	f.Unconfirmed = func() []string { return m.watchedText(id) }
}
