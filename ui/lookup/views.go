package lookup

import (
	"strings"

	"hdpadmin/internal/search"
	"hdpadmin/internal/words"
	"hdpadmin/ui/frame"
)

func viewNames() [search.Views]string {
	return [search.Views]string{"All", "Locked", "Inactive", "Must change", "Expired", "Expiring"}
}

// emptyViews returns the fact that a view without accounts stands for.
func emptyViews() [search.Views]string {
	return [search.Views]string{
		search.Locked: "No account is locked.", search.Inactive: "No account is inactive.", search.MustChange: "No account must change its password.",
		search.Expired: "No password has expired.", search.Expiring: "No password expires soon.",
	}
}

// viewLines names the views with their keys and counts, in as few lines of w cells as possible. A
// low pane has one line, for the views that fit.
func (m *Model) viewLines(c Context, w, h int) []string {
	labels := m.viewLabels(c)
	const leastRows = 8 // of accounts, with one line of views
	for perLine := len(labels); perLine > 1; perLine-- {
		if len(labels)%perLine != 0 {
			continue
		}
		lines, fit := m.viewGrid(c, labels, perLine, w)
		if fit && (len(lines) == 1 || h >= leastRows+4*len(lines)) {
			return lines
		}
	}
	return []string{m.fittingViews(c, labels, w)}
}

// viewLabels returns the key of each view, its name and its count.
func (m *Model) viewLabels(c Context) (labels [search.Views]string) {
	counts := m.all.Counts(c.Now, m.filter.Within)
	for v, name := range viewNames() {
		labels[v] = "[" + c.ViewKeys[v] + "] " + name
		switch {
		case m.all.Len() == 0 && (c.Loading || c.Trouble != "" || c.Unread): // the counts are not known yet
		case m.all.Partial():
			labels[v] += " " + words.Count(counts[v]) + "+"
		default:
			labels[v] += " " + words.Count(counts[v])
		}
	}
	return labels
}

// viewGrid aligns the views in columns, with one blank between them if there is no room for two.
func (m *Model) viewGrid(c Context, labels [search.Views]string, perLine, w int) (lines []string, fit bool) {
	widths, total := make([]int, perLine), 0
	for v, label := range labels {
		widths[v%perLine] = max(widths[v%perLine], frame.Width(label))
	}
	for _, one := range widths {
		total += one
	}
	gap := min(2, (w-total)/max(1, perLine-1))
	if gap < 1 {
		return nil, false
	}
	for first := 0; first < len(labels); first += perLine {
		var line strings.Builder
		for column, width := range widths {
			v := first + column
			line.WriteString(frame.Fit(m.styledView(c, search.View(v), labels[v]), width+gap, ""))
		}
		lines = append(lines, frame.Fit(line.String(), total+gap*(perLine-1), ""))
	}
	return lines, true
}

// fittingViews names the current view and the most important others, and says that there are more.
func (m *Model) fittingViews(c Context, labels [search.Views]string, w int) string {
	more := c.Theme.Signs.Ellipsis
	if strings.Join(c.ViewKeys[:], "") == "123456" {
		more = "[1-6]"
	}
	room := w - frame.Width(more)
	var named [search.Views]bool
	for _, v := range []search.View{
		m.filter.View, search.Locked, search.MustChange, search.Expired, search.Inactive, search.Expiring, search.All,
	} {
		if width := frame.Width(labels[v]) + 2; !named[v] && width <= room {
			named[v] = true
			room -= width
		}
	}
	var line strings.Builder
	for v, label := range labels {
		if named[v] {
			line.WriteString(m.styledView(c, search.View(v), label) + "  ")
		}
	}
	return line.String() + c.Theme.Muted.Render(more)
}

func (m *Model) styledView(c Context, v search.View, label string) string {
	key, name, _ := strings.Cut(label, " ")
	if v != m.filter.View {
		return c.Theme.Muted.Render(label)
	}
	return c.Theme.Key.Render(key) + c.Theme.Strong.Render(" "+name)
}
