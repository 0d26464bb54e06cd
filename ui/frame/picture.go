package frame

import tea "charm.land/bubbletea/v2"

// Picture is a drawing: its lines, and the cell of the terminal's cursor in them.
type Picture struct {
	Lines  []string
	Cursor Cursor
}

// Cursor is a cell of a picture, counted from the upper left. The zero Cursor is hidden.
type Cursor struct {
	X, Y  int
	On    bool
	OnRow bool // it is on a row of a list, not in a text
}

// At returns a visible cursor in a text.
func At(x, y int) Cursor { return Cursor{X: x, Y: y, On: true} }

// AtRow returns a visible cursor on a row of a list, where screen readers and magnifiers follow it.
func AtRow(x, y int) Cursor { return Cursor{X: x, Y: y, On: true, OnRow: true} }

// Terminal returns the terminal's cursor: a blinking bar in a text, a steady block on a row. It
// returns nil for a hidden cursor.
func (c Cursor) Terminal() *tea.Cursor {
	if !c.On {
		return nil
	}
	cursor := tea.NewCursor(c.X, c.Y)
	if !c.OnRow {
		cursor.Shape = tea.CursorBar
	}
	cursor.Blink = !c.OnRow
	return cursor
}

// Offset returns the cursor of a picture that is drawn at x, y of a larger one.
func (c Cursor) Offset(x, y int) Cursor {
	c.X, c.Y = c.X+x, c.Y+y
	return c
}

// PageStep returns how far a page key moves: all visible lines but one.
func PageStep(inView int) int { return max(1, inView-1) }

// Part returns the lines from top up to, but not including, end. The cursor is hidden if it is
// outside.
func (p Picture) Part(top, end int) Picture {
	part := Picture{Lines: p.Lines[top:end], Cursor: p.Cursor.Offset(0, -top)}
	if part.Cursor.Y < 0 || part.Cursor.Y >= end-top {
		part.Cursor = Cursor{}
	}
	return part
}
