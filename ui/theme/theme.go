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
	Cursor   color.Color // the row under the cursor, as a background
	Rest     color.Color // that row while its pane has no focus
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

	Line      lipgloss.Style // a border at rest
	LineFocus lipgloss.Style
	Cursor    lipgloss.Style // the row under the cursor
	CursorDim lipgloss.Style // the same in a pane without focus

	Signs  Signs
	Border lipgloss.Border
}

// Signs are the marks that carry a meaning beside the colour.
type Signs struct {
	Good, Caution, Bad, Unknown string
	Pointer                     string // the row under the cursor
	On, Off                     string // a choice taken and not taken
	Ellipsis, Dot, Arrow, None  string
}

func unicodeSigns() Signs {
	return Signs{
		Good: "✓", Caution: "!", Bad: "✗", Unknown: "?", Pointer: "▸",
		On: "●", Off: "○", Ellipsis: "…", Dot: "·", Arrow: "→", None: "–",
	}
}

func asciiSigns() Signs {
	return Signs{
		Good: "+", Caution: "!", Bad: "x", Unknown: "?", Pointer: ">",
		On: "(*)", Off: "( )", Ellipsis: "~", Dot: "-", Arrow: "->", None: "-",
	}
}

// Dark is for terminals with a dark background.
func Dark() Theme {
	return build("dark", Palette{
		Text: hex("#d8dee9"), Muted: hex("#8a94a6"), Line: hex("#4c566a"),
		Accent: hex("#7cc7ff"), OnAccent: hex("#10161f"),
		Good: hex("#8fd694"), Caution: hex("#f2c55c"), Bad: hex("#ff7b72"),
		Cursor: hex("#2b3a52"), Rest: hex("#252a33"),
	})
}

// Light is for terminals with a light background.
func Light() Theme {
	return build("light", Palette{
		Text: hex("#1f2430"), Muted: hex("#5c6370"), Line: hex("#a7adb8"),
		Accent: hex("#0b5cad"), OnAccent: hex("#ffffff"),
		Good: hex("#1a6e2e"), Caution: hex("#7a5200"), Bad: hex("#b3261e"),
		Cursor: hex("#d3e4f7"), Rest: hex("#e6e8ec"),
	})
}

// HighContrast is for tired eyes and poor screens, on a black background.
func HighContrast() Theme {
	return build("high-contrast", Palette{
		Text: hex("#ffffff"), Muted: hex("#d0d0d0"), Line: hex("#d0d0d0"),
		Accent: hex("#5fffff"), OnAccent: hex("#000000"),
		Good: hex("#5fff5f"), Caution: hex("#ffff5f"), Bad: hex("#ff9f9f"),
		Cursor: hex("#00405f"), Rest: hex("#303030"),
	})
}

// Mono uses no colour: bold, faint, underline and reverse carry what colour
// carries elsewhere.
func Mono() Theme {
	t := build("mono", Palette{})
	plain := lipgloss.NewStyle()
	t.Muted = plain
	t.Key = plain.Bold(true)
	t.Match = plain.Underline(true)
	t.Caution, t.Bad, t.Removed = plain.Bold(true), plain.Bold(true), plain.Bold(true)
	t.Badge, t.Alarm = plain.Reverse(true), plain.Reverse(true).Bold(true)
	t.LineFocus = plain.Bold(true)
	t.Cursor, t.CursorDim = plain.Reverse(true), plain.Underline(true)
	return t
}

// ASCII is t with borders and signs that every terminal can draw.
func ASCII(t Theme) Theme {
	t.Signs = asciiSigns()
	t.Border = lipgloss.ASCIIBorder()
	return t
}

func hex(s string) color.Color { return lipgloss.Color(s) }

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
		Text:      fg(p.Text),
		Strong:    fg(p.Text).Bold(true),
		Muted:     fg(p.Muted),
		Heading:   fg(p.Accent),
		Key:       fg(p.Accent).Bold(true),
		Match:     fg(p.Accent).Bold(true),
		Good:      fg(p.Good),
		Caution:   fg(p.Caution),
		Bad:       fg(p.Bad).Bold(true),
		Added:     fg(p.Good),
		Changed:   fg(p.Caution),
		Removed:   fg(p.Bad),
		Badge:     bg(fg(p.OnAccent), p.Accent).Bold(true),
		Alarm:     bg(fg(p.OnAccent), p.Bad).Bold(true),
		Line:      fg(p.Line),
		LineFocus: fg(p.Accent),
		Cursor:    bg(fg(p.Text), p.Cursor).Bold(true),
		CursorDim: bg(fg(p.Text), p.Rest),
		Signs:     unicodeSigns(),
		Border:    lipgloss.RoundedBorder(),
	}
}
