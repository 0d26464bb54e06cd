// Package palette is the dialog that finds an action by words: a field to type
// them in, below it the actions that match, each with its key and, of one that
// cannot be done now, why. What stands in it is handed to it; it does nothing
// itself.
package palette

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Entry is an action.
type Entry struct {
	ID   action.ID
	Key  string
	Help string
	Off  string // why it cannot be done now, "" that it can
	Here bool   // its place is where the keys are
}

// Run asks for the action to be done where the keys were before.
type Run struct {
	From *Model
	ID   action.ID
}

// Closed asks for the dialog to go.
type Closed struct{ From *Model }

// Model is the dialog.
type Model struct {
	entries   []Entry
	found     []Entry
	words     form.Input
	at        int // of found
	top, page int
}

// New returns the dialog over the actions, in the order to show them.
func New(entries []Entry) *Model {
	m := &Model{entries: entries, found: find(entries, ""), words: form.NewInput(100), page: 1}
	m.words.Focus()
	return m
}

// Place implements the dialog.
func (m *Model) Place() action.Place { return action.Form }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if e, ok := m.current(); !ok || e.Off != "" {
		return "", "back"
	}
	return "do it", "back"
}

// Type takes a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	before := m.words.Value()
	m.words.Update(msg)
	if words := m.words.Value(); words != before {
		m.found, m.at, m.top = find(m.entries, words), 0, 0
	}
}

// Move moves the cursor by actions.
func (m *Model) Move(by int) { m.at = max(0, min(m.at+by, len(m.found)-1)) }

// Page moves it by pages.
func (m *Model) Page(by int) { m.Move(by * m.page) }

// Enter asks for the action under the cursor, if it can be done.
func (m *Model) Enter() tea.Cmd {
	e, ok := m.current()
	if !ok || e.Off != "" {
		return nil
	}
	return func() tea.Msg { return Run{m, e.ID} }
}

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return func() tea.Msg { return Closed{m} } }

func (m *Model) current() (Entry, bool) {
	if m.at >= len(m.found) {
		return Entry{}, false
	}
	return m.found[m.at], true
}

// View draws the dialog in at most w × h cells: as high whatever is found, so that
// it stands still while words are typed.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 84)
	inner := w - 4
	text, cursor := m.words.View(inner - 2)
	field := th.Text.Render(text)
	if text == "" {
		field = th.Muted.Render("what to do, in a word or two")
	}
	m.page = max(1, min(len(m.entries), h-6))
	m.top = max(m.at-m.page+1, min(m.top, m.at))
	lines := []string{th.Key.Render(":") + " " + field, ""}
	for i := m.top; i < m.top+m.page; i++ {
		line := ""
		switch {
		case i < len(m.found):
			line = m.line(th, i, inner)
		case i == 0:
			line = th.Muted.Render("There is no such action.")
		}
		lines = append(lines, line)
	}
	state := ""
	if e, ok := m.current(); ok {
		state = th.Caution.Render(e.Off)
	}
	lines = append(lines, keys.Foot(th, state, m.top+m.page < len(m.found), inner))
	for i, l := range lines {
		lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	p := frame.Picture{Lines: frame.Box{Title: "Actions", Focus: true}.Draw(th, lines, w, len(lines)+2)}
	p.Cursor = frame.At(4+cursor, 1)
	return p
}

func (m *Model) line(th theme.Theme, i, w int) string {
	e := m.found[i]
	pointer, key, help := " ", th.Key, th.Text
	if e.Off != "" {
		key, help = th.Muted, th.Muted
	}
	if i == m.at {
		pointer, help = th.Key.Render(th.Signs.Pointer), th.Cursor
	}
	column := min(13, w/4)
	return pointer + " " + key.Render(frame.Fit(e.Key, column, th.Signs.Ellipsis)) + " " +
		help.Render(frame.Fit(e.Help, min(frame.Width(e.Help), w-column-3), th.Signs.Ellipsis))
}
