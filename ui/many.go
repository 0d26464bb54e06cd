package ui

import (
	"context"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/internal/export"
	"hdpadmin/ui/batchview"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/exportform"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/problem"
)

// many is what is being done to many accounts: one thing at a time, in the dialog
// that has the keys.
type many struct {
	dialog *batchview.Model
	draft  *batch.Drafting
	cancel context.CancelFunc // ends the reading for it
	sheet  batch.Sheet
	of     *batch.Rounds // what the draft will be a round of
	run    *batch.Run
	rounds *batch.Rounds // what has ended, nil if nothing has
}

// The steps in which a draft and a run tell how far they are. A step of another
// one than is in view is not wanted.
type (
	draftStep struct {
		of       *batch.Drafting
		progress batch.Progress[batch.Row]
		more     bool
	}
	runStep struct {
		of       *batch.Run
		progress batch.Progress[batch.Result]
		more     bool
	}
	begun struct {
		from *batchview.Model
		run  *batch.Run
		err  error
	}
	// leaveDraft is the answer to the question whether to lose what was typed.
	leaveDraft struct{ from *batchview.Model }
	// chosenAction is the answer to the question what to do to the marked ones.
	chosenAction struct{ action batch.Action }
)

func title(a batch.Action, n int) string {
	return capital(a.String()) + " · " + frame.Counted(n, "account")
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

func (m *Model) newMany(title string, accounts int) *batchview.Model {
	d := batchview.New(title, accounts)
	d.CheckReason, d.MustTypeNumber = m.opts.Reason.wrong, m.opts.TypeName
	d.NameByID = func(id int64) string {
		a, _ := m.lookup.Snapshot().ByID(id)
		return a.Name.String()
	}
	return d
}

func (m *Model) draftOf(d *batchview.Model, a batch.Action) tea.Cmd {
	ids := m.lookup.Marked()
	return m.drafting(d, new(batch.Rounds), func(ctx context.Context) (*batch.Drafting, error) {
		return batch.Draft(ctx, m.opts.Client, ids, a, m.guard(), m.batchOptions()...), nil
	})
}

// drafting shows the draft that start begins, which is to be a round of what is
// given.
func (m *Model) drafting(d *batchview.Model, of *batch.Rounds, start func(context.Context) (*batch.Drafting, error)) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	draft, err := start(ctx)
	if err != nil {
		cancel()
		m.say(caution, hdpclient.TextOf(err.Error()).String())
		return nil
	}
	m.many = many{dialog: d, draft: draft, cancel: cancel, of: of, run: m.many.run, rounds: m.many.rounds}
	rows := draft.Rows()
	d.StartPreview(title(draft.Action(), len(rows)), rows, m.lookup.NotShown(func(yield func(int64) bool) {
		for _, r := range rows {
			if !yield(r.ID) {
				return
			}
		}
	}))
	return m.nextDraft(draft)
}

func (m *Model) batchOptions() []batch.Option {
	opts := []batch.Option{batch.WithClock(m.clock.Local)}
	if m.opts.Concurrency != 0 {
		opts = append(opts, batch.WithConcurrency(m.opts.Concurrency))
	}
	if m.opts.Trail != nil {
		opts = append(opts, batch.WithLog(m.opts.Trail))
	}
	return opts
}

func (m *Model) nextDraft(d *batch.Drafting) tea.Cmd {
	return func() tea.Msg {
		p, more := d.Next(m.ctx)
		return draftStep{d, p, more}
	}
}

func (m *Model) nextRun(r *batch.Run) tea.Cmd {
	return func() tea.Msg {
		p, more := r.Next(m.ctx)
		return runStep{r, p, more}
	}
}

// manyAnswer takes what concerns many accounts at once.
func (m *Model) manyAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case confirm.ChosenMsg:
		return m.chosen(msg), true
	case batchview.ExpiryMsg:
		a := batch.ClearExpiry()
		if !msg.At.Never {
			a = batch.SetExpiry(msg.At.Time)
		}
		return m.draftOf(msg.From, a), true
	case draftStep:
		return m.drafted(msg), true
	case batchview.StartMsg:
		if why, ask := m.sendable(); why != "" {
			msg.From.ShowRefusal(why)
			return ask, true
		}
		sheet := m.many.sheet
		m.many.run = nil // of an earlier round
		m.sending++
		ctx := m.session.ctx
		return func() tea.Msg {
			run, err := batch.Start(ctx, m.opts.Writer, sheet, msg.Reason, m.batchOptions()...)
			return begun{msg.From, run, err}
		}, true
	case begun:
		m.answered()
		if m.many.dialog != msg.from { // the operator who began it has gone
			if msg.run != nil {
				msg.run.Leave(errOtherOperator)
			}
			return nil, true
		}
		if msg.err != nil {
			msg.from.ShowRefusal("not begun: " + hdpclient.TextOf(msg.err.Error()).String())
			return nil, true
		}
		m.many.run = msg.run
		msg.from.StartRun(msg.run.Rows())
		return m.nextRun(msg.run), true
	case runStep:
		return m.ran(msg), true
	case batchview.PauseMsg:
		if m.many.run == nil {
			return nil, true
		}
		if msg.On {
			m.many.run.Pause()
		} else {
			m.many.run.Resume()
		}
	case batchview.StopMsg:
		if m.many.run != nil {
			m.many.run.Stop()
		}
	case batchview.RetryMsg:
		rounds := m.many.rounds
		next := m.drafting(msg.From, rounds, func(ctx context.Context) (*batch.Drafting, error) {
			return rounds.Retry(ctx, m.opts.Client, m.guard(), m.batchOptions()...)
		})
		msg.From.SetReason(rounds.Reason())
		return next, true
	case batchview.UndoMsg:
		rounds := m.many.rounds
		return m.drafting(msg.From, new(batch.Rounds), func(ctx context.Context) (*batch.Drafting, error) {
			return rounds.Undo(ctx, m.guard(), m.batchOptions()...), nil
		}), true
	case batchview.DetailsMsg:
		m.push(problem.New(msg.Problem))
	case batchview.ExportMsg:
		m.push(exportform.New(m.results(msg.From.Results())))
	case batchview.CloseMsg:
		if msg.From.Dirty() {
			return m.pushGated(&confirm.Model{
				Title: "Leave the draft?", Text: "What you have typed will be lost. Nothing was sent.",
				Yes: "leave", No: "stay", OnYes: leaveDraft{msg.From},
			}), true
		}
		m.leaveMany(msg.From)
	case leaveDraft:
		m.leaveMany(msg.from)
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) chosen(c confirm.ChosenMsg) tea.Cmd {
	if !m.dropped(c.From) || c.Msg == nil {
		return nil
	}
	if a, ok := c.Msg.(chosenAction); ok {
		return m.draftMarked(a.action)
	}
	return m.answer(c.Msg)
}

func (m *Model) drafted(s draftStep) tea.Cmd {
	if s.of != m.many.draft || !s.more {
		return nil
	}
	m.many.dialog.UpdatePreview(s.progress)
	if !s.progress.Ended {
		return m.nextDraft(s.of)
	}
	m.many.sheet, _ = s.of.Sheet()
	m.many.cancel()
	asked := !m.unseen() || m.gate.asked
	cmds := []tea.Cmd{m.hold(m.many.dialog)} // the draft is to be seen before it is entered
	if m.unseen() {
		m.gate.asked = asked
	}
	if wantsLogin(s.progress.Stopped) {
		cmds = append(cmds, m.loginRefused(s.progress.Stopped))
	}
	if left := m.many.sheet.Replaces; left != "" && len(m.many.sheet.Due()) == 0 {
		cmds = append(cmds, m.endDrafted(left, "nothing is left to do"))
	}
	return tea.Batch(cmds...)
}

func (m *Model) ran(s runStep) tea.Cmd {
	if s.of != m.many.run || !s.more {
		return nil
	}
	m.many.dialog.UpdateRun(s.progress)
	var news []learned
	for _, r := range s.progress.Changed {
		m.rememberLock(r.Outcome)
		if r.Outcome.Seen != change.NotSeen {
			news = append(news, learned{r.ID, func(row directory.Account) directory.Account { return batch.After(row, r.Outcome) }})
			m.account.Amend(r.ID, r.Outcome)
		}
	}
	m.learn(news...)
	if !s.progress.Ended {
		return m.nextRun(s.of)
	}
	m.roundEnded()
	if wantsLogin(s.progress.Stopped) {
		return m.loginRefused(s.progress.Stopped)
	}
	if err := s.of.LogErr(); err != nil {
		m.say(caution, "the end of the batch is not on record: "+hdpclient.TextOf(err.Error()).String())
	}
	return m.refreshShown()
}

// roundEnded shows what the batch came to over all its rounds. Marks go from what
// is as it was to be, and stay on what failed.
func (m *Model) roundEnded() {
	m.many.rounds = m.many.of
	m.many.rounds.Add(m.many.run)
	var done []int64
	for _, r := range m.many.rounds.Results() {
		if !r.Failed() {
			done = append(done, r.ID)
		}
	}
	m.lookup.Unmark(done)
	m.showEnd(m.many.dialog)
}

// refreshShown brings the account pane up to what the batch has left.
func (m *Model) refreshShown() tea.Cmd {
	id, has := m.account.ID()
	if !has {
		return nil
	}
	// A reading that is still to come may have been made before the batch changed the account.
	if _, read := m.account.Reading(); read || m.account.Loading() {
		return m.read(id)
	}
	if row, ok := m.lookup.Snapshot().ByID(id); ok {
		m.account.Follow(row, m.lookup.Snapshot().AsOf())
	}
	return nil
}

// leaveMany goes one step back: from the draft of another round to what the batch
// came to so far, and from there out of the dialog.
func (m *Model) leaveMany(d *batchview.Model) {
	if m.many.cancel != nil {
		m.many.cancel()
	}
	if d.IsPreview() && m.many.rounds != nil {
		m.many.draft = nil
		m.showEnd(d)
		return
	}
	m.many = many{}
	m.drop(d)
	if m.opts.Trail != nil {
		m.opts.Trail.ReleaseBatches() // a batch claimed for a draft that was left
	}
}

func (m *Model) showEnd(d *batchview.Model) {
	r := m.many.rounds
	d.ShowResults(title(r.Action(), len(r.Results())), r.Results(), r.Stopped())
}

// results is what became of each account, to be written as a table.
func (m *Model) results(results []batch.Result) exportform.What {
	rows := slices.Clone(results)
	return exportform.What{
		Title: "Export the results", Rows: len(rows), Endings: []string{".csv"},
		About: frame.Count(len(rows)) + " results as CSV; nobody else may read them.",
		Path:  "results-" + m.clock.Now().Format("2006-01-02-150405") + ".csv",
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

// paceMany keeps the rate and the time left true while nothing else happens, and
// reports whether there are any.
func (m *Model) paceMany() bool {
	switch d := m.many.dialog; {
	case d == nil:
	case m.many.run != nil && d.IsRunning():
		p := m.many.run.Progress()
		d.SetPace(p.Rate, p.Left)
		return true
	case m.many.draft != nil && d.IsPreview():
		p := m.many.draft.Progress()
		d.SetPace(p.Rate, p.Left)
		return !p.Ended
	}
	return false
}

// busyWith says what is under way to many accounts, "" for nothing.
func (m *Model) busyWith() string {
	if d := m.many.dialog; d != nil && d.IsRunning() {
		return "Many accounts are being changed. Nothing further is sent then; what was sent is waited for."
	}
	return ""
}
