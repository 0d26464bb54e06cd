// Package help is the dialog that lists all keys, what they do, and why one is disabled. The
// caller builds its rows from the registry of actions.
package help

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Section is a heading with rows below it.
type Section struct {
	Heading string
	Rows    []Row
}

// Row is a key, or another short name, with its explanation.
type Row struct{ Key, Text, DisabledReason string }

// Model is the dialog.
type Model struct {
	sections []Section
	top      int
	page     int // visible lines in the last drawing
}

// New returns the dialog with these sections.
func New(sections []Section) *Model { return &Model{sections: sections, page: 10} }

const place = action.Dialog + "/help"

// Place implements the dialog.
func (m *Model) Place() action.Place { return place }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) { return "", "close" }

// Enter closes the dialog.
func (m *Model) Enter() tea.Cmd { return m.Esc() }

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

// Move scrolls by lines.
func (m *Model) Move(by int) { m.top += by } // View knows where the end is

// Page scrolls by pages.
func (m *Model) Page(by int) { m.Move(by * frame.PageStep(m.page)) }

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 84)
	inner := w - 4
	key := 0
	for _, s := range m.sections {
		for _, r := range s.Rows {
			key = max(key, frame.Width(r.Key))
		}
	}
	key = min(key+2, inner/2)
	var lines []string
	for i, s := range m.sections {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, " "+th.Heading.Render(frame.Fit(s.Heading, inner, th.Signs.Ellipsis)))
		for _, r := range s.Rows {
			for j, l := range frame.Wrap(r.Text+disabledNote(r), inner-key-1) {
				k := ""
				if j == 0 {
					k = r.Key
				}
				style := th.Text
				if r.DisabledReason != "" {
					style = th.Muted
				}
				lines = append(lines, "  "+th.Key.Render(frame.Fit(k, key, th.Signs.Ellipsis))+style.Render(l))
			}
		}
	}
	m.page = max(1, h-3)
	var view frame.Picture
	view, m.top = frame.Picture{Lines: lines}.Window(m.top, m.page)
	foot := keys.Foot(th, "", m.top+len(view.Lines) < len(lines), inner)
	view.Lines = append(append([]string(nil), view.Lines...), " "+foot)
	box := frame.Box{Title: "Keys", Focus: true}
	view.Lines = box.Draw(th, view.Lines, w, len(view.Lines)+2)
	return view
}

func disabledNote(r Row) string {
	if r.DisabledReason == "" {
		return ""
	}
	return " (now: " + r.DisabledReason + ")"
}
