// Package lookup is the list pane: a search field and, below it, the matching accounts, best
// match first. It searches the snapshot it is given and does not read accounts itself.
package lookup

import (
	"iter"
	"slices"
	"time"

	"hdpadmin/internal/account"
	"hdpadmin/internal/search"
	"hdpadmin/ui/form"
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

// IsFiltered reports whether the pane may show fewer than all accounts.
func (m *Model) IsFiltered() bool {
	return m.IsSearched() || m.filter.View != search.All
}

// Len returns the number of accounts shown.
func (m *Model) Len() int {
	if m.serverResults != nil {
		return len(m.serverResults)
	}
	return m.matches.Len()
}

func (m *Model) at(i int) account.Account {
	if m.serverResults != nil {
		return m.serverResults[i]
	}
	a, _ := m.matches.At(i)
	return a
}
