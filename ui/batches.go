package ui

import (
	"context"
	"errors"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/export"
	"hdpadmin/internal/words"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/exportform"
	"hdpadmin/ui/problem"
)

// batches previews and runs batches, its own and those that other consoles left unfinished.
type batches struct {
	*console
	batch      batchState
	unfinished []audit.UnfinishedBatch // of other consoles, to be offered
	claiming   bool                    // one of them is being claimed
}

// batchState is the batch being prepared, run or reviewed. There is at most one, in the dialog
// that has the keys.
type batchState struct {
	dialog      *batchview.Model
	preparation *batch.Preparation
	cancel      context.CancelFunc // ends reading for the preview
	preview     batch.Preview
	nextRounds  *batch.Rounds // the rounds that the previewed batch will join
	run         *batch.Run
	rounds      *batch.Rounds // finished rounds, nil without any
}

// The progress of a preview and of a run. Steps of one that is not shown any more are ignored.
type (
	previewStepMsg struct {
		of       *batch.Preparation
		progress batch.Progress[batch.Row]
		more     bool
	}
	runStepMsg struct {
		of       *batch.Run
		progress batch.Progress[batch.Result]
		more     bool
	}
	batchStartedMsg struct {
		from *batchview.Model
		run  *batch.Run
		err  error
	}
	// chosenActionMsg is the chosen action for the marked accounts.
	chosenActionMsg struct{ action batch.Action }
)

func batchTitle(a batch.Action, n int) string {
	return words.Capitalize(a.String()) + " · " + words.Plural(n, "account")
}

// errOtherOperator is the reason why a batch stops.
var errOtherOperator = errors.New("another operator has signed in")

// leaveForNextOperator leaves the next operator nothing of the batch to continue or to send
// in someone else's name.
func (m *batches) leaveForNextOperator() {
	if m.batch.run != nil {
		m.batch.run.Interrupt(errOtherOperator)
	}
	if m.batch.cancel != nil {
		m.batch.cancel()
	}
	if t := m.opts.AuditLog; t != nil && (m.batch.run == nil || m.batch.run.Progress().Ended) {
		t.ReleaseBatches() // one that still writes is released when it ends
	}
	m.batch = batchState{}
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

func (m *batches) previewMarked(d *batchview.Model, a batch.Action) tea.Cmd {
	ids := m.lookup.MarkedIDs()
	return m.startPreview(d, new(batch.Rounds), func(ctx context.Context) (*batch.Preparation, error) {
		return batch.Prepare(ctx, m.opts.Client, ids, a, m.rights.accessGuard(), m.options()...), nil
	})
}

func (m *batches) previewExpiry(e batchview.ExpiryMsg) tea.Cmd {
	if e.At.Never {
		return m.previewMarked(e.From, batch.ClearExpiry())
	}
	return m.previewMarked(e.From, batch.SetExpiry(e.At.Time))
}

// previewRetry previews another round for the rows that failed.
func (m *batches) previewRetry(d *batchview.Model) tea.Cmd {
	rounds := m.batch.rounds
	next := m.startPreview(d, rounds, func(ctx context.Context) (*batch.Preparation, error) {
		return rounds.Retry(ctx, m.opts.Client, m.rights.accessGuard(), m.options()...)
	})
	d.SetReason(rounds.Reason())
	return next
}

// previewUndo previews a batch that undoes all rounds.
func (m *batches) previewUndo(d *batchview.Model) tea.Cmd {
	rounds := m.batch.rounds
	return m.startPreview(d, new(batch.Rounds), func(ctx context.Context) (*batch.Preparation, error) {
		return rounds.Undo(ctx, m.rights.accessGuard(), m.options()...), nil
	})
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
	d.StartPreview(batchTitle(preparation.Action(), len(rows)), rows, m.lookup.CountNotShown(func(yield func(int64) bool) {
		for _, r := range rows {
			if !yield(r.ID) {
				return
			}
		}
	}))
	return m.nextPreviewStep(preparation)
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

func (m *batches) nextPreviewStep(d *batch.Preparation) tea.Cmd {
	return func() tea.Msg {
		p, more := d.Next(m.ctx)
		return previewStepMsg{d, p, more}
	}
}

func (m *batches) nextRunStep(r *batch.Run) tea.Cmd {
	return func() tea.Msg {
		p, more := r.Next(m.ctx)
		return runStepMsg{r, p, more}
	}
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
		m.stack.Push(problem.New(msg.Problem))
	case batchview.ExportMsg:
		m.stack.Push(exportform.New(m.resultsExport(msg.From.Results())))
	default:
		return m.takeUnfinished(msg)
	}
	return nil, true
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

func (m *batches) pause(on bool) {
	switch {
	case m.batch.run == nil:
	case on:
		m.batch.run.Pause()
	default:
		m.batch.run.Resume()
	}
}

func (m *batches) showRunStep(s runStepMsg) tea.Cmd {
	if s.of != m.batch.run || !s.more {
		return nil
	}
	m.batch.dialog.UpdateRun(s.progress)
	var news []rowUpdate
	for _, r := range s.progress.Changed {
		m.entries.rememberLock(r.Outcome)
		if r.Outcome.Seen != change.NotSeen {
			news = append(news, rowUpdate{r.ID, func(row account.Account) account.Account { return batch.AccountAfter(row, r.Outcome) }})
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

func (m *batches) showResults(d *batchview.Model) {
	r := m.batch.rounds
	d.ShowResults(batchTitle(r.Action(), len(r.Results())), r.Results(), r.Stopped())
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

// refreshPace updates the rate and the time left between two steps, and reports whether they
// are shown.
func (m *batches) refreshPace() bool {
	switch d := m.batch.dialog; {
	case d == nil:
	case m.batch.run != nil && d.IsRunning():
		p := m.batch.run.Progress()
		d.SetPace(p.Rate, p.TimeLeft)
		return true
	case m.batch.preparation != nil && d.IsPreview():
		p := m.batch.preparation.Progress()
		d.SetPace(p.Rate, p.TimeLeft)
		return !p.Ended
	}
	return false
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

// needsLogin reports whether a preview or a batch is making requests.
func (m *batches) needsLogin() bool {
	if d := m.batch.preparation; d != nil && d.Progress().UnderWay > 0 {
		return true
	}
	if r := m.batch.run; r != nil {
		p := r.Progress()
		return p.UnderWay > 0 || !p.Ended && !p.Paused
	}
	return false
}

// summary says how far the batch is, in numbers and without names; "" without one.
func (m *batches) summary() string {
	r := m.batch.run
	if r == nil {
		return ""
	}
	p := r.Progress()
	done := words.Count(p.Done) + " done."
	switch batch := "A batch of " + words.Count(p.Total); {
	case p.Ended && p.Stopped != nil:
		return batch + " was stopped: " + done
	case p.Ended:
		return batch + " has ended: " + done
	case p.Paused:
		return batch + " is paused: " + done
	default:
		return batch + " is running: " + done
	}
}

func (m *batches) quitWarning() string {
	if d := m.batch.dialog; d != nil && d.IsRunning() {
		return "Leaving now stops the batch: no more accounts are changed, and hdpadmin waits for requests already sent."
	}
	return ""
}
