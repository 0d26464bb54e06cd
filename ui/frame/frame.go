// Package frame measures text and draws boxes, panes side by side and dialogs on top of them.
// Every result has exactly the requested size, whatever the input.
package frame

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/theme"
)

// Width returns the number of cells that s takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Fit cuts or pads s to exactly w cells and ends a cut text with tail.
func Fit(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, tail)
		n = ansi.StringWidth(s)
	}
	return s + strings.Repeat(" ", max(0, w-n))
}

// FitRight is like Fit, but aligns the text to the right.
func FitRight(s string, w int, tail string) string {
	if n := ansi.StringWidth(s); n < w {
		return strings.Repeat(" ", w-n) + s
	}
	return Fit(s, w, tail)
}

// Ends puts left and right at the two ends of w cells. If both do not fit, left is cut first.
func Ends(left, right string, w int, tail string) string {
	rw := min(ansi.StringWidth(right), w)
	if rw == 0 {
		return Fit(left, w, tail)
	}
	gap := 1
	if rw >= w || left == "" {
		gap = 0
	}
	return Fit(left, w-rw-gap, tail) + strings.Repeat(" ", gap) + Fit(right, rw, tail)
}

// Wrap breaks plain or styled text into lines of at most w cells, between words if possible. It
// does not break at a no-break space, which it draws as a space, between a number and its unit, nor
// at a hyphen: options, dates and names contain hyphens. Empty text has no lines.
func Wrap(s string, w int) []string {
	if s == "" || w <= 0 {
		return nil
	}
	wrapped := ansi.Wrap(strings.ReplaceAll(keepUnits(s), "-", hyphen), w, "")
	return strings.Split(strings.NewReplacer(hyphen, "-", noBreakSpace, " ").Replace(wrapped), "\n")
}

// keepUnits makes the blank between a number and its unit one that does not break.
func keepUnits(s string) string {
	words := strings.Split(s, " ")
	var b strings.Builder
	for i, word := range words {
		switch before := words[max(0, i-1)]; {
		case i == 0:
		case before != "" && before[len(before)-1] >= '0' && before[len(before)-1] <= '9' && isUnit(word):
			b.WriteString(noBreakSpace)
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

func isUnit(word string) bool {
	switch strings.TrimRight(word, ".,;:)") {
	case "s", "min", "h", "d", "day", "days", "UTC":
		return true
	}
	return false
}

const (
	noBreakSpace = "\u00a0"
	hyphen       = "\ue02d" // for private use: no text contains it, and nothing breaks at it
)

// NoBreak makes Wrap keep the text on one line if it fits there, such as a number and its unit.
func NoBreak(s string) string { return strings.ReplaceAll(s, " ", noBreakSpace) }

// Block cuts or pads lines to exactly h lines of w cells.
func Block(lines []string, w, h int, tail string) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w, tail)
		} else {
			out[i] = strings.Repeat(" ", max(0, w))
		}
	}
	return out
}

// Box is the border of a pane or dialog.
type Box struct {
	Title    string // at the left of the upper border; Draw adds the style
	Note     string // at the right of the upper border
	FootNote string // at the left of the lower border
	Foot     string // at the right of the lower border
	Focus    bool
	Bad      bool // it shows an error
}

// Draw returns the border with lines inside it, h lines of w cells in all. The inside is two
// cells narrower and two lines lower.
func (b Box) Draw(th theme.Theme, lines []string, w, h int) []string {
	if w < 2 || h < 2 {
		return Block(nil, w, h, "")
	}
	line := th.Line
	if b.Focus {
		line = th.FocusLine
	}
	switch {
	case b.Bad:
		b.Title = th.Bad.Render(b.Title)
	case b.Focus:
		b.Title = th.Title.Render(b.Title)
	}
	edge := func(left, fill, right, title, note string) string {
		inner := w - 2
		room := inner
		if n := Width(note); n > 0 {
			room = max(inner/2, inner-n-3) // a long title leaves the note up to half of the border
		}
		title = borderLabel(title, th, room)
		note = borderLabel(note, th, inner-Width(title)-1)
		rest := max(0, inner-Width(title)-Width(note))
		return line.Render(left) + title + line.Render(strings.Repeat(fill, rest)) + note + line.Render(right)
	}
	out := make([]string, 0, h)
	out = append(out, edge(th.Border.TopLeft, th.Border.Top, th.Border.TopRight, b.Title, b.Note))
	left, right := line.Render(th.Border.Left), line.Render(th.Border.Right)
	for _, l := range Block(lines, w-2, h-2, th.Signs.Ellipsis) {
		out = append(out, left+l+right)
	}
	return append(out, edge(th.Border.BottomLeft, th.Border.Bottom, th.Border.BottomRight, b.FootNote, b.Foot))
}

// borderLabel returns text for a border with a space on either side, "" if there is no room for
// three cells of it.
func borderLabel(s string, th theme.Theme, room int) string {
	if Width(s) == 0 || room < 5 {
		return ""
	}
	if Width(s) > room-2 {
		s = ansi.Truncate(s, room-2, th.Signs.Ellipsis)
	}
	return " " + s + " "
}

// SideBySide joins blocks of equal height side by side.
func SideBySide(blocks ...[]string) []string {
	if len(blocks) == 0 {
		return nil
	}
	out := make([]string, len(blocks[0]))
	for i := range out {
		var b strings.Builder
		for _, block := range blocks {
			if i < len(block) {
				b.WriteString(block[i])
			}
		}
		out[i] = b.String()
	}
	return out
}

// Dim draws lines without their styles, for the screen under a dialog.
func Dim(th theme.Theme, lines []string) []string {
	dimmed := make([]string, len(lines))
	for i, l := range lines {
		dimmed[i] = th.Dim.Render(ansi.Strip(l))
	}
	return dimmed
}

// Overlay draws top over base with its upper left corner at x, y. The result has the size of
// base; the parts of top outside it are cut off.
func Overlay(base, top []string, x, y int) []string {
	out := append([]string(nil), base...)
	for i, l := range top {
		row := y + i
		if row < 0 || row >= len(out) {
			continue
		}
		under, w := out[row], Width(l)
		left := Fit(ansi.Truncate(under, x, ""), x, "")
		// A wide character cut in half leaves one cell to fill.
		room := max(0, Width(under)-x-w)
		right := ansi.TruncateLeft(under, x+w, "")
		if Width(right) > room {
			right = ansi.TruncateLeft(under, x+w+1, "")
		}
		right = strings.Repeat(" ", max(0, room-Width(right))) + right
		out[row] = left + "\x1b[m" + l + "\x1b[m" + right
	}
	return out
}
