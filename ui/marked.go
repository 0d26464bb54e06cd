package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/frame"
)

// marked reports whether an action is about the marked accounts: in the list, if
// there are any.
func (m *Model) marked() bool { return m.focus == action.List && m.lookup.Marks() > 0 }

// orMarked is an action about one account that is about the marked ones where
// there are any.
func orMarked(alone, several func(*Model) tea.Cmd) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if m.marked() {
			return several(m)
		}
		return alone(m)
	}
}

// unlessMarked is why an action about one account is off; it is not where there
// are marked ones, since a draft says of each why it is left out.
func unlessMarked(why func(*Model) string) func(*Model) string {
	return func(m *Model) string {
		if m.marked() {
			return m.whyNoRight()
		}
		return why(m)
	}
}

// howManyToo is the word for such an action, with how many accounts it is about where
// they are the marked ones.
func howManyToo(word string) func(*Model) string {
	return func(m *Model) string {
		if m.marked() {
			return word + " " + frame.Count(m.lookup.Marks())
		}
		return word
	}
}

func draft(a batch.Action) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd { return m.draftMarked(a) }
}

// draftMarked reads the marked accounts for a draft of the action.
func (m *Model) draftMarked(a batch.Action) tea.Cmd {
	d := m.newMany(title(a, m.lookup.Marks()), m.lookup.Marks())
	return tea.Batch(m.pushAsked(d), m.draftOf(d, a))
}

// expireMarked asks for the expiry first.
func (m *Model) expireMarked() tea.Cmd {
	d := m.newMany("Expiry · "+frame.Counted(m.lookup.Marks(), "account"), m.lookup.Marks())
	d.AskExpiry(m.clock.Now, m.opts.Zone)
	return m.pushAsked(d)
}

// activateMarked asks which of the two is meant: the marked ones may differ.
func (m *Model) activateMarked() tea.Cmd {
	m.push(&confirm.Choice{ // no answer sends anything
		Title: "Activate or deactivate?",
		Text:  frame.Counted(m.lookup.Marks(), "account") + " marked. Nothing is sent before you have seen the draft.",
		At:    askActivate,
		Answers: map[action.ID]tea.Msg{
			"choose-activate":   chosenAction{batch.Activate()},
			"choose-deactivate": chosenAction{batch.Deactivate()},
		},
	})
	return nil
}
