// Package lookup is the pane in which an account is found: a field to type into,
// and below it the accounts that match, best first. It knows the snapshot it
// searches and nothing of how that came about.
package lookup

import (
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/directory"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
)

// Model is the pane; see New.
type Model struct {
	input  form.Input
	typing bool // the field has the focus, not the rows

	all           *directory.Snapshot
	filter        directory.Filter
	matches       directory.Matches
	validUntil    time.Time           // when what the filter finds may change by itself
	serverResults []directory.Account // what the server found, shown in place of the matches
	notice        string              // about what was typed

	cursor      int   // the row under the cursor
	best        bool  // it stays on the best match of what is being typed
	cursorID    int64 // its account: the cursor stays on it when rows come and go
	homeID      int64 // the account that the operator put it on; see home
	outsideView bool  // no account of the view matches: the rows are those of all accounts
	pinnedID    int64 // an account that stays a row whatever is asked for, 0 for none; see Keep
	pinnedRows  int   // 1 where it is one for that alone
	top         int   // the first row in view
	page        int   // how many rows were last in view

	marks marks
	memo  memo
}

// memo is what was worked out for a drawing, until something else is found.
type memo struct {
	completions []directory.Completion
	cursor      int // in the field, that they are for; -1 for none yet
}

// New returns the pane with no accounts in it.
func New() *Model {
	m := &Model{input: form.NewInput(256), page: 1, marks: marks{ids: map[int64]bool{}}, all: &directory.Snapshot{}}
	m.SetSnapshot(&directory.Snapshot{})
	return m
}

// SetSnapshot searches s from now on. The cursor stays on its account, or while
// something is being typed on the best match.
func (m *Model) SetSnapshot(s *directory.Snapshot) {
	moved := !s.HasSamePositions(m.all)
	m.all = s
	if moved {
		m.locateMarks()
	}
	m.refilter()
}

// SetNow tells the time, the server's: locks lapse and passwords expire by
// themselves.
func (m *Model) SetNow(now time.Time) {
	m.filter.Now = now
	if !m.validUntil.IsZero() && !now.Before(m.validUntil) {
		m.refilter()
	}
}

// NextChange is when what is shown, or a count, changes by itself; zero if never.
func (m *Model) NextChange() time.Time {
	counts := m.all.NextChange(m.filter.Now, m.filter.Within)
	if counts.IsZero() || !m.validUntil.IsZero() && m.validUntil.Before(counts) {
		return m.validUntil
	}
	return counts
}

// SetExpiringWithin says how soon a password must expire to be in the view Expiring.
func (m *Model) SetExpiringWithin(d time.Duration) { m.filter.Within = d }

// SetView shows a part of the list, the cursor on the account that it was put on, or
// the one that comes next there.
func (m *Model) SetView(v directory.View) {
	m.filter.View, m.serverResults, m.notice, m.pinnedID = v, nil, "", 0
	home := m.home()
	m.homeID, m.cursorID = home, home
	m.refilter()
	if _, near := m.matches.Near(home); !near {
		m.MoveTo(0)
	}
}

// home is the account that the cursor comes back to: the one that the operator put
// it on, by moving it there or by doing something there. What is searched or looked
// through meanwhile does not change that.
func (m *Model) home() int64 {
	if _, listed := m.all.Position(m.homeID); listed {
		return m.homeID
	}
	return m.cursorID
}

// rememberCursor makes the account under the cursor the one that it comes back to.
func (m *Model) rememberCursor() {
	if m.serverResults == nil && m.Len() > 0 {
		m.homeID = m.cursorID
	}
}

// NextSort sorts by the next column, from the order by rank to the last and
// round again.
func (m *Model) NextSort() {
	order := []directory.Column{
		directory.NoColumn, directory.ColumnName, directory.ColumnStatus,
		directory.ColumnPassword, directory.ColumnTenant, directory.ColumnID,
	}
	i := slices.Index(order, m.filter.Sort.By)
	m.filter.Sort = directory.Sort{By: order[(i+1)%len(order)]}
	m.refilter()
}

// IsSorted reports whether the rows are sorted by a column.
func (m *Model) IsSorted() bool { return m.filter.Sort.By != directory.NoColumn }

// ReverseSort sorts the other way round.
func (m *Model) ReverseSort() {
	m.filter.Sort.Descending = !m.filter.Sort.Descending
	m.refilter()
}

// refilter finds again what is asked for.
func (m *Model) refilter() {
	onLookup := m.IsOnLookupRow()
	m.matches = m.all.Filter(m.filter)
	m.validUntil = m.matches.NextChange()
	m.pinnedRows, m.outsideView = m.matches.Len(), false
	if m.pinnedID != 0 && m.pinnedID == m.cursorID && m.serverResults == nil {
		m.matches = m.matches.With(m.pinnedID, min(m.cursor, m.matches.Len()))
	} else {
		m.matchesInAll()
	}
	m.pinnedRows = m.matches.Len() - m.pinnedRows
	m.memo = memo{cursor: -1}
	switch {
	case m.serverResults != nil:
	case m.best:
		m.cursor = m.bestRow()
	case onLookup:
		m.cursor = m.Len()
	default:
		if at, ok := m.matches.Near(m.cursorID); ok {
			m.top += at - m.cursor
			m.cursor = at
		}
	}
	m.clampCursor()
	m.countHiddenMarks()
}

// matchesInAll takes the matches among all accounts where the view has none, or only
// guesses.
func (m *Model) matchesInAll() {
	if m.filter.View == directory.All || m.filter.Query.Empty() || m.matches.Len() > 0 && !m.matches.AreFuzzy() {
		return
	}
	f := m.filter
	f.View = directory.All
	all := m.all.Filter(f)
	if all.Len() == 0 || m.matches.Len() > 0 && all.AreFuzzy() {
		return
	}
	m.matches, m.outsideView, m.pinnedRows = all, true, all.Len()
	if next := all.NextChange(); m.validUntil.IsZero() || !next.IsZero() && next.Before(m.validUntil) {
		m.validUntil = next
	}
}

// bestRow is the row to highlight for what was typed. A number that no account has is
// looked up: 301 is not 3017.
func (m *Model) bestRow() int {
	if m.filter.Query.IsNumber() && m.matches.ExactCount() == 0 {
		return m.Len()
	}
	return m.matches.Best()
}

// Rows are the accounts that are shown, in their order.
func (m *Model) Rows() iter.Seq[directory.Account] {
	return func(yield func(directory.Account) bool) {
		for i := range m.Len() {
			if !yield(m.at(i)) {
				return
			}
		}
	}
}

// Snapshot is what is searched.
func (m *Model) Snapshot() *directory.Snapshot { return m.all }

// IsTyping reports whether keys go into the field.
func (m *Model) IsTyping() bool { return m.typing }

// StartTyping puts the focus into the field. The first letter starts another search.
func (m *Model) StartTyping() {
	if !m.typing {
		m.homeID = m.home()
		m.input.Select()
	}
	m.typing = true
	m.input.Focus()
}

// StopTyping puts the focus on the rows.
func (m *Model) StopTyping() {
	if m.best && m.IsOnLookupRow() {
		m.cursor = 0 // among the rows, the operator looks for an account
		m.clampCursor()
	}
	m.rememberCursor()
	m.typing, m.best = false, false
	m.input.Blur()
}

// Type edits what is typed, and finds.
func (m *Model) Type(msg tea.Msg) {
	before := m.input.Value()
	m.input.Update(msg)
	if m.input.Value() != before {
		m.search()
	}
}

// Query is what is typed, without blanks around it.
func (m *Model) Query() string { return m.filter.Query.String() }

// ServerQuery is what of the query the server may be asked for: its words, without the
// qualifiers.
func (m *Model) ServerQuery() string { return m.filter.Query.Text() }

// Complete goes on typing what the cursor stands at, if there is a way to, and
// reports whether there was. After a value the next word may follow at once.
func (m *Model) Complete() bool {
	c := m.completions()
	if len(c) == 0 {
		return false
	}
	text := c[0].Text
	if !strings.HasSuffix(text, ":") && c[0].End == len(m.input.Value()) {
		text += " "
	}
	m.input.Replace(c[0].Start, c[0].End, text)
	m.search()
	return true
}

// completions are the ways to go on with a qualifier that has been begun. A plain
// word is not taken for the beginning of one: it is a name, mostly.
func (m *Model) completions() []directory.Completion {
	typed, cursor := m.input.Value(), m.input.Cursor()
	word := typed[strings.LastIndexByte(typed[:cursor], ' ')+1 : cursor]
	if !strings.Contains(word, ":") && len(word) < 3 {
		return nil
	}
	if m.memo.cursor != cursor {
		m.memo.completions, m.memo.cursor = m.all.Complete(typed, cursor), cursor
	}
	return m.memo.completions
}

// IsFiltered reports whether less than everything may be shown.
func (m *Model) IsFiltered() bool {
	return m.input.Value() != "" || m.serverResults != nil || m.filter.View != directory.All
}

// Back goes one step back to every account, the cursor on the same one: first
// what was typed goes, then the view.
func (m *Model) Back() {
	if m.input.Value() == "" && m.serverResults == nil {
		m.filter.View = directory.All
	}
	m.input.SetValue("")
	m.search()
}

// search finds what is typed, the cursor on the best match; without a query it comes
// back.
func (m *Model) search() {
	m.serverResults, m.notice, m.pinnedID = nil, "", 0
	m.filter.Query = directory.ParseQuery(m.input.Value())
	m.cursor, m.best = 0, m.typing && m.Query() != ""
	if m.Query() == "" {
		m.cursorID = m.home()
	}
	m.refilter()
	m.top = 0 // or as far down as the cursor is
	m.clampCursor()
}

// SetServerResults shows the accounts that the server found for the query, until
// something else is typed.
func (m *Model) SetServerResults(accounts []directory.Account) {
	if accounts == nil {
		accounts = []directory.Account{} // nobody was found, which is an answer too
	}
	for i := range accounts {
		if !accounts[i].HasID() {
			accounts[i].ID = math.MinInt64 + int64(i) // no row of the list has it
		}
	}
	m.serverResults, m.notice = accounts, ""
	m.cursor, m.top = 0, 0
	m.clampCursor()
	m.countHiddenMarks()
}

// Amend brings what is now known of an account into the answer of the server, if
// it is shown.
func (m *Model) Amend(id int64, apply func(directory.Account) directory.Account) {
	for i := range m.serverResults {
		if m.serverResults[i].ID == id {
			m.serverResults[i] = apply(m.serverResults[i])
		}
	}
}

// SetNotice says something about what is typed, until something else is.
func (m *Model) SetNotice(s string) { m.notice = s }

// Len is how many accounts are shown.
func (m *Model) Len() int {
	if m.serverResults != nil {
		return len(m.serverResults)
	}
	return m.matches.Len()
}

// hasLookupRow reports whether a row after the accounts offers to look up what was
// typed on the server.
func (m *Model) hasLookupRow() bool {
	return m.serverResults == nil && m.ServerQuery() != "" && m.Len() > 0
}

// IsOnLookupRow reports whether the cursor is on that row.
func (m *Model) IsOnLookupRow() bool { return m.hasLookupRow() && m.cursor == m.Len() }

// Current is the account under the cursor.
func (m *Model) Current() (directory.Account, bool) {
	if m.cursor >= m.Len() {
		return directory.Account{}, false
	}
	return m.at(m.cursor), true
}

func (m *Model) at(i int) directory.Account {
	if m.serverResults != nil {
		return m.serverResults[i]
	}
	a, _ := m.matches.At(i)
	return a
}

// Pin keeps the account under the cursor where it is, though it may not be what
// the view shows any more: what was just done to it is to be seen. It goes when
// the cursor does, or when something else is asked for. 0 keeps none.
func (m *Model) Pin(id int64) {
	m.pinnedID = id
	if id == m.cursorID {
		m.rememberCursor()
	}
	if id == 0 && m.pinnedRows > 0 {
		m.refilter()
	}
}

// unpinIfLeft ends keeping an account that the cursor has left.
func (m *Model) unpinIfLeft() {
	if m.pinnedID != m.cursorID {
		m.Pin(0)
	}
}

// Move moves the cursor by so many rows, as far as there are any.
func (m *Model) Move(by int) { m.MoveTo(max(0, m.cursor+by)) }

// MovePage moves the cursor by so many pages.
func (m *Model) MovePage(by int) { m.Move(by * frame.PageStep(m.page)) }

// MoveTo moves the cursor to the row of that number, counted from 0; a negative
// one counts from the end.
func (m *Model) MoveTo(row int) {
	if row < 0 {
		row += m.Len()
	}
	m.cursor, m.best = row, false
	m.clampCursor()
	m.rememberCursor()
	m.unpinIfLeft()
}

// clampCursor brings cursor and window to where there are rows. The row that offers to look
// something up is always in view.
func (m *Model) clampCursor() {
	n := m.Len()
	last := n - 1
	if m.hasLookupRow() {
		last = n
	}
	m.cursor = max(0, min(m.cursor, last))
	m.top = max(0, min(m.top, n-m.page, m.cursor))
	if m.cursor < n {
		m.cursorID = m.at(m.cursor).ID
		m.top = max(m.top, m.cursor-m.page+1)
	}
}
