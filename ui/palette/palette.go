// Package palette is the dialog that finds an action by words and runs it. It shows the key of each
// match and why an action is disabled. The caller supplies the actions and runs the one chosen.
package palette

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/actionlist"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// RunMsg asks to run the action where the focus was before.
type RunMsg struct {
	From *Model
	ID   action.ID
}

// Model is the dialog.
type Model struct {
	list   *actionlist.List
	cursor int // index in the matches
	scroll frame.Scroll
}

// New returns the dialog with these actions, in the order to show them.
func New(rows []actionlist.Row) *Model { return &Model{list: actionlist.New(rows)} }

// Place implements the dialog.
func (m *Model) Place() action.Place { return action.Form }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	if r, ok := m.current(); !ok || r.DisabledReason != "" {
		return "", "back"
	}
	return "run", "back"
}

// Type edits the search with a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.list.Type(msg) {
		m.cursor, m.scroll = 0, frame.Scroll{}
	}
}

// Move moves the cursor by that many actions.
func (m *Model) Move(by int) { m.cursor = max(0, min(m.cursor+by, len(m.list.Matches())-1)) }

// Page moves the cursor by that many pages.
func (m *Model) Page(by int) { m.Move(by * m.scroll.PageStep()) }

// Enter runs the action under the cursor, unless it is disabled.
func (m *Model) Enter() tea.Cmd {
	r, ok := m.current()
	if !ok || r.DisabledReason != "" {
		return nil
	}
	return func() tea.Msg { return RunMsg{m, r.ID} }
}

// Esc closes the dialog.
func (m *Model) Esc() tea.Cmd { return stack.Leave(m) }

func (m *Model) current() (actionlist.Row, bool) {
	matches := m.list.Matches()
	if m.cursor >= len(matches) {
		return actionlist.Row{}, false
	}
	return matches[m.cursor], true
}

// View draws the dialog in at most w × h cells. Its height does not depend on the matches, so
// that it stays in place while the operator types.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 84, w, h)
	d.Title = "Actions"
	m.list.AddField(d, th, ":", "type what you want to do")
	page := max(1, min(len(m.list.Rows()), d.H-len(d.Lines)))
	m.scroll.Show(m.cursor, page)
	matches := m.list.Matches()
	top, end := m.scroll.Window(len(matches), page)
	for i := top; i < top+page; i++ {
		line := ""
		switch {
		case i < end:
			line = m.line(th, i, d.W)
		case i == 0:
			line = th.Muted.Render("No matching action.")
		}
		d.Add(line)
	}
	if r, ok := m.current(); ok && frame.Width(r.Text+reason(r)) > textWidth(d.W) {
		d.State = r.DisabledReason
	}
	d.More = end < len(matches)
	return d.Draw()
}

// keyWidth returns the width of the keys in a row of w cells.
func keyWidth(w int) int {
	const widest = 11 // shift+tab ↑
	return min(widest, w/4)
}

// textWidth returns the room for the text in a row of w cells.
func textWidth(w int) int { return w - keyWidth(w) - 3 }

// reason returns why a row is disabled, as it follows the text, or "".
func reason(r actionlist.Row) string {
	if r.DisabledReason == "" {
		return ""
	}
	return " (" + r.DisabledReason + ")"
}

func (m *Model) line(th theme.Theme, i, w int) string {
	r := m.list.Matches()[i]
	pointer, key, text := " ", th.Key, th.Text
	if r.DisabledReason != "" {
		key, text = th.Muted, th.Muted
	}
	why := text.Render(reason(r))
	if i == m.cursor {
		pointer, text = th.Key.Render(th.Signs.Pointer), th.Cursor
	}
	room := textWidth(w)
	line := text.Render(frame.Fit(r.Text, min(frame.Width(r.Text), room), th.Signs.Ellipsis)) + why
	return pointer + " " + key.Render(frame.Fit(r.Key, keyWidth(w), th.Signs.Ellipsis)) + " " + frame.Fit(line, room, th.Signs.Ellipsis)
}
