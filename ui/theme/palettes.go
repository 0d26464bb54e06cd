package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Dark is for terminals with a dark background. It uses indexed colours, because every change of
// colour costs bytes on the connection, and plain text has the terminal's own colour, which costs
// none.
func Dark() Theme {
	return build("dark", Palette{
		Muted: index(248), Line: index(244), Dim: index(244),
		Accent: index(117), OnAccent: index(16),
		Good: index(114), Caution: index(221), Bad: index(210),
		Cursor: index(240), OnCursor: index(231),
	})
}

// Light is for terminals with a light background.
func Light() Theme {
	return build("light", Palette{
		Muted: index(241), Line: index(244), Dim: index(244),
		Accent: index(25), OnAccent: index(231),
		Good: index(22), Caution: index(94), Bad: index(124),
		Cursor: index(147), OnCursor: index(16),
	})
}

// HighContrast is for tired eyes and poor screens with a dark background.
func HighContrast() Theme {
	return build("high-contrast", Palette{
		Text: index(231), Muted: index(252), Line: index(252), Dim: index(248),
		Accent: index(87), OnAccent: index(16),
		Good: index(83), Caution: index(227), Bad: index(217),
		Cursor: index(231), OnCursor: index(16),
	})
}

// HighContrastLight is HighContrast for a light background.
func HighContrastLight() Theme {
	return build("high-contrast", Palette{
		Text: index(16), Muted: index(238), Line: index(238), Dim: index(241),
		Accent: index(18), OnAccent: index(231),
		Good: index(22), Caution: index(54), Bad: index(88),
		Cursor: index(16), OnCursor: index(231),
	})
}

// Sixteen is for terminals with only sixteen colours. The terminal chooses their tones, so it
// uses only those that are clear in every common palette on the given background.
func Sixteen(dark bool) Theme {
	t := build("sixteen", Palette{Accent: basic(14), OnAccent: basic(0), Good: basic(10), Caution: basic(11), Bad: basic(9)})
	if !dark {
		t = build("sixteen", Palette{Accent: basic(4), OnAccent: basic(15), Caution: basic(5), Bad: basic(1)})
	}
	t.Cursor = newStyle(lipgloss.NewStyle().Reverse(true).Bold(true))
	t.Dim = faint() // bright black is black in some palettes
	return t
}

// Mono uses no colour: bold, underline and reverse carry what colours carry in other themes.
func Mono() Theme {
	t := build("mono", Palette{})
	plain := lipgloss.NewStyle()
	bold, reverse := newStyle(plain.Bold(true)), newStyle(plain.Reverse(true))
	t.Muted = newStyle(plain)
	t.Heading, t.Key = bold, bold
	t.Caution, t.Bad, t.Removed = bold, bold, bold
	t.Badge, t.Alarm = reverse, newStyle(plain.Reverse(true).Bold(true))
	t.Cursor = reverse
	t.FocusLine, t.Dim = bold, faint()
	return t
}

func faint() Style { return newStyle(lipgloss.NewStyle().Faint(true)) }

func index(n uint8) color.Color { return lipgloss.ANSIColor(n) }

// basic returns one of the terminal's own sixteen colours.
func basic(n uint8) color.Color { return ansi.BasicColor(n) }
