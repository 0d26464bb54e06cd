package theme_test

import (
	"image/color"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/theme"
)

// Default backgrounds of terminals, and those of popular palettes.
func darkBackgrounds() map[string]color.Color {
	return map[string]color.Color{
		"black": hex("#000000"), "Windows Terminal": hex("#0c0c0c"), "VS Code": hex("#1e1e1e"),
		"One Dark": hex("#282c34"), "Solarized": hex("#002b36"), "Nord": hex("#2e3440"),
	}
}

func lightBackgrounds() map[string]color.Color {
	return map[string]color.Color{
		"white": hex("#ffffff"), "One Light": hex("#fafafa"), "Solarized": hex("#fdf6e3"), "Latte": hex("#eff1f5"),
	}
}

// The sixteen colours of the Linux console and of xterm.
func console() []color.Color {
	return hexes("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa",
		"#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff")
}

func xterm() []color.Color {
	return hexes("#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
		"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff")
}

// The row under the cursor has a sign as well, so the highlight need not reach the contrast of a border.
// In high contrast it does.
func TestTheHighlightStandsOut(t *testing.T) {
	for _, c := range []struct {
		name        string
		theme       theme.Theme
		least       float64
		backgrounds map[string]color.Color
	}{
		{"dark", theme.Dark(), 1.75, darkBackgrounds()},
		{"light", theme.Light(), 1.75, lightBackgrounds()},
		{"high contrast", theme.HighContrast(), 3, darkBackgrounds()},
		{"high contrast, light", theme.HighContrastLight(), 3, lightBackgrounds()},
	} {
		for name, background := range c.backgrounds {
			if got := contrast(c.theme.Cursor.GetBackground(), background); got < c.least {
				t.Errorf("%s on %s: %.2f", c.name, name, got)
			}
		}
	}
}

// WCAG 2 requires a contrast of 4.5 for text (AA), and 7 for high contrast (AAA). For borders, which
// carry no text, 3 is enough, and for the screen under a dialog, which is read in the dialog or after
// it.
func TestColoursHaveEnoughContrast(t *testing.T) {
	for _, c := range []struct {
		name        string
		theme       theme.Theme
		least       float64
		backgrounds map[string]color.Color
		sixteen     []color.Color
	}{
		{"dark", theme.Dark(), 4.5, darkBackgrounds(), nil},
		{"light", theme.Light(), 4.5, lightBackgrounds(), nil},
		{"high contrast", theme.HighContrast(), 7, darkBackgrounds(), nil},
		{"high contrast, light", theme.HighContrastLight(), 7, lightBackgrounds(), nil},
		{"sixteen, Linux console", theme.Sixteen(true), 4.5, map[string]color.Color{"black": hex("#000000")}, console()},
		{"sixteen, xterm", theme.Sixteen(true), 4.5, map[string]color.Color{"black": hex("#000000")}, xterm()},
		{"sixteen, light", theme.Sixteen(false), 4.5, map[string]color.Color{"white": hex("#ffffff")}, xterm()},
		{"sixteen, light, Linux console", theme.Sixteen(false), 4.5, map[string]color.Color{"white": hex("#ffffff")}, console()},
	} {
		t.Run(c.name, func(t *testing.T) {
			for role, style := range roles(c.theme) {
				least := c.least
				if role == "Line" || role == "Dim" {
					least = 3
				}
				fg, bg := shown(style.GetForeground(), c.sixteen), shown(style.GetBackground(), c.sixteen)
				switch {
				case bg != nil && fg == nil:
					t.Errorf("%s has the terminal's own text colour on a background of ours", role)
				case bg != nil:
					if got := contrast(fg, bg); got < least {
						t.Errorf("%s: %.2f", role, got)
					}
				case fg != nil:
					for name, background := range c.backgrounds {
						if got := contrast(fg, background); got < least {
							t.Errorf("%s on %s: %.2f", role, name, got)
						}
					}
				}
			}
		})
	}
}

func TestMonoHasNoColour(t *testing.T) {
	for role, style := range roles(theme.Mono()) {
		if shown(style.GetForeground(), nil) != nil || shown(style.GetBackground(), nil) != nil {
			t.Errorf("%s has a colour", role)
		}
	}
}

// roles returns the styles that panes draw with, including combinations of two.
func roles(th theme.Theme) map[string]theme.Style {
	return map[string]theme.Style{
		"Text": th.Text, "Strong": th.Strong, "Muted": th.Muted, "Heading": th.Heading, "Key": th.Key, "Match": th.Match,
		"Good": th.Good, "Caution": th.Caution, "Bad": th.Bad, "Added": th.Added, "Changed": th.Changed, "Removed": th.Removed,
		"Badge": th.Badge, "Alarm": th.Alarm, "Line": th.Line, "FocusLine": th.FocusLine, "Dim": th.Dim, "Title": th.Title, "Cursor": th.Cursor,
		"a match under the cursor": th.Cursor.Inherit(th.Match),
	}
}

func TestStylesDrawWhatLipglossDraws(t *testing.T) {
	for _, th := range []theme.Theme{theme.Dark(), theme.Light(), theme.Mono(), theme.ASCII(theme.Dark())} {
		for role, style := range roles(th) {
			for _, text := range []string{"", " ", "a", "a b ", "│", "naïve 山田", "a\nbc", "\ta", "\x1b[1mb\x1b[m c"} {
				if got, want := style.Render(text), style.Style.Render(text); got != want {
					t.Errorf("%s, %s: %q becomes %q, want %q", th.Name, role, text, got, want)
				}
			}
		}
	}
	if got, want := theme.Dark().Good.Render("a", "b"), theme.Dark().Good.Style.Render("a", "b"); got != want {
		t.Errorf("two texts: %q, want %q", got, want)
	}
}

// shown returns the colour as the terminal has it, nil for its default.
func shown(c color.Color, sixteen []color.Color) color.Color {
	switch c := c.(type) {
	case lipgloss.NoColor:
		return nil
	case ansi.BasicColor:
		return sixteen[c]
	}
	return c
}

func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		theme    string
		terminal theme.Terminal
		want     theme.Theme
	}{
		"nothing is known":          {"auto", theme.Terminal{}, theme.Dark()},
		"light":                     {"auto", theme.Terminal{Light: true}, theme.Light()},
		"dark on light":             {"dark", theme.Terminal{Light: true}, theme.Dark()},
		"light on dark":             {"light", theme.Terminal{}, theme.Light()},
		"high contrast":             {"high-contrast", theme.Terminal{}, theme.HighContrast()},
		"high contrast on light":    {"high-contrast", theme.Terminal{Light: true}, theme.HighContrastLight()},
		"sixteen":                   {"auto", theme.Terminal{Sixteen: true}, theme.Sixteen(true)},
		"sixteen on light":          {"high-contrast", theme.Terminal{Sixteen: true, Light: true}, theme.Sixteen(false)},
		"mono":                      {"mono", theme.Terminal{Light: true}, theme.Mono()},
		"a terminal without colour": {"light", theme.Terminal{Sixteen: true, Mono: true}, theme.Mono()},
	} {
		if got := theme.Choose(c.theme, c.terminal); got.Name != c.want.Name || got.Palette != c.want.Palette {
			t.Errorf("%s: %s %v, want %s", name, got.Name, got.Palette, c.want.Name)
		}
	}
}

func hex(s string) color.Color { return lipgloss.Color(s) }

func hexes(list ...string) []color.Color {
	colours := make([]color.Color, len(list))
	for i, s := range list {
		colours[i] = hex(s)
	}
	return colours
}
