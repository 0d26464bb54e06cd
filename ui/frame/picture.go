package frame

// Picture is a drawing: its lines, and the cell of the terminal's cursor in them.
type Picture struct {
	Lines  []string
	Cursor Cursor
}

// Cursor is a cell of a picture, counted from the upper left. The zero Cursor is hidden.
type Cursor struct {
	X, Y int
	On   bool
}

// At returns a visible cursor at x, y.
func At(x, y int) Cursor { return Cursor{X: x, Y: y, On: true} }

// Offset returns the cursor of a picture that is drawn at x, y of a larger one.
func (c Cursor) Offset(x, y int) Cursor {
	c.X, c.Y = c.X+x, c.Y+y
	return c
}

// PageStep returns how far a page key moves: all visible lines but one.
func PageStep(inView int) int { return max(1, inView-1) }

// Window returns up to h lines of p from top, and the top it used: it moves top so that no line
// stays empty. The cursor is hidden if it is outside.
func (p Picture) Window(top, h int) (Picture, int) {
	top = max(0, min(top, len(p.Lines)-h))
	end := min(len(p.Lines), top+h)
	out := Picture{Lines: p.Lines[top:end], Cursor: p.Cursor.Offset(0, -top)}
	if out.Cursor.Y < 0 || out.Cursor.Y >= h {
		out.Cursor = Cursor{}
	}
	return out, top
}
