// Package ask is the dialogs that put one question: enter does it and esc does
// not, or a key for each of several answers. The answers are messages that the
// asker names.
package ask

import (
	tea "charm.land/bubbletea/v2"

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

// Answered tells the root that the question is done with, and with what message.
type Answered struct {
	From *Model
	Msg  tea.Msg
}

// Update takes a key.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "enter":
		return func() tea.Msg { return Answered{m, m.OnYes} }
	case "esc":
		return func() tea.Msg { return Answered{m, m.OnNo} }
	}
	return nil
}

// View draws the question in at most w × h cells.
func (m *Model) View(th theme.Theme, w, h int) frame.Picture {
	keys := th.Key.Render("enter") + th.Muted.Render(" "+m.Yes+"  ") + th.Key.Render("esc") + th.Muted.Render(" "+m.No)
	return draw(th, m.Title, m.Text, keys, w, h)
}

func draw(th theme.Theme, title, text, keys string, w, h int) frame.Picture {
	w = min(w, 60)
	inner := w - 4
	var lines []string
	for _, l := range frame.Wrap(text, inner) {
		lines = append(lines, " "+th.Text.Render(l))
	}
	lines = lines[:min(len(lines), max(0, h-3))]
	lines = append(lines, " "+frame.FitRight(keys, inner, th.Signs.Ellipsis))
	return frame.Picture{Lines: frame.Box{Title: title, Focus: true}.Draw(th, lines, w, len(lines)+2)}
}
