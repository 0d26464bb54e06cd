// Package picker draws a list from which one row is chosen, such as the profiles. Its owner handles
// the choice.
package picker

import (
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Row is one row of the list. Both texts may contain a style.
type Row struct{ Name, Note string }

// Menu is the list with its cursor. The zero Menu is empty; set Rows.
type Menu struct {
	Rows []Row

	at, top int
}

// wide is the width from which a long name is cut to make room for its note.
const wide = 50

// Cursor returns the index of the row under the cursor.
func (m *Menu) Cursor() int { return m.at }

// SetCursor moves the cursor to a row.
func (m *Menu) SetCursor(at int) { m.at = max(0, min(at, len(m.Rows)-1)) }

// Move moves the cursor by rows.
func (m *Menu) Move(by int) { m.SetCursor(m.at + by) }

// Lines draws the rows around the cursor, in w cells and at most h lines.
func (m *Menu) Lines(th theme.Theme, w, h int) []string {
	name := 0
	for _, r := range m.Rows {
		name = max(name, frame.Width(r.Name))
	}
	if name = min(name, w-2); w >= wide {
		name = min(name, w/2)
	}
	h = max(1, min(h, len(m.Rows)))
	m.top = min(max(m.top, m.at-h+1), m.at, max(0, len(m.Rows)-h))
	var lines []string
	for i := m.top; i < min(m.top+h, len(m.Rows)); i++ {
		mark := " "
		if i == m.at {
			mark = th.Key.Render(th.Signs.Pointer)
		}
		r := m.Rows[i]
		lines = append(lines, frame.Fit(mark+" "+frame.Fit(r.Name, name, th.Signs.Ellipsis)+fitNote(r, w-name-4), w, th.Signs.Ellipsis))
	}
	return lines
}

// fitNote returns the note of a row, or "" if there is too little room for it.
func fitNote(r Row, room int) string {
	if room < min(16, frame.Width(r.Note)) {
		return ""
	}
	return "  " + r.Note
}
