// Package exportform is the dialog that asks for the name of the file to export to. It writes nothing
// itself.
package exportform

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// WriteMsg asks for the file to be written.
type WriteMsg struct {
	From *Model
	Path string
}

// Export describes what will be written.
type Export struct {
	Title, About string
	Path         string // the suggested name
	Rows         int
	Endings      []string // allowed endings of the name, such as ".csv"
	Write        func(path string, w io.Writer) error
}

// Model is the dialog.
type Model struct {
	Export

	path    *form.Text
	form    form.Form
	problem string
	writing bool
}

// New returns the dialog for an export.
func New(e Export) *Model {
	m := &Model{Export: e, path: form.NewText("File", e.Path, 4096)}
	m.form = form.New(m.path)
	return m
}

// ShowError shows why the file was not written, and asks again.
func (m *Model) ShowError(why string) { m.problem, m.writing = why, false }

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return action.Form }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) { return "export", "back" }

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if !m.writing {
		m.problem = ""
		m.form.Type(msg)
	}
}

// Esc asks to close the dialog.
func (m *Model) Esc() tea.Cmd {
	if m.writing {
		return nil
	}
	return stack.Leave(m)
}

// Enter asks for the file to be written if its name has a valid ending.
func (m *Model) Enter() tea.Cmd {
	switch {
	case m.writing:
		return nil
	case !slices.Contains(m.Endings, strings.ToLower(filepath.Ext(m.path.Value()))):
		m.problem = "the name must end in " + strings.Join(m.Endings, " or ")
		return nil
	}
	m.problem, m.writing = "", true
	to := WriteMsg{m, m.path.Value()}
	return func() tea.Msg { return to }
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 72, w, h)
	d.Title = m.Title
	fields, _ := m.form.View(th, d.W)
	d.AddPicture(fields)
	d.AddText(th.Muted, m.About)
	d.AddText(th.Bad, m.problem)
	if m.writing {
		d.State = "writing" + th.Signs.Ellipsis
	}
	return d.Draw()
}
