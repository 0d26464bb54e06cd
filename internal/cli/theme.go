package cli

import (
	"regexp"
	"strings"

	"hdpadmin/ui"
	"hdpadmin/ui/theme"
)

// themeChooser is the look that the settings ask for, by what is learnt of the terminal.
// NO_COLOR counts whatever its value is, as long as it has one (no-color.org).
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
		// Where its background makes no difference a terminal is not asked for it.
		t.Light = t.Light && !old
		th := theme.Choose(name, t)
		if ascii {
			th = theme.ASCII(th)
		}
		return th
	}
}

// syncMode is what sync_output means.
func (c console) syncMode() ui.Synced {
	switch c.SyncOutput {
	case "on":
		return ui.AlwaysSynced
	case "off":
		return ui.NeverSynced
	}
	return ui.SyncedIfKnown
}

// isOldTerminal reports whether the terminal is one that draws what is not ASCII as
// its font happens to have it, and prints what it is asked.
func isOldTerminal(getenv func(string) string) bool {
	return regexp.MustCompile(`^(linux|ansi|cons25|vt[0-9].*)$`).MatchString(getenv("TERM"))
}

// isNonUTF8Locale reports whether the locale is known to write text other than in
// UTF-8. Where nothing is said of it, as in many a container, that is not known.
func isNonUTF8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(getenv(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
