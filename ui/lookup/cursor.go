package lookup

import (
	"hdpadmin/internal/account"
	"hdpadmin/ui/frame"
)

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

// bestRow returns the row to highlight for the query. If no account has exactly the number typed,
// that is the lookup row: 301 is not 3017.
func (m *Model) bestRow() int {
	if m.filter.Query.IsNumber() && m.matches.ExactCount() == 0 {
		return m.Len()
	}
	return m.matches.Best()
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
