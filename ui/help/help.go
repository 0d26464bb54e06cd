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
	frame.Scroll

	sections []Section
}

// New returns the dialog with these sections.
func New(sections []Section) *Model { return &Model{sections: sections} }

const place = action.Dialog + "/help"

// Place implements the dialog.
func (m *Model) Place() action.Place { return place }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) { return "", "close" }

// Enter closes the dialog.
func (m *Model) Enter() tea.Cmd { return m.Esc() }

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 84, w, h)
	d.Title = "Keys"
	key := 0
	for _, s := range m.sections {
		for _, r := range s.Rows {
			key = max(key, frame.Width(r.Key))
		}
	}
	key = min(key+2, d.W/2)
	for i, s := range m.sections {
		if i > 0 {
			d.Add("")
		}
		d.Add(th.Heading.Render(frame.Fit(s.Heading, d.W, th.Signs.Ellipsis)))
		for _, r := range s.Rows {
			style, name := th.Text, r.Key
			if r.DisabledReason != "" {
				style = th.Muted
			}
			for _, l := range frame.Paragraph(style, "", r.Text+disabledNote(r), d.W-key-1) {
				d.Add(" " + th.Key.Render(frame.Fit(name, key, th.Signs.Ellipsis)) + l)
				name = ""
			}
		}
	}
	return d.DrawScrolled(&m.Scroll)
}

func disabledNote(r Row) string {
	if r.DisabledReason == "" {
		return ""
	}
	return " (now: " + r.DisabledReason + ")"
}
