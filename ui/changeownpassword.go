package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/ownpassword"
)

// ownPasswordActions lists the change of one's own password.
func ownPasswordActions() []action.Action[*passwords] {
	return []action.Action[*passwords]{
		{
			ID: "own-password", Keys: keys("c"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "change your own password", Also: "my mine", Disabled: (*passwords).whyNotOwnPassword, Run: (*passwords).changeOwnPassword,
		},
	}
}

// openOwnMsg asks for the form to change one's own password.
type openOwnMsg struct{}

// ownChangedMsg is the outcome of changing the operator's own password.
type ownChangedMsg struct {
	from    *ownpassword.Model
	creds   hdpclient.Credentials // with the new password
	info    hdpclient.Opt[hdpclient.PasswordInfo]
	outcome change.Outcome
}

// ownTriedMsg is the result of signing in with a new password that may or may not be active.
type ownTriedMsg struct {
	from   *ownpassword.Model
	client *hdpclient.Client
	err    error
}

// ownPasswordChange lasts from sending a change of the operator's own password until it is
// known which password is active. Nothing is read meanwhile: the server may refuse the old
// password before it says that the new one is active.
type ownPasswordChange struct {
	cancelledReads
	refused error // why the old password was refused meanwhile
}

func (m *passwords) endOwnChange() (was ownPasswordChange) {
	if m.ownChange != nil {
		was = *m.ownChange
	}
	m.ownChange = nil
	return was
}

// keepRefusal keeps a refusal of the old password until it is known which one is active, and
// reports whether that is not known yet.
func (m *passwords) keepRefusal(err error) bool {
	if m.ownChange != nil {
		m.ownChange.refused = err
	}
	return m.ownChange != nil
}

func (m *passwords) keepOldPassword(was ownPasswordChange) tea.Cmd {
	if was.refused != nil {
		return m.login.refuse(was.refused)
	}
	return m.login.repeatReads(was.cancelledReads)
}

func (m *passwords) whyNotOwnPassword() string {
	if m.login.needsLogin() {
		return "a change that uses your current password is still running"
	}
	return m.opts.Desk.MayNot(hdpclient.PermissionChangePassword)
}

func (m *passwords) changeOwnPassword() tea.Cmd { return m.openOwnPassword("") }

// changeExpiredPassword is for an operator whom the server refuses: HDP does not say whether a
// password is wrong or too old.
func (m *passwords) changeExpiredPassword() tea.Cmd {
	return m.openOwnPassword("If your password has expired or must be changed, change it here. A wrong old password counts as another failed sign-in.")
}

func (m *passwords) openOwnPassword(why string) tea.Cmd {
	d := ownpassword.New(m.login.typedLogin(), why)
	m.stack.Push(d)
	if _, known := m.policy.Get(); known {
		m.showPolicy(d)
		return nil
	}
	return m.readPolicy()
}

func (m *passwords) showPolicy(d *ownpassword.Model) {
	policy, known := m.policy.Get()
	if known {
		d.SetPolicy(hdpclient.Some(policy))
	} else {
		d.SetPolicy(hdpclient.Opt[hdpclient.PasswordPolicy]{})
	}
}

func (m *passwords) takeOwnChange(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case openOwnMsg:
		if why := m.whyNotOwnPassword(); why != "" {
			m.say(caution, why)
			return nil, true
		}
		return m.changeOwnPassword(), true
	case ownpassword.ChangeMsg:
		return m.sendOwnPassword(msg), true
	case ownChangedMsg:
		m.writes.returned()
		return m.finishOwnChange(msg), true
	case ownpassword.TryMsg:
		return m.tryNewPassword(msg), true
	case ownTriedMsg:
		return m.finishTry(msg), true
	}
	return nil, false
}

func (m *passwords) leaveOwnPassword(d *ownpassword.Model) tea.Cmd {
	d.DropSecrets()
	m.stack.Close(d)
	return m.keepOldPassword(m.endOwnChange())
}

// sendOwnPassword sends the change with a login of its own, so that the old password is tried
// once as it was typed, whatever the console is signed in with.
func (m *passwords) sendOwnPassword(c ownpassword.ChangeMsg) tea.Cmd {
	if probe, held := m.offline.holdBack(); held {
		c.From.ShowRefusal("", false)
		return probe
	}
	if m.login.needsLogin() {
		c.From.ShowRefusal("Not sent: a change that uses your current password is still running.", false)
		return nil
	}
	login := c.From.Login()
	who := change.Subject{ID: m.rights.ownIDAs(login), Name: hdpclient.TextOf(login)}
	m.ownChange = &ownPasswordChange{cancelledReads: m.login.cancelReads()}
	m.writes.begin()
	return func() tea.Msg {
		done := m.opts.Desk.ChangeOwnPassword(m.ctx, who, login, c.Old, c.New)
		return ownChangedMsg{from: c.From, creds: hdpclient.Credentials{User: login, Password: c.New}, info: done.Info, outcome: done.Outcome}
	}
}

func (m *passwords) finishOwnChange(done ownChangedMsg) tea.Cmd {
	o, p := done.outcome, explain.Problem{}
	if o.Err != nil {
		p = explain.Error(o.Err)
	}
	wrongOld := errors.Is(o.Err, hdpclient.ErrUnauthorized)
	switch o.Kind {
	case change.Accepted:
		return m.adoptNewPassword(done)
	case change.Unknown:
		done.from.ShowUnknown("The new password may or may not be active: " + p.Lead +
			" Sign in with it to find out; if it is not active, that counts as a wrong password.")
		m.login.showOnLockScreen("The server did not confirm your password change: the new password may be active, or still the old one.")
	case change.Refused, change.NotSent, change.Applied, change.Conflict, change.Differs:
		why := "Nothing was changed. " + p.Lead
		if wrongOld {
			why += " " + explain.LockoutWarning
		}
		done.from.ShowRefusal(why, wrongOld)
		done.creds.Password.Wipe()
		return m.keepOldPassword(m.endOwnChange())
	}
	done.creds.Password.Wipe()
	return nil
}

// adoptNewPassword signs in with the new password. Reading the list proves it.
func (m *passwords) adoptNewPassword(done ownChangedMsg) tea.Cmd {
	done.from.DropSecrets()
	m.stack.Close(done.from)
	words := "Your password was changed"
	if info, said := done.info.Get(); said && info.PasswordStatus == hdpclient.PasswordMustChange {
		words += "; the server says that it must be changed again"
	}
	m.say(good, words)
	cut := m.endOwnChange().cancelledReads
	defer done.creds.Password.Wipe()
	if m.login.showOnLockScreen("Your password was changed. Unlock with the new one.") {
		return m.login.repeatReads(cut)
	}
	m.opts.Client.SetCredentials(done.creds)
	m.login.awaitProof()
	m.rights.forgetSelf()
	cut.list, cut.self = true, false // the list proves the login and then asks who it is
	return m.login.repeatReads(cut)
}

// tryNewPassword tries the new password with one request and leaves the login in use alone.
func (m *passwords) tryNewPassword(t ownpassword.TryMsg) tea.Cmd {
	login := t.From.Login()
	client := m.opts.Desk.With(hdpclient.Credentials{User: login, Password: t.New})
	t.New.Wipe()
	return func() tea.Msg { return ownTriedMsg{t.From, client, m.opts.Desk.TryLogin(m.ctx, client)} }
}

func (m *passwords) finishTry(t ownTriedMsg) tea.Cmd {
	switch {
	case t.err == nil && !m.login.isLocked():
		t.from.DropSecrets()
		m.stack.Close(t.from)
		m.opts.Client.Adopt(t.client)
		m.say(good, "The new password is active")
		m.login.awaitProof()
		cut := m.endOwnChange().cancelledReads
		cut.list, cut.self = true, false
		return m.login.repeatReads(cut)
	case t.err == nil:
		t.from.ShowUnknown("The new password is active.")
	case errors.Is(t.err, hdpclient.ErrUnauthorized):
		t.from.ShowUnknown("The new password was not active at " + m.times().Second(m.opts.Clock.Now()) +
			"; the change may still arrive. " + explain.LockoutWarning)
	default:
		t.from.ShowUnknown("Still unknown: " + explain.Error(t.err).Lead)
	}
	t.client.ClearCredentials()
	return nil
}
