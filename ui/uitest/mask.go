package uitest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/temppass"
)

// Golden compares the screen at the three sizes of the design, and goes back to the size before.
func (o *Op) Golden(name string) {
	o.tb.Helper()
	w, h := o.width, o.height
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		o.GoldenAt(name, size[0], size[1])
	}
	o.Resizes(w, h)
}

// GoldenAt compares the screen at one size. The file is testdata/<test>/<name>-80x24.golden, without
// a name testdata/<test>/80x24.golden.
func (o *Op) GoldenAt(name string, w, h int) {
	o.tb.Helper()
	if w != o.width || h != o.height {
		o.Resizes(w, h)
	}
	o.Looks()
	if name != "" {
		name += "-"
	}
	screen := MaskDurations(o.Screen())
	if o.AuditLog != nil {
		screen = o.AuditLog.maskFolder(screen)
	}
	screen = maskPassword(screen, o.Password())
	o.compare(fmt.Sprintf("%s%dx%d", name, w, h), screen)
}

// Password is the temporary password that is, or was last, on the screen when somebody looked; "" for none.
func (o *Op) Password() string {
	if m := temporary.FindStringSubmatch(o.Screen()); m != nil {
		o.password = m[1]
	}
	return o.password
}

var temporary = regexp.MustCompile(`Password  ([!-~]{12,32}) `)

// maskPassword is a screen on which a temporary password, which is another in every run, and its spelling are
// those of a password that stays.
func maskPassword(screen, password string) string {
	const instead = "Tide-Marsh47"
	if len(password) != len(instead) {
		return screen
	}
	was, is := temppass.Spell(hdpclient.SecretOf(password)), temppass.Spell(hdpclient.SecretOf(instead))
	screen = strings.Replace(screen, password, instead, 1)
	for n := range was {
		numbered := regexp.MustCompile(fmt.Sprintf("%4d  ", n+1) + regexp.QuoteMeta(was[n]) + " +")
		screen = numbered.ReplaceAllStringFunc(screen, func(cell string) string {
			return fmt.Sprintf("%-*s", len(cell), fmt.Sprintf("%4d  %s", n+1, is[n]))
		})
	}
	return screen
}

var duration = regexp.MustCompile(`(<1|\d+)[ \x{a0}]ms`)

// MaskDurations is a screen without how long requests took: of all that is shown, that alone is of this
// machine. What else stands in the line and the border behind it keep their columns.
func MaskDurations(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, line := range lines {
		at := duration.FindStringIndex(line)
		if at == nil {
			continue
		}
		const instead = "N ms"
		before, after := line[:at[0]], line[at[1]:]
		if text, border, found := strings.Cut(after, "│"); found {
			pad := strings.TrimRight(text, " ")
			room := len(text) - len(pad) + ansi.StringWidth(line[at[0]:at[1]]) - len(instead)
			after = pad + strings.Repeat(" ", max(0, room)) + "│" + border
		}
		lines[i] = before + instead + after
	}
	return strings.Join(lines, "\n")
}
