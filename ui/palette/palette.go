// Package palette is the dialog that searches actions by name and help text. It shows the key of
// each match and why an action is disabled. The caller supplies the actions and runs the one
// chosen.
package palette

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
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
	entries   []Entry
	matches   []Entry
	input     form.Input
	cursor    int // index in matches
	top, page int
}

// New returns the dialog with these actions, in the order to show them.
func New(entries []Entry) *Model {
	m := &Model{entries: entries, matches: search(entries, ""), input: form.NewInput(100), page: 1}
	m.input.Focus()
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
	if words := m.input.Value(); words != before {
		m.matches, m.cursor, m.top = search(m.entries, words), 0, 0
	}
}

// Move moves the cursor by that many actions.
func (m *Model) Move(by int) { m.cursor = max(0, min(m.cursor+by, len(m.matches)-1)) }

// Page moves the cursor by that many pages.
func (m *Model) Page(by int) { m.Move(by * m.page) }

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
	if m.cursor >= len(m.matches) {
		return Entry{}, false
	}
	return m.matches[m.cursor], true
}

// View draws the dialog in at most w × h cells. Its height does not depend on the matches, so
// that it stays in place while the operator types.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 84)
	inner := w - 4
	text, cursor := m.input.View(inner - 2)
	field := th.Text.Render(text)
	if text == "" {
		field = th.Muted.Render("search actions")
	}
	m.page = max(1, min(len(m.entries), h-6))
	m.top = max(m.cursor-m.page+1, min(m.top, m.cursor))
	lines := []string{th.Key.Render(":") + " " + field, ""}
	for i := m.top; i < m.top+m.page; i++ {
		line := ""
		switch {
		case i < len(m.matches):
			line = m.line(th, i, inner)
		case i == 0:
			line = th.Muted.Render("No matching action.")
		}
		lines = append(lines, line)
	}
	state := ""
	if e, ok := m.current(); ok {
		state = th.Caution.Render(e.DisabledReason)
	}
	lines = append(lines, keys.Foot(th, state, m.top+m.page < len(m.matches), inner))
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	p := frame.Picture{Lines: frame.Box{Title: "Actions", Focus: true}.Draw(th, lines, w, len(lines)+2)}
	p.Cursor = frame.At(4+cursor, 1)
	return p
}

func (m *Model) line(th theme.Theme, i, w int) string {
	e := m.matches[i]
	pointer, key, help := " ", th.Key, th.Text
	if e.DisabledReason != "" {
		key, help = th.Muted, th.Muted
	}
	if i == m.cursor {
		pointer, help = th.Key.Render(th.Signs.Pointer), th.Cursor
	}
	column := min(13, w/4)
	return pointer + " " + key.Render(frame.Fit(e.Key, column, th.Signs.Ellipsis)) + " " +
		help.Render(frame.Fit(e.Help, min(frame.Width(e.Help), w-column-3), th.Signs.Ellipsis))
}
