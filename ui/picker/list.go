package picker

import "hdpadmin/ui/frame"

// List is the cursor in a list of rows, and the rows in view. Its Scroll moves them without the
// cursor. The zero List is empty; set Len.
type List struct {
	frame.Scroll

	Len int

	at int
}

// Cursor returns the index of the row under the cursor, 0 if there are no rows.
func (l *List) Cursor() int { return l.at }

// SetCursor moves the cursor to a row.
func (l *List) SetCursor(at int) { l.at = max(0, min(at, l.Len-1)) }

// Move moves the cursor by rows.
func (l *List) Move(by int) { l.SetCursor(l.at + by) }

// Page moves the cursor by pages.
func (l *List) Page(by int) { l.Move(by * l.PageStep()) }

// Window returns the rows around the cursor for h lines, from first up to, but not including, end.
func (l *List) Window(h int) (first, end int) {
	l.Show(l.at, h)
	return l.Scroll.Window(l.Len, h)
}
