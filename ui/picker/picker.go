// Package picker keeps the cursor in a list of rows, such as the profiles, and draws short ones. Its
// owner handles the choice.
package picker

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

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

// Row is one row of a short list. Name and Note may contain a style. Under the cursor only Badge, a part
// of Name, keeps it.
type Row struct{ Name, Note, Badge string }

// wide is the width from which a long name is cut to make room for its note.
const wide = 50

// Draw draws the rows around the cursor, of all Len rows, in w cells and at most h lines.
func (l *List) Draw(th theme.Theme, rows []Row, w, h int) frame.Picture {
	name := 0
	for _, r := range rows {
		name = max(name, frame.Width(r.Name))
	}
	if name = min(name, w-2); w >= wide {
		name = min(name, w/2)
	}
	var p frame.Picture
	first, end := l.Window(max(1, h))
	for i := first; i < end; i++ {
		mark := " "
		if i == l.at {
			mark = th.Signs.Pointer
			p.Cursor = frame.AtRow(0, len(p.Lines))
		}
		r := rows[i]
		line := frame.Fit(mark+" "+frame.Fit(r.Name, name, th.Signs.Ellipsis)+fitNote(r, w-name-4), w, th.Signs.Ellipsis)
		if i == l.at {
			line = highlight(th, line, r.Badge)
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

func highlight(th theme.Theme, line, badge string) string {
	before, after, found := strings.Cut(line, badge)
	if badge == "" || !found {
		return th.Cursor.Render(ansi.Strip(line))
	}
	if th.Palette.Accent == nil { // reversed like the row, the badge would disappear in it
		badge = th.Strong.Render(ansi.Strip(badge))
	}
	return th.Cursor.Render(ansi.Strip(before)) + badge + th.Cursor.Render(ansi.Strip(after))
}

// fitNote returns the note of a row, or "" if there is too little room for it.
func fitNote(r Row, room int) string {
	if room < min(16, frame.Width(r.Note)) {
		return ""
	}
	return "  " + r.Note
}
