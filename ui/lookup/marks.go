package lookup

import "slices"

// Marks are of accounts, not of rows: they stay whatever is shown, and whatever
// the list becomes.

// ToggleMark marks the account under the cursor, or takes its mark off, and goes
// to the next row.
func (m *Model) ToggleMark() {
	if a, ok := m.Current(); ok {
		m.mark(a.ID, !m.marks[a.ID])
		m.Move(1)
	}
}

// MarkTo moves the cursor by so many rows and marks every account it comes by,
// the one it leaves and the one it reaches among them.
func (m *Model) MarkTo(by int) {
	from := m.cursor
	m.Move(by)
	for i := min(from, m.cursor); i <= max(from, m.cursor) && i < m.Len(); i++ {
		m.mark(m.at(i).ID, true)
	}
}

// MarkShown marks every account that is shown; if all of them are marked, it
// takes their marks off.
func (m *Model) MarkShown() {
	all := true
	for i := range m.Len() {
		all = all && m.marks[m.at(i).ID]
	}
	for i := range m.Len() {
		m.mark(m.at(i).ID, !all)
	}
}

// Unmark takes the marks off these accounts.
func (m *Model) Unmark(ids []int64) {
	for _, id := range ids {
		m.mark(id, false)
	}
}

func (m *Model) mark(id int64, on bool) {
	if on {
		m.marks[id] = true
	} else {
		delete(m.marks, id)
	}
}

// Marked is the marked accounts by their ids, in ascending order.
func (m *Model) Marked() []int64 {
	ids := make([]int64, 0, len(m.marks))
	for id := range m.marks {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// MarkedHidden is how many of the marked accounts are not among those shown.
func (m *Model) MarkedHidden() int {
	hidden := len(m.marks)
	for i := 0; i < m.Len() && hidden > 0; i++ {
		if m.marks[m.at(i).ID] {
			hidden--
		}
	}
	return hidden
}
