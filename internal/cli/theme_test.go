package cli

import (
	"testing"

	"hdpadmin/config"
	"hdpadmin/ui/theme"
)

func TestTheThemeFollowsTheEnvironment(t *testing.T) {
	light := theme.Terminal{Light: true}
	for name, c := range map[string]struct {
		env      map[string]string
		theme    string
		terminal theme.Terminal
		ascii    string // the setting; "" if not set
		want     string
		signs    string // the expected ellipsis
	}{
		"a modern terminal":                {map[string]string{"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}, "auto", light, "", "light", "…"},
		"no locale":                        {map[string]string{"TERM": "xterm-256color"}, "auto", theme.Terminal{}, "", "dark", "…"},
		"the C locale":                     {map[string]string{"TERM": "xterm", "LANG": "C"}, "auto", theme.Terminal{}, "", "dark", "~"},
		"the C locale in UTF-8":            {map[string]string{"TERM": "xterm", "LANG": "C.utf8"}, "auto", theme.Terminal{}, "", "dark", "…"},
		"LC_ALL overrides LANG":            {map[string]string{"TERM": "xterm", "LANG": "C", "LC_ALL": "de_DE.UTF-8"}, "auto", theme.Terminal{}, "", "dark", "…"},
		"LC_CTYPE in Latin-1":              {map[string]string{"TERM": "xterm", "LANG": "de_DE.UTF-8", "LC_CTYPE": "de_DE.ISO-8859-1"}, "auto", theme.Terminal{}, "", "dark", "~"},
		"an empty LC_ALL":                  {map[string]string{"TERM": "xterm", "LANG": "de_DE.UTF-8", "LC_ALL": ""}, "auto", theme.Terminal{}, "", "dark", "…"},
		"the Linux console":                {map[string]string{"TERM": "linux", "LANG": "en_GB.UTF-8"}, "auto", light, "", "dark", "~"},
		"the Linux console, 16 colours":    {map[string]string{"TERM": "linux"}, "auto", theme.Terminal{Sixteen: true}, "", "sixteen", "~"},
		"a VT100":                          {map[string]string{"TERM": "vt100"}, "auto", theme.Terminal{Sixteen: true, Mono: true}, "", "mono", "~"},
		"a name that only looks like a VT": {map[string]string{"TERM": "vte-256color"}, "auto", light, "", "light", "…"},
		"ASCII turned off":                 {map[string]string{"TERM": "linux"}, "auto", theme.Terminal{}, "false", "dark", "…"},
		"ASCII on request":                 {map[string]string{"TERM": "xterm", "LANG": "C.UTF-8"}, "auto", theme.Terminal{}, "true", "dark", "~"},
		"NO_COLOR=0":                       {map[string]string{"TERM": "xterm", "NO_COLOR": "0"}, "high-contrast", light, "", "mono", "…"},
		"NO_COLOR":                         {map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, "light", light, "", "mono", "…"},
		"NO_COLOR=false":                   {map[string]string{"TERM": "xterm", "NO_COLOR": "false"}, "dark", light, "", "mono", "…"},
		"NO_COLOR empty":                   {map[string]string{"TERM": "xterm", "NO_COLOR": ""}, "light", light, "", "light", "…"},
		"another theme":                    {map[string]string{"TERM": "xterm"}, "high-contrast", theme.Terminal{}, "", "high-contrast", "…"},
		"light on an old terminal, as set": {map[string]string{"TERM": "linux"}, "light", theme.Terminal{}, "", "light", "~"},
	} {
		t.Run(name, func(t *testing.T) {
			set := console{Settings: config.Settings{Theme: c.theme, ASCII: c.ascii == "true"}, asciiSet: c.ascii != ""}
			got := set.themeChooser(func(name string) string { return c.env[name] })(c.terminal)
			if got.Name != c.want || got.Signs.Ellipsis != c.signs {
				t.Errorf("%s with %s, want %s with %s", got.Name, got.Signs.Ellipsis, c.want, c.signs)
			}
		})
	}
}
