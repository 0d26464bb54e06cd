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
	Cursor lipgloss.Style // the name under the cursor

	Signs  Signs
	Border lipgloss.Border
}

// Signs are the marks that carry a meaning beside the colour.
type Signs struct {
	Good, Caution, Bad, Unknown string
	Pointer                     string // the row under the cursor
	Mark                        string // a row that is marked
	Up, Down                    string // sorted from the least, from the most
	Full, Rest                  string // of a bar: what is done, what is not
	On, Off                     string // a choice taken and not taken
	Ellipsis, Dot, Arrow, None  string
}

func unicodeSigns() Signs {
	return Signs{
		Good: "✓", Caution: "!", Bad: "✗", Unknown: "?", Pointer: "▸", Mark: "◆", Up: "↑", Down: "↓", Full: "█", Rest: "░",
		On: "●", Off: "○", Ellipsis: "…", Dot: "·", Arrow: "→", None: "–",
	}
}

func asciiSigns() Signs {
	return Signs{
		Good: "+", Caution: "!", Bad: "x", Unknown: "?", Pointer: ">", Mark: "*", Up: "^", Down: "v", Full: "#", Rest: ".",
		On: "(*)", Off: "( )", Ellipsis: "~", Dot: "-", Arrow: "->", None: "-",
	}
}

// Dark is for terminals with a dark background. Its colours are of the 256 that
// have a number, since every change of colour costs bytes on the line, and plain
// text is in the terminal's own, which costs none.
func Dark() Theme {
	return build("dark", Palette{
		Muted: index(246), Line: index(240),
		Accent: index(117), OnAccent: index(16),
		Good: index(114), Caution: index(221), Bad: index(210),
		Cursor: index(238),
	})
}

// Light is for terminals with a light background.
func Light() Theme {
	return build("light", Palette{
		Muted: index(241), Line: index(249),
		Accent: index(25), OnAccent: index(231),
		Good: index(22), Caution: index(94), Bad: index(124),
		Cursor: index(189),
	})
}

// HighContrast is for tired eyes and poor screens, on a black background.
func HighContrast() Theme {
	return build("high-contrast", Palette{
		Text: index(231), Muted: index(252), Line: index(252),
		Accent: index(87), OnAccent: index(16),
		Good: index(83), Caution: index(227), Bad: index(217),
		Cursor: index(17),
	})
}

// Mono uses no colour: bold, faint, underline and reverse carry what colour
// carries elsewhere.
func Mono() Theme {
	t := build("mono", Palette{})
	plain := lipgloss.NewStyle()
	t.Muted = plain
	t.Key = plain.Bold(true)
	t.Caution, t.Bad, t.Removed = plain.Bold(true), plain.Bold(true), plain.Bold(true)
	t.Badge, t.Alarm = plain.Reverse(true), plain.Reverse(true).Bold(true)
	t.Cursor = plain.Reverse(true)
	return t
}

// ASCII is t with borders and signs that every terminal can draw.
func ASCII(t Theme) Theme {
	t.Signs = asciiSigns()
	t.Border = lipgloss.ASCIIBorder()
	return t
}

func index(n uint8) color.Color { return lipgloss.ANSIColor(n) }

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
		Cursor:  bg(fg(p.Text), p.Cursor).Bold(true),
		Signs:   unicodeSigns(),
		Border:  lipgloss.RoundedBorder(),
	}
}
