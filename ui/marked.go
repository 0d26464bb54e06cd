package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/confirm"
)

// openPreview opens the batch dialog and reads the marked accounts for a preview.
func (m *batches) openPreview(a batch.Action) tea.Cmd {
	d := m.newDialog(m.title(a, m.lookup.MarkCount()), m.lookup.MarkCount())
	return tea.Batch(m.stack.PushRequested(d), m.previewMarked(d, a))
}

// askMarkedExpiry asks for the expiry before the preview.
func (m *batches) askMarkedExpiry() tea.Cmd {
	d := m.newDialog("Expiry · "+words.Plural(m.lookup.MarkCount(), "account"), m.lookup.MarkCount())
	d.AskExpiry()
	return m.stack.PushRequested(d)
}

func (m *batches) previewExpiry(e batchview.ExpiryMsg) tea.Cmd {
	if e.At.Never {
		return m.previewMarked(e.From, batch.ClearExpiry())
	}
	return m.previewMarked(e.From, batch.SetExpiry(e.At.Time))
}

// chosenActionMsg is the chosen action for the marked accounts.
type chosenActionMsg struct{ action batch.Action }

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

func (m *batches) previewMarked(d *batchview.Model, a batch.Action) tea.Cmd {
	ids := m.lookup.MarkedIDs()
	return m.startPreview(d, new(batch.Rounds), func(ctx context.Context) (*batch.Preparation, error) {
		return batch.Prepare(ctx, m.opts.Client, ids, a, m.rights.guard(), m.options()...), nil
	})
}
