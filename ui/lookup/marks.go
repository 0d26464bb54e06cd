package lookup

import (
	"iter"
	"slices"

	"hdpadmin/internal/directory"
	"hdpadmin/ui/frame"
)

// marks are of accounts, not of rows: they stay whatever is shown, and whatever
// the list becomes.
type marks struct {
	ids    map[int64]bool
	at     []bool // by position in the snapshot; who is not in it is in ids alone
	hidden int    // of those in ids, not among the rows
}

// locateMarks finds the marked accounts in the snapshot.
func (m *Model) locateMarks() {
	m.marks.at = make([]bool, m.all.Len())
	for id := range m.marks.ids {
		if i, ok := m.all.Position(id); ok {
			m.marks.at[i] = true
		}
	}
}

// countHiddenMarks looks at the rows, as many as there are, and so belongs where they
// change.
func (m *Model) countHiddenMarks() {
	m.marks.hidden = len(m.marks.ids)
	for i := 0; i < m.Len() && m.marks.hidden > 0; i++ {
		if m.isMarked(i) {
			m.marks.hidden--
		}
	}
}

// isMarked is about a row.
func (m *Model) isMarked(row int) bool {
	if m.serverResults != nil {
		return m.marks.ids[m.serverResults[row].ID]
	}
	return m.marks.at[m.matches.Position(row)]
}

// setMark leaves the count to its caller.
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

// setRowMark is mark for one that is shown, which the count is not about.
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

// ToggleMark marks the account under the cursor, or takes its mark off, and goes
// to the next row.
func (m *Model) ToggleMark() {
	if m.cursor < m.Len() {
		m.setRowMark(m.cursor, !m.isMarked(m.cursor))
		m.Move(1)
	}
}

// MarkTo moves the cursor by so many rows and marks every account it comes by,
// the one it leaves and the one it reaches among them.
func (m *Model) MarkTo(by int) {
	from := m.cursor
	m.Move(by)
	for i := min(from, m.cursor); i <= max(from, m.cursor) && i < m.Len(); i++ {
		m.setRowMark(i, true)
	}
}

// MarkShown marks every account that is shown; if all of them are marked, it
// takes their marks off. One without an id is never marked.
func (m *Model) MarkShown() {
	all := true
	for i := range m.Len() {
		all = all && (m.isMarked(i) || !m.at(i).HasID())
	}
	for i := range m.Len() {
		m.setRowMark(i, !all)
	}
}

// Unmark takes the marks off these accounts.
func (m *Model) Unmark(ids []int64) {
	for _, id := range ids {
		m.setMark(id, false)
	}
	m.countHiddenMarks()
}

// UnmarkAll takes all marks off, also those of accounts that are not shown.
func (m *Model) UnmarkAll() { m.Unmark(m.MarkedIDs()) }

// UnmarkGone takes the marks off accounts that were in an earlier list and are
// not in this one, and returns how many there were.
func (m *Model) UnmarkGone(was *directory.Snapshot) int {
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

// MarkCount is how many accounts are marked.
func (m *Model) MarkCount() int { return len(m.marks.ids) }

// HiddenMarkCount is how many of them are not among those shown.
func (m *Model) HiddenMarkCount() int { return m.marks.hidden }

// MarkedIDs is the marked accounts by their ids, in ascending order.
func (m *Model) MarkedIDs() []int64 {
	ids := make([]int64, 0, len(m.marks.ids))
	for id := range m.marks.ids {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// CountNotShown is how many of these accounts, each named once, are not among those
// shown.
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

// marksLabel says how many are marked, "" for none.
func (m *Model) marksLabel() string {
	switch {
	case m.MarkCount() == 0:
		return ""
	case m.marks.hidden == 0:
		return frame.Count(m.MarkCount()) + " marked"
	}
	return frame.Count(m.MarkCount()) + " marked, " + frame.Count(m.marks.hidden) + " not shown"
}
