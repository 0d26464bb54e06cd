package ui

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
)

// offline notices when the server stops answering, and probes it until it is back.
type offline struct {
	*console
	outage
}

// outage describes how the server became unreachable, and the probes since.
type outage struct {
	since      time.Time // zero: it answers
	until      time.Time // when it was last reachable again; zero: it always was
	tries      int
	probed     bool      // a probe has ended since
	listCutOff bool      // the list was cut off; nothing else is known to be wrong
	probe      *probeMsg // waiting or running
}

// probeMsg says that another probe is due. Its address tells the latest one from earlier ones.
type probeMsg struct{ _ byte }

// probedMsg says that the probe has ended; the client knows the result.
type probedMsg struct{ probe *probeMsg }

// The pauses between two probes double from the first to the longest.
const (
	firstProbe   = 2 * time.Second
	longestProbe = time.Minute
)

// halfJitter returns a time from half of d to d, so that the consoles of many operators do not
// probe all at once.
func halfJitter(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2+1) //nolint:gosec // not used for a secret
}

// check notices when the server stops answering or answers again.
func (m *offline) check() tea.Cmd {
	answers := m.opts.Client.Reachable()
	switch {
	case answers && m.since.IsZero():
		return nil
	case answers:
		now, stale := m.opts.Clock.Now(), m.whyOffline()
		after := now.Sub(m.since)
		m.outage = outage{until: now, tries: m.tries}
		return m.resumeOnline(after, stale)
	case m.since.IsZero():
		m.since = m.opts.Clock.Now()
		// A server that fails again right after it is back, because of what is read then, is
		// probed less and less often.
		if m.since.Sub(m.until) > longestProbe {
			m.tries = 0
		}
	}
	if !m.probed { // the list's own message may come after others
		m.listCutOff = m.list.isCutOff()
	}
	return m.probeLater()
}

// probeLater schedules a probe. It sends no login, but still does not run after a refused one
// or while the console is locked: nothing unasked may be sent then.
func (m *offline) probeLater() tea.Cmd {
	if m.probe != nil || !m.mayProbe() {
		return nil
	}
	pause := longestProbe
	if m.tries < 5 {
		pause = firstProbe << m.tries
	}
	jitter := m.opts.Jitter
	if jitter == nil {
		jitter = halfJitter
	}
	m.probe = new(probeMsg)
	return m.opts.Clock.After(jitter(pause), m.probe)
}

func (m *offline) mayProbe() bool {
	return !m.login.isLocked() && !m.login.isSigningIn() && m.opts.Client.Login() != ""
}

func (m *offline) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case *probeMsg:
		if m.probe != msg {
			return nil, true
		}
		if !m.mayProbe() {
			m.probe = nil
			return nil, true
		}
		return m.probeNow(msg), true
	case probedMsg:
		if m.probe == msg.probe {
			m.probe = nil
			m.tries++
			m.probed, m.listCutOff = true, false
		}
	default:
		return nil, false
	}
	return nil, true
}

func (m *offline) probeNow(p *probeMsg) tea.Cmd {
	return func() tea.Msg {
		_ = m.opts.Client.Health(m.ctx) // any answer will do
		return probedMsg{p}
	}
}

// minAnnounced is how long the server must have been unreachable for its return to be announced.
const minAnnounced = time.Second

// resumeOnline announces that the server is back and repeats reads that failed. It replaces
// only a notice about being offline. While a dialog is open, it says only that what was not sent
// can be sent now, since the dialog is what must be read.
func (m *offline) resumeOnline(after time.Duration, stale string) tea.Cmd {
	words := "The server is back"
	if !m.login.isAccepted() {
		words = "The server is back. Press ctrl+r to sign in."
	}
	about := strings.Contains(m.notice.text, stale)
	switch {
	case m.stack.Top() != nil && about:
		m.say(good, "The server is back. Nothing was sent; press enter again.")
	case m.stack.Top() == nil && after >= minAnnounced && (about || m.notice.text == ""):
		m.say(good, words)
	}
	if !m.login.isAccepted() {
		return nil // an unproven login is not retried automatically
	}
	cmds := []tea.Cmd{m.list.reloadAfterOutage()}
	if errors.Is(m.account.Err(), hdpclient.ErrUnavailable) && !m.account.IsLoading() {
		cmds = append(cmds, m.accounts.reread())
	}
	return tea.Batch(cmds...)
}

// whyOffline says that the server is known not to answer, or "".
func (m *offline) whyOffline() string {
	if m.since.IsZero() {
		return ""
	}
	if m.listCutOff {
		return "the list was cut off at " + m.times().Minute(m.since)
	}
	return "no answer since " + m.times().Minute(m.since)
}

// holdBack reports whether a change cannot be sent now because the server is unreachable. It says
// so in the status line, where the news that the server is back replaces it, and probes at once.
func (m *offline) holdBack() (probe tea.Cmd, held bool) {
	if m.since.IsZero() {
		return nil, false
	}
	m.probe = new(probeMsg)
	m.say(caution, "Not sent: "+m.whyOffline()+"; checking again"+m.theme.Signs.Ellipsis)
	return m.probeNow(m.probe), true
}

// label tells the header that the server is unreachable and how old the data is, in at
// most w cells.
func (m *offline) label(w int) string {
	if m.since.IsZero() {
		return ""
	}
	words, since := "offline", " since "
	if m.listCutOff {
		words, since = "list cut off", " at "
	}
	long := words + since + m.times().Minute(m.since)
	longer := long
	if asOf := m.shownAsOf(); !asOf.IsZero() && !m.login.isLocked() {
		longer = words + since + m.times().Bare().Minute(m.since) + ", data as of " + m.times().Minute(asOf)
	}
	for _, more := range []string{long, longer} {
		if frame.Width(more) <= w {
			words = more
		}
	}
	return m.theme.Bad.Render(words)
}

// shownAsOf returns the time of the data shown: of the account if its pane has the focus, else
// of the list.
func (m *offline) shownAsOf() time.Time {
	if r, read := m.account.Reading(); read && m.focus == action.Account {
		return r.ReadAt
	}
	return m.lookup.Snapshot().AsOf()
}

// disableWhileOffline disables the panes' writing actions while the server does not answer, or the
// service of this console is about to end.
// Dialogs keep theirs: a running change needs attention.
func disableWhileOffline(actions []action.Action[scene]) []action.Action[scene] {
	for i, a := range actions {
		inPanes := func(p action.Place) bool { return p == action.AnyPane || p.IsPane() }
		if a.Effect != action.Write || !slices.ContainsFunc(a.Places, inPanes) {
			continue
		}
		actions[i].Disabled = func(s scene) string {
			if why := cmp.Or(s.drain.whyEnding(), s.offline.whyOffline()); why != "" {
				return why
			}
			return a.DisabledReason(s)
		}
	}
	return actions
}
