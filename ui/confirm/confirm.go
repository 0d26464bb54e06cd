// Package confirm is the dialogs that put one question: enter does it and esc does
// not, or an action for each of several answers. The answers are messages that the
// asker names.
package confirm

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Model is the question.
type Model struct {
	Title string
	Text  string
	Yes   string // what enter does, in a word or two
	No    string // what esc does
	OnYes tea.Msg
	OnNo  tea.Msg // may be nil: then the question just goes
}

// AnsweredMsg tells the root that the question is done with, and with what message.
type AnsweredMsg struct {
	From *Model
	Msg  tea.Msg
}

// Place implements the dialog.
func (m *Model) Place() action.Place { return action.Dialog }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) { return m.Yes, m.No }

// Enter says yes.
func (m *Model) Enter() tea.Cmd { return func() tea.Msg { return AnsweredMsg{m, m.OnYes} } }

// Esc says no.
func (m *Model) Esc() tea.Cmd { return func() tea.Msg { return AnsweredMsg{m, m.OnNo} } }

// View draws the question in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	return draw(th, m.Title, m.Text, keys, w, h)
}

func draw(th theme.Theme, title, text string, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 60)
	inner := w - 4
	var lines []string
	for _, l := range frame.Wrap(text, inner) {
		lines = append(lines, " "+th.Text.Render(l))
	}
	lines = lines[:min(len(lines), max(0, h-3))]
	lines = append(lines, " "+keys.Foot(th, "", false, inner))
	return frame.Picture{Lines: frame.Box{Title: title, Focus: true}.Draw(th, lines, w, len(lines)+2)}
}
