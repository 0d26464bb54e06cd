// Package signin is the dialog that asks for the operator's password. It hands
// name and password on once for every enter and forgets the password at once:
// three wrong ones lock the operator out, so nothing here ever tries by itself.
package signin

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Submit carries what was typed.
type Submit struct {
	User     string
	Password hdpclient.Secret
}

// Quit asks to leave: esc without having signed in.
type Quit struct{ From *Model }

// Model is the dialog.
type Model struct {
	server  string
	user    *form.Text
	pass    *form.Text
	form    form.Form
	problem string
	waiting bool
	missing string
}

// New returns the dialog for the server, with the name filled in if it is known.
func New(server, user string) *Model {
	m := &Model{server: server, user: form.NewText("User", user, 128), pass: form.NewText("Password", "", 128).Hide()}
	m.form = form.New(m.user, m.pass)
	if user != "" {
		m.form.Update(tea.KeyPressMsg{Code: tea.KeyTab})
	}
	return m
}

// Refused shows why the last attempt did not succeed, and asks again.
func (m *Model) Refused(why string) { m.problem, m.waiting = why, false }

// Update takes a key or pasted text.
func (m *Model) Update(msg tea.Msg) tea.Cmd {
	k, isKey := msg.(tea.KeyPressMsg)
	if isKey && k.String() == "esc" {
		return func() tea.Msg { return Quit{m} }
	}
	if m.waiting {
		return nil
	}
	m.missing = ""
	if !isKey || k.String() != "enter" {
		m.form.Update(msg)
		return nil
	}
	switch {
	case m.user.Value() == "":
		m.missing = "type your name"
		return nil
	case m.pass.Value() == "":
		m.missing = "type your password"
		return nil
	}
	submit := Submit{User: m.user.Value(), Password: hdpclient.SecretOf(m.pass.Value())}
	m.pass.Clear()
	m.problem, m.waiting = "", true
	return func() tea.Msg { return submit }
}

// View draws the dialog in at most w × h cells.
func (m *Model) View(th theme.Theme, w, h int) frame.Picture {
	w = min(w, 64)
	inner := w - 4
	p, _ := m.form.View(th, inner)
	var lead []string
	for _, l := range frame.Wrap(m.problem, inner) {
		lead = append(lead, th.Bad.Render(l))
	}
	if lead == nil {
		lead = []string{th.Muted.Render(frame.Fit("HDP administrator's or operator's login", inner, th.Signs.Ellipsis))}
	}
	// On a low terminal the fields are what must be seen.
	lead = lead[:min(len(lead), max(0, h-5-len(p.Lines)))]
	if len(lead) > 0 {
		lead = append(lead, "")
	}
	p.Lines = append(lead, p.Lines...)
	p.Cursor = p.Cursor.Moved(2, 1+len(lead))
	state := ""
	switch {
	case m.waiting:
		state = th.Caution.Render("signing in" + th.Signs.Ellipsis)
		p.Cursor = frame.Cursor{}
	case m.missing != "":
		state = th.Caution.Render(m.missing)
	}
	keys := th.Key.Render("enter") + th.Muted.Render(" sign in  ") + th.Key.Render("esc") + th.Muted.Render(" quit")
	p.Lines = append(p.Lines, "", frame.Ends(state, keys, inner, th.Signs.Ellipsis))
	for i, l := range p.Lines {
		p.Lines[i] = " " + l
	}
	box := frame.Box{Title: "Sign in to " + m.server, Focus: true}
	p.Lines = box.Draw(th, p.Lines, w, min(h, len(p.Lines)+2))
	return p
}
