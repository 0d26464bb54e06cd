package lookup

import (
	"fmt"
	"strings"

	"hdpadmin/internal/directory"
	"hdpadmin/ui/frame"
)

// manyLines is how high a pane is that has a line to spare for the views.
const manyLines = 26

func viewNames() [directory.Views]string {
	return [directory.Views]string{"All", "Locked", "Inactive", "Must reset", "Expired", "Expiring"}
}

// views names the parts of the list with how many accounts each has: in one line,
// in two where there are lines to spare, else in shorter words. Where there is no
// room for those either, the view that is shown and those that matter most are
// named, and of the others the keys stay.
func (m *Model) views(c Context, w int, spare bool) []string {
	long := viewNames()
	short := [directory.Views]string{"All", "Locked", "Inactive", "Reset", "Expired", "Soon"}
	shorter := [directory.Views]string{"All", "Locked", "Off", "Reset", "Expired", "Soon"}
	if line, fits := m.viewsIn(c, long, frame.Count, w); fits {
		return []string{line}
	}
	if spare {
		return m.twoLines(c, long)
	}
	if line, fits := m.viewsIn(c, short, frame.Short, w); fits {
		return []string{line}
	}
	if line, fits := m.viewsIn(c, shorter, frame.Short, w); fits {
		return []string{line}
	}
	words := m.viewWords(c, shorter, frame.Short)
	var named [directory.Views]string
	room := w - 3*int(directory.Views) + 2 // a key and two blanks each
	for _, v := range []directory.View{
		m.filter.View, directory.Locked, directory.MustChange, directory.Expired, directory.Inactive, directory.Expiring, directory.All,
	} {
		if named[v] == "" && frame.Width(words[v]) <= room {
			named[v] = words[v]
			room -= frame.Width(words[v])
		}
	}
	line, _ := m.joined(c, named, w)
	return []string{line}
}

// viewWords are the names of the views with their counts, each after a blank.
func (m *Model) viewWords(c Context, names [directory.Views]string, number func(int) string) (words [directory.Views]string) {
	counts := m.all.Counts(c.Now, m.filter.Within)
	for v, name := range names {
		words[v] = " " + name
		switch {
		case m.all.Len() == 0 && (c.Loading || c.Trouble != "" || c.Unread): // nothing is known yet
		case m.all.Partial():
			words[v] += " " + number(counts[v]) + "+"
		default:
			words[v] += " " + number(counts[v])
		}
	}
	return words
}

func (m *Model) viewsIn(c Context, names [directory.Views]string, number func(int) string, w int) (line string, fits bool) {
	return m.joined(c, m.viewWords(c, names, number), w)
}

func (m *Model) joined(c Context, words [directory.Views]string, w int) (line string, fits bool) {
	parts := make([]string, directory.Views)
	for v := range parts {
		parts[v] = m.viewPart(c, directory.View(v), words[v])
	}
	line = strings.Join(parts, "  ")
	return line, frame.Width(line) <= w
}

// viewPart is the key of a view and what follows it.
func (m *Model) viewPart(c Context, v directory.View, word string) string {
	key, style := c.Theme.Muted, c.Theme.Muted
	if v == m.filter.View {
		key, style = c.Theme.Key, c.Theme.Strong
	}
	return key.Render(fmt.Sprint(int(v)+1)) + style.Render(word)
}

// twoLines sets the second half of the views below the first.
func (m *Model) twoLines(c Context, names [directory.Views]string) []string {
	const half = directory.Views / 2
	words := m.viewWords(c, names, frame.Count)
	var lines [2]strings.Builder
	for v := range half {
		width := 1 + max(frame.Width(words[v]), frame.Width(words[v+half])) + 2
		lines[0].WriteString(frame.Fit(m.viewPart(c, v, words[v]), width, ""))
		lines[1].WriteString(frame.Fit(m.viewPart(c, v+half, words[v+half]), width, ""))
	}
	return []string{lines[0].String(), lines[1].String()}
}
