package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
)

// actsOnMarked reports whether actions are for the marked accounts: in the list, if there are
// any.
func (m *Model) actsOnMarked() bool { return m.focus == action.List && m.lookup.MarkCount() > 0 }

// orMarked returns an action for one account, or for the marked ones if there are any.
func orMarked(alone, several func(*Model) tea.Cmd) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		if m.actsOnMarked() {
			return several(m)
		}
		return alone(m)
	}
}

// unlessMarked disables an action by why, but never for marked accounts: their preview says of
// each why it is skipped.
func unlessMarked(why func(*Model) string) func(*Model) string {
	return func(m *Model) string {
		if m.actsOnMarked() {
			return m.whyNoRight()
		}
		return why(m)
	}
}

// withMarkedCount returns a label with the number of marked accounts, if there are any.
func withMarkedCount(word string) func(*Model) string {
	return func(m *Model) string {
		if m.actsOnMarked() {
			return word + " " + words.Count(m.lookup.MarkCount())
		}
		return word
	}
}

func previewOf(a batch.Action) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd { return m.openPreview(a) }
}

// openPreview opens the batch dialog and reads the marked accounts for a preview.
func (m *Model) openPreview(a batch.Action) tea.Cmd {
	d := m.newBatchDialog(batchTitle(a, m.lookup.MarkCount()), m.lookup.MarkCount())
	return tea.Batch(m.stack.PushRequested(d), m.previewMarked(d, a))
}

// askMarkedExpiry asks for the expiry before the preview.
func (m *Model) askMarkedExpiry() tea.Cmd {
	d := m.newBatchDialog("Expiry · "+words.Plural(m.lookup.MarkCount(), "account"), m.lookup.MarkCount())
	d.AskExpiry(m.clock.Now, m.opts.Zone)
	return m.stack.PushRequested(d)
}

// askMarkedActivation asks which action is meant, since the marked accounts may differ.
func (m *Model) askMarkedActivation() tea.Cmd {
	m.stack.Push(&confirm.Choice{ // without a gate, since no answer sends anything
		Title: "Activate or deactivate?",
		Text:  words.Plural(m.lookup.MarkCount(), "account") + " marked. Nothing is sent before you have seen the preview.",
		At:    askActivate,
		Answers: map[action.ID]tea.Msg{
			"choose-activate":   chosenActionMsg{batch.Activate()},
			"choose-deactivate": chosenActionMsg{batch.Deactivate()},
		},
	})
	return nil
}
