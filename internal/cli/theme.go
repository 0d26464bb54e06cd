package cli

import (
	"regexp"
	"strings"

	"hdpadmin/ui/terminal"
	"hdpadmin/ui/theme"
)

// themeChooser returns a function that picks the theme once the terminal is known.
// NO_COLOR has effect with any value except an empty one (no-color.org).
func (c console) themeChooser(getenv func(string) string) func(theme.Terminal) theme.Theme {
	name, ascii := c.Theme, c.ASCII
	if getenv("NO_COLOR") != "" {
		name = "mono"
	}
	old := isOldTerminal(getenv)
	if !c.asciiSet {
		ascii = old || isNonUTF8Locale(getenv)
	}
	return func(t theme.Terminal) theme.Theme {
		// Old terminals are always dark. As Light makes no difference, they are not queried.
		t.Light = t.Light && !old
		th := theme.Choose(name, t)
		if ascii {
			th = theme.ASCII(th)
		}
		return th
	}
}

func (c console) syncMode() terminal.Synced {
	switch c.SyncOutput {
	case "on":
		return terminal.AlwaysSynced
	case "off":
		return terminal.NeverSynced
	}
	return terminal.SyncedIfKnown
}

// isOldTerminal reports whether the terminal may lack glyphs outside ASCII and print
// queries as text.
func isOldTerminal(getenv func(string) string) bool {
	return regexp.MustCompile(`^(linux|ansi|cons25|vt[0-9].*)$`).MatchString(getenv("TERM"))
}

// isNonUTF8Locale returns false if no locale is set, as in many containers: UTF-8 is
// likely there.
func isNonUTF8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(getenv(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
