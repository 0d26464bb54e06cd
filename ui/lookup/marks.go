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

// countHidden looks at the rows, as many as there are, and so belongs where they
// change.
func (m *Model) countHidden() {
	m.marks.hidden = len(m.marks.ids)
	for i := 0; i < m.Len() && m.marks.hidden > 0; i++ {
		if m.isMarked(i) {
			m.marks.hidden--
		}
	}
}

// isMarked is about a row.
func (m *Model) isMarked(row int) bool {
	if m.answer != nil {
		return m.marks.ids[m.answer[row].ID]
	}
	return m.marks.at[m.matches.Position(row)]
}

// mark leaves the count to its caller.
func (m *Model) mark(id int64, on bool) {
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

// markRow is mark for one that is shown, which the count is not about.
func (m *Model) markRow(row int, on bool) {
	a := m.at(row)
	id := a.ID
	if !a.HasID() {
		return
	}
	if m.answer != nil {
		m.mark(id, on)
		return
	}
	m.marks.set(id, on)
	m.marks.at[m.matches.Position(row)] = on
}

// ToggleMark marks the account under the cursor, or takes its mark off, and goes
// to the next row.
func (m *Model) ToggleMark() {
	if m.cursor < m.Len() {
		m.markRow(m.cursor, !m.isMarked(m.cursor))
		m.Move(1)
	}
}

// MarkTo moves the cursor by so many rows and marks every account it comes by,
// the one it leaves and the one it reaches among them.
func (m *Model) MarkTo(by int) {
	from := m.cursor
	m.Move(by)
	for i := min(from, m.cursor); i <= max(from, m.cursor) && i < m.Len(); i++ {
		m.markRow(i, true)
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
		m.markRow(i, !all)
	}
}

// Unmark takes the marks off these accounts.
func (m *Model) Unmark(ids []int64) {
	for _, id := range ids {
		m.mark(id, false)
	}
	m.countHidden()
}

// UnmarkAll takes all marks off, also those of accounts that are not shown.
func (m *Model) UnmarkAll() { m.Unmark(m.Marked()) }

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

// Marks is how many accounts are marked.
func (m *Model) Marks() int { return len(m.marks.ids) }

// MarksHidden is how many of them are not among those shown.
func (m *Model) MarksHidden() int { return m.marks.hidden }

// Marked is the marked accounts by their ids, in ascending order.
func (m *Model) Marked() []int64 {
	ids := make([]int64, 0, len(m.marks.ids))
	for id := range m.marks.ids {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// NotShown is how many of these accounts, each named once, are not among those
// shown.
func (m *Model) NotShown(ids iter.Seq[int64]) int {
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

// marksNote says how many are marked, "" for none.
func (m *Model) marksNote() string {
	switch {
	case m.Marks() == 0:
		return ""
	case m.marks.hidden == 0:
		return frame.Count(m.Marks()) + " marked"
	}
	return frame.Count(m.Marks()) + " marked, " + frame.Count(m.marks.hidden) + " not shown"
}
