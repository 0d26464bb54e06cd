package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/temppass"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/ownpassword"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/slot"
	"hdpadmin/ui/stack"
)

// passwords sets new passwords: temporary ones for others, and the operator's own.
type passwords struct {
	*console
	policy    slot.Slot[hdpclient.PasswordPolicy]
	resetHere map[int64]bool     // accounts that got a temporary password in this console
	ownChange *ownPasswordChange // nil: the operator's own password is not being changed
}

// resetPassword opens the dialog that gives the account a temporary password, unless an
// external service manages the password.
func (m *passwords) resetPassword() tea.Cmd {
	return m.accounts.withAccount(func() tea.Cmd {
		r, _ := m.account.Reading()
		if desk.WhyNoPassword(r.Account()) != "" {
			m.say(caution, "An external service manages the password of "+r.User.UserName.String()+". Change it there.")
			return nil
		}
		info, _ := r.Status.Get()
		return m.openReset(change.PlanReset(change.SubjectOf(r.User)), info.AccountLocked.Or(false))
	})
}

func (m *passwords) openReset(p change.Plan, locked bool) tea.Cmd {
	d := resetform.New(p, locked, m.rights.demands(p), temppass.Spell)
	d.MayType = m.opts.TypedPasswords
	d.Busy = func() string { return m.writes.otherNote(p.Subject().ID) }
	d.OtherObstacles = func(set bool) []string { return m.otherObstacles(p.Subject().ID, set) }
	d.Progress, d.Times = m.writes.progressOf(p, stageText(change.Checking)), m.times()
	if _, known := m.policy.Get(); known {
		m.preparePassword(d)
		return m.stack.PushRequested(d)
	}
	return tea.Batch(m.stack.PushRequested(d), m.readPolicy())
}

// otherObstacles says what else keeps the user from signing in, according to the last reading. set
// means that the password has been set, so that an older reading no longer counts.
func (m *passwords) otherObstacles(id int64, set bool) []string {
	r, read := m.account.Reading()
	if !read || m.account.IsLoading() || m.account.Err() != nil || r.User.ID != id {
		return nil // a reading before the reset says nothing about the time after it
	}
	var words []string
	a := r.Account()
	if a.HasStatus && a.Status == hdpclient.Inactive {
		words = append(words, "Inactive: a new password alone does not help "+frame.NoBreak("("+m.keycap("activate")+" activates it)."))
	}
	if a.HasPassword && a.Expired(m.opts.Clock.Now()) {
		expired := "Expired on " + m.times().Date(a.PasswordExpires)
		if set {
			expired += " despite the reset"
		} else {
			expired += "; a reset may not change that"
		}
		words = append(words, expired+" "+frame.NoBreak("("+m.keycap("edit-expiry")+" sets a later expiry)."))
	}
	return words
}

func (m *passwords) readPolicy() tea.Cmd {
	client := m.opts.Client
	if !m.login.isAccepted() { // the rules are public, but a refused login would be rejected
		client = client.With(hdpclient.Credentials{})
	}
	return m.policy.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) (hdpclient.PasswordPolicy, error) {
		return client.PasswordPolicy(ctx)
	})
}

// cancelPolicy cancels reading the password policy and reports whether it must be repeated.
func (m *passwords) cancelPolicy() (repeat bool) {
	_, repeat = m.policy.Loading()
	m.policy.Cancel()
	return repeat
}

func (m *passwords) forgetPolicy() { m.policy.Clear() }

// noteReset remembers an account that got a temporary password in this console.
func (m *passwords) noteReset(o change.Outcome) {
	if o.Kind == change.Accepted && o.Plan.Resource() == change.PasswordReset {
		m.resetHere[o.Plan.Subject().ID] = true
	}
}

func (m *passwords) wasResetHere(id int64) bool { return m.resetHere[id] }

// preparePassword generates the password, following the server's policy if it could be read.
func (m *passwords) preparePassword(d *resetform.Model) {
	policy := hdpclient.Opt[hdpclient.PasswordPolicy]{}
	about := desk.PolicyNotRead
	if p, known := m.policy.Get(); known {
		policy = hdpclient.Some(p)
		about = "A password that meets the server's policy is generated."
	}
	password, err := desk.NewPassword(policy, d.Subject())
	if err != nil {
		about = "No temporary password can be generated: " + hdpclient.Clean(err.Error())
	}
	d.SetPassword(password, about)
}

// resetDoneMsg is the outcome of a reset, and unlockDoneMsg that of the unlock after it, which
// is empty if no unlock was started.
type (
	resetDoneMsg struct {
		session context.Context
		of      resetform.ApplyMsg
		outcome change.Outcome
	}
	unlockDoneMsg struct {
		from    *resetform.Model
		line    resetform.ResultLine
		outcome change.Outcome
	}
)

// lockReadMsg says whether the account of a repeated reset is locked.
type lockReadMsg struct {
	again  resetform.AnotherMsg
	locked bool
	err    error
}

func (m *passwords) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case slot.ResultMsg[hdpclient.PasswordPolicy]:
		if m.policy.Accept(msg) {
			return m.usePolicy(), true
		}
	case resetform.ApplyMsg:
		return m.sendReset(msg), true
	case resetDoneMsg:
		m.writes.returned()
		return m.finishReset(msg), true
	case unlockDoneMsg:
		m.writes.returned()
		msg.from.ShowUnlock(msg.line)
		if msg.outcome.Kind != "" {
			return m.writes.applyOutcome(msg.outcome), true
		}
	case resetform.CopyMsg:
		return tea.Batch(m.clipboard.copyPassword(msg.Text),
			m.entries.write(func(t *audit.Log) error { return t.PasswordCopied(msg.From.Subject()) })), true
	case resetform.RevealedMsg:
		return m.entries.write(func(t *audit.Log) error { return t.PasswordRevealed(msg.From.Subject()) }), true
	case resetform.AnotherMsg:
		return m.readLock(msg), true
	case lockReadMsg:
		return m.resetAgain(msg), true
	default:
		return m.takeOwnChange(msg)
	}
	return nil, true
}

// usePolicy gives the policy to the dialogs that wait for it.
func (m *passwords) usePolicy() tea.Cmd {
	// A dialog below another one needs the policy too, but a finished reset does not.
	if d, open := stack.Find[*ownpassword.Model](m.stack); open {
		m.showPolicy(d)
	}
	if d, open := stack.Find[*resetform.Model](m.stack); open && d.Preparing() {
		m.preparePassword(d)
		if m.stack.IsUnseen() {
			return m.stack.Hold(d)
		}
	}
	return nil
}

func (m *passwords) sendReset(a resetform.ApplyMsg) tea.Cmd {
	if probe, held := m.offline.holdBack(); held {
		a.From.ShowRefusal("")
		return probe
	}
	m.writes.begin()
	ctx, plan := m.login.sessionContext(), m.rights.guarded(a.Plan)
	return m.writes.runWrite(func() tea.Msg {
		return resetDoneMsg{ctx, a, m.opts.Desk.Reset(ctx, plan, a.Password)}
	})
}

// readLock reads whether the account of a repeated reset is locked.
func (m *passwords) readLock(again resetform.AnotherMsg) tea.Cmd {
	m.say(plain, "Reading the account"+m.theme.Signs.Ellipsis)
	return func() tea.Msg {
		info, err := m.opts.Client.StatusInfo(m.ctx, again.From.Subject().ID)
		return lockReadMsg{again, info.AccountLocked.Or(false), err}
	}
}

// resetAgain opens the dialog for another reset.
func (m *passwords) resetAgain(r lockReadMsg) tea.Cmd {
	if m.stack.Top() != r.again.From && m.stack.IsOpen(r.again.From) {
		m.say(caution, "Not done: something else is on the screen now")
		return nil // keys typed there must not reach another dialog
	}
	if m.login.isLocked() || !m.stack.Close(r.again.From) {
		return nil // the console was locked, the dialog was closed, or this was requested twice
	}
	m.notice = notice{}
	if r.err != nil {
		m.say(caution, "Could not read whether the account is locked: "+explain.Error(r.err).Lead)
	}
	shown := m.openReset(r.again.Plan, r.locked)
	if isLoginError(r.err) {
		return tea.Batch(shown, m.login.refuse(r.err))
	}
	return shown
}

// finishReset shows the outcome of a reset, and the password if it is active. A requested
// unlock is a separate write with its own outcome.
func (m *passwords) finishReset(d resetDoneMsg) tea.Cmd {
	o, from := d.outcome, d.of.From
	result := resetform.Result{Reset: o, At: m.opts.Clock.Now()}
	cmds := []tea.Cmd{m.writes.applyOutcome(o)}
	switch {
	case !d.of.Unlock:
	case o.Kind == change.Accepted:
		result.Unlocking = true
		from.Progress = m.writes.progressOf(change.PlanReset(from.Subject()), "unlock: reading the account")
		m.writes.begin()
		cmds = append(cmds, m.writes.runWrite(func() tea.Msg { return m.unlockAfterReset(d.session, d.of) }))
	case o.Kind == change.Unknown:
		result.Unlock = resetform.ResultLine{Text: "Not unlocked: it is not known whether the reset was accepted."}
	default:
		result.Unlock = resetform.ResultLine{Text: "Not unlocked: the reset was not accepted."}
	}
	from.ShowResult(result)
	return tea.Batch(append(cmds, m.login.judgeWrite(d.session, o.Err))...)
}

// unlockAfterReset removes the lock after a reset. It runs in a command, so it must not touch
// the model.
func (m *passwords) unlockAfterReset(ctx context.Context, a resetform.ApplyMsg) unlockDoneMsg {
	u := m.opts.Desk.UnlockAfterReset(ctx, a.Plan)
	done := unlockDoneMsg{from: a.From, outcome: u.Outcome}
	switch {
	case u.Err != nil:
		done.line = resetform.ResultLine{Text: "Not unlocked: " + explain.Error(u.Err).Lead}
	case u.NotLocked:
		done.line = resetform.ResultLine{Good: true, Text: "No longer locked."}
	case u.Outcome.Kind == change.Applied && u.Outcome.LogErr == nil:
		done.line = resetform.ResultLine{Good: true, Text: "Unlocked, verified " + m.times().Second(u.Outcome.At) + "."}
	default:
		p := explain.Outcome(u.Outcome, m.times())
		done.line = resetform.ResultLine{Text: "Unlock not confirmed: " + p.Title + ". " + p.Lead + " " + p.Means}
	}
	return done
}

func (m *passwords) holdsPassword() bool {
	d, open := stack.Find[*resetform.Model](m.stack)
	return open && d.HoldsPassword()
}
