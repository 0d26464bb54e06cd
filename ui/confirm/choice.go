package confirm

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Choice is a question with several answers. The keys for them are the actions of its place.
type Choice struct {
	Title   string
	Text    string
	At      action.Place // within action.Dialog
	Answers map[action.ID]tea.Msg
	No      string // label of esc, "back" if empty
}

// Place returns the place of the keys.
func (m *Choice) Place() action.Place { return m.At }

// Words returns the labels of enter and esc.
func (m *Choice) Words() (enter, esc string) {
	if m.No == "" {
		return "", "back"
	}
	return "", m.No
}

// Enter does nothing: no answer is the default.
func (m *Choice) Enter() tea.Cmd { return nil }

// Esc closes the question without an answer.
func (m *Choice) Esc() tea.Cmd { return func() tea.Msg { return AnsweredMsg{m, nil} } }

// Answer picks the answer of that action.
func (m *Choice) Answer(id action.ID) tea.Cmd {
	return func() tea.Msg { return AnsweredMsg{m, m.Answers[id]} }
}

// View draws the question in at most w × h cells.
func (m *Choice) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	return draw(th, m.Title, m.Text, keys, w, h)
}
