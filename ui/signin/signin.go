// Package signin is the dialog that asks for the operator's name and password. Each enter hands them
// over once and clears the password: three wrong ones lock the operator out, so the dialog never
// retries on its own.
package signin

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// SubmitMsg carries the name and password that were typed.
type SubmitMsg struct {
	From     *Model
	User     string
	Password hdpclient.Secret
}

// QuitMsg asks to quit without signing in.
type QuitMsg struct{ From *Model }

// The stack looks for these methods. Under another name they would be skipped in silence.
var _ stack.SecretHolder = (*Model)(nil)

// Model is the dialog.
type Model struct {
	server  string
	only    string // the one login to sign in with, "" for any
	user    *form.Text
	pass    *form.Text
	form    form.Form
	problem string
	refused bool // the server refused the login
	waiting bool
	missing string
}

// New returns the dialog for the server. user fills in the name, and may be "".
func New(server, user string) *Model {
	m := &Model{server: server, user: form.NewLogin("User", user), pass: form.NewSecret("Password")}
	m.form = form.New(m.user, m.pass)
	if user != "" {
		m.form.FocusOn(m.pass)
	}
	return m
}

// NewOnly returns the dialog for a server where only that login may sign in: it asks for its password.
func NewOnly(server, login string) *Model {
	m := New(server, login)
	m.only = login
	m.form = form.New(m.pass)
	return m
}

// ShowRefusal shows why the server refused the login, and asks again. An empty why means that nothing
// was tried.
func (m *Model) ShowRefusal(why string) { m.problem, m.refused, m.waiting = why, why != "", false }

// ShowFailure shows why the sign-in could not be tried, and asks again.
func (m *Model) ShowFailure(why string) { m.problem, m.refused, m.waiting = why, false, false }

// DropSecrets clears the password.
func (m *Model) DropSecrets() { m.pass.Clear() }

// User returns the name typed so far.
func (m *Model) User() string { return m.user.Value() }

// WasRefused reports whether the server refused the login last time.
func (m *Model) WasRefused() bool {
	return m.refused && !m.waiting && m.user.Value() != "" && m.user.Err() == ""
}

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return action.SignIn }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	if m.waiting {
		return "", "quit"
	}
	return "sign in", "quit"
}

// FieldKeys reports which keys of the form do something now.
func (m *Model) FieldKeys() (next, choose bool) {
	if m.waiting {
		return false, false
	}
	return m.form.FieldKeys()
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if !m.waiting {
		m.missing = ""
		m.form.Type(msg)
	}
}

// Move moves the focus through the fields.
func (m *Model) Move(by int) {
	if !m.waiting {
		m.form.Move(by)
	}
}

// Esc asks to quit.
func (m *Model) Esc() tea.Cmd { return func() tea.Msg { return QuitMsg{m} } }

// Enter hands over the name and password, if nothing is missing.
func (m *Model) Enter() tea.Cmd {
	m.missing = ""
	switch {
	case m.waiting:
		return nil
	case m.user.Value() == "":
		m.missing = "type your user name"
		return nil
	case m.pass.Value() == "":
		m.missing = "type your password"
		return nil
	case !m.form.Check():
		return nil
	}
	submit := SubmitMsg{From: m, User: m.user.Value(), Password: hdpclient.SecretOf(m.pass.Value())}
	m.pass.Clear()
	m.problem, m.waiting = "", true
	return func() tea.Msg { return submit }
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	const widest = 64
	inner := frame.NewDialog(th, keys, widest, w, h).W
	var more []string
	for len(keys.List) > 2 && !keys.Fit(th, "", inner) {
		more = append(more, "  "+keys.List[1].Draw(th))
		keys.List = slices.Delete(slices.Clone(keys.List), 1, 2)
	}
	d := frame.NewDialog(th, keys, widest, w, h)
	d.Title, d.State = "Sign in to "+m.server, m.missing
	if m.only != "" {
		d.Title += " as " + hdpclient.Clean(m.only)
	}
	fields, _ := m.form.View(th, d.W)
	if m.waiting {
		d.Wait("signing in" + th.Signs.Ellipsis)
	}
	room := d.H - len(fields.Lines) - len(more)
	d.Add(m.lead(th, d.W, room)...)
	gap := len(d.Lines)+2 <= room
	if gap {
		d.Add("")
	}
	d.AddPicture(fields)
	if gap {
		d.Add("")
	}
	d.Add(more...)
	return d.Draw()
}

// lead draws the reason for the dialog, in at most h lines of w cells.
func (m *Model) lead(th theme.Theme, w, h int) []string {
	text, style := m.problem, th.Bad
	if text == "" {
		text, style = "Use your HDP administrator or operator login.", th.Muted
		if m.only != "" {
			text = "Type the password of " + hdpclient.Clean(m.only) + " in HDP."
		}
	}
	lines := frame.Paragraph(style, "", text, w)
	if h < len(lines) { // keep the fields visible
		lines = lines[:max(0, h)]
		if h > 0 {
			lines[h-1] += style.Render(th.Signs.Ellipsis)
		}
	}
	return lines
}
