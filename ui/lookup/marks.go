package lookup

import (
	"iter"
	"slices"

	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
)

// marks belong to accounts, not rows. They survive searches, views and new lists.
type marks struct {
	ids    map[int64]bool
	at     []bool // by position in the snapshot; a marked account that is not in it is only in ids
	hidden int    // how many of ids are not among the rows
}

func (m *Model) locateMarks() {
	m.marks.at = make([]bool, m.all.Len())
	for id := range m.marks.ids {
		if i, ok := m.all.Position(id); ok {
			m.marks.at[i] = true
		}
	}
}

// countHiddenMarks visits every row, so call it only when the rows change.
func (m *Model) countHiddenMarks() {
	m.marks.hidden = len(m.marks.ids)
	for i := 0; i < m.Len() && m.marks.hidden > 0; i++ {
		if m.isMarked(i) {
			m.marks.hidden--
		}
	}
}

func (m *Model) isMarked(row int) bool {
	if m.serverResults != nil {
		return m.marks.ids[m.serverResults[row].ID]
	}
	return m.marks.at[m.matches.Position(row)]
}

// setMark does not update the hidden count; the caller does.
func (m *Model) setMark(id int64, on bool) {
	m.marks.set(id, on)
	if i, ok := m.all.Position(id); ok {
		m.marks.at[i] = on
	}
}

func (m *marks) set(id int64, on bool) {
	if on {
		m.ids[id] = true
	} else {
		delete(m.ids, id)
	}
}

// setRowMark marks or unmarks a visible row, which leaves the hidden count as it is.
func (m *Model) setRowMark(row int, on bool) {
	a := m.at(row)
	id := a.ID
	if !a.HasID() {
		return
	}
	if m.serverResults != nil {
		m.setMark(id, on)
		return
	}
	m.marks.set(id, on)
	m.marks.at[m.matches.Position(row)] = on
}

// ToggleMark marks or unmarks the account under the cursor and moves to the next row.
func (m *Model) ToggleMark() {
	if m.cursor < m.Len() {
		m.setRowMark(m.cursor, !m.isMarked(m.cursor))
		m.Move(1)
	}
}

// MarkTo moves the cursor by that many rows and marks every account from the old position to the
// new one, both included.
func (m *Model) MarkTo(by int) {
	from := m.cursor
	m.Move(by)
	for i := min(from, m.cursor); i <= max(from, m.cursor) && i < m.Len(); i++ {
		m.setRowMark(i, true)
	}
}

// MarkShown marks every account shown or, if all are marked, unmarks them. An account without an
// id is never marked.
func (m *Model) MarkShown() {
	all := true
	for i := range m.Len() {
		all = all && (m.isMarked(i) || !m.at(i).HasID())
	}
	for i := range m.Len() {
		m.setRowMark(i, !all)
	}
}

// Unmark unmarks these accounts.
func (m *Model) Unmark(ids []int64) {
	for _, id := range ids {
		m.setMark(id, false)
	}
	m.countHiddenMarks()
}

// UnmarkAll clears all marks, including those of accounts that are not shown.
func (m *Model) UnmarkAll() { m.Unmark(m.MarkedIDs()) }

// UnmarkGone unmarks accounts that were in the earlier list and are missing from the current one,
// and returns how many.
func (m *Model) UnmarkGone(was *search.Snapshot) int {
	if m.all.HasSamePositions(was) {
		return 0
	}
	var gone []int64
	for id := range m.marks.ids {
		_, before := was.Position(id)
		if _, now := m.all.Position(id); before && !now {
			gone = append(gone, id)
		}
	}
	m.Unmark(gone)
	return len(gone)
}

// MarkCount returns the number of marked accounts.
func (m *Model) MarkCount() int { return len(m.marks.ids) }

// MarkedIDs returns the ids of the marked accounts in ascending order.
func (m *Model) MarkedIDs() []int64 {
	ids := make([]int64, 0, len(m.marks.ids))
	for id := range m.marks.ids {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// CountNotShown returns how many of these accounts are not shown. A repeated id counts once.
func (m *Model) CountNotShown(ids iter.Seq[int64]) int {
	asked := map[int64]bool{}
	for id := range ids {
		asked[id] = true
	}
	n := len(asked)
	for i := 0; i < m.Len() && n > 0; i++ {
		if asked[m.at(i).ID] {
			n--
		}
	}
	return n
}

func (m *Model) marksLabel() string {
	switch {
	case m.MarkCount() == 0:
		return ""
	case m.marks.hidden == 0:
		return words.Count(m.MarkCount()) + " marked"
	}
	return words.Count(m.MarkCount()) + " marked, " + words.Count(m.marks.hidden) + " not shown"
}
