package theme_test

import (
	"image/color"
	"math"
	"testing"

	"hdpadmin/ui/theme"
)

func TestAccentsHaveEnoughContrast(t *testing.T) {
	for _, name := range []string{"red", "orange", "yellow", "green", "cyan", "blue", "magenta"} {
		for _, th := range []theme.Theme{theme.Dark(), theme.Light(), theme.HighContrast()} {
			style, known := th.Accent(name)
			if !known {
				t.Fatalf("%s is not an accent", name)
			}
			if got := contrast(style.GetForeground(), style.GetBackground()); got < 7 {
				t.Errorf("%s, %s: the contrast is %.1f", th.Name, name, got)
			}
		}
		style, known := theme.Mono().Accent(name)
		if !known || !style.GetReverse() {
			t.Errorf("mono, %s: the badge does not stand out", name)
		}
	}
	if _, known := theme.Dark().Accent("none"); known {
		t.Error("none is an accent")
	}
}

// contrast computes the contrast of WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + .05) / (dark + .05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= .04045 {
			return s / 12.92
		}
		return math.Pow((s+.055)/1.055, 2.4)
	}
	return .2126*linear(r) + .7152*linear(g) + .0722*linear(b)
}
