// Package help is the dialog that lists all keys, what they do, and why one is disabled. It filters
// them while the operator types. The caller builds its rows from the registry of actions.
package help

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/actionlist"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Model is the dialog.
type Model struct {
	frame.Scroll

	list *actionlist.List
}

// New returns the dialog with these rows. Those that work in the place that has the focus come
// first.
func New(rows []actionlist.Row) *Model { return &Model{list: actionlist.New(rows)} }

// The places of the dialog. While nothing is typed, the key that opens the help also closes it.
const (
	place           = action.Form + "/help"
	PlaceUnfiltered = place + "/unfiltered"
)

// Place implements the dialog.
func (m *Model) Place() action.Place {
	if m.list.IsFiltered() {
		return place
	}
	return PlaceUnfiltered
}

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if m.list.IsFiltered() {
		return "", "all keys"
	}
	return "", "close"
}

// Type edits the filter with a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.list.Type(msg) {
		m.MoveTo(0)
	}
}

// Enter does nothing: the list follows every letter.
func (m *Model) Enter() tea.Cmd { return nil }

// Esc clears the filter, and closes the dialog if there is none.
func (m *Model) Esc() tea.Cmd {
	if !m.list.IsFiltered() {
		return stack.Leave(m)
	}
	m.list.Clear()
	m.MoveTo(0)
	return nil
}

// View draws the dialog in at most w × h cells. Its height does not depend on the matches, so
// that it stays in place while the operator types.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 84, w, h)
	d.Title = "Keys"
	m.list.AddField(d, th, "/", "type to filter")
	lines := m.lines(th, m.list.Matches(), d.W)
	if len(lines) == 0 {
		lines = []string{th.Muted.Render("No matching key.")}
	}
	page := min(len(m.lines(th, m.list.Rows(), d.W)), d.H-len(d.Lines))
	top, end := m.Window(len(lines), page)
	d.Add(lines[top:end]...)
	d.Add(make([]string, page-(end-top))...)
	d.More = end < len(lines)
	return d.Draw()
}

// lines draws rows below their headings. A heading is where its first row is, with all its rows.
func (m *Model) lines(th theme.Theme, rows []actionlist.Row, w int) []string {
	var headings []string
	under := map[string][]actionlist.Row{}
	for _, r := range rows {
		if under[r.Heading] == nil {
			headings = append(headings, r.Heading)
		}
		under[r.Heading] = append(under[r.Heading], r)
	}
	var lines []string
	column := m.keyWidth(w)
	for i, heading := range headings {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, th.Heading.Render(frame.Fit(heading, w, th.Signs.Ellipsis)))
		for _, r := range under[heading] {
			lines = append(lines, drawRow(th, r, column, w)...)
		}
	}
	return lines
}

func (m *Model) keyWidth(w int) int {
	widest := frame.Width(slices.MaxFunc(m.list.Rows(), func(a, b actionlist.Row) int { return frame.Width(a.Key) - frame.Width(b.Key) }).Key)
	return min(widest+2, w/4)
}

// drawRow draws a row. A key too wide for its column gets a line of its own.
func drawRow(th theme.Theme, r actionlist.Row, column, w int) []string {
	style, name := th.Text, r.Key
	if r.DisabledReason != "" {
		style = th.Muted
	}
	var lines []string
	if frame.Width(name) >= column {
		lines, name = append(lines, " "+th.Key.Render(name)), ""
	}
	for _, l := range frame.Paragraph(style, "", r.Text+disabledNote(r), w-column-1) {
		lines = append(lines, " "+th.Key.Render(frame.Fit(name, column, th.Signs.Ellipsis))+l)
		name = ""
	}
	return lines
}

func disabledNote(r actionlist.Row) string {
	if r.DisabledReason == "" {
		return ""
	}
	return " (now: " + r.DisabledReason + ")"
}
