// Package help is the dialog that lists every key with what it does and, where
// it cannot be pressed now, why. What stands in it is handed to it: it comes from
// the registry of actions.
package help

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Section is a heading with rows below it.
type Section struct {
	Heading string
	Rows    []Row
}

// Row is a key, or another short name, and what there is to say of it.
type Row struct{ Key, Text, Off string }

// Model is the dialog.
type Model struct {
	sections []Section
	top      int
	page     int // the lines of the last drawing
}

// Closed asks for the dialog to go.
type Closed struct{ From *Model }

// New returns the dialog over the sections.
func New(sections []Section) *Model { return &Model{sections: sections, page: 10} }

// Update takes a key.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc", "q", "?", "enter":
		return func() tea.Msg { return Closed{m} }
	case "down", "j":
		m.top++
	case "up", "k":
		m.top--
	case "pgdown", "space":
		m.top += m.page
	case "pgup":
		m.top -= m.page
	case "home", "g":
		m.top = 0
	case "end", "G":
		m.top = 1 << 20 // the drawing knows where the end is
	}
	return nil
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, w, h int) frame.Picture {
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
			for j, l := range frame.Wrap(r.Text+off(r), inner-key-1) {
				k := ""
				if j == 0 {
					k = r.Key
				}
				style := th.Text
				if r.Off != "" {
					style = th.Muted
				}
				lines = append(lines, "  "+th.Key.Render(frame.Fit(k, key, th.Signs.Ellipsis))+style.Render(l))
			}
		}
	}
	m.page = max(1, h-3)
	var view frame.Picture
	view, m.top = frame.Picture{Lines: lines}.Window(m.top, m.page)
	more := ""
	if m.top+len(view.Lines) < len(lines) {
		more = th.Key.Render("pgdn") + th.Muted.Render(" more")
	}
	keys := th.Key.Render("esc") + th.Muted.Render(" close")
	view.Lines = append(append([]string(nil), view.Lines...), " "+frame.Ends(more, keys, inner, th.Signs.Ellipsis))
	box := frame.Box{Title: "Keys", Focus: true}
	view.Lines = box.Draw(th, view.Lines, w, len(view.Lines)+2)
	return view
}

func off(r Row) string {
	if r.Off == "" {
		return ""
	}
	return " (now: " + r.Off + ")"
}
