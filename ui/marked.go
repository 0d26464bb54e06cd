package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/confirm"
)

// orMarked returns an action for one account, or for the marked ones if there are any.
func orMarked(alone, several func(*writes) tea.Cmd) func(*writes) tea.Cmd {
	return func(m *writes) tea.Cmd {
		if m.actsOnMarked() {
			return several(m)
		}
		return alone(m)
	}
}

// unlessMarked disables an action by why, but never for marked accounts: their preview says of
// each why it is skipped.
func unlessMarked(why func(*writes) string) func(*writes) string {
	return func(m *writes) string {
		if m.actsOnMarked() {
			return m.rights.whyNoRight()
		}
		return why(m)
	}
}

// withMarkedCount returns a label with the number of marked accounts, if there are any.
func withMarkedCount(word string) func(*writes) string {
	return func(m *writes) string {
		if m.actsOnMarked() {
			return word + " " + words.Count(m.lookup.MarkCount())
		}
		return word
	}
}

func previewOf(a batch.Action) func(*writes) tea.Cmd {
	return func(m *writes) tea.Cmd { return m.batches.openPreview(a) }
}

// openPreview opens the batch dialog and reads the marked accounts for a preview.
func (m *batches) openPreview(a batch.Action) tea.Cmd {
	d := m.newDialog(batchTitle(a, m.lookup.MarkCount()), m.lookup.MarkCount())
	return tea.Batch(m.stack.PushRequested(d), m.previewMarked(d, a))
}

// askMarkedExpiry asks for the expiry before the preview.
func (m *batches) askMarkedExpiry() tea.Cmd {
	d := m.newDialog("Expiry · "+words.Plural(m.lookup.MarkCount(), "account"), m.lookup.MarkCount())
	d.AskExpiry(m.opts.Clock.Now, m.opts.Zone)
	return m.stack.PushRequested(d)
}

// askMarkedActivation asks which action is meant, since the marked accounts may differ.
func (m *batches) askMarkedActivation() tea.Cmd {
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
