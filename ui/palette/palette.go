// Package palette is the dialog that searches actions by name and help text. It shows the key of
// each match and why an action is disabled. The caller supplies the actions and runs the one
// chosen.
package palette

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/picker"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Entry is an action to search.
type Entry struct {
	ID             action.ID
	Key            string
	Help           string
	DisabledReason string // why it is not possible now, "" if it is
	IsHere         bool   // it works in the place that has the focus
}

// RunMsg asks to run the action where the focus was before.
type RunMsg struct {
	From *Model
	ID   action.ID
}

// Model is the dialog.
type Model struct {
	picker.List // of the matches

	entries []Entry
	matches []Entry
	input   form.Input
}

// New returns the dialog with these actions, in the order to show them.
func New(entries []Entry) *Model {
	m := &Model{entries: entries, input: form.NewInput(100)}
	m.input.Focus()
	m.search()
	return m
}

// Place implements the dialog.
func (m *Model) Place() action.Place { return action.Form }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if e, ok := m.current(); !ok || e.DisabledReason != "" {
		return "", "back"
	}
	return "run", "back"
}

// Type edits the search with a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	before := m.input.Value()
	m.input.Update(msg)
	if m.input.Value() != before {
		m.search()
	}
}

func (m *Model) search() {
	m.matches = search(m.entries, m.input.Value())
	m.Len = len(m.matches)
	m.SetCursor(0)
}

// Enter runs the action under the cursor, unless it is disabled.
func (m *Model) Enter() tea.Cmd {
	e, ok := m.current()
	if !ok || e.DisabledReason != "" {
		return nil
	}
	return func() tea.Msg { return RunMsg{m, e.ID} }
}

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

func (m *Model) current() (Entry, bool) {
	if len(m.matches) == 0 {
		return Entry{}, false
	}
	return m.matches[m.Cursor()], true
}

// View draws the dialog in at most w × h cells. Its height does not depend on the matches, so
// that it stays in place while the operator types.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 84, w, h)
	d.Title = "Actions"
	text, cursor := m.input.View(d.W - 2)
	field := th.Text.Render(text)
	if text == "" {
		field = th.Muted.Render("search actions")
	}
	d.Add(th.Key.Render(":")+" "+field, "")
	d.Cursor = frame.At(2+cursor, 0)
	rows := max(1, min(len(m.entries), d.H-3))
	first, end := m.Window(rows)
	for i := first; i < end; i++ {
		d.Add(m.line(th, i, d.W))
	}
	if len(m.matches) == 0 {
		d.Add(th.Muted.Render("No matching action."))
	}
	for len(d.Lines) < 2+rows {
		d.Add("")
	}
	if e, ok := m.current(); ok {
		d.State = e.DisabledReason
	}
	d.More = end < len(m.matches)
	return d.Draw()
}

func (m *Model) line(th theme.Theme, i, w int) string {
	e := m.matches[i]
	pointer, key, help := " ", th.Key, th.Text
	if e.DisabledReason != "" {
		key, help = th.Muted, th.Muted
	}
	if i == m.Cursor() {
		pointer, help = th.Key.Render(th.Signs.Pointer), th.Cursor
	}
	column := min(13, w/4)
	return pointer + " " + key.Render(frame.Fit(e.Key, column, th.Signs.Ellipsis)) + " " +
		help.Render(frame.Fit(e.Help, min(frame.Width(e.Help), w-column-3), th.Signs.Ellipsis))
}
