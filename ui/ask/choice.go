package ask

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Choice is a question with several answers, each under a key of its own.
type Choice struct {
	Title   string
	Text    string
	Answers []Answer
	No      string // what esc does, "back" if not said
}

// Answer is one of them.
type Answer struct {
	Key   string
	Words string
	Msg   tea.Msg
}

// Chosen tells the root that the question is done with, and with what message;
// nil for none of the answers.
type Chosen struct {
	From *Choice
	Msg  tea.Msg
}

// Update takes a key.
func (m *Choice) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	if k.String() == "esc" {
		return func() tea.Msg { return Chosen{m, nil} }
	}
	for _, a := range m.Answers {
		if k.String() == a.Key {
			return func() tea.Msg { return Chosen{m, a.Msg} }
		}
	}
	return nil
}

// View draws the question in at most w × h cells.
func (m *Choice) View(th theme.Theme, w, h int) frame.Picture {
	keys := ""
	for _, a := range m.Answers {
		keys += th.Key.Render(a.Key) + th.Muted.Render(" "+a.Words+"  ")
	}
	no := m.No
	if no == "" {
		no = "back"
	}
	keys += th.Key.Render("esc") + th.Muted.Render(" "+no)
	return draw(th, m.Title, m.Text, keys, w, h)
}
