// Package theme is the look of the console: a palette of roles, and the styles and signs made
// from it. Panes use a role such as Caution, never a colour, and no role relies on colour alone:
// a word or a sign goes with it.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Palette holds one colour for each role. A nil colour is the terminal's own.
type Palette struct {
	Text     color.Color // plain text
	Muted    color.Color // labels, units, less important text
	Line     color.Color // borders
	Dim      color.Color // the screen under a dialog
	Accent   color.Color // focus, keys, the console's own colour
	OnAccent color.Color // text on Accent
	Good     color.Color // can sign in, applied
	Caution  color.Color // needs attention
	Bad      color.Color // cannot sign in, refused
	Cursor   color.Color // background of the row under the cursor
	OnCursor color.Color // text on Cursor
}

// Theme holds every style and sign that panes use.
type Theme struct {
	Name    string
	Palette Palette

	Text    Style
	Strong  Style // a name, an important value
	Muted   Style
	Heading Style
	Key     Style // a key the operator can press
	Match   Style // the matching part of a name
	Good    Style
	Caution Style
	Bad     Style
	Added   Style
	Changed Style
	Removed Style
	Badge   Style // DEMO and the like
	Alarm   Style // a badge that warns

	Line      Style // borders
	FocusLine Style // border of the pane or dialog with the focus
	Title     Style // its title
	Dim       Style // the screen under a dialog
	Cursor    Style // the row under the cursor, a text that the next key replaces

	Signs  Signs
	Border lipgloss.Border
	ascii  bool
}

func build(name string, p Palette) Theme {
	fg := func(c color.Color) lipgloss.Style {
		s := lipgloss.NewStyle()
		if c != nil {
			s = s.Foreground(c)
		}
		return s
	}
	bg := func(s lipgloss.Style, c color.Color) lipgloss.Style {
		if c != nil {
			s = s.Background(c)
		}
		return s
	}
	return Theme{
		Name: name, Palette: p,
		Text:      newStyle(fg(p.Text)),
		Strong:    newStyle(fg(p.Text).Bold(true)),
		Muted:     newStyle(fg(p.Muted)),
		Heading:   newStyle(fg(p.Accent)),
		Key:       newStyle(fg(p.Accent).Bold(true)),
		Match:     newStyle(fg(p.Text).Underline(true)),
		Good:      newStyle(fg(p.Good)),
		Caution:   newStyle(fg(p.Caution)),
		Bad:       newStyle(fg(p.Bad).Bold(true)),
		Added:     newStyle(fg(p.Good)),
		Changed:   newStyle(fg(p.Caution)),
		Removed:   newStyle(fg(p.Bad)),
		Badge:     newStyle(bg(fg(p.OnAccent), p.Accent).Bold(true)),
		Alarm:     newStyle(bg(fg(p.OnAccent), p.Bad).Bold(true)),
		Line:      newStyle(fg(p.Line)),
		FocusLine: newStyle(fg(p.Accent)),
		Title:     newStyle(fg(p.Accent).Bold(true)),
		Dim:       newStyle(fg(p.Dim)),
		Cursor:    newStyle(bg(fg(p.OnCursor), p.Cursor).Bold(true)),
		Signs:     unicodeSigns(),
		Border:    lipgloss.RoundedBorder(),
	}
}

// Style draws a word. It caches the escape sequences around it, because a lipgloss.Style lays out
// a box each time.
type Style struct {
	lipgloss.Style
	before, after string
	known         bool // before and after are all that the style adds
}

func newStyle(s lipgloss.Style) Style {
	before, after, known := strings.Cut(s.Render("a b"), "a b")
	return Style{s, before, after, known}
}

// Render draws the text exactly as the lipgloss.Style does.
func (s Style) Render(text ...string) string {
	if !s.known || len(text) != 1 || text[0] == "" || strings.ContainsAny(text[0], "\n\r\t") {
		return s.Style.Render(text...)
	}
	return s.before + text[0] + s.after
}

// Inherit returns the style with its unset properties taken from another.
func (s Style) Inherit(from Style) Style { return newStyle(s.Style.Inherit(from.Style)) }
