package theme

// Terminal describes what a theme needs to know about the terminal. The zero Terminal has a dark
// background and all colours.
type Terminal struct {
	Light   bool // it has a light background
	Sixteen bool // it has at most sixteen colours
	Mono    bool // it has no colours
}

// Choose returns the theme with that name for the terminal: dark, light, high-contrast or mono.
// Any other name follows the terminal's background.
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
