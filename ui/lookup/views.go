package lookup

import (
	"fmt"
	"strings"

	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
)

// tallPane is the height from which the views may take two lines.
const tallPane = 26

func viewNames() [search.Views]string {
	return [search.Views]string{"All", "Locked", "Inactive", "Must change", "Expired", "Expiring"}
}

// viewLines names the views with their counts, on one line if they fit. Otherwise it takes two
// lines in a tall pane, then shorter names; where even these do not fit, it names the current
// view and the most important ones, and the rest show only their key.
func (m *Model) viewLines(c Context, w int, spare bool) []string {
	long := viewNames()
	short := [search.Views]string{"All", "Locked", "Inactive", "Change", "Expired", "Soon"}
	shorter := [search.Views]string{"All", "Locked", "Inact.", "Change", "Expired", "Soon"}
	if line, fits := m.viewLine(c, long, words.Count, w); fits {
		return []string{line}
	}
	if spare {
		return m.viewsOnTwoLines(c, long)
	}
	if line, fits := m.viewLine(c, short, words.ShortCount, w); fits {
		return []string{line}
	}
	if line, fits := m.viewLine(c, shorter, words.ShortCount, w); fits {
		return []string{line}
	}
	labels := m.viewLabels(c, shorter, words.ShortCount)
	var named [search.Views]string
	room := w - 3*int(search.Views) + 2 // a key and two blanks each
	for _, v := range []search.View{
		m.filter.View, search.Locked, search.MustChange, search.Expired, search.Inactive, search.Expiring, search.All,
	} {
		if named[v] == "" && frame.Width(labels[v]) <= room {
			named[v] = labels[v]
			room -= frame.Width(labels[v])
		}
	}
	line, _ := m.joinViews(c, named, w)
	return []string{line}
}

// viewLabels returns a blank, the name and the count of each view.
func (m *Model) viewLabels(c Context, names [search.Views]string, number func(int) string) (labels [search.Views]string) {
	counts := m.all.Counts(c.Now, m.filter.Within)
	for v, name := range names {
		labels[v] = " " + name
		switch {
		case m.all.Len() == 0 && (c.Loading || c.Trouble != "" || c.Unread): // the counts are not known yet
		case m.all.Partial():
			labels[v] += " " + number(counts[v]) + "+"
		default:
			labels[v] += " " + number(counts[v])
		}
	}
	return labels
}

func (m *Model) viewLine(c Context, names [search.Views]string, number func(int) string, w int) (line string, fits bool) {
	return m.joinViews(c, m.viewLabels(c, names, number), w)
}

func (m *Model) joinViews(c Context, labels [search.Views]string, w int) (line string, fits bool) {
	parts := make([]string, search.Views)
	for v := range parts {
		parts[v] = m.viewPart(c, search.View(v), labels[v])
	}
	line = strings.Join(parts, "  ")
	return line, frame.Width(line) <= w
}

// viewPart draws a view's key and its label.
func (m *Model) viewPart(c Context, v search.View, label string) string {
	key, style := c.Theme.Muted, c.Theme.Muted
	if v == m.filter.View {
		key, style = c.Theme.Key, c.Theme.Strong
	}
	return key.Render(fmt.Sprint(int(v)+1)) + style.Render(label)
}

func (m *Model) viewsOnTwoLines(c Context, names [search.Views]string) []string {
	const half = search.Views / 2
	labels := m.viewLabels(c, names, words.Count)
	var lines [2]strings.Builder
	for v := range half {
		width := 1 + max(frame.Width(labels[v]), frame.Width(labels[v+half])) + 2
		lines[0].WriteString(frame.Fit(m.viewPart(c, v, labels[v]), width, ""))
		lines[1].WriteString(frame.Fit(m.viewPart(c, v+half, labels[v+half]), width, ""))
	}
	return []string{lines[0].String(), lines[1].String()}
}
