// Package save is the dialog that asks for the name of the file to write
// something to. It writes nothing itself.
package save

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

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

// What is what is to be written.
type What struct {
	Title, About string
	Path         string // the name to begin with
	Rows         int
	Endings      []string // those that the name may have, as ".csv"
	Write        func(path string, w io.Writer) error
}

// Model is the dialog.
type Model struct {
	What

	path    *form.Text
	form    form.Form
	problem string
	writing bool
}

// New returns the dialog over what is to be written.
func New(what What) *Model {
	m := &Model{What: what, path: form.NewText("File", what.Path, 4096)}
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
	case ok && k.String() == "enter" && !slices.Contains(m.Endings, strings.ToLower(filepath.Ext(m.path.Value()))):
		m.problem = "the name must end in " + strings.Join(m.Endings, " or ")
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
	for _, l := range frame.Wrap(m.About, inner) {
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
	p.Lines = frame.Box{Title: m.Title, Focus: true}.Draw(th, p.Lines, w, len(p.Lines)+2)
	return p
}
