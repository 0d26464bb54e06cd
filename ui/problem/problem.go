// Package problem is the dialog that shows an [explain.Problem]: an error, or the details of one
// account in a batch.
package problem

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/hints"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Model is the dialog.
type Model struct {
	Problem explain.Problem
	// Next says what to do. New sets it for an error of a read.
	Next string
	// EnterLabel is the label of enter, and OnEnter the message it sends. Without OnEnter, enter
	// closes the dialog.
	EnterLabel string
	OnEnter    tea.Msg

	frame.Scroll
}

// CopyMsg asks for a text to be copied to the operator's clipboard.
type CopyMsg struct{ Text string }

// New returns the dialog for p.
func New(p explain.Problem) *Model { return &Model{Problem: p, Next: hints.Next(p)} }

// Place is the place of the keys of the dialog.
const Place = action.Dialog + "/problem"

// Actions returns the keys of the dialog besides those of every dialog.
func Actions() []action.Action[*Model] {
	return []action.Action[*Model]{{
		ID: "copy-problem", Keys: []string{"y"}, Places: []action.Place{Place}, Short: "copy",
		Help: "copy the details to your terminal's clipboard", Also: "error",
		Run: func(m *Model) tea.Cmd { return func() tea.Msg { return CopyMsg{m.report()} } },
	}}
}

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return Place }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) { return m.EnterLabel, "close" }

// Enter sends OnEnter, or closes the dialog.
func (m *Model) Enter() tea.Cmd {
	if m.OnEnter != nil {
		return func() tea.Msg { return m.OnEnter }
	}
	return m.Esc()
}

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

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

// width returns the largest width of the dialog. A table needs more.
func (m *Model) width() int {
	if len(m.Problem.Rows) > 0 {
		return 110
	}
	return 72
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	p, next := m.Problem, m.Next
	d := frame.NewDialog(th, keys, m.width(), w, h)
	d.Title = p.Title
	if !p.IsInfo {
		d.Title, d.Bad = th.Signs.Bad+" "+p.Title, true
	}
	d.AddText(th.Strong, p.Lead)
	d.AddText(th.Muted, p.Facts)
	d.Add(table(th, p, d.W)...)
	if p.Means+next != "" {
		d.Add("")
	}
	d.AddText(th.Text, p.Means)
	d.AddText(th.Text, next)
	return d.DrawScrolled(&m.Scroll)
}

// table draws the rows of the problem in columns, or as a list if they do not fit: no cell may be cut.
func table(th theme.Theme, p explain.Problem, w int) []string {
	if len(p.Rows) == 0 {
		return nil
	}
	widths, total := make([]int, len(p.Head)), 2*(len(p.Head)-1)
	for i := range p.Head {
		for _, row := range append([][]string{p.Head}, p.Rows...) {
			widths[i] = max(widths[i], frame.Width(row[i]))
		}
		total += widths[i]
	}
	if total > w {
		return list(th, p, w)
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

// list draws each row of the table as its name with one line below it for each column.
func list(th theme.Theme, p explain.Problem, w int) []string {
	head := 0
	for _, h := range p.Head[1:] {
		head = max(head, frame.Width(h))
	}
	lines := []string{""}
	for _, row := range p.Rows {
		lines = append(lines, th.Text.Render(frame.Fit(row[0], w, th.Signs.Ellipsis)))
		for i, cell := range row[1:] {
			before := frame.Fit("  "+p.Head[i+1], head+4, "")
			for _, part := range frame.Wrap(cell, max(8, w-frame.Width(before))) {
				lines = append(lines, th.Muted.Render(before)+th.Strong.Render(part))
				before = frame.Fit("", head+4, "")
			}
		}
	}
	return lines
}
