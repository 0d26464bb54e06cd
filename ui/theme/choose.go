package theme

// Terminal is what a theme depends on of the terminal it is for. The zero Terminal
// is dark and has all colours.
type Terminal struct {
	Light   bool // its background
	Sixteen bool // it has no more than that many colours
	Mono    bool // it has none
}

// Choose returns the theme of that name for the terminal: dark, light,
// high-contrast, mono; any other goes by the terminal's background.
func Choose(name string, t Terminal) Theme {
	switch {
	case name == "mono", t.Mono:
		return Mono()
	case name == "dark":
		t.Light = false
	case name == "light":
		t.Light = true
	}
	switch {
	case t.Sixteen:
		return Sixteen(!t.Light)
	case name == "high-contrast" && t.Light:
		return HighContrastLight()
	case name == "high-contrast":
		return HighContrast()
	case t.Light:
		return Light()
	}
	return Dark()
}
