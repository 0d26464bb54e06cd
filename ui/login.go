package ui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/lockscreen"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/signin"
	"hdpadmin/ui/stack"
)

// login knows which operator is signed in and whether the console is locked. It asks for
// passwords, and tells the other parts when a login begins or ends.
type login struct {
	*console
	session        session
	acceptedAs     string        // the login that the server has accepted, "" for none yet
	signin         *signin.Model // the sign-in dialog on the stack, if any
	passwordSource string        // where the password in use came from, "" if it was typed
	rereadAccount  bool          // reading the account was cancelled when the login was refused
	operator       string        // the last operator who signed in, "" for none yet

	lock              *lockState // nil: the console is not locked
	signedIn, touched time.Time  // on the local clock; touched: when a key was last pressed
	nextLockCheck     *lockCheckMsg
}

// session lasts as long as one login. A write that was not sent before it ends is not sent with
// the next login.
type session struct {
	ctx context.Context
	end context.CancelCauseFunc
}

func newSession(ctx context.Context) session {
	ctx, end := context.WithCancelCause(ctx)
	return session{ctx, end}
}

// signInActions lists the way out of a refused sign-in.
func signInActions() []action.Action[*login] {
	return []action.Action[*login]{{
		ID: action.ExpiredPassword, Keys: keys("ctrl+o"), Places: in(action.SignIn), Short: "change an expired password", Disabled: (*login).whyNotExpired,
		Effect: action.Write, Help: "change an expired password, or one that must be changed", Run: func(m *login) tea.Cmd { return m.passwords.changeExpiredPassword() },
	}}
}

// start signs in with the password that the console was started with, or asks for one.
func (m *login) start() tea.Cmd {
	if m.opts.Password.IsZero() {
		shown := m.askPassword("")
		if m.opts.Expired {
			shown = tea.Batch(shown, m.passwords.changeExpiredPassword())
		}
		return shown
	}
	m.opts.Client.SetCredentials(hdpclient.Credentials{User: m.opts.User, Password: m.opts.Password})
	m.passwordSource = m.opts.PasswordFrom
	m.opts.Password.Wipe() // the client has its own copy
	m.opts.Password = hdpclient.Secret{}
	return m.list.loadUnless(desk.FreshList)
}

func (m *login) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case lockscreen.SubmitMsg:
		if m.lock != nil && m.lock.screen == msg.From {
			return m.tryReturn(msg), true
		}
	case returnMsg:
		return m.unlockConsole(msg), true
	case *lockCheckMsg:
		if m.nextLockCheck == msg {
			m.nextLockCheck = nil
		}
	case signin.SubmitMsg:
		return m.signIn(msg), true
	case signin.QuitMsg:
		return m.stack.PushGated(&confirm.Model{
			Title: "Quit?", Text: "Without a password nothing can be read or changed.",
			Yes: "quit", No: "stay", OnYes: confirmedQuitMsg{},
		}), true
	default:
		return nil, false
	}
	return nil, true
}

// askPassword asks for the operator's password. why says what was wrong with the last one, ""
// if none was tried.
func (m *login) askPassword(why string) tea.Cmd {
	var shown tea.Cmd
	if m.signin == nil {
		user := m.opts.Client.Login()
		if user == "" {
			user = m.opts.User
		}
		m.signin = signin.New(m.serverName(), user)
		if m.isServed() && m.opts.Served.Login != "" {
			m.signin = signin.NewOnly(m.serverName(), m.opts.Served.Login)
		}
		if m.width == 0 {
			// Nothing was on the screen before, so typed keys are meant for it.
			m.stack.Push(m.signin)
		} else if reset := m.shownPassword(); reset != nil {
			// An active temporary password, perhaps the operator's own, must be readable
			// before hdpadmin asks for it.
			m.stack.InsertBelow(reset, m.signin)
		} else {
			// It opens on its own, so text typed for something else must not land in it.
			shown = m.stack.PushGated(m.signin)
		}
	}
	m.signin.ShowRefusal(why)
	return shown
}

// shownPassword returns the dialog with a temporary password that is, or may be, active, or nil.
func (m *login) shownPassword() *resetform.Model {
	for d := range stack.All[*resetform.Model](m.stack) {
		if d.IsInForce() {
			return d
		}
	}
	return nil
}

func (m *login) closeSignIn() tea.Cmd {
	if m.signin == nil {
		return nil
	}
	m.stack.Close(m.signin)
	m.signin = nil
	return m.stack.Hold(m.stack.Top())
}

// sessionContext is cancelled when the login in use ends.
func (m *login) sessionContext() context.Context { return m.session.ctx }

func (m *login) isSigningIn() bool { return m.signin != nil }

// isAccepted reports whether the server has accepted the login in use.
func (m *login) isAccepted() bool { return m.acceptedAs != "" }

// awaitProof forgets that the login was accepted, since its password is a different one now.
func (m *login) awaitProof() { m.acceptedAs, m.passwordSource = "", "" }

// lastOperator returns the last login that the server accepted, "" before the first.
func (m *login) lastOperator() string { return m.operator }

// typedLogin returns the login that is being typed at the sign-in, or else the one in use.
func (m *login) typedLogin() string {
	if m.signin != nil {
		return m.signin.User()
	}
	return m.opts.Client.Login()
}

// errOtherLogin is the reason for dropping a write that was not sent.
var errOtherLogin = errors.New("another login was entered before it was sent")

// signIn tries the name and the password with a single request, for the list.
func (m *login) signIn(s signin.SubmitMsg) tea.Cmd {
	if !strings.EqualFold(s.User, m.opts.Client.Login()) {
		m.session.end(errOtherLogin)
		m.session = newSession(m.ctx)
	}
	m.opts.Client.SetCredentials(hdpclient.Credentials{User: s.User, Password: s.Password})
	m.awaitProof()
	m.rights.forgetSelf() // the new login may be another operator's
	m.passwords.forgetPolicy()
	return m.list.loadUnless(desk.FreshList)
}

// accept closes the sign-in dialog once the server's answer shows that it knows the
// login.
func (m *login) accept() tea.Cmd {
	revealed := tea.Batch(m.forgetPreviousOperator(), m.closeSignIn())
	login := m.opts.Client.Login()
	if m.acceptedAs == login {
		return revealed
	}
	m.acceptedAs, m.operator = login, login
	m.signedIn = m.opts.Clock.Local()
	m.touched = m.signedIn
	if m.rereadAccount {
		m.rereadAccount = false
		revealed = tea.Batch(revealed, m.accounts.reread())
	}
	return tea.Batch(revealed, m.rights.readNewSelf(), m.entries.write(func(t *audit.Log) error { return t.SignedIn(login) }))
}

// forgetPreviousOperator keeps the next operator from undoing, continuing or sending anything in
// someone else's name. A write already sent still finishes, and an active password stays on the
// screen.
func (m *login) forgetPreviousOperator() tea.Cmd {
	if !m.isOtherOperator() {
		return nil
	}
	m.operator = m.opts.Client.Login()
	m.opts.Writer.ForgetUndo()
	m.accounts.forgetPending()
	m.lookup.UnmarkAll()
	m.batches.leaveForNextOperator()
	for d := range stack.All[stack.Dialog](m.stack) {
		m.closeForNextOperator(d)
	}
	m.list.forget()
	return m.accounts.forgetOpen()
}

// isOtherOperator reports whether the login in use is not that of the last operator.
func (m *login) isOtherOperator() bool {
	return m.operator != "" && !strings.EqualFold(m.operator, m.opts.Client.Login())
}

// closeForNextOperator closes a dialog unless it shows something that must not be lost.
func (m *login) closeForNextOperator(d stack.Dialog) {
	switch d := d.(type) {
	case *signin.Model:
		return
	case *changeform.Model:
		if d.Sending() {
			m.writes.moveToBackground(d)
			return
		}
	case *resetform.Model:
		if d.IsInForce() || d.Sending() {
			return
		}
	}
	if d, ok := d.(stack.SecretHolder); ok {
		d.DropSecrets()
	}
	m.stack.Close(d)
}

// refuse asks for the password again. The refused one is not sent again.
func (m *login) refuse(err error) tea.Cmd {
	if m.passwords.keepRefusal(err) {
		return nil
	}
	m.acceptedAs = ""
	// A late answer to the refused login would close the dialog while a password is being typed, or
	// count as acceptance of the next login.
	if _, account := m.cancelPaneReads(); account {
		m.rereadAccount = true
		m.accounts.dropPending()
	}
	if errors.Is(err, hdpclient.ErrNoCredentials) {
		return m.askPassword("")
	}
	p := explain.Error(err)
	if m.passwordSource != "" {
		p.Lead += " The password came from " + m.passwordSource + "."
	}
	shown := m.askPassword(p.Lead + " " + p.Means)
	if errors.Is(err, hdpclient.ErrNotSent) {
		return shown // it was refused before, and the audit log already says so
	}
	login := m.opts.Client.Login()
	return tea.Batch(shown, m.entries.write(func(t *audit.Log) error { return t.SignInRefused(login, err) }))
}

// logRefusedRequest logs that HDP refused the first request, but not because of the login. The
// panes show the reason. It may concern only this request, so an account can still be opened.
func (m *login) logRefusedRequest(err error) tea.Cmd {
	login := m.opts.Client.Login()
	return tea.Batch(m.forgetPreviousOperator(), m.closeSignIn(), m.entries.write(func(t *audit.Log) error { return t.SignInRefused(login, err) }))
}

// showSignInFailure says in the sign-in dialog, if still open, that the login could not be tried.
func (m *login) showSignInFailure(err error) {
	if m.signin != nil {
		m.signin.ShowFailure(explain.Error(err).Lead)
	}
}

// whyNotExpired says why the form for an expired password is not offered, or "".
func (m *login) whyNotExpired() string {
	if m.signin == nil || !m.signin.WasRefused() {
		return "sign in first"
	}
	return ""
}
