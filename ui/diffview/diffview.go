// Package diffview draws a plan as the exact request it will send, with the changed, added and removed
// properties marked. Forms, confirmations and results share it, so that they cannot show different
// things.
package diffview

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/internal/change"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// NameAndID returns the name and id of an account: "alice.smith (307)".
func NameAndID(s change.Subject) string {
	return fmt.Sprintf("%s (%d)", s.Name, s.ID)
}

// Title returns the title of a dialog in w cells: the action and the account. A long name is cut, but
// never the id.
func Title(th theme.Theme, what string, s change.Subject, w int) string {
	const least = 4
	name, id := s.Name.String(), fmt.Sprintf(" (%d)", s.ID)
	what += " · "
	room := w - frame.Width(what+id)
	return what + frame.Fit(name, min(frame.Width(name), max(least, room)), th.Signs.Ellipsis) + id
}

// Lines draws the plan in w cells: the method and path, then one property for each line. A value that
// does not fit next to its name is wrapped below it and never cut.
func Lines(th theme.Theme, p change.Plan, w int) []string {
	properties := p.Properties()
	name := 0
	for _, q := range properties {
		name = max(name, frame.Width(q.Name))
	}
	name = min(name, max(10, w/2-2))
	request := p.Method() + " " + p.Path()
	if frame.Width(request) > w {
		request = p.Method() + " " + strings.Replace(p.Path(), "/api/admin", th.Signs.Ellipsis, 1)
	}
	lines := []string{th.Muted.Render(frame.Fit(request, w, th.Signs.Ellipsis))}
	for _, q := range properties {
		before, after := q.Before.String(), nameUTC(q.After.String())
		if after == q.After.String() {
			before = nameUTC(before)
		}
		sign, value, style := " ", after, th.Muted
		switch q.Kind {
		case change.Kept:
		case change.Changed:
			sign, value, style = "~", before+" "+th.Signs.Arrow+" "+after, th.Changed
		case change.Added:
			sign, style = "+", th.Added
		case change.Removed:
			sign, value, style = "-", before+"  removed", th.Removed
		}
		value += statusWord(q)
		if line := sign + " " + frame.Fit(q.Name, name, th.Signs.Ellipsis) + "  " + value; frame.Width(line) <= w {
			lines = append(lines, style.Render(line))
			continue
		}
		lines = append(lines, style.Render(frame.Fit(sign+" "+q.Name, w, th.Signs.Ellipsis)))
		lines = append(lines, frame.Paragraph(style, "    ", value, w)...)
	}
	return lines
}

// nameUTC adds the zone to a time: HDP's are in UTC and do not say so.
func nameUTC(value string) string {
	if _, err := time.Parse(time.DateTime, value); err != nil {
		return value
	}
	return value + " UTC"
}

// statusWord returns the meaning of a status number, with a gap before it.
func statusWord(p change.Property) string {
	v := p.After
	if v.Absent() {
		v = p.Before
	}
	if word := v.StatusWord(p.Name); word != "" {
		return "  " + word
	}
	return ""
}
