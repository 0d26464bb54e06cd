package uitest

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/temppass"
)

// Golden compares the screen at the three sizes of the design and then restores the size.
func (o *Op) Golden(name string) {
	o.tb.Helper()
	w, h := o.width, o.height
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		o.GoldenAt(name, size[0], size[1])
	}
	o.Resizes(w, h)
}

// GoldenAt compares the screen at one size with testdata/<test>/<name>-80x24.golden, or
// testdata/<test>/80x24.golden if name is "".
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

// Password returns the temporary password that is on the screen or that an earlier call saw
// there, "" for none.
func (o *Op) Password() string {
	if m := temporary.FindStringSubmatch(o.Screen()); m != nil {
		o.password = m[1]
	}
	return o.password
}

var temporary = regexp.MustCompile(`Password  ([!-~]{12,32}) `)

// maskPassword replaces a generated password and its spelling, which differ in every run, by
// those of a fixed one.
func maskPassword(screen, password string) string {
	instead := "Moss4-Lamp72"
	if long := instead + "-Kite8-Swan35"; len(password) == len(long) {
		instead = long
	}
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

// MaskDurations replaces how long requests took, the only thing on the screen that depends on
// this machine. The rest of the line and the border after it keep their columns.
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
