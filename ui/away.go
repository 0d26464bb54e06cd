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

// absence is the time for which the console is locked: nothing of accounts is on
// the screen, and nothing is sent but what a write or a batch needs that was under
// way. The login goes with the last of them. What the operator was at stays as it
// was, but for passwords: those are overwritten.
type absence struct {
	screen    *lockscreen.Model
	login     string
	signedOut bool // the login has been dropped
	cutOff         // is read again once the operator is back
}

// cutOff is what was being read when every read was ended.
type cutOff struct{ list, account, self, policy bool }

// alarmMsg looks at the clock. Its address says whether it is the one waited for.
type alarmMsg struct{ _ byte }

// glance is how often the clock is looked at: a timer does not count the sleep of
// the machine, so that one set for the whole time would come too late.
const glance = 5 * time.Second

// watching sets the next look at the clock.
func (m *Model) watching() tea.Cmd {
	if m.alarm != nil || m.away != nil || m.opts.IdleLock == 0 && m.opts.SessionLimit == 0 {
		return nil
	}
	m.alarm = new(alarmMsg)
	return m.clock.After(glance, m.alarm)
}

// overdue says why the console is to be locked by now, "" that it is not.
func (m *Model) overdue() string {
	if m.away != nil || m.operator == "" {
		return ""
	}
	now := m.clock.Local()
	switch idle, limit := m.opts.IdleLock, m.opts.SessionLimit; {
	case idle > 0 && clock.Passed(m.touched, now) >= idle:
		return span(idle) + " without a key"
	case limit > 0 && clock.Passed(m.signedIn, now) >= limit:
		return span(limit) + " after signing in"
	}
	return ""
}

// span is a limit in words.
func span(d time.Duration) string {
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
	case m.away != nil:
		return "locked already"
	case m.operator == "":
		return "nobody is signed in"
	}
	return ""
}

// lockNow locks the console on a key: what is typed next is meant for it.
func (m *Model) lockNow() tea.Cmd { return m.lock("on your key") }

// lockLate locks it by itself: what was typed for something else is no password.
func (m *Model) lockLate(why string) tea.Cmd {
	locked := m.lock(why)
	return tea.Batch(locked, m.hold(m.away.screen))
}

func (m *Model) lock(why string) tea.Cmd {
	m.away = &absence{screen: lockscreen.New(m.operator, m.clock.Now(), why), login: m.operator}
	m.away.screen.Background = m.runs
	m.notice, m.then, m.gate, m.alarm = notice{}, intent{}, nil, nil
	m.away.cutOff = m.stopReading()
	for _, d := range m.dialogs {
		if d, ok := d.(interface{ DropSecrets() }); ok {
			d.DropSecrets()
		}
	}
	m.signOut()
	return tea.Batch(m.clearClipboardNow(), m.record(func(t *audit.Trail) error { return t.Locked(why) }))
}

// stopReading ends every read, and returns what is to be read again. The
// accounts that a draft has begun to read are read to their end.
func (m *Model) stopReading() (cut cutOff) {
	_, cut.self = m.self.Loading()
	_, cut.policy = m.policy.Loading()
	cut.list, cut.account = m.stopPanes()
	m.self.Cancel()
	m.found.Cancel()
	m.policy.Cancel()
	if _, asking := m.own.Loading(); asking {
		m.own.Cancel()
		m.toldOwn = false
	}
	if m.many.draft != nil {
		m.many.draft.Pause()
	}
	return cut
}

// stopPanes ends every read for the panes, and reports which of them were being read.
func (m *Model) stopPanes() (list, account bool) {
	list, account = m.list.feed != nil, m.account.Loading()
	m.stopList()
	m.account.Cancel()
	if _, asking := m.ask.Loading(); asking {
		m.ask.Cancel()
		m.lookup.SetNote("")
	}
	return list, account
}

// signOut drops the login once nothing is under way that needs it: password,
// cookies, and the connections that are idle.
func (m *Model) signOut() {
	if m.away != nil && !m.away.signedOut && !m.needsLogin() {
		m.away.signedOut = true
		m.opts.Client.ClearCredentials()
	}
}

// needsLogin reports whether something is under way that makes requests.
func (m *Model) needsLogin() bool {
	if m.sending > 0 || len(m.opts.Writer.InFlight()) > 0 {
		return true
	}
	if d := m.many.draft; d != nil && d.Progress().UnderWay > 0 {
		return true
	}
	if r := m.many.run; r != nil {
		p := r.Progress()
		return p.UnderWay > 0 || !p.Ended && !p.Paused
	}
	return false
}

// runs says what goes on behind the locked screen: numbers, and no names.
func (m *Model) runs() string {
	if r := m.many.run; r != nil {
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
			return batch + " runs on: " + done
		}
	}
	if m.sending > 0 || len(m.opts.Writer.InFlight()) > 0 {
		return "A change is under way and is brought to its end."
	}
	return ""
}

// returned is what became of the request that tried the password.
type returned struct {
	to     *absence
	client *hdpclient.Client
	err    error
}

func (m *Model) awayAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case lockscreen.SubmitMsg:
		if m.away != nil && m.away.screen == msg.From {
			return m.tryReturn(msg), true
		}
	case returned:
		return m.cameBack(msg), true
	default:
		return nil, false
	}
	return nil, true
}

// tryReturn tries the password by one request, beside a batch that may still run
// with the one from before.
func (m *Model) tryReturn(s lockscreen.SubmitMsg) tea.Cmd {
	to, ctx, try := m.away, m.ctx, m.proof(m.away.login)
	client := m.opts.Client.With(hdpclient.Credentials{User: to.login, Password: s.Password})
	s.Password.Wipe()
	return func() tea.Msg { return returned{to, client, try(ctx, client)} }
}

// proof tries a login. HDP looks at names and rights once it knows the login, so
// its refusal of a call proves as much as an answer. What proves nothing is followed
// by the list, which this login was let in with. There is no third try: a proxy may
// hide HDP's refusal, and three wrong passwords lock the operator out.
func (m *Model) proof(login string) func(context.Context, *hdpclient.Client) error {
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

// cameBack lets the operator in whose password the server has accepted.
func (m *Model) cameBack(r returned) tea.Cmd {
	if m.away != r.to {
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
			return m.record(func(t *audit.Trail) error { return t.ReturnRefused(r.err) })
		}
		return nil
	}
	m.opts.Client.Adopt(r.client)
	m.away, m.acceptedAs, m.untyped = nil, r.to.login, ""
	now := m.clock.Local()
	m.touched, m.signedIn = now, now
	_ = m.closeSignIn() // readAgain holds the dialog on top
	m.say(good, "back; locked at "+r.to.screen.Since().Format("15:04")+" UTC")
	return tea.Batch(m.readCutOff(m.endRenewal().cutOff), m.readAgain(r.to), m.record(func(t *audit.Trail) error { return t.Returned() }))
}

// readAgain reads what was cut off by the lock, and lets no key through to a dialog that
// opened unseen.
func (m *Model) readAgain(was *absence) tea.Cmd {
	if _, open := m.account.Reading(); open {
		was.account = true // it may be another account by now
	}
	cmds := []tea.Cmd{m.readCutOff(was.cutOff)}
	if top := m.top(); top != nil {
		cmds = append(cmds, m.hold(top))
	}
	return tea.Batch(append(cmds, m.offerLeft(), m.tellOwn())...)
}

// readCutOff reads what stopReading cut off.
func (m *Model) readCutOff(cut cutOff) tea.Cmd {
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
	if m.many.draft != nil && m.away == nil {
		m.many.draft.Resume()
	}
	return tea.Batch(cmds...)
}

// awayFrame is the screen of the locked console: the header, which tells whom the
// password goes to, and nothing else.
func (m *Model) awayFrame(w, h int) frame.Picture {
	p := frame.Picture{Lines: append([]string{m.header(w)}, frame.Block(nil, w, h-1, "")...)}
	return over(p, m.away.screen.View(m.theme, m.topKeys(), w, h-2), w, h)
}
