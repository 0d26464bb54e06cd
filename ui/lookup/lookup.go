// Package lookup is the list pane: a search field and, below it, the matching accounts, best
// match first. It searches the snapshot it is given and does not read accounts itself.
package lookup

import (
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
)

// Model is the list pane. Make one with [New].
type Model struct {
	input  form.Input
	typing bool // the search field has the focus, not the rows

	all           *search.Snapshot
	filter        search.Filter
	matches       search.Matches
	validUntil    time.Time         // when a lock or password expiry may change the matches
	serverResults []account.Account // shown instead of the matches; nil for none
	notice        string            // a message about the query

	cursor      int    // index of the selected row
	best        bool   // the cursor follows the best match while the operator types
	cursorID    int64  // account under the cursor; the cursor follows it when rows come and go
	homeID      int64  // account the operator last chose; see home
	outsideView bool   // the view has no match, so the rows come from all accounts
	pinnedID    int64  // account that keeps its row although it no longer matches, 0 for none; see Pin
	pinnedRows  int    // 1 if that row does not match any more, else 0
	top         int    // first visible row
	page        int    // number of visible rows in the last drawing
	layout      layout // the columns of the last drawing

	marks marks
	memo  memo
}

// memo caches the completions of the search field until the matches change.
type memo struct {
	completions []search.Completion
	cursor      int // position in the field they belong to; -1 if not computed
}

// New returns a list pane without accounts.
func New() *Model {
	m := &Model{input: form.NewInput(256), page: 1, layout: columns(80, 4), marks: marks{ids: map[int64]bool{}}, all: &search.Snapshot{}}
	m.SetSnapshot(&search.Snapshot{})
	return m
}

// SetSnapshot searches s from now on. The cursor stays on its account or, while the operator
// types, on the best match.
func (m *Model) SetSnapshot(s *search.Snapshot) {
	moved := !s.HasSamePositions(m.all)
	m.all = s
	if moved {
		m.locateMarks()
	}
	m.filter.Query = m.parseQuery()
	m.refilter()
}

// SetNow sets the server's time. Locks and passwords expire as it passes.
func (m *Model) SetNow(now time.Time) {
	m.filter.Now = now
	if !m.validUntil.IsZero() && !now.Before(m.validUntil) {
		m.refilter()
	}
}

// NextChange returns when the rows or a count next change because a lock or password expires;
// zero for never.
func (m *Model) NextChange() time.Time {
	counts := m.all.NextChange(m.filter.Now, m.filter.Within)
	if counts.IsZero() || !m.validUntil.IsZero() && m.validUntil.Before(counts) {
		return m.validUntil
	}
	return counts
}

// SetExpiringWithin sets how soon a password must expire to be in the view Expiring.
func (m *Model) SetExpiringWithin(d time.Duration) { m.filter.Within = d }

// SetView shows one view, from its top.
func (m *Model) SetView(v search.View) {
	m.filter.View, m.serverResults, m.notice, m.pinnedID = v, nil, "", 0
	m.refilter()
	m.MoveTo(0)
}

// home returns the account the cursor returns to after a search: the one the operator last moved
// to or changed.
func (m *Model) home() int64 {
	if _, listed := m.all.Position(m.homeID); listed {
		return m.homeID
	}
	return m.cursorID
}

func (m *Model) rememberCursor() {
	if m.serverResults == nil && m.Len() > 0 {
		m.homeID = m.cursorID
	}
}

// NextSort sorts by the next column, from left to right, and shows the top of the list; after the
// last column, it sorts by relevance. It skips columns that the pane is too narrow to show.
func (m *Model) NextSort() {
	l := m.layout
	order := []search.Column{search.NoColumn}
	for _, c := range []struct {
		by    search.Column
		width int
	}{
		{search.ColumnID, l.id},
		{search.ColumnName, l.user},
		{search.ColumnTenant, l.tenant},
		{search.ColumnStatus, l.status},
		{search.ColumnPassword, l.password},
	} {
		if c.width > 0 {
			order = append(order, c.by)
		}
	}
	next := (slices.Index(order, m.filter.Sort.By) + 1) % len(order)
	m.setSort(search.Sort{By: order[next]})
}

// IsSorted reports whether the rows are sorted by a column.
func (m *Model) IsSorted() bool { return m.sort().By != search.NoColumn }

// ReverseSort reverses the sort order and shows the top of the list.
func (m *Model) ReverseSort() {
	s := m.sort()
	s.Descending = !s.Descending
	m.setSort(s)
}

func (m *Model) setSort(s search.Sort) {
	m.filter.Sort = s
	m.refilter()
	m.MoveTo(0)
}

// sort returns the order of the rows: the view's own, unless the operator chose another or searches
// for a name.
func (m *Model) sort() search.Sort {
	if s := m.filter.Sort; s.By != search.NoColumn || m.ServerQuery() != "" {
		return s
	}
	return m.filter.View.Sort()
}

func (m *Model) refilter() {
	onLookup := m.IsOnLookupRow()
	f := m.filter
	f.Sort = m.sort()
	m.matches = m.all.Filter(f)
	m.validUntil = m.matches.NextChange()
	m.pinnedRows, m.outsideView = m.matches.Len(), false
	if m.pinnedID != 0 && m.pinnedID == m.cursorID && m.serverResults == nil {
		m.matches = m.matches.With(m.pinnedID, min(m.cursor, m.matches.Len()))
	} else {
		m.widenToAll()
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

// widenToAll takes the matches among all accounts if the view has none, or only guesses.
func (m *Model) widenToAll() {
	if m.filter.View == search.All || m.filter.Query.Empty() || m.matches.Len() > 0 && !m.matches.AreFuzzy() {
		return
	}
	f := m.filter
	f.View = search.All
	all := m.all.Filter(f)
	if all.Len() == 0 || m.matches.Len() > 0 && all.AreFuzzy() {
		return
	}
	m.matches, m.outsideView, m.pinnedRows = all, true, all.Len()
	if next := all.NextChange(); m.validUntil.IsZero() || !next.IsZero() && next.Before(m.validUntil) {
		m.validUntil = next
	}
}

// bestRow returns the row to highlight for the query. If no account has exactly the number typed,
// that is the lookup row: 301 is not 3017.
func (m *Model) bestRow() int {
	if m.filter.Query.IsNumber() && m.matches.ExactCount() == 0 {
		return m.Len()
	}
	return m.matches.Best()
}

// Rows returns the accounts shown, in order.
func (m *Model) Rows() iter.Seq[account.Account] {
	return func(yield func(account.Account) bool) {
		for i := range m.Len() {
			if !yield(m.at(i)) {
				return
			}
		}
	}
}

// Snapshot returns the accounts that the pane searches.
func (m *Model) Snapshot() *search.Snapshot { return m.all }

// IsTyping reports whether keys go to the search field.
func (m *Model) IsTyping() bool { return m.typing }

// StartTyping moves the focus to the search field. The first character typed replaces the old
// query.
func (m *Model) StartTyping() {
	if !m.typing {
		m.homeID = m.home()
		m.input.Select()
	}
	m.typing = true
	m.input.Focus()
}

// StopTyping moves the focus to the rows.
func (m *Model) StopTyping() {
	if m.best && m.IsOnLookupRow() {
		m.cursor = 0 // among the rows, the operator is looking for an account
		m.clampCursor()
	}
	m.rememberCursor()
	m.typing, m.best = false, false
	m.input.Blur()
}

// Type edits the query with a key or pasted text and searches.
func (m *Model) Type(msg tea.Msg) {
	before := m.input.Value()
	m.input.Update(msg)
	if m.input.Value() != before {
		m.search()
	}
}

// Query returns the trimmed query.
func (m *Model) Query() string { return m.filter.Query.String() }

// ServerQuery returns the query's words without its qualifiers, which the server does not know.
func (m *Model) ServerQuery() string { return m.filter.Query.Text() }

// Complete completes the qualifier or value at the cursor and reports whether it could. After a
// value it adds a space, so that the next word can follow.
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

// completions returns completions for the qualifier at the cursor. A short word without a colon
// is more likely a name, so it has none.
func (m *Model) completions() []search.Completion {
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

// IsFiltered reports whether the pane may show fewer than all accounts.
func (m *Model) IsFiltered() bool {
	return m.IsSearched() || m.filter.View != search.All
}

// IsSearched reports whether a search limits the rows, which Back clears first.
func (m *Model) IsSearched() bool { return m.input.Value() != "" || m.serverResults != nil }

// Back clears the query or, if there is none, the view. The cursor stays on its account.
func (m *Model) Back() {
	if m.input.Value() == "" && m.serverResults == nil {
		m.filter.View = search.All
	}
	m.input.SetValue("")
	m.search()
}

// ShowAccount shows all accounts, with the cursor on one of them. It reports whether that one is listed.
func (m *Model) ShowAccount(id int64) bool {
	if _, listed := m.all.Position(id); !listed {
		return false
	}
	m.input.SetValue("")
	m.filter.View, m.homeID = search.All, id
	m.search()
	return true
}

// search runs the query in the field and puts the cursor on the best match. For an empty query
// the cursor returns to home.
func (m *Model) search() {
	m.serverResults, m.notice, m.pinnedID = nil, "", 0
	m.filter.Query = m.parseQuery()
	m.cursor, m.best = 0, m.typing && m.Query() != ""
	if m.Query() == "" {
		m.cursorID = m.home()
	}
	m.refilter()
	m.top = 0 // clampCursor scrolls down to the cursor
	m.clampCursor()
}

// parseQuery parses the text in the field. If nothing matches it as typed, it looks for the words
// and the id in "Smith, Alice" and #307. It keeps the domain of alice@corp.example: that may be
// the sign-in name of another account, and the server knows.
func (m *Model) parseQuery() search.Query {
	typed := m.input.Value()
	q := search.ParseQuery(typed)
	other := search.ParseQuery(strings.NewReplacer("#", "", ",", " ").Replace(typed))
	if other.String() != q.String() && !m.isMatched(q) && m.isMatched(other) {
		return other
	}
	return q
}

func (m *Model) isMatched(q search.Query) bool {
	matches := m.all.Filter(search.Filter{Query: q, Now: m.filter.Now, Within: m.filter.Within})
	return matches.Len() > 0 && !matches.AreFuzzy()
}

// SetServerResults shows the accounts the server found for the query, until the query changes.
// Nil means that it found none.
func (m *Model) SetServerResults(accounts []account.Account) {
	if accounts == nil {
		accounts = []account.Account{} // nil would mean no answer yet
	}
	for i := range accounts {
		if !accounts[i].HasID() {
			accounts[i].ID = math.MinInt64 + int64(i) // an id that no listed account has
		}
	}
	m.serverResults, m.notice = accounts, ""
	m.cursor, m.top = 0, 0
	m.clampCursor()
	m.countHiddenMarks()
}

// Amend applies newer facts about an account to the server results, if they are shown.
func (m *Model) Amend(id int64, apply func(account.Account) account.Account) {
	for i := range m.serverResults {
		if m.serverResults[i].ID == id {
			m.serverResults[i] = apply(m.serverResults[i])
		}
	}
}

// SetNotice shows a message about the query until the query changes.
func (m *Model) SetNotice(s string) { m.notice = s }

// Len returns the number of accounts shown.
func (m *Model) Len() int {
	if m.serverResults != nil {
		return len(m.serverResults)
	}
	return m.matches.Len()
}

// hasLookupRow reports whether the accounts are followed by a row that looks up the query on the
// server.
func (m *Model) hasLookupRow() bool {
	return m.serverResults == nil && m.ServerQuery() != "" && m.Len() > 0
}

// IsOnLookupRow reports whether the cursor is on the row that looks up the query on the server.
func (m *Model) IsOnLookupRow() bool { return m.hasLookupRow() && m.cursor == m.Len() }

// Current returns the account under the cursor, false if there is none.
func (m *Model) Current() (account.Account, bool) {
	if m.cursor >= m.Len() {
		return account.Account{}, false
	}
	return m.at(m.cursor), true
}

func (m *Model) at(i int) account.Account {
	if m.serverResults != nil {
		return m.serverResults[i]
	}
	a, _ := m.matches.At(i)
	return a
}

// Pin keeps the account under the cursor in the list although it may no longer belong to the
// view, so that the operator sees the result of a change. It stays until the cursor leaves it or
// the query or view changes; 0 pins none.
func (m *Model) Pin(id int64) {
	m.pinnedID = id
	if id == m.cursorID {
		m.rememberCursor()
	}
	if id == 0 && m.pinnedRows > 0 {
		m.refilter()
	}
}

func (m *Model) unpinIfLeft() {
	if m.pinnedID != m.cursorID {
		m.Pin(0)
	}
}

// Move moves the cursor by that many rows, at most to the end.
func (m *Model) Move(by int) { m.MoveTo(max(0, m.cursor+by)) }

// MovePage moves the cursor by that many pages.
func (m *Model) MovePage(by int) { m.Move(by * frame.PageStep(m.page)) }

// MoveTo moves the cursor to a row, counted from 0 or, if negative, from the end.
func (m *Model) MoveTo(row int) {
	if row < 0 {
		row += m.Len()
	}
	m.cursor, m.best = row, false
	m.clampCursor()
	m.rememberCursor()
	m.unpinIfLeft()
}

// clampCursor keeps the cursor on a row and the cursor's row in view. The lookup row is always
// visible.
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
