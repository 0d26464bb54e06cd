package frame

import (
	"strings"

	"hdpadmin/ui/theme"
)

// Dialog is a dialog that is being drawn. Add its content from the top down, then draw it.
type Dialog struct {
	Title string
	Note  string // at the right of the upper border
	Bad   bool   // it shows an error
	State string // at the left of the last line, such as why enter did nothing
	More  bool   // some of the content is not in view

	Picture     // the content
	W, H    int // room for the content

	theme   theme.Theme
	keys    Keys
	waiting bool
}

// NewDialog returns a dialog of at most w × h cells, and never wider than widest.
func NewDialog(th theme.Theme, keys Keys, widest, w, h int) *Dialog {
	return &Dialog{W: min(w, widest) - 4, H: max(1, h-3), theme: th, keys: keys}
}

// Add adds lines. A line longer than W will be cut.
func (d *Dialog) Add(lines ...string) { d.Lines = append(d.Lines, lines...) }

// AddText adds a text, wrapped. An empty text has no lines.
func (d *Dialog) AddText(style theme.Style, text string) {
	d.Add(Paragraph(style, "", text, d.W)...)
}

// AddPicture adds lines with a cursor, such as a form.
func (d *Dialog) AddPicture(p Picture) {
	if p.Cursor.On {
		d.Cursor = p.Cursor.Offset(0, len(d.Lines))
	}
	d.Add(p.Lines...)
}

// Cut drops what has been added last so that n more lines fit.
func (d *Dialog) Cut(n int) { d.Lines = d.Lines[:min(len(d.Lines), max(0, d.H-n))] }

// Wait says what the dialog waits for, and hides the cursor, since it takes no text meanwhile.
func (d *Dialog) Wait(state string) { d.State, d.waiting = state, true }

// Draw draws the dialog with as much of its content as fits.
func (d *Dialog) Draw() Picture {
	content := d.Part(0, min(len(d.Lines), d.H))
	lines := make([]string, 0, len(content.Lines)+1)
	for _, l := range content.Lines {
		lines = append(lines, " "+Fit(l, d.W, d.theme.Signs.Ellipsis))
	}
	state := ""
	if d.State != "" {
		state = d.theme.Caution.Render(d.State)
	}
	lines = append(lines, " "+d.keys.Foot(d.theme, state, d.More, d.W))
	box := Box{Title: d.Title, Note: d.Note, Bad: d.Bad, Focus: true}
	drawn := Picture{Lines: box.Draw(d.theme, lines, d.W+4, len(lines)+2)}
	if !d.waiting {
		drawn.Cursor = content.Cursor.Offset(2, 1)
	}
	return drawn
}

// DrawScrolled draws the dialog with the part of its content that s has in view.
func (d *Dialog) DrawScrolled(s *Scroll) Picture {
	total := len(d.Lines)
	top, end := s.Window(total, d.H)
	d.Picture, d.More = d.Part(top, end), end < total
	return d.Draw()
}

// Paragraph wraps a text to lines of w cells, with sign before the first one and as much space
// before the others. Empty text has no lines.
func Paragraph(style theme.Style, sign, text string, w int) []string {
	indent := strings.Repeat(" ", Width(sign))
	lines := Wrap(text, w-len(indent))
	for i, l := range lines {
		lines[i] = style.Render(sign + l)
		sign = indent
	}
	return lines
}
