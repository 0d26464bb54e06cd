// Package lockscreen is the screen of a locked console: since when and for whom it is locked, what
// still runs in the background, and the password field. It gets no account data, so it cannot show
// any.
package lockscreen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// SubmitMsg carries the password that was typed.
type SubmitMsg struct {
	From     *Model
	Password hdpclient.Secret
}

// Model is the screen.
type Model struct {
	// Background returns what still runs in the background, or "". It may be nil.
	Background func() string
	// NoPassword says why no password unlocks this console, "" if one does.
	NoPassword string

	login   string
	since   time.Time
	times   words.Times
	why     string
	pass    *form.Text
	form    form.Form
	problem string
	missing string
	leaving string
	waiting bool
}

// New returns the screen for the operator with that login. why says in a few words what locked the
// console.
func New(login string, since time.Time, times words.Times, why string) *Model {
	m := &Model{login: hdpclient.Clean(login), since: since.UTC(), times: times, why: why, pass: form.NewSecret("Password")}
	m.form = form.New(m.pass)
	return m
}

// Since returns the time at which the console was locked, in UTC.
func (m *Model) Since() time.Time { return m.since }

// ShowRefusal shows why the console stays locked, and asks again.
func (m *Model) ShowRefusal(why string) { m.problem, m.waiting = why, false }

// ShowNotice shows news that is not the answer to a password. A password being checked stays in
// progress, so that no second one is sent.
func (m *Model) ShowNotice(news string) { m.problem = news }

// AskToQuit asks whether to quit although lost says what would be lost.
func (m *Model) AskToQuit(lost string) { m.leaving = lost }

// IsAskingToQuit reports whether the screen asks whether to quit.
func (m *Model) IsAskingToQuit() bool { return m.leaving != "" }

// Place returns the place of the keys.
func (m *Model) Place() action.Place { return action.Form }

// Words returns the labels of enter and esc.
func (m *Model) Words() (enter, esc string) {
	switch {
	case m.waiting, m.NoPassword != "" && m.leaving == "":
		return "", ""
	case m.leaving != "":
		return "", "stay"
	case m.pass.Value() != "":
		return "unlock", "clear"
	}
	return "unlock", ""
}

// Type handles a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.waiting || m.NoPassword != "" {
		return
	}
	m.missing, m.leaving = "", ""
	m.form.Type(msg)
}

// Esc clears the password, and the question whether to quit.
func (m *Model) Esc() tea.Cmd {
	m.missing, m.leaving = "", ""
	m.pass.Clear()
	return nil
}

// Enter hands over the password, once each time it is pressed.
func (m *Model) Enter() tea.Cmd {
	m.missing = ""
	switch {
	case m.waiting, m.leaving != "", m.NoPassword != "":
		return nil
	case m.pass.Value() == "":
		m.missing = "type your password"
		return nil
	case !m.form.Check():
		return nil
	}
	submit := SubmitMsg{From: m, Password: hdpclient.SecretOf(m.pass.Value())}
	m.pass.Clear()
	m.problem, m.waiting = "", true
	return func() tea.Msg { return submit }
}

// View draws the box in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	d := frame.NewDialog(th, keys, 64, w, h)
	d.Title, d.State = "Locked", m.missing
	gap := func() {
		if d.H > 10 && d.Lines[len(d.Lines)-1] != "" { // a low terminal has no room for it
			d.Add("")
		}
	}
	d.AddText(th.Text, "Since "+m.times.Minute(m.since)+" ("+m.why+")")
	d.Add(th.Strong.Render(frame.Fit(m.login, d.W, th.Signs.Ellipsis)))
	gap()
	if m.Background != nil {
		d.AddText(th.Caution, m.Background())
	}
	bad := m.problem
	if m.leaving != "" {
		bad = m.leaving + " Press ctrl+c again to quit."
	}
	d.AddText(th.Bad, bad)
	gap()
	if m.NoPassword != "" {
		d.AddText(th.Text, m.NoPassword)
		return d.Draw()
	}
	fields, _ := m.form.View(th, d.W)
	if m.waiting {
		d.Wait("signing in" + th.Signs.Ellipsis)
	}
	d.Cut(len(fields.Lines))
	d.AddPicture(fields)
	gap()
	return d.Draw()
}
