package ui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/lockscreen"
	"hdpadmin/ui/stack"
)

// lockState is the state of a locked console. No account is on the screen, and only writes and
// batches that were already running send anything; the login is dropped with the last of them.
// Dialogs keep their state, but passwords in them are overwritten.
type lockState struct {
	screen         *lockscreen.Model
	login          string
	signedOut      bool // the login has been dropped
	cancelledReads      // repeated once the console is unlocked
}

// lockActions lists the lock of the console.
func lockActions() []action.Action[*login] {
	return []action.Action[*login]{{
		ID: "lock", Keys: keys("ctrl+x"), Places: in(action.Global), Disabled: (*login).whyNoLock,
		Help: "lock the console; your password unlocks it", Also: "away", Run: (*login).lockNow,
	}}
}

func (m *login) isLocked() bool { return m.lock != nil }

func (m *login) whyNoLock() string {
	switch {
	case m.lock != nil:
		return "already locked"
	case m.operator == "":
		return "nobody is signed in"
	}
	return ""
}

// lockNow locks the console for the operator, so keys typed next are for the lock screen.
func (m *login) lockNow() tea.Cmd { return m.lockConsole("locked by you") }

// lockIfDue locks the console if it must be locked by now, and reports whether it did. Nobody
// asked for it, so keys that are already typed must not reach the password field.
func (m *login) lockIfDue() (locked tea.Cmd, isDue bool) {
	why := m.whyLockNow()
	if why == "" {
		return nil, false
	}
	locked = m.lockConsole(why)
	return tea.Batch(locked, m.stack.Hold(m.lock.screen)), true
}

// whyLockNow returns why the console must be locked by now, or "".
func (m *login) whyLockNow() string {
	if m.lock != nil || m.operator == "" {
		return ""
	}
	now := m.opts.Clock.Local()
	switch idle, limit := m.opts.IdleLock, m.opts.SessionLimit; {
	case idle > 0 && clock.Elapsed(m.touched, now) >= idle:
		return words.ExactDuration(idle) + " of inactivity"
	case limit > 0 && clock.Elapsed(m.signedIn, now) >= limit:
		return "session limit of " + words.ExactDuration(limit)
	}
	return ""
}

// keyPressed begins the time without a key that locks the console.
func (m *login) keyPressed() { m.touched = m.opts.Clock.Local() }

// lockCheckMsg asks for a look at the clock. Its address tells the latest one from earlier
// ones.
type lockCheckMsg struct{ _ byte }

// lockCheckInterval is short because a timer does not count while the machine sleeps: one set
// for the whole time would fire too late.
const lockCheckInterval = 5 * time.Second

func (m *login) scheduleLockCheck() tea.Cmd {
	if m.nextLockCheck != nil || m.lock != nil || m.opts.IdleLock == 0 && m.opts.SessionLimit == 0 {
		return nil
	}
	m.nextLockCheck = new(lockCheckMsg)
	return m.opts.Clock.After(lockCheckInterval, m.nextLockCheck)
}

func (m *login) lockConsole(why string) tea.Cmd {
	m.lock = &lockState{screen: lockscreen.New(m.loginLabel(m.operator), m.opts.Clock.Now(), m.times(), why), login: m.operator}
	m.lock.screen.Background = m.lockSummary
	if m.usesSharedLogin() {
		m.lock.screen.NoPassword = "The service signs in for you, so your password cannot unlock this console. Quit and connect again."
	}
	m.stack.Cover(m.lock.screen)
	m.accounts.forgetPending()
	m.notice, m.nextLockCheck = notice{}, nil
	m.lock.cancelledReads = m.cancelReads()
	for d := range stack.All[stack.SecretHolder](m.stack) {
		d.DropSecrets()
	}
	m.signOutIfIdle()
	return tea.Batch(m.clipboard.clear(), m.entries.write(func(t *audit.Log) error { return t.ConsoleLocked(why) }))
}

// signOutIfIdle drops password, cookies and idle connections of a locked console once nothing
// needs them.
func (m *login) signOutIfIdle() {
	if m.lock != nil && !m.lock.signedOut && !m.needsLogin() {
		m.lock.signedOut = true
		m.opts.Client.ClearCredentials()
	}
}

// needsLogin reports whether anything that makes requests is running.
func (m *login) needsLogin() bool {
	return m.writes.isWriting() || m.batches.needsLogin()
}

// lockSummary says what is running while the console is locked, in numbers and without names.
func (m *login) lockSummary() string {
	if batch := m.batches.summary(); batch != "" {
		return batch
	}
	if m.writes.isWriting() {
		return "A change is still running and will be finished."
	}
	return ""
}

// askToQuit asks on the lock screen whether to quit and reports whether the console is locked.
func (m *login) askToQuit(lost string) bool {
	if m.lock != nil {
		m.lock.screen.AskToQuit(lost)
	}
	return m.lock != nil
}

// showOnLockScreen shows a text on the lock screen and reports whether the console is locked.
func (m *login) showOnLockScreen(text string) bool {
	if m.lock != nil {
		m.lock.screen.ShowNotice(text)
	}
	return m.lock != nil
}

// returnMsg is the result of the request that tried the password.
type returnMsg struct {
	to     *lockState
	client *hdpclient.Client
	err    error
}

// tryReturn tries the password with one request. A batch may still be running with the earlier
// login.
func (m *login) tryReturn(s lockscreen.SubmitMsg) tea.Cmd {
	to := m.lock
	client := m.opts.Desk.With(hdpclient.Credentials{User: to.login, Password: s.Password})
	s.Password.Wipe()
	return func() tea.Msg { return returnMsg{to, client, m.opts.Desk.TryLogin(m.ctx, client)} }
}

// unlockConsole unlocks the console if the server has accepted the password.
func (m *login) unlockConsole(r returnMsg) tea.Cmd {
	if m.lock != r.to {
		return nil
	}
	if r.err != nil {
		r.client.ClearCredentials()
		why := explain.Error(r.err).Lead
		if errors.Is(r.err, hdpclient.ErrUnauthorized) {
			why += " " + explain.LockoutWarning
		} else {
			why += " Enter your password to try again."
		}
		r.to.screen.ShowRefusal(why)
		if desk.RefusesLogin(r.err) {
			return m.entries.write(func(t *audit.Log) error { return t.ConsoleUnlockRefused(r.err) })
		}
		return nil
	}
	m.opts.Client.Adopt(r.client)
	m.opts.Desk.CheckNews()
	m.stack.Uncover()
	m.lock, m.acceptedAs, m.passwordSource = nil, r.to.login, ""
	now := m.opts.Clock.Local()
	m.touched, m.signedIn = now, now
	_ = m.closeSignIn() // resumeAfterLock holds keys back from the dialog on top
	m.say(good, "Console unlocked. It was locked at "+m.times().Minute(r.to.screen.Since())+".")
	return tea.Batch(m.repeatReads(m.passwords.endOwnChange().cancelledReads), m.resumeAfterLock(r.to), m.entries.write(func(t *audit.Log) error { return t.ConsoleUnlocked() }))
}

// resumeAfterLock repeats the reads that the lock cancelled and keeps keys from a dialog that
// opened unseen.
func (m *login) resumeAfterLock(was *lockState) tea.Cmd {
	if _, open := m.account.Reading(); open {
		was.account = true // it may be another account by now
	}
	cmds := []tea.Cmd{m.repeatReads(was.cancelledReads)}
	return tea.Batch(append(cmds, m.stack.Hold(m.stack.Top()), m.batches.offerUnfinished(), m.rights.checkOwnPassword())...)
}
