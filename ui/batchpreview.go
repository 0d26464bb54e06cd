package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/ui/batchview"
)

// previewStepMsg is the progress of a preview. A step of one that is not shown any more is ignored.
type previewStepMsg struct {
	of       *batch.Preparation
	progress batch.Progress[batch.Row]
	more     bool
}

// startPreview shows the preview that start begins. Its batch joins rounds.
func (m *batches) startPreview(d *batchview.Model, rounds *batch.Rounds, start func(context.Context) (*batch.Preparation, error)) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	preparation, err := start(ctx)
	if err != nil {
		cancel()
		m.say(caution, hdpclient.Clean(err.Error()))
		return nil
	}
	m.batch = batchState{dialog: d, preparation: preparation, cancel: cancel, nextRounds: rounds, run: m.batch.run, rounds: m.batch.rounds}
	rows := preparation.Rows()
	d.StartPreview(m.title(preparation.Action(), len(rows)), rows, m.lookup.CountNotShown(func(yield func(int64) bool) {
		for _, r := range rows {
			if !yield(r.ID) {
				return
			}
		}
	}))
	return m.nextPreviewStep(preparation)
}

func (m *batches) nextPreviewStep(d *batch.Preparation) tea.Cmd {
	return func() tea.Msg {
		p, more := d.Next(m.ctx)
		return previewStepMsg{d, p, more}
	}
}

func (m *batches) showPreviewStep(s previewStepMsg) tea.Cmd {
	if s.of != m.batch.preparation || !s.more {
		return nil
	}
	m.batch.dialog.UpdatePreview(s.progress)
	if !s.progress.Ended {
		return m.nextPreviewStep(s.of)
	}
	m.batch.preview, _ = s.of.Preview()
	m.batch.cancel()
	cmds := []tea.Cmd{m.stack.HoldRequested(m.batch.dialog)} // the preview must be seen before enter confirms it
	if isLoginError(s.progress.Stopped) {
		cmds = append(cmds, m.login.refuse(s.progress.Stopped))
	}
	if left := m.batch.preview.Replaces; left != "" && len(m.batch.preview.Due()) == 0 {
		cmds = append(cmds, m.endPreviewed(left, "nothing is left to do"))
	}
	return tea.Batch(cmds...)
}

// endPreviewed logs that nothing is left of the batch that a preview was to continue: another
// console's, or an earlier round of this one's.
func (m *batches) endPreviewed(id, why string) tea.Cmd {
	if m.batch.rounds == nil {
		return m.endUnfinished(id, why)
	}
	return m.entries.write(func(t *audit.Log) error { return t.EndBatch(id, why) })
}

// previewRetry previews another round for the rows that failed.
func (m *batches) previewRetry(d *batchview.Model) tea.Cmd {
	rounds := m.batch.rounds
	next := m.startPreview(d, rounds, func(ctx context.Context) (*batch.Preparation, error) {
		return rounds.Retry(ctx, m.opts.Client, m.rights.guard(), m.options()...)
	})
	d.SetReason(rounds.Reason())
	return next
}

// previewUndo previews a batch that undoes all rounds.
func (m *batches) previewUndo(d *batchview.Model) tea.Cmd {
	rounds := m.batch.rounds
	return m.startPreview(d, new(batch.Rounds), func(ctx context.Context) (*batch.Preparation, error) {
		return rounds.Undo(ctx, m.rights.guard(), m.options()...), nil
	})
}

// pausePreview makes a preview finish only the reads that it has begun; resumePreview lets it go
// on.
func (m *batches) pausePreview() {
	if m.batch.preparation != nil {
		m.batch.preparation.Pause()
	}
}

func (m *batches) resumePreview() {
	if m.batch.preparation != nil {
		m.batch.preparation.Resume()
	}
}
