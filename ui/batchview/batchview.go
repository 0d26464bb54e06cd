// Package batchview is the dialog over many accounts: the draft, one row an account
// with what will change and what will not; the run, with how far it is; and the
// end, with what became of each. It starts and stops nothing itself: what the
// operator wants leaves it as a message.
package batchview

import (
	"fmt"
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/timeinput"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/form"
)

// The messages in which the operator's wishes leave the dialog.
type (
	// ExpiryMsg asks for a draft of the expiry that was typed.
	ExpiryMsg struct {
		From *Model
		At   timeinput.Input
	}
	// StartMsg asks for the draft to be carried out.
	StartMsg struct {
		From   *Model
		Reason string
	}
	// PauseMsg asks for no further row to be begun, or for that to end.
	PauseMsg struct {
		From *Model
		On   bool
	}
	// StopMsg asks for nothing further to be begun for good.
	StopMsg struct{ From *Model }
	// RetryMsg asks for a new draft of what failed.
	RetryMsg struct{ From *Model }
	// UndoMsg asks for a draft that takes back what was applied.
	UndoMsg struct{ From *Model }
	// ExportMsg asks for the results to be written to a file.
	ExportMsg struct{ From *Model }
	// DetailsMsg asks for the whole of what there is to say of an account.
	DetailsMsg struct {
		From    *Model
		Problem explain.Problem
	}
	// CloseMsg asks for the dialog to go.
	CloseMsg struct{ From *Model }
)

// Model is the dialog.
type Model struct {
	// CheckReason says what is wrong with the reason, "" or nil: nothing.
	CheckReason func(string) string
	// NameByID is what an account is called that has not been read, "" if not known.
	NameByID func(id int64) string
	// MustTypeNumber asks for the number of accounts however few they are.
	MustTypeNumber bool

	title   string
	hidden  int // how many of the accounts are not among those shown behind
	stage   stage
	expires *form.Time
	reason  *form.Text
	number  *form.Text
	form    form.Form

	preview     []batch.Row
	kinds       map[batch.Kind]int // of the drafts, once they are all there
	results     []batch.Result
	states      map[batch.State]int // of the results
	failed      int                 // of the results, once it has ended
	shown       []int               // the rows to be seen, in their order; nil is all as they are
	planned     int
	done        int
	total       int
	rate        float64
	left        time.Duration
	paused      bool
	stopping    bool
	stopped     error
	refusal     string
	only        batch.State // of the results, "" for all
	rowsFocused bool        // of the draft: the keys are theirs, not the form's
	follows     bool        // the row that was begun last is kept in view
	newest      int         // that row
	cursor      int         // among the rows shown
	top         int
	page        int
}

type stage int

const (
	choosing  stage = iota // the expiry that is to be
	preparing              // accounts are being read
	asking
	starting // being put on record; not one write has begun
	running
	ended
)

// maxWithoutNumber is the number of accounts above which the number must be typed.
const maxWithoutNumber = 10

func (m *Model) needsNumber() bool {
	return m.planned > maxWithoutNumber || m.MustTypeNumber && m.planned > 0
}

// New returns the dialog over so many accounts.
func New(title string, total int) *Model {
	m := &Model{title: title, stage: preparing, total: total}
	m.reason, m.number = form.NewText("Reason", "", 200), form.NewText("How many", "", 12)
	m.reason.Hint = "optional, will be logged"
	m.number.Disabled = func() bool { return !m.needsNumber() }
	m.form = form.New(m.reason, m.number)
	return m
}

// AskExpiry makes the dialog ask first for the expiry to set. now is the server's
// time; loc the operator's zone, which may be nil.
func (m *Model) AskExpiry(now func() time.Time, loc *time.Location) {
	m.stage = choosing
	m.expires = form.NewTime("Expires", hdpclient.Opt[hdpclient.Timestamp]{}, false, now, loc)
	m.expires.Check = nil // what is typed is looked at when it is entered
	m.expires.Warn = func() string {
		if in, ok := m.expires.Input(); ok && !in.Never && !in.Time.After(now()) {
			return explain.ExpiresAtOnce
		}
		return ""
	}
	m.form = form.New(m.expires)
}

// StartPreview shows that these accounts are being read. hidden is how many of them
// are not among those shown behind the dialog.
func (m *Model) StartPreview(title string, rows []batch.Row, hidden int) {
	m.title, m.stage, m.preview, m.hidden = title, preparing, rows, hidden
	m.planned, m.done, m.total, m.stopped = 0, 0, len(rows), nil
	m.rowsFocused, m.cursor, m.top, m.shown = false, 0, 0, nil
	m.reason.SetDefault("")
	m.number.Clear()
	m.form = form.New(m.reason, m.number)
}

// SetReason fills in the reason.
func (m *Model) SetReason(s string) { m.reason.SetDefault(s) }

// UpdatePreview takes how far the draft is, and at its end asks whether to carry it
// out.
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

// sortPreview puts those first that will change, since they are what is confirmed, and
// those last that are so already.
func (m *Model) sortPreview() {
	m.shown = make([]int, len(m.preview))
	for i := range m.shown {
		m.shown[i] = i
	}
	kinds := m.presentKinds()
	slices.SortStableFunc(m.shown, func(a, b int) int {
		return slices.Index(kinds, m.preview[a].Kind) - slices.Index(kinds, m.preview[b].Kind)
	})
	m.top = 0
}

// StartRun shows that the draft is being carried out.
func (m *Model) StartRun(results []batch.Result) {
	m.stage, m.done, m.total, m.stopped = running, 0, m.planned, nil
	m.paused, m.stopping = false, false
	m.setResults(results)
	m.follows = true
	m.newest = max(0, slices.IndexFunc(results, func(r batch.Result) bool { return r.State != batch.Skipped }))
}

// setResults shows other results.
func (m *Model) setResults(results []batch.Result) {
	m.results, m.states, m.only, m.shown = results, batch.Totals(results), "", nil
	m.follows, m.cursor, m.top = false, 0, 0
}

// ShowRefusal shows why the draft could not be carried out.
func (m *Model) ShowRefusal(why string) { m.stage, m.refusal = asking, why }

// UpdateRun takes how far it is.
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

// ShowResults shows what became of each account, and why the last round stopped, nil
// if it came to its end. The cursor stays on the account that the operator chose.
func (m *Model) ShowResults(title string, results []batch.Result, stopped error) {
	var chosen int64
	if m.stage == running && m.hasCursor() {
		chosen = m.results[m.cursor].ID
	}
	m.title, m.stage, m.stopped, m.failed = title, ended, stopped, 0
	m.setResults(slices.Clone(results))
	m.cursor = max(0, slices.IndexFunc(results, func(r batch.Result) bool { return r.ID == chosen }))
	for _, r := range results {
		if r.Failed() {
			m.failed++
		}
	}
}

// IsPreview reports whether nothing of what is shown has been begun.
func (m *Model) IsPreview() bool { return m.stage <= asking }

// SetPace says how quick it is of late, in rows a second, and how long it will take;
// 0 while that is not known.
func (m *Model) SetPace(rate float64, left time.Duration) { m.rate, m.left = rate, left }

// IsRunning reports that accounts are being written to.
func (m *Model) IsRunning() bool { return m.stage == starting || m.stage == running }

// Results are what became of each account, once it has ended.
func (m *Model) Results() []batch.Result { return m.results }

// Preparing reports whether the accounts of the draft are still being read.
func (m *Model) Preparing() bool { return m.stage == preparing }

// Warns reports whether the dialog shows something that must be read before enter: that it
// leaves accounts out, has notes on some, or changes some that are not among those shown behind it.
func (m *Model) Warns() bool {
	return m.form.Warnings() != "" || m.hidden > 0 || m.stopped != nil || slices.ContainsFunc(m.preview, func(r batch.Row) bool {
		return r.Kind != batch.Planned || len(r.Notes) > 0
	})
}

// Dirty reports whether leaving would lose something typed.
func (m *Model) Dirty() bool { return m.stage <= asking && m.form.Dirty() }

// presentKinds are the kinds that there are rows of in the draft, in the order to
// show them: what will change, what could not be told, what is left out, and why.
func (m *Model) presentKinds() []batch.Kind {
	return slices.DeleteFunc([]batch.Kind{
		batch.Planned, batch.Unreadable, batch.NotRead, batch.MaybeDone, batch.Undocumented, batch.NoUndo,
		batch.Own, batch.D2cadmin, batch.LastAdministrator, batch.External, batch.NoChange,
	}, func(k batch.Kind) bool { return m.kinds[k] == 0 })
}

// presentStates are the states that there are results of, in the order to show them.
func (m *Model) presentStates() []batch.State {
	var there []batch.State
	for _, s := range []batch.State{
		batch.Applied, batch.Unchanged, batch.Unknown, batch.Differs, batch.Conflict,
		batch.Refused, batch.NotSent, batch.UnderWay, batch.Waiting, batch.Skipped,
	} {
		if m.states[s] > 0 {
			there = append(there, s)
		}
	}
	return there
}
