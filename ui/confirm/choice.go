package confirm

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Choice is a question with several answers. The keys for them are actions of its
// place.
type Choice struct {
	Title   string
	Text    string
	At      action.Place // within action.Dialog
	Answers map[action.ID]tea.Msg
	No      string // what esc does, "back" if not said
}

// ChosenMsg tells the root that the question is done with, and with what message;
// nil for none of the answers.
type ChosenMsg struct {
	From *Choice
	Msg  tea.Msg
}

// Place implements the dialog.
func (m *Choice) Place() action.Place { return m.At }

// Words implements the dialog.
func (m *Choice) Words() (enter, esc string) {
	if m.No == "" {
		return "", "back"
	}
	return "", m.No
}

// Enter takes none of the answers: no one of them is the first.
func (m *Choice) Enter() tea.Cmd { return nil }

// Esc leaves the question without an answer.
func (m *Choice) Esc() tea.Cmd { return func() tea.Msg { return ChosenMsg{m, nil} } }

// Answer takes the answer of that action.
func (m *Choice) Answer(id action.ID) tea.Cmd {
	return func() tea.Msg { return ChosenMsg{m, m.Answers[id]} }
}

// View draws the question in at most w × h cells.
func (m *Choice) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	return draw(th, m.Title, m.Text, keys, w, h)
}
