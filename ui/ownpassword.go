package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/ownpassword"
	"hdpadmin/ui/slot"
)

// openOwn is the answer to the question whether to change one's own password.
type openOwn struct{}

// ownChanged is what became of the change of the operator's own password.
type ownChanged struct {
	from    *ownpassword.Model
	creds   hdpclient.Credentials // with the new one
	info    hdpclient.Opt[hdpclient.PasswordInfo]
	outcome change.Outcome
}

// ownTried is what became of signing in with a password of which it was not known
// whether it is in force.
type ownTried struct {
	from   *ownpassword.Model
	client *hdpclient.Client
	err    error
}

// renewal is the time from sending a change of the operator's own password until it is known
// which password is in force. Nothing is read meanwhile with the old one: the server may refuse
// it before it says that the new one is in force.
type renewal struct {
	cutOff
	refused error // why the old password was refused meanwhile
}

// endRenewal ends it, if there is one.
func (m *Model) endRenewal() (was renewal) {
	if m.renewal != nil {
		was = *m.renewal
	}
	m.renewal = nil
	return was
}

// goOnWithOld goes on with the password that was in use before.
func (m *Model) goOnWithOld(was renewal) tea.Cmd {
	if was.refused != nil {
		return m.loginRefused(was.refused)
	}
	return m.readCutOff(was.cutOff)
}

// whyNotOwn says why the operator's own password cannot be changed now.
func (m *Model) whyNotOwn() string {
	if m.needsLogin() {
		return "a change is under way with the present password"
	}
	return m.lacks(hdpclient.PermissionChangePassword)
}

// whyNotExpired says why a refused sign-in cannot be about the age of the password.
func (m *Model) whyNotExpired() string {
	if m.signin == nil || !m.signin.WasRefused() {
		return "sign in first"
	}
	return ""
}

func (m *Model) changeOwn() tea.Cmd { return m.openOwn("") }

// changeExpired is for an operator whom the server does not let in: it does not say
// whether the password is wrong or too old.
func (m *Model) changeExpired() tea.Cmd {
	return m.openOwn("If your password has expired or must be changed, this is the way back in. A wrong old one counts as one more failure.")
}

func (m *Model) openOwn(why string) tea.Cmd {
	login := m.opts.Client.Login()
	if m.signin != nil {
		login = m.signin.User()
	}
	d := ownpassword.New(login, why)
	m.push(d)
	if _, known := m.policy.Get(); known {
		m.tellPolicy(d)
		return nil
	}
	return m.readPolicy()
}

func (m *Model) tellPolicy(d *ownpassword.Model) {
	policy, known := m.policy.Get()
	if known {
		d.SetPolicy(hdpclient.Some(policy))
	} else {
		d.SetPolicy(hdpclient.Opt[hdpclient.PasswordPolicy]{})
	}
}

func (m *Model) ownAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case openOwn:
		if why := m.whyNotOwn(); why != "" {
			m.say(caution, why)
			return nil, true
		}
		return m.changeOwn(), true
	case slot.Answer[ownInfo]:
		if m.own.Accept(msg) {
			return m.sayOwn(m.ownState()), true
		}
	case ownpassword.ChangeMsg:
		return m.sendOwn(msg), true
	case ownChanged:
		m.answered()
		return m.ownEnded(msg), true
	case ownpassword.TryMsg:
		return m.tryOwn(msg), true
	case ownTried:
		return m.ownProved(msg), true
	case ownpassword.CloseMsg:
		if msg.Dirty {
			return m.pushGated(&confirm.Model{
				Title: "Leave the dialog?", Text: "What you have typed will be lost.",
				Yes: "leave", No: "stay", OnYes: ownpassword.CloseMsg{From: msg.From},
			}), true
		}
		msg.From.DropSecrets()
		m.drop(msg.From)
		return m.goOnWithOld(m.endRenewal()), true
	default:
		return nil, false
	}
	return nil, true
}

// sendOwn sends the change, with a login of its own: the old password as it was
// typed is tried once, whatever the console is signed in with.
func (m *Model) sendOwn(c ownpassword.ChangeMsg) tea.Cmd {
	if why, ask := m.sendable(); why != "" {
		c.From.ShowRefusal(why, false)
		return ask
	}
	if m.needsLogin() {
		c.From.ShowRefusal("not sent: a change is under way with the present password", false)
		return nil
	}
	login := c.From.Login()
	who := change.Subject{Name: hdpclient.TextOf(login)}
	// At a refused sign-in the login is as it was typed, and may be another operator's.
	if self, known := m.self.Get(); known && login == m.operator {
		who.ID = self.UserID
	}
	m.renewal = &renewal{cutOff: m.stopReading()}
	client := m.opts.Client.With(hdpclient.Credentials{User: login, Password: c.Old})
	m.sending++
	return func() tea.Msg {
		done := ownChanged{from: c.From, creds: hdpclient.Credentials{User: login, Password: c.New}}
		done.outcome = m.opts.Writer.ChangeOwnPassword(m.ctx, who, func(ctx context.Context) (err error) {
			done.info, err = client.ChangePassword(ctx, c.Old, c.New)
			return err
		})
		client.ClearCredentials()
		c.Old.Wipe()
		return done
	}
}

func (m *Model) ownEnded(done ownChanged) tea.Cmd {
	o, p := done.outcome, explain.Problem{}
	if o.Err != nil {
		p = explain.Error(o.Err)
	}
	wrongOld := errors.Is(o.Err, hdpclient.ErrUnauthorized)
	switch o.Kind {
	case change.Accepted:
		return m.ownInForce(done)
	case change.Unknown:
		done.from.ShowUnknown("It is not known whether the new password is in force: " + p.Lead +
			" Signing in with it will tell; if it is not, that counts as a wrong password.")
		if m.away != nil {
			m.away.screen.ShowNotice("The change of your password was not answered: the new one is in force, or still the old one.")
		}
	case change.Refused, change.NotSent, change.Applied, change.Conflict, change.Differs:
		why := "Nothing was changed. " + p.Lead
		if wrongOld {
			why += " Three wrong passwords lock your account."
		}
		done.from.ShowRefusal(why, wrongOld)
		done.creds.Password.Wipe()
		return m.goOnWithOld(m.endRenewal())
	}
	done.creds.Password.Wipe()
	return nil
}

// ownInForce goes on with the new password, which the list proves.
func (m *Model) ownInForce(done ownChanged) tea.Cmd {
	done.from.DropSecrets()
	m.drop(done.from)
	words := "your password is changed"
	if info, said := done.info.Get(); said && info.PasswordStatus == hdpclient.PasswordMustChange {
		words += "; the server says that it must be changed once more"
	}
	m.say(good, words)
	cut := m.endRenewal().cutOff
	defer done.creds.Password.Wipe()
	if m.away != nil {
		m.away.screen.ShowNotice("Your password was changed: come back with the new one.")
		return m.readCutOff(cut)
	}
	m.opts.Client.SetCredentials(done.creds)
	m.acceptedAs, m.untyped = "", ""
	m.forgetSelf()
	cut.list, cut.self = true, false // the list proves the login, and it is asked who that is then
	return m.readCutOff(cut)
}

// tryOwn signs in with the new password, by one request beside the login in use.
func (m *Model) tryOwn(t ownpassword.TryMsg) tea.Cmd {
	login := t.From.Login()
	client, try, ctx := m.opts.Client.With(hdpclient.Credentials{User: login, Password: t.New}), m.proof(login), m.ctx
	t.New.Wipe()
	return func() tea.Msg { return ownTried{t.From, client, try(ctx, client)} }
}

func (m *Model) ownProved(t ownTried) tea.Cmd {
	switch {
	case t.err == nil && m.away == nil:
		t.from.DropSecrets()
		m.drop(t.from)
		m.opts.Client.Adopt(t.client)
		m.say(good, "the new password is in force")
		m.acceptedAs, m.untyped = "", ""
		cut := m.endRenewal().cutOff
		cut.list, cut.self = true, false
		return m.readCutOff(cut)
	case t.err == nil:
		t.from.ShowUnknown("The new password is in force.")
	case errors.Is(t.err, hdpclient.ErrUnauthorized):
		t.from.ShowUnknown("The new password was not in force at " + m.clock.Now().Format(time.TimeOnly) +
			" UTC; the change may still arrive. Three wrong passwords lock your account.")
	default:
		t.from.ShowUnknown("Still not known: " + explain.Error(t.err).Lead)
	}
	t.client.ClearCredentials()
	return nil
}
