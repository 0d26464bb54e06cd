package frame

// Picture is something drawn: lines, and the cell of the real cursor in them.
type Picture struct {
	Lines  []string
	Cursor Cursor
}

// Cursor is a cell counted from the upper left one of a picture. The zero Cursor
// is not shown.
type Cursor struct {
	X, Y int
	On   bool
}

// At is a shown cursor.
func At(x, y int) Cursor { return Cursor{X: x, Y: y, On: true} }

// Offset is the cursor of a picture that was drawn at x, y of a larger one.
func (c Cursor) Offset(x, y int) Cursor {
	c.X, c.Y = c.X+x, c.Y+y
	return c
}

// PageStep is by how many lines a page goes on where so many are in view: one of them
// stays.
func PageStep(inView int) int { return max(1, inView-1) }

// Window returns the h lines of p that start at top, as far as there are any,
// with top moved so that no line is wasted; the cursor is shown if it is among
// them. It returns the top it used.
func (p Picture) Window(top, h int) (Picture, int) {
	top = max(0, min(top, len(p.Lines)-h))
	end := min(len(p.Lines), top+h)
	out := Picture{Lines: p.Lines[top:end], Cursor: p.Cursor.Offset(0, -top)}
	if out.Cursor.Y < 0 || out.Cursor.Y >= h {
		out.Cursor = Cursor{}
	}
	return out, top
}
