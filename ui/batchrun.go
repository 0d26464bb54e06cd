package ui

import (
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/export"
	"hdpadmin/internal/words"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/exportform"
)

// batchStartedMsg is the batch as it was started, or why it was not.
type batchStartedMsg struct {
	from *batchview.Model
	run  *batch.Run
	err  error
}

// runStepMsg is the progress of a batch. A step of one that is not shown any more is ignored.
type runStepMsg struct {
	of       *batch.Run
	progress batch.Progress[batch.Result]
	more     bool
}

// start sends the batch of the preview.
func (m *batches) start(s batchview.StartMsg) tea.Cmd {
	if probe, held := m.offline.holdBack(); held {
		s.From.ShowRefusal("")
		return probe
	}
	preview := m.batch.preview
	m.batch.run = nil // from an earlier round
	m.writes.begin()
	ctx := m.login.sessionContext()
	return func() tea.Msg {
		run, err := batch.Start(ctx, m.opts.Writer, preview, s.Answers, m.options()...)
		return batchStartedMsg{s.From, run, err}
	}
}

func (m *batches) handleStart(s batchStartedMsg) tea.Cmd {
	switch {
	case m.batch.dialog != s.from: // the operator who started it has gone
		if s.run != nil {
			s.run.Interrupt(errOtherOperator)
		}
		return nil
	case s.err != nil:
		s.from.ShowRefusal("Not started: " + hdpclient.Clean(s.err.Error()))
		return nil
	}
	m.batch.run = s.run
	s.from.StartRun(s.run.Rows())
	return m.nextRunStep(s.run)
}

func (m *batches) nextRunStep(r *batch.Run) tea.Cmd {
	return func() tea.Msg {
		p, more := r.Next(m.ctx)
		return runStepMsg{r, p, more}
	}
}

func (m *batches) showRunStep(s runStepMsg) tea.Cmd {
	if s.of != m.batch.run || !s.more {
		return nil
	}
	m.batch.dialog.UpdateRun(s.progress)
	var news []desk.RowUpdate
	for _, r := range s.progress.Changed {
		m.opts.Desk.RememberLock(r.Outcome)
		if r.Outcome.Seen != change.NotSeen {
			news = append(news, desk.RowWritten(r.Outcome))
			m.account.Amend(r.ID, r.Outcome)
		}
	}
	m.list.merge(news...)
	if !s.progress.Ended {
		return m.nextRunStep(s.of)
	}
	m.finishRound()
	if isLoginError(s.progress.Stopped) {
		return m.login.refuse(s.progress.Stopped)
	}
	if err := s.of.LogErr(); err != nil {
		m.say(caution, "The end of the batch could not be logged: "+hdpclient.Clean(err.Error()))
	}
	return m.refreshAccountPane()
}

// finishRound shows the results of all rounds so far. Accounts that are as wanted are unmarked;
// failed ones stay marked.
func (m *batches) finishRound() {
	m.batch.rounds = m.batch.nextRounds
	m.batch.rounds.Add(m.batch.run)
	var done []int64
	for _, r := range m.batch.rounds.Results() {
		if !r.Failed() {
			done = append(done, r.ID)
		}
	}
	m.lookup.Unmark(done)
	m.showResults(m.batch.dialog)
}

// refreshAccountPane updates the account pane after a batch.
func (m *batches) refreshAccountPane() tea.Cmd {
	id, has := m.account.ID()
	if !has {
		return nil
	}
	// A reading that is still running may predate the batch.
	if _, read := m.account.Reading(); read || m.account.IsLoading() {
		return m.accounts.read(id)
	}
	if row, ok := m.lookup.Snapshot().ByID(id); ok {
		m.account.ShowRow(row, m.lookup.Snapshot().AsOf())
	}
	return nil
}

func (m *batches) showResults(d *batchview.Model) {
	r := m.batch.rounds
	d.ShowResults(m.title(r.Action(), len(r.Results())), r.Results(), r.Stopped())
}

func (m *batches) pause(on bool) {
	switch {
	case m.batch.run == nil:
	case on:
		m.batch.run.Pause()
	default:
		m.batch.run.Resume()
	}
}

func (m *batches) resultsExport(results []batch.Result) exportform.Export {
	rows := slices.Clone(results)
	return exportform.Export{
		Title: "Export results", Rows: len(rows), Endings: []string{".csv"},
		About: words.Count(len(rows)) + " results as CSV, readable only by you.",
		Path:  "results-" + m.opts.Clock.Now().Format("2006-01-02-150405") + ".csv",
		Write: func(_ string, w io.Writer) error {
			return export.Table(w, batch.ExportHeader(), func(yield func([]string) bool) {
				for _, r := range rows {
					if !yield(r.Export()) {
						return
					}
				}
			})
		},
	}
}
