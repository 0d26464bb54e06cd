package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/lockscreen"
)

// lockState is the time for which the console is locked: nothing of accounts is on
// the screen, and nothing is sent but what a write or a batch needs that was under
// way. The login goes with the last of them. What the operator was at stays as it
// was, but for passwords: those are overwritten.
type lockState struct {
	screen         *lockscreen.Model
	login          string
	signedOut      bool // the login has been dropped
	cancelledReads      // is read again once the operator is back
}

// cancelledReads is what was being read when every read was ended.
type cancelledReads struct{ list, account, self, policy bool }

// lockCheckMsg looks at the clock. Its address says whether it is the one waited for.
type lockCheckMsg struct{ _ byte }

// lockCheckInterval is how often the clock is looked at: a timer does not count the sleep of
// the machine, so that one set for the whole time would come too late.
const lockCheckInterval = 5 * time.Second

// scheduleLockCheck sets the next look at the clock.
func (m *Model) scheduleLockCheck() tea.Cmd {
	if m.nextLockCheck != nil || m.lock != nil || m.opts.IdleLock == 0 && m.opts.SessionLimit == 0 {
		return nil
	}
	m.nextLockCheck = new(lockCheckMsg)
	return m.clock.After(lockCheckInterval, m.nextLockCheck)
}

// whyLockNow says why the console is to be locked by now, "" that it is not.
func (m *Model) whyLockNow() string {
	if m.lock != nil || m.operator == "" {
		return ""
	}
	now := m.clock.Local()
	switch idle, limit := m.opts.IdleLock, m.opts.SessionLimit; {
	case idle > 0 && clock.Elapsed(m.touched, now) >= idle:
		return formatLimit(idle) + " of inactivity"
	case limit > 0 && clock.Elapsed(m.signedIn, now) >= limit:
		return "session limit of " + formatLimit(limit)
	}
	return ""
}

// formatLimit is a limit in words.
func formatLimit(d time.Duration) string {
	var words []string
	for _, part := range []struct {
		n    int
		unit string
	}{{int(d.Hours()), "h"}, {int(d.Minutes()) % 60, "min"}, {int(d.Seconds()) % 60, "s"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", part.n, part.unit))
		}
	}
	return strings.Join(words, " ")
}

func (m *Model) whyNoLock() string {
	switch {
	case m.lock != nil:
		return "already locked"
	case m.operator == "":
		return "nobody is signed in"
	}
	return ""
}

// lockNow locks the console on a key: what is typed next is meant for it.
func (m *Model) lockNow() tea.Cmd { return m.lockConsole("locked by you") }

// lockAutomatically locks it by itself: what was typed for something else is no password.
func (m *Model) lockAutomatically(why string) tea.Cmd {
	locked := m.lockConsole(why)
	return tea.Batch(locked, m.holdKeys(m.lock.screen))
}

func (m *Model) lockConsole(why string) tea.Cmd {
	m.lock = &lockState{screen: lockscreen.New(m.operator, m.clock.Now(), why), login: m.operator}
	m.lock.screen.Background = m.lockSummary
	m.notice, m.pending, m.gate, m.nextLockCheck = notice{}, pendingAction{}, nil, nil
	m.lock.cancelledReads = m.cancelReads()
	for _, d := range m.dialogs {
		if d, ok := d.(interface{ DropSecrets() }); ok {
			d.DropSecrets()
		}
	}
	m.signOutIfIdle()
	return tea.Batch(m.clearClipboard(), m.writeLog(func(t *audit.Log) error { return t.ConsoleLocked(why) }))
}

// cancelReads ends every read, and returns what is to be read again. The
// accounts that a draft has begun to read are read to their end.
func (m *Model) cancelReads() (cut cancelledReads) {
	_, cut.self = m.self.Loading()
	_, cut.policy = m.policy.Loading()
	cut.list, cut.account = m.cancelPaneReads()
	m.self.Cancel()
	m.operatorSearch.Cancel()
	m.policy.Cancel()
	if _, asking := m.ownPassword.Loading(); asking {
		m.ownPassword.Cancel()
		m.ownPasswordChecked = false
	}
	if m.batch.preview != nil {
		m.batch.preview.Pause()
	}
	return cut
}

// cancelPaneReads ends every read for the panes, and reports which of them were being read.
func (m *Model) cancelPaneReads() (list, account bool) {
	list, account = m.list.feed != nil, m.account.IsLoading()
	m.stopList()
	m.account.Cancel()
	if _, asking := m.serverSearch.Loading(); asking {
		m.serverSearch.Cancel()
		m.lookup.SetNotice("")
	}
	return list, account
}

// signOutIfIdle drops the login once nothing is under way that needs it: password,
// cookies, and the connections that are idle.
func (m *Model) signOutIfIdle() {
	if m.lock != nil && !m.lock.signedOut && !m.needsLogin() {
		m.lock.signedOut = true
		m.opts.Client.ClearCredentials()
	}
}

// needsLogin reports whether something is under way that makes requests.
func (m *Model) needsLogin() bool {
	if m.writesInFlight > 0 || len(m.opts.Writer.InFlight()) > 0 {
		return true
	}
	if d := m.batch.preview; d != nil && d.Progress().UnderWay > 0 {
		return true
	}
	if r := m.batch.run; r != nil {
		p := r.Progress()
		return p.UnderWay > 0 || !p.Ended && !p.Paused
	}
	return false
}

// lockSummary says what goes on behind the locked screen: numbers, and no names.
func (m *Model) lockSummary() string {
	if r := m.batch.run; r != nil {
		p := r.Progress()
		done := frame.Count(p.Done) + " done."
		switch batch := "A batch of " + frame.Count(p.Total); {
		case p.Ended && p.Stopped != nil:
			return batch + " was stopped: " + done
		case p.Ended:
			return batch + " has ended: " + done
		case p.Paused:
			return batch + " is paused: " + done
		default:
			return batch + " is running: " + done
		}
	}
	if m.writesInFlight > 0 || len(m.opts.Writer.InFlight()) > 0 {
		return "A change is still running and will be finished."
	}
	return ""
}

// returnMsg is what became of the request that tried the password.
type returnMsg struct {
	to     *lockState
	client *hdpclient.Client
	err    error
}

func (m *Model) handleLock(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case lockscreen.SubmitMsg:
		if m.lock != nil && m.lock.screen == msg.From {
			return m.tryReturn(msg), true
		}
	case returnMsg:
		return m.unlockConsole(msg), true
	default:
		return nil, false
	}
	return nil, true
}

// tryReturn tries the password by one request, beside a batch that may still run
// with the one from before.
func (m *Model) tryReturn(s lockscreen.SubmitMsg) tea.Cmd {
	to, ctx, try := m.lock, m.ctx, m.loginCheck(m.lock.login)
	client := m.opts.Client.With(hdpclient.Credentials{User: to.login, Password: s.Password})
	s.Password.Wipe()
	return func() tea.Msg { return returnMsg{to, client, try(ctx, client)} }
}

// loginCheck tries a login. HDP looks at names and rights once it knows the login, so
// its refusal of a call proves as much as an answer. What proves nothing is followed
// by the list, which this login was let in with. There is no third try: a proxy may
// hide HDP's refusal, and three wrong passwords lock the operator out.
func (m *Model) loginCheck(login string) func(context.Context, *hdpclient.Client) error {
	small := func(ctx context.Context, c *hdpclient.Client) error { _, err := c.Self(ctx); return err }
	if _, known := m.self.Get(); !known {
		small = func(ctx context.Context, c *hdpclient.Client) error {
			_, err := c.UsersByAuthName(ctx, login)
			return err
		}
	}
	list := func(ctx context.Context, c *hdpclient.Client) error {
		for _, err := range c.Users(ctx, hdpclient.UsersOptions{}) {
			return err // the first account will do
		}
		return nil
	}
	return func(ctx context.Context, c *hdpclient.Client) (err error) {
		for _, call := range []func(context.Context, *hdpclient.Client) error{small, list} {
			if err = call(ctx, c); provesLogin(err) && c.Proven() {
				return nil
			}
			if err == nil {
				err = hdpclient.ErrCached // the next call may come through
				continue
			}
			var e *hdpclient.Error
			if !errors.As(err, &e) || e.MayBeAboutLogin() || e.Status == 0 || errors.Is(err, hdpclient.ErrUnavailable) {
				break
			}
		}
		return err
	}
}

// unlockConsole lets the operator in whose password the server has accepted.
func (m *Model) unlockConsole(r returnMsg) tea.Cmd {
	if m.lock != r.to {
		return nil
	}
	if r.err != nil {
		r.client.ClearCredentials()
		why := explain.Error(r.err).Lead
		if errors.Is(r.err, hdpclient.ErrUnauthorized) {
			why += " Three wrong passwords lock your account."
		} else {
			why += " Enter your password to try again."
		}
		r.to.screen.ShowRefusal(why)
		if refusesLogin(r.err) {
			return m.writeLog(func(t *audit.Log) error { return t.ConsoleUnlockRefused(r.err) })
		}
		return nil
	}
	m.opts.Client.Adopt(r.client)
	m.lock, m.acceptedAs, m.passwordSource = nil, r.to.login, ""
	now := m.clock.Local()
	m.touched, m.signedIn = now, now
	_ = m.closeSignIn() // readAgain holds the dialog on top
	m.say(good, "Console unlocked. It was locked at "+r.to.screen.Since().Format("15:04")+" UTC.")
	return tea.Batch(m.repeatReads(m.endOwnChange().cancelledReads), m.resumeAfterLock(r.to), m.writeLog(func(t *audit.Log) error { return t.ConsoleUnlocked() }))
}

// resumeAfterLock reads what was cut off by the lock, and lets no key through to a dialog that
// opened unseen.
func (m *Model) resumeAfterLock(was *lockState) tea.Cmd {
	if _, open := m.account.Reading(); open {
		was.account = true // it may be another account by now
	}
	cmds := []tea.Cmd{m.repeatReads(was.cancelledReads)}
	if top := m.top(); top != nil {
		cmds = append(cmds, m.holdKeys(top))
	}
	return tea.Batch(append(cmds, m.offerUnfinished(), m.checkOwnPassword())...)
}

// repeatReads reads what stopReading cut off.
func (m *Model) repeatReads(cut cancelledReads) tea.Cmd {
	var cmds []tea.Cmd
	if cut.list {
		cmds = append(cmds, m.loadList())
	}
	if cut.account {
		cmds = append(cmds, m.reread())
	}
	if cut.self {
		cmds = append(cmds, m.readSelf())
	}
	if cut.policy {
		cmds = append(cmds, m.readPolicy())
	}
	if m.batch.preview != nil && m.lock == nil {
		m.batch.preview.Resume()
	}
	return tea.Batch(cmds...)
}

// lockFrame is the screen of the locked console: the header, which tells whom the
// password goes to, and nothing else.
func (m *Model) lockFrame(w, h int) frame.Picture {
	p := frame.Picture{Lines: append([]string{m.header(w)}, frame.Block(nil, w, h-1, "")...)}
	return overlay(p, m.lock.screen.View(m.theme, m.topKeys(), w, h-2), w, h)
}
