// Package theme is the look of the console: a palette of roles, and the styles
// and signs made of it. Panes ask for a role ("caution"), never for a colour,
// and a role never speaks by colour alone: a word or a sign stands with it.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Palette is one colour a role. A nil colour is the terminal's own.
type Palette struct {
	Text     color.Color // what is read
	Muted    color.Color // labels, units, what may be skipped
	Line     color.Color // borders of panes at rest
	Accent   color.Color // focus, keys, the console's own colour
	OnAccent color.Color // text upon Accent
	Good     color.Color // can sign in, applied
	Caution  color.Color // will need attention
	Bad      color.Color // cannot sign in, refused
	Cursor   color.Color // the name under the cursor, as a background
	OnCursor color.Color // that name
}

// Theme is every style and sign the panes use.
type Theme struct {
	Name    string
	Palette Palette

	Text    lipgloss.Style
	Strong  lipgloss.Style // a name, a value that was asked for
	Muted   lipgloss.Style
	Heading lipgloss.Style
	Key     lipgloss.Style // a key the operator can press
	Match   lipgloss.Style // the part of a name that was searched for
	Good    lipgloss.Style
	Caution lipgloss.Style
	Bad     lipgloss.Style
	Added   lipgloss.Style
	Changed lipgloss.Style
	Removed lipgloss.Style
	Badge   lipgloss.Style // DEMO and the like
	Alarm   lipgloss.Style // a badge that warns

	Line   lipgloss.Style // borders
	Title  lipgloss.Style // of the pane or dialog that has the keys
	Cursor lipgloss.Style // the name under the cursor, a text that the next key replaces

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
		Text:    fg(p.Text),
		Strong:  fg(p.Text).Bold(true),
		Muted:   fg(p.Muted),
		Heading: fg(p.Accent),
		Key:     fg(p.Accent).Bold(true),
		Match:   fg(p.Text).Underline(true),
		Good:    fg(p.Good),
		Caution: fg(p.Caution),
		Bad:     fg(p.Bad).Bold(true),
		Added:   fg(p.Good),
		Changed: fg(p.Caution),
		Removed: fg(p.Bad),
		Badge:   bg(fg(p.OnAccent), p.Accent).Bold(true),
		Alarm:   bg(fg(p.OnAccent), p.Bad).Bold(true),
		Line:    fg(p.Line),
		Title:   fg(p.Accent).Bold(true),
		Cursor:  bg(fg(p.OnCursor), p.Cursor).Bold(true),
		Signs:   unicodeSigns(),
		Border:  lipgloss.RoundedBorder(),
	}
}
