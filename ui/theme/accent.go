package theme

import "charm.land/lipgloss/v2"

// Accent returns the badge style of a profile with a colour of its own: red, orange, yellow,
// green, cyan, blue or magenta, and false for any other name. A theme without colours returns its
// usual badge.
func (t Theme) Accent(name string) (Style, bool) {
	a, known := accents()[name]
	switch {
	case !known:
		return t.Strong, false
	case t.Palette.Accent == nil:
		return t.Badge, true
	}
	return newStyle(lipgloss.NewStyle().Foreground(index(a.on)).Background(index(a.colour)).Bold(true)), true
}

// accents returns each colour with the text colour to use on it. Their contrast is high enough
// for every theme (WCAG AAA).
func accents() map[string]struct{ colour, on uint8 } {
	const black, white = 16, 231
	return map[string]struct{ colour, on uint8 }{
		"red":     {124, white},
		"orange":  {208, black},
		"yellow":  {220, black},
		"green":   {77, black},
		"cyan":    {44, black},
		"blue":    {20, white},
		"magenta": {90, white},
	}
}
