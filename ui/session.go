package ui

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/trail"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/reset"
	"hdpadmin/ui/signin"
)

// askPassword asks for the operator's password. why says what was wrong with
// the last one, "" that none was tried.
func (m *Model) askPassword(why string) tea.Cmd {
	var shown tea.Cmd
	if m.signin == nil {
		user := m.opts.Client.Login()
		if user == "" {
			user = m.opts.User
		}
		m.signin = signin.New(m.server(), user)
		if m.width == 0 {
			// Nothing was on the screen before it, so nothing else can have been meant.
			m.push(m.signin)
		} else if i := slices.IndexFunc(m.dialogs, showsPassword); i >= 0 {
			// A temporary password that is in force, the operator's own perhaps, must be
			// seen before it is asked for.
			m.dialogs = slices.Insert(m.dialogs, i, dialog(m.signin))
		} else {
			// It opens by itself: what is typed for something else is no password.
			shown = m.pushGated(m.signin)
		}
	}
	m.signin.Refused(why)
	return shown
}

// showsPassword reports whether the dialog holds a temporary password that is, or
// may be, in force.
func showsPassword(d dialog) bool {
	r, ok := d.(*reset.Model)
	return ok && r.InForce()
}

// signIn tries name and password by one request, the list.
func (m *Model) signIn(s signin.Submit) tea.Cmd {
	m.opts.Client.SetCredentials(hdpclient.Credentials{User: s.User, Password: s.Password})
	m.acceptedAs, m.untyped = "", ""
	m.forgetSelf() // it may be somebody else
	m.policy.Clear()
	return m.loadList()
}

// loginAccepted ends the request for the password once the server has answered
// as it does to somebody it knows.
func (m *Model) loginAccepted() tea.Cmd {
	var revealed tea.Cmd
	if m.signin != nil {
		m.drop(m.signin)
		m.signin = nil
		revealed = m.hold(m.top())
	}
	login := m.opts.Client.Login()
	if m.acceptedAs == login {
		return revealed
	}
	m.acceptedAs, m.operator = login, login
	m.signedIn = m.clock.Local()
	m.touched = m.signedIn
	m.toldOwn = false
	return tea.Batch(revealed, m.readSelf(), m.record(func(t *trail.Trail) error { return t.SignedIn(login) }))
}

// loginRefused asks for the password again. The one that was tried is not sent
// once more.
func (m *Model) loginRefused(err error) tea.Cmd {
	m.acceptedAs = ""
	if errors.Is(err, hdpclient.ErrNoCredentials) {
		return m.askPassword("")
	}
	p := explain.Error(err)
	if m.untyped != "" {
		p.Lead += " The password was from " + m.untyped + "."
	}
	shown := m.askPassword(p.Lead + " " + p.Means)
	if errors.Is(err, hdpclient.ErrNotSent) {
		return shown // the server refused it before, and that is on record
	}
	login := m.opts.Client.Login()
	return tea.Batch(shown, m.record(func(t *trail.Trail) error { return t.SignInRefused(login, err) }))
}

// wantsLogin reports whether err is about the login, and not about what was
// asked for.
func wantsLogin(err error) bool {
	return errors.Is(err, hdpclient.ErrUnauthorized) || errors.Is(err, hdpclient.ErrNoCredentials)
}

// answeredByHDP reports whether HDP itself answered, if only to refuse: it then
// knows the login.
func answeredByHDP(err error) bool {
	var e *hdpclient.Error
	return err == nil || errors.As(err, &e) && e.Body == hdpclient.BodyEnvelope
}
