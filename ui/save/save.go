// Package save is the dialog that asks for the name of the file to write
// something to. It writes nothing itself.
package save

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// To asks for the file to be written.
type To struct {
	From *Model
	Path string
}

// Closed asks for the dialog to go.
type Closed struct{ From *Model }

// Model is the dialog.
type Model struct {
	title, about string
	path         *form.Text
	form         form.Form
	problem      string
	writing      bool
}

// New returns the dialog with a name to begin with. about says what is written.
func New(title, about, path string) *Model {
	m := &Model{title: title, about: about, path: form.NewText("File", path, 4096)}
	m.form = form.New(m.path)
	return m
}

// Failed shows why the file was not written, and asks again.
func (m *Model) Failed(why string) { m.problem, m.writing = why, false }

// Update takes a key or pasted text.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	if m.writing {
		return nil
	}
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case ok && k.String() == "esc":
		return func() tea.Msg { return Closed{m} }
	case ok && k.String() == "enter" && m.path.Value() == "":
		m.problem = "type the name of a file that ends in .csv or .json"
	case ok && k.String() == "enter":
		m.problem, m.writing = "", true
		to := To{m, m.path.Value()}
		return func() tea.Msg { return to }
	default:
		m.problem = ""
		m.form.Update(msg)
	}
	return nil
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, w, _ int) frame.Picture {
	w = min(w, 72)
	inner := w - 4
	p, _ := m.form.View(th, inner)
	for _, l := range frame.Wrap(m.about, inner) {
		p.Lines = append(p.Lines, th.Muted.Render(l))
	}
	for _, l := range frame.Wrap(m.problem, inner) {
		p.Lines = append(p.Lines, th.Bad.Render(l))
	}
	state := ""
	if m.writing {
		state = th.Caution.Render("writing" + th.Signs.Ellipsis)
	}
	keys := th.Key.Render("enter") + th.Muted.Render(" write  ") + th.Key.Render("esc") + th.Muted.Render(" back")
	p.Lines = append(p.Lines, frame.Ends(state, keys, inner, th.Signs.Ellipsis))
	for i, l := range p.Lines {
		p.Lines[i] = " " + l
	}
	p.Cursor = p.Cursor.Moved(2, 1)
	p.Lines = frame.Box{Title: m.title, Focus: true}.Draw(th, p.Lines, w, len(p.Lines)+2)
	return p
}
