// Package help is the dialog that lists all keys, what they do, and why one is disabled. The
// caller builds its rows from the registry of actions.
package help

import (
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

	rows []actionlist.Row
}

// New returns the dialog with these rows.
func New(rows []actionlist.Row) *Model { return &Model{rows: rows} }

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
	for _, r := range m.rows {
		key = max(key, frame.Width(r.Key))
	}
	key = min(key+2, d.W/2)
	heading := ""
	for i, r := range m.rows {
		if r.Heading != heading {
			if i > 0 {
				d.Add("")
			}
			heading = r.Heading
			d.Add(th.Heading.Render(frame.Fit(heading, d.W, th.Signs.Ellipsis)))
		}
		style, name := th.Text, r.Key
		if r.DisabledReason != "" {
			style = th.Muted
		}
		for _, l := range frame.Paragraph(style, "", r.Text+disabledNote(r), d.W-key-1) {
			d.Add(" " + th.Key.Render(frame.Fit(name, key, th.Signs.Ellipsis)) + l)
			name = ""
		}
	}
	return d.DrawScrolled(&m.Scroll)
}

func disabledNote(r actionlist.Row) string {
	if r.DisabledReason == "" {
		return ""
	}
	return " (now: " + r.DisabledReason + ")"
}
