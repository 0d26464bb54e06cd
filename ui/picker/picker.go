// Package picker is a column of things of which one is chosen, as the profiles are.
// It draws itself and moves its pointer; what is chosen is its owner's business.
package picker

import (
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Row is one of the things: its name, and what there is to say of it. Both may
// have a style.
type Row struct{ Name, Note string }

// Menu is the column. The zero Menu is empty; set Rows.
type Menu struct {
	Rows []Row

	at, top int
}

// wide is the width from which on a long name gives way to its note.
const wide = 50

// Cursor is the row with the pointer.
func (m *Menu) Cursor() int { return m.at }

// SetCursor moves the pointer to a row.
func (m *Menu) SetCursor(at int) { m.at = max(0, min(at, len(m.Rows)-1)) }

// Move moves the pointer by rows.
func (m *Menu) Move(by int) { m.SetCursor(m.at + by) }

// Lines draws the rows around the pointer, in w cells and at most h lines.
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

// fitNote is what there is room for of a row's note, nothing where that says nothing.
func fitNote(r Row, room int) string {
	if room < min(16, frame.Width(r.Note)) {
		return ""
	}
	return "  " + r.Note
}
