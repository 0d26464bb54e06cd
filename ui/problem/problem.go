// Package problem is the pane that says what went wrong: what happened, in the
// server's words; the code, status and request for a report; what it means and
// what to do now. The words come from package explain.
package problem

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/explain"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Model is the dialog.
type Model struct {
	Problem explain.Problem
	// Do is what enter does, in a few words, and OnDo the message it sends; without
	// it enter closes.
	Do   string
	OnDo tea.Msg

	top int
}

// Closed asks for the dialog to go.
type Closed struct{ From *Model }

// Copy asks for a text to be put on the operator's clipboard.
type Copy struct{ Text string }

// New returns the dialog for p.
func New(p explain.Problem) *Model { return &Model{Problem: p} }

// Update takes a key.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "enter":
		if m.OnDo != nil {
			return func() tea.Msg { return m.OnDo }
		}
		return func() tea.Msg { return Closed{m} }
	case "esc", "q":
		return func() tea.Msg { return Closed{m} }
	case "y":
		return func() tea.Msg { return Copy{m.report()} }
	case "down", "j", "pgdown":
		m.top++
	case "up", "k", "pgup":
		m.top = max(0, m.top-1)
	}
	return nil
}

func (m *Model) report() string {
	p := m.Problem
	parts := []string{p.Title + ": " + p.Lead, p.Facts}
	if len(p.Rows) > 0 {
		parts = append(parts, strings.Join(p.Head, "\t"))
	}
	for _, row := range p.Rows {
		parts = append(parts, strings.Join(row, "\t"))
	}
	return strings.Join(append(parts, p.Means), "\n")
}

// width is how wide the dialog is at the most: a table has the room it needs.
func (m *Model) width() int {
	if len(m.Problem.Rows) > 0 {
		return 110
	}
	return 72
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, w, h int) frame.Picture {
	w = min(w, m.width())
	inner := w - 4
	var lines []string
	add := func(s string, style func(...string) string) {
		for _, l := range frame.Wrap(s, inner) {
			lines = append(lines, " "+style(l))
		}
	}
	p := m.Problem
	add(p.Lead, th.Strong.Render)
	add(p.Facts, th.Muted.Render)
	for _, l := range table(th, p, inner) {
		lines = append(lines, " "+l)
	}
	if p.Means+p.Next != "" {
		lines = append(lines, "")
	}
	add(p.Means, th.Text.Render)
	add(p.Next, th.Text.Render)

	room := max(1, h-3)
	more := ""
	if len(lines) > room {
		more = th.Key.Render("↓") + th.Muted.Render(" more")
	}
	var view frame.Picture
	view, m.top = frame.Picture{Lines: lines}.Window(m.top, room)
	keys := th.Key.Render("y") + th.Muted.Render(" copy  ") + th.Key.Render("esc") + th.Muted.Render(" close")
	if m.OnDo != nil {
		keys = th.Key.Render("enter") + th.Muted.Render(" "+m.Do+"  ") + keys
	}
	// That there is more must be seen, on a narrow screen before all else.
	if more != "" && frame.Width(more)+frame.Width(keys)+1 > inner {
		keys = th.Key.Render("esc") + th.Muted.Render(" close")
		if m.OnDo != nil {
			keys = th.Key.Render("enter") + th.Muted.Render(" "+m.Do)
		}
	}
	view.Lines = append(append([]string(nil), view.Lines...), " "+frame.Ends(more, keys, inner, th.Signs.Ellipsis))
	box := frame.Box{Title: th.Signs.Bad + " " + p.Title, Focus: true, Bad: true}
	view.Lines = box.Draw(th, view.Lines, w, len(view.Lines)+2)
	return view
}

// table draws the rows of the problem in columns as wide as what is in them,
// the last ones narrower where there is no room.
func table(th theme.Theme, p explain.Problem, w int) []string {
	if len(p.Rows) == 0 {
		return nil
	}
	widths := make([]int, len(p.Head))
	for _, row := range append([][]string{p.Head}, p.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], frame.Width(cell))
		}
	}
	for over := 2*(len(widths)-1) - w; ; {
		total, widest := over, 0
		for i, n := range widths {
			total += n
			if n > widths[widest] {
				widest = i
			}
		}
		if total <= 0 || widths[widest] <= 4 {
			break
		}
		widths[widest]--
	}
	draw := func(row []string, first, rest func(...string) string) string {
		cells := make([]string, len(row))
		for i, cell := range row {
			style := rest
			if i == 0 {
				style = first
			}
			cells[i] = style(frame.Fit(cell, widths[i], th.Signs.Ellipsis))
		}
		return strings.Join(cells, "  ")
	}
	lines := []string{"", draw(p.Head, th.Muted.Render, th.Muted.Render)}
	for _, row := range p.Rows {
		lines = append(lines, draw(row, th.Text.Render, th.Strong.Render))
	}
	return lines
}
