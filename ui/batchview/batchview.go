// Package batchview is the dialog of a batch: the preview, with one row for each account; the run,
// with its progress; and the results. It starts and stops nothing itself: what the operator asks for
// leaves it as a message.
package batchview

import (
	"fmt"
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/timeinput"
	"hdpadmin/internal/words"
	"hdpadmin/ui/form"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/stack"
)

// The messages in which the dialog asks for something.
type (
	// ExpiryMsg asks for a preview with the expiry that was typed.
	ExpiryMsg struct {
		From *Model
		At   timeinput.Input
	}
	// StartMsg asks for the batch to be started.
	StartMsg struct {
		From    *Model
		Answers change.Answers
	}
	// PauseMsg asks for the batch to be paused, or resumed.
	PauseMsg struct {
		From *Model
		On   bool
	}
	// StopMsg asks for the batch to be stopped for good.
	StopMsg struct{ From *Model }
	// RetryMsg asks for a preview of the failed accounts.
	RetryMsg struct{ From *Model }
	// UndoMsg asks for a preview that undoes everything applied.
	UndoMsg struct{ From *Model }
	// ExportMsg asks for the results to be written to a file.
	ExportMsg struct{ From *Model }
	// DetailsMsg asks for everything about one account to be shown.
	DetailsMsg struct {
		From    *Model
		Problem explain.Problem
	}
)

// The stack looks for these methods. Under another name they would be skipped in silence.
var (
	_ stack.Preparer = (*Model)(nil)
	_ stack.Warner   = (*Model)(nil)
	_ stack.Asker    = (*Model)(nil)
)

// Model is the dialog.
type Model struct {
	// Demands returns what a batch demands that changes so many accounts. Nil means nothing.
	Demands func(accounts int) change.Demands
	// NameByID returns the user name of an account that was not read, or "". It may be nil.
	NameByID func(id int64) string
	// Times formats times.
	Times words.Times

	title   string
	hidden  int // accounts outside the view in the list
	stage   stage
	expires *form.Time
	reason  *form.Reason
	number  *form.Text
	form    form.Form

	preview     []batch.Row
	kinds       map[batch.Kind]int // of the preview, once it is ready
	results     []batch.Result
	states      map[batch.State]int // of the results
	failed      int                 // among the results
	shown       []int               // indexes of the rows shown, in display order; nil shows all
	planned     int
	done        int
	total       int
	rate        float64
	left        time.Duration
	paused      bool
	stopping    bool
	stopped     error
	refusal     string
	only        batch.State // state that the results are filtered by, "" for none
	rowsFocused bool        // in the preview, the keys go to the rows and not to the form
	follows     bool        // keeps the newest row in view
	newest      int         // row that was started last
	rows        picker.List // of the rows shown
}

type stage int

const (
	choosing  stage = iota // asking for the expiry
	preparing              // reading the accounts
	asking
	starting // writing to the audit log; nothing has been sent
	running
	ended
)

func (m *Model) demands() change.Demands {
	if m.Demands == nil {
		return change.Demands{}
	}
	return m.Demands(m.planned)
}

// New returns the dialog for a batch of total accounts.
func New(title string, total int) *Model {
	m := &Model{title: title, stage: preparing, total: total}
	m.reason = form.NewReason("", func() bool { return m.demands().Reason.Check("") != "" })
	m.number = form.NewText("How many", "", 12)
	m.number.Disabled = func() bool { return m.demands().Number == 0 }
	m.form = form.New(m.reason, m.number)
	return m
}

// AskExpiry makes the dialog ask for the expiry to set first.
func (m *Model) AskExpiry() {
	m.stage = choosing
	m.expires = form.NewTime("Expires", hdpclient.Opt[hdpclient.Timestamp]{}, false, m.Times)
	m.expires.Check = nil // checked on enter
	m.expires.Warn = func() string {
		if in, ok := m.expires.Input(); ok && !in.Never && !in.Time.After(m.Times.Now()) {
			return explain.ExpiresAtOnce
		}
		return ""
	}
	m.form = form.New(m.expires)
}

// StartPreview shows that the accounts are being read. hidden counts those outside the view in the
// list.
func (m *Model) StartPreview(title string, rows []batch.Row, hidden int) {
	m.title, m.stage, m.preview, m.hidden = title, preparing, rows, hidden
	m.planned, m.done, m.total, m.stopped = 0, 0, len(rows), nil
	m.rowsFocused, m.rows, m.shown = false, picker.List{Len: len(rows)}, nil
	m.reason.SetDefault("")
	m.number.Clear()
	m.form = form.New(m.reason, m.number)
}

// SetReason fills in the reason. It does not make the dialog dirty.
func (m *Model) SetReason(s string) { m.reason.SetDefault(s) }

// UpdatePreview shows the progress of the preview, and when it is ready asks for confirmation.
func (m *Model) UpdatePreview(p batch.Progress[batch.Row]) {
	m.done, m.total, m.rate, m.left, m.stopped = p.Done, p.Total, p.Rate, p.TimeLeft, p.Stopped
	for _, r := range p.Changed {
		m.preview[r.Index] = r
	}
	if !p.Ended {
		return
	}
	m.stage, m.kinds = asking, batch.Preview{Rows: m.preview}.Totals()
	m.planned = m.kinds[batch.Planned]
	m.number.Hint = fmt.Sprintf("type %d to confirm", m.planned)
	m.sortPreview()
}

// sortPreview puts the rows that will change first, since they are what is confirmed.
func (m *Model) sortPreview() {
	m.shown = make([]int, len(m.preview))
	for i := range m.shown {
		m.shown[i] = i
	}
	kinds := m.presentKinds()
	slices.SortStableFunc(m.shown, func(a, b int) int {
		return slices.Index(kinds, m.preview[a].Kind) - slices.Index(kinds, m.preview[b].Kind)
	})
	m.rows.MoveTo(0)
}

// StartRun shows that the batch has started.
func (m *Model) StartRun(results []batch.Result) {
	m.stage, m.done, m.total, m.stopped = running, 0, m.planned, nil
	m.paused, m.stopping = false, false
	m.setResults(results)
	m.follows = true
	m.newest = max(0, slices.IndexFunc(results, func(r batch.Result) bool { return r.State != batch.Skipped }))
}

func (m *Model) setResults(results []batch.Result) {
	m.results, m.states, m.only, m.shown = results, batch.Totals(results), "", nil
	m.follows, m.rows = false, picker.List{Len: len(results)}
}

// ShowRefusal goes back to the confirmation and shows why the batch did not start.
func (m *Model) ShowRefusal(why string) { m.stage, m.refusal = asking, why }

// UpdateRun shows the progress of the run.
func (m *Model) UpdateRun(p batch.Progress[batch.Result]) {
	m.done, m.total, m.rate, m.left, m.paused, m.stopped = p.Done, p.Total, p.Rate, p.TimeLeft, p.Paused, p.Stopped
	for _, r := range p.Changed {
		m.states[m.results[r.Index].State]--
		m.states[r.State]++
		m.results[r.Index] = r
		if r.State == batch.UnderWay {
			m.newest = max(m.newest, r.Index)
		}
	}
}

// ShowResults shows the outcome for each account, and why the last round stopped; nil means that it
// finished. The cursor stays on the account that the operator chose.
func (m *Model) ShowResults(title string, results []batch.Result, stopped error) {
	var chosen int64
	if m.stage == running && m.hasCursor() {
		chosen = m.results[m.rows.Cursor()].ID
	}
	m.title, m.stage, m.stopped, m.failed = title, ended, stopped, 0
	m.setResults(slices.Clone(results))
	m.rows.SetCursor(slices.IndexFunc(results, func(r batch.Result) bool { return r.ID == chosen }))
	for _, r := range results {
		if r.Failed() {
			m.failed++
		}
	}
}

// IsPreview reports whether nothing has been written yet.
func (m *Model) IsPreview() bool { return m.stage <= asking }

// SetPace sets the current rate in rows a second and the time left; 0 if not known.
func (m *Model) SetPace(rate float64, left time.Duration) { m.rate, m.left = rate, left }

// IsRunning reports whether accounts are being written to.
func (m *Model) IsRunning() bool { return m.stage == starting || m.stage == running }

// Results returns the outcome for each account.
func (m *Model) Results() []batch.Result { return m.results }

// Preparing reports whether the accounts of the preview are still being read.
func (m *Model) Preparing() bool { return m.stage == preparing }

// Warns reports whether the dialog shows something to read before enter: skipped accounts, notes, or
// accounts outside the view in the list.
func (m *Model) Warns() bool {
	return m.form.Warnings() != "" || m.hidden > 0 || m.stopped != nil || slices.ContainsFunc(m.preview, func(r batch.Row) bool {
		return r.Kind != batch.Planned || len(r.Notes) > 0
	})
}

// presentKinds returns the kinds that occur in the preview, in display order.
func (m *Model) presentKinds() []batch.Kind {
	return slices.DeleteFunc([]batch.Kind{
		batch.Planned, batch.Unreadable, batch.NotRead, batch.MaybeDone, batch.Undocumented, batch.NoUndo,
		batch.Own, batch.D2cadmin, batch.LastAdministrator, batch.External, batch.NoChange,
	}, func(k batch.Kind) bool { return m.kinds[k] == 0 })
}

// presentStates returns the states that occur in the results, in display order.
func (m *Model) presentStates() []batch.State {
	var present []batch.State
	for _, s := range []batch.State{
		batch.Applied, batch.Unchanged, batch.Unknown, batch.Differs, batch.Conflict,
		batch.Refused, batch.NotSent, batch.UnderWay, batch.Waiting, batch.Skipped,
	} {
		if m.states[s] > 0 {
			present = append(present, s)
		}
	}
	return present
}
