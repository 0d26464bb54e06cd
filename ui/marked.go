package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/frame"
)

// actsOnMarked reports whether an action is about the marked accounts: in the list, if
// there are any.
func (m *Model) actsOnMarked() bool { return m.focus == action.List && m.lookup.MarkCount() > 0 }

// orMarked is an action about one account that is about the marked ones where
// there are any.
func orMarked(alone, several func(*Model) tea.Cmd) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if m.actsOnMarked() {
			return several(m)
		}
		return alone(m)
	}
}

// unlessMarked is why an action about one account is off; it is not where there
// are marked ones, since a draft says of each why it is left out.
func unlessMarked(why func(*Model) string) func(*Model) string {
	return func(m *Model) string {
		if m.actsOnMarked() {
			return m.whyNoRight()
		}
		return why(m)
	}
}

// withMarkedCount is the word for such an action, with how many accounts it is about where
// they are the marked ones.
func withMarkedCount(word string) func(*Model) string {
	return func(m *Model) string {
		if m.actsOnMarked() {
			return word + " " + frame.Count(m.lookup.MarkCount())
		}
		return word
	}
}

func previewOf(a batch.Action) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd { return m.openPreview(a) }
}

// openPreview reads the marked accounts for a draft of the action.
func (m *Model) openPreview(a batch.Action) tea.Cmd {
	d := m.newBatchDialog(batchTitle(a, m.lookup.MarkCount()), m.lookup.MarkCount())
	return tea.Batch(m.pushRequested(d), m.previewMarked(d, a))
}

// askMarkedExpiry asks for the expiry first.
func (m *Model) askMarkedExpiry() tea.Cmd {
	d := m.newBatchDialog("Expiry · "+frame.Plural(m.lookup.MarkCount(), "account"), m.lookup.MarkCount())
	d.AskExpiry(m.clock.Now, m.opts.Zone)
	return m.pushRequested(d)
}

// askMarkedActivation asks which of the two is meant: the marked ones may differ.
func (m *Model) askMarkedActivation() tea.Cmd {
	m.push(&confirm.Choice{ // no answer sends anything
		Title: "Activate or deactivate?",
		Text:  frame.Plural(m.lookup.MarkCount(), "account") + " marked. Nothing is sent before you have seen the preview.",
		At:    askActivate,
		Answers: map[action.ID]tea.Msg{
			"choose-activate":   chosenActionMsg{batch.Activate()},
			"choose-deactivate": chosenActionMsg{batch.Deactivate()},
		},
	})
	return nil
}
