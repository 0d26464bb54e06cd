package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/words"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/exportform"
	"hdpadmin/ui/problem"
)

// batches previews and runs batches: those of this console, and those that others left unfinished.
type batches struct {
	*console
	batch      batchState
	unfinished []audit.UnfinishedBatch // left by other consoles, to be offered
	claiming   bool                    // one of them is being claimed
}

// batchState is the batch being prepared, run or reviewed. There is at most one, in the dialog
// that has the keys.
type batchState struct {
	dialog      *batchview.Model
	preparation *batch.Preparation
	cancel      context.CancelFunc // cancels the reads for the preview
	preview     batch.Preview
	nextRounds  *batch.Rounds // the rounds that the previewed batch will join
	run         *batch.Run
	rounds      *batch.Rounds // finished rounds, nil without any
}

func (m *batches) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case chosenActionMsg:
		return m.openPreview(msg.action), true
	case batchview.ExpiryMsg:
		return m.previewExpiry(msg), true
	case previewStepMsg:
		return m.showPreviewStep(msg), true
	case batchview.StartMsg:
		return m.start(msg), true
	case batchStartedMsg:
		m.writes.returned()
		return m.handleStart(msg), true
	case runStepMsg:
		return m.showRunStep(msg), true
	case batchview.PauseMsg:
		m.pause(msg.On)
	case batchview.StopMsg:
		if m.batch.run != nil {
			m.batch.run.Stop()
		}
	case batchview.RetryMsg:
		return m.previewRetry(msg.From), true
	case batchview.UndoMsg:
		return m.previewUndo(msg.From), true
	case batchview.DetailsMsg:
		m.stack.Push(problem.New(m.hideHostIn(msg.Problem)))
	case batchview.ExportMsg:
		m.stack.Push(exportform.New(m.resultsExport(msg.From.Results())))
	default:
		return m.takeUnfinished(msg)
	}
	return nil, true
}

func (m *batches) newDialog(title string, accounts int) *batchview.Model {
	d := batchview.New(title, accounts)
	d.Demands, d.Times = m.opts.Writer.BatchDemands, m.times()
	d.NameByID = func(id int64) string {
		a, _ := m.lookup.Snapshot().ByID(id)
		return a.Name.String()
	}
	return d
}

func (m *batches) title(a batch.Action, n int) string {
	return m.describe(a) + " · " + words.Plural(n, "account")
}

func (m *batches) describe(a batch.Action) string {
	if at, ok := a.Expiry(); ok {
		return "Set expiry " + m.times().Second(at)
	}
	return words.Capitalize(a.String())
}

func (m *batches) options() []batch.Option {
	opts := []batch.Option{batch.WithClock(m.opts.Clock.Local)}
	if m.opts.Concurrency != 0 {
		opts = append(opts, batch.WithConcurrency(m.opts.Concurrency))
	}
	if m.opts.AuditLog != nil {
		opts = append(opts, batch.WithLog(m.opts.AuditLog))
	}
	return opts
}

// leave goes one step back: from the preview of a further round to the results so far, and
// from there out of the dialog.
func (m *batches) leave(d *batchview.Model) {
	if m.batch.cancel != nil {
		m.batch.cancel()
	}
	if d.IsPreview() && m.batch.rounds != nil {
		m.batch.preparation = nil
		m.showResults(d)
		return
	}
	m.batch = batchState{}
	m.stack.Close(d)
	if m.opts.AuditLog != nil {
		m.opts.AuditLog.ReleaseBatches() // in case the batch was claimed for a preview
	}
}

// errOtherOperator is the reason why a batch stops.
var errOtherOperator = errors.New("another operator has signed in")

// leaveForNextOperator keeps the next operator from continuing the batch, or sending any of it,
// in someone else's name.
func (m *batches) leaveForNextOperator() {
	if m.batch.run != nil {
		m.batch.run.Interrupt(errOtherOperator)
	}
	if m.batch.cancel != nil {
		m.batch.cancel()
	}
	if t := m.opts.AuditLog; t != nil && (m.batch.run == nil || m.batch.run.Progress().Ended) {
		t.ReleaseBatches() // one that is still writing is released when it ends
	}
	m.batch = batchState{}
}
