// Package confirm has the dialogs that ask one question. A Model has enter for yes and esc for no; a
// Choice has one action for each answer. The caller names the messages that the answers send.
package confirm

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Model is a question with two answers.
type Model struct {
	Title string
	Text  string
	Yes   string // label of enter
	No    string // label of esc
	OnYes tea.Msg
	OnNo  tea.Msg // may be nil
}

// AnsweredMsg closes a question and carries the message of the answer, nil for none.
type AnsweredMsg struct {
	From stack.Dialog
	Msg  tea.Msg
}

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return action.Dialog }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) { return m.Yes, m.No }

// Enter answers yes.
func (m *Model) Enter() tea.Cmd { return func() tea.Msg { return AnsweredMsg{m, m.OnYes} } }

// Esc answers no.
func (m *Model) Esc() tea.Cmd { return func() tea.Msg { return AnsweredMsg{m, m.OnNo} } }

// View draws the question in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	return draw(th, m.Title, m.Text, keys, w, h)
}

func draw(th theme.Theme, title, text string, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 60, w, h)
	d.Title = title
	d.AddText(th.Text, text)
	return d.Draw()
}
