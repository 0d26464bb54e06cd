package ui

import (
	"context"
	"fmt"
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/directory"
	"hdpadmin/internal/export"
	"hdpadmin/ui/action"
	"hdpadmin/ui/ask"
	"hdpadmin/ui/bulk"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/save"
)

// many is what is being done to many accounts: one thing at a time, in the dialog
// that has the keys.
type many struct {
	dialog *bulk.Model
	action batch.Action
	draft  *batch.Drafting
	sheet  batch.Sheet
	run    *batch.Run
	cancel context.CancelFunc // ends the reading for the draft
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
		from *bulk.Model
		run  *batch.Run
		err  error
	}
	// leaveDraft is the answer to the question whether to lose what was typed.
	leaveDraft struct{ from *bulk.Model }
	// chosenAction is the answer to the question what to do to the marked ones.
	chosenAction struct{ action batch.Action }
)

// marked reports whether an action is about the marked accounts: in the list, if
// there are any.
func (m *Model) marked() bool { return m.focus == action.List && len(m.lookup.Marked()) > 0 }

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

func draft(a batch.Action) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd { return m.draftMarked(a) }
}

func (m *Model) title(a batch.Action, n int) string {
	return fmt.Sprintf("%s · %s accounts", capital(a.String()), frame.Count(n))
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// draftMarked reads the marked accounts for a draft of the action.
func (m *Model) draftMarked(a batch.Action) tea.Cmd {
	ids := m.lookup.Marked()
	d := bulk.New(m.title(a, len(ids)), len(ids), m.lookup.MarkedHidden())
	d.Reason, d.TypeNumber = m.opts.Reason.wrong, m.opts.TypeName
	return tea.Batch(m.pushGated(d), m.drafting(d, a, func(ctx context.Context) *batch.Drafting {
		return batch.Draft(ctx, m.opts.Client, ids, a, m.guard(), m.batchOptions()...)
	}))
}

// expireMarked asks for the expiry first.
func (m *Model) expireMarked() tea.Cmd {
	ids := m.lookup.Marked()
	d := bulk.New("Expiry · "+frame.Count(len(ids))+" accounts", len(ids), m.lookup.MarkedHidden())
	d.Reason, d.TypeNumber = m.opts.Reason.wrong, m.opts.TypeName
	d.AskExpiry(m.clock.Now, m.opts.Zone)
	return m.pushGated(d)
}

// activateMarked asks which of the two is meant: the marked ones may differ.
func (m *Model) activateMarked() tea.Cmd {
	return m.pushGated(&ask.Choice{
		Title: "Activate or deactivate?",
		Text:  frame.Count(len(m.lookup.Marked())) + " accounts are marked. Nothing is sent before you have seen the draft.",
		At:    askActivate,
		Answers: map[action.ID]tea.Msg{
			"choose-activate":   chosenAction{batch.Activate()},
			"choose-deactivate": chosenAction{batch.Deactivate()},
		},
	})
}

func (m *Model) drafting(d *bulk.Model, a batch.Action, start func(context.Context) *batch.Drafting) tea.Cmd {
	ctx, cancel := context.WithCancel(m.ctx)
	return m.showDraft(d, a, start(ctx), cancel)
}

// showDraft shows accounts being read for a draft in the dialog.
func (m *Model) showDraft(d *bulk.Model, a batch.Action, draft *batch.Drafting, cancel context.CancelFunc) tea.Cmd {
	m.many = many{dialog: d, action: a, draft: draft, cancel: cancel, run: m.many.run}
	rows := draft.Rows()
	d.Drafting(m.title(a, len(rows)), rows)
	return m.nextDraft(draft)
}

func (m *Model) batchOptions() []batch.Option {
	opts := []batch.Option{batch.WithConcurrency(m.opts.Concurrency)}
	if m.opts.Concurrency == 0 {
		opts = nil
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
	case ask.Chosen:
		return m.chosen(msg), true
	case bulk.Choose:
		a := batch.ClearExpiry()
		if !msg.At.Never {
			a = batch.SetExpiry(msg.At.Time)
		}
		ids := m.lookup.Marked()
		return m.drafting(msg.From, a, func(ctx context.Context) *batch.Drafting {
			return batch.Draft(ctx, m.opts.Client, ids, a, m.guard(), m.batchOptions()...)
		}), true
	case draftStep:
		return m.drafted(msg), true
	case bulk.Go:
		sheet := m.many.sheet
		m.many.run = nil // of an earlier round
		return func() tea.Msg {
			run, err := batch.Start(m.ctx, m.opts.Writer, sheet, msg.Reason, m.batchOptions()...)
			return begun{msg.From, run, err}
		}, true
	case begun:
		if msg.err != nil {
			msg.from.Refused("not begun: " + hdpclient.TextOf(msg.err.Error()).String())
			return nil, true
		}
		m.many.run = msg.run
		msg.from.Running(msg.run.Rows())
		return m.nextRun(msg.run), true
	case runStep:
		return m.ran(msg), true
	case bulk.Pause:
		if m.many.run == nil {
			return nil, true
		}
		if msg.On {
			m.many.run.Pause()
		} else {
			m.many.run.Resume()
		}
	case bulk.Stop:
		if m.many.run != nil {
			m.many.run.Stop()
		}
	case bulk.Retry:
		return m.retry(msg), true
	case bulk.Undo:
		m.many.sheet = batch.Undo(m.many.run, m.guard())
		msg.From.Drafting("Undo "+m.title(m.many.action, len(m.many.sheet.Rows)), m.many.sheet.Rows)
		msg.From.Asking(m.many.sheet.Rows)
		return m.hold(msg.From), true
	case bulk.Export:
		m.push(save.New(m.results(msg.From.Results())))
	case bulk.Leave:
		if msg.From.Dirty() {
			return m.pushGated(&ask.Model{
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

func (m *Model) chosen(c ask.Chosen) tea.Cmd {
	m.drop(c.From)
	if c.Msg == nil {
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
	m.many.dialog.Drafted(s.progress)
	if !s.progress.Ended {
		return m.nextDraft(s.of)
	}
	m.many.sheet, _ = s.of.Sheet()
	m.many.cancel()
	cmds := []tea.Cmd{m.hold(m.many.dialog)} // the draft is to be seen before it is entered
	if wantsLogin(s.progress.Stopped) {
		cmds = append(cmds, m.loginRefused(s.progress.Stopped))
	}
	totals := m.many.sheet.Totals()
	if left := m.many.sheet.Replaces; left != "" && totals[batch.Planned]+totals[batch.Unread]+totals[batch.NotRead] == 0 {
		cmds = append(cmds, m.endLeft(left, "nothing is left to do"))
	}
	return tea.Batch(cmds...)
}

func (m *Model) ran(s runStep) tea.Cmd {
	if s.of != m.many.run || !s.more {
		return nil
	}
	m.many.dialog.Ran(s.progress)
	var news []learned
	for _, r := range s.progress.Changed {
		if r.Outcome.Seen != change.NotSeen {
			news = append(news, learned{r.ID, func(row directory.Account) directory.Account { return batch.After(row, r.Outcome) }})
			m.account.Amend(r.ID, r.Outcome)
		}
	}
	m.learn(news...)
	if !s.progress.Ended {
		return m.nextRun(s.of)
	}
	if wantsLogin(s.progress.Stopped) {
		return m.loginRefused(s.progress.Stopped)
	}
	if err := s.of.LogErr(); err != nil {
		m.say(caution, "the end of the batch is not on record: "+hdpclient.TextOf(err.Error()).String())
	}
	return m.refreshShown()
}

// refreshShown brings the account pane up to what the batch has left.
func (m *Model) refreshShown() tea.Cmd {
	id, has := m.account.ID()
	if !has {
		return nil
	}
	if _, read := m.account.Reading(); read {
		return m.read(id)
	}
	if row, ok := m.lookup.Snapshot().ByID(id); ok {
		m.account.Follow(row, m.lookup.Snapshot().AsOf())
	}
	return nil
}

func (m *Model) retry(r bulk.Retry) tea.Cmd {
	run := m.many.run
	ctx, cancel := context.WithCancel(m.ctx)
	draft, err := batch.Retry(ctx, m.opts.Client, run, m.guard(), nil, m.batchOptions()...)
	if err != nil {
		cancel()
		m.say(caution, hdpclient.TextOf(err.Error()).String())
		return nil
	}
	return m.showDraft(r.From, m.many.action, draft, cancel)
}

// leaveMany closes the dialog. Marks go from what is as it was to be, and stay on
// what failed.
func (m *Model) leaveMany(d *bulk.Model) {
	if m.many.cancel != nil {
		m.many.cancel()
	}
	var done []int64
	for _, r := range d.Results() {
		if !r.Failed() {
			done = append(done, r.ID)
		}
	}
	m.lookup.Unmark(done)
	m.many = many{}
	m.drop(d)
}

// results is what became of each account, to be written as a table.
func (m *Model) results(results []batch.Result) save.What {
	rows := slices.Clone(results)
	return save.What{
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

// busyWith says what is under way to many accounts, "" for nothing.
func (m *Model) busyWith() string {
	if d := m.many.dialog; d != nil && d.Busy() {
		return "Many accounts are being changed. Quitting sends nothing further; what was sent is waited for."
	}
	return ""
}
