// Package lockscreen is the screen of a locked console: since when and for whom it is
// locked, what still runs behind it, and the request for the password. It is told
// nothing of accounts, so that it can show nothing of them.
package lockscreen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
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
	// Background says what goes on behind the screen, "" or nil: nothing.
	Background func() string

	login   string
	since   time.Time
	why     string
	pass    *form.Text
	form    form.Form
	problem string
	missing string
	leaving string
	waiting bool
}

// New returns the screen for the operator with that login. why says what has
// locked the console, in a few words.
func New(login string, since time.Time, why string) *Model {
	m := &Model{login: hdpclient.TextOf(login).String(), since: since.UTC(), why: why, pass: form.NewSecret("Password")}
	m.form = form.New(m.pass)
	return m
}

// Since is when the console was locked.
func (m *Model) Since() time.Time { return m.since }

// ShowRefusal shows why the operator is not back, and asks again.
func (m *Model) ShowRefusal(why string) { m.problem, m.waiting = why, false }

// ShowNotice says something that answers no password: one that is being tried still is.
func (m *Model) ShowNotice(news string) { m.problem = news }

// AskToQuit asks whether to quit all the same, and lose that.
func (m *Model) AskToQuit(lost string) { m.leaving = lost }

// IsAskingToQuit reports whether that has been asked.
func (m *Model) IsAskingToQuit() bool { return m.leaving != "" }

// Place implements the dialog.
func (m *Model) Place() action.Place { return action.Form }

// Words implements the dialog.
func (m *Model) Words() (enter, esc string) {
	switch {
	case m.waiting:
		return "", ""
	case m.leaving != "":
		return "", "stay"
	case m.pass.Value() != "":
		return "unlock", "clear"
	}
	return "unlock", ""
}

// Type takes a key or pasted text.
func (m *Model) Type(msg tea.Msg) {
	if m.waiting {
		return
	}
	m.missing, m.leaving = "", ""
	m.form.Type(msg)
}

// Esc takes back what was typed, or the question.
func (m *Model) Esc() tea.Cmd {
	m.missing, m.leaving = "", ""
	m.pass.Clear()
	return nil
}

// Enter hands the password on, once for every time it is pressed.
func (m *Model) Enter() tea.Cmd {
	m.missing = ""
	switch {
	case m.waiting, m.leaving != "":
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

// View draws the screen's box in at most w × h cells.
func (m *Model) View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture {
	w = min(w, 64)
	inner := w - 4
	var lines []string
	add := func(style theme.Style, text string) {
		for _, l := range frame.Wrap(text, inner) {
			lines = append(lines, style.Render(l))
		}
	}
	gap := func() {
		if h >= 14 && lines[len(lines)-1] != "" { // on a low terminal every line is worth more
			lines = append(lines, "")
		}
	}
	add(th.Text, "Since "+m.since.Format("2006-01-02 15:04")+" UTC, "+m.why)
	lines = append(lines, th.Strong.Render(frame.Fit(m.login, inner, th.Signs.Ellipsis)))
	gap()
	if m.Background != nil {
		add(th.Caution, m.Background())
	}
	bad := m.problem
	if m.leaving != "" {
		bad = m.leaving + " Press ctrl+c again to quit."
	}
	add(th.Bad, bad)
	gap()
	p, _ := m.form.View(th, inner)
	lines = lines[:min(len(lines), max(0, h-4-len(p.Lines)))] // the field must be seen
	p.Cursor = p.Cursor.Offset(2, 1+len(lines))
	lines = append(lines, p.Lines...)
	gap()
	state := th.Caution.Render(m.missing)
	if m.waiting {
		state = th.Caution.Render("signing in" + th.Signs.Ellipsis)
		p.Cursor = frame.Cursor{}
	}
	lines = append(lines, keys.Foot(th, state, false, inner))
	for i, l := range lines {
		lines[i] = " " + l
	}
	p.Lines = frame.Box{Title: "Locked", Focus: true}.Draw(th, lines, w, min(h, len(lines)+2))
	return p
}
