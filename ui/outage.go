package ui

import (
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

// outage is how the server was lost and is looked for while nothing answers there.
type outage struct {
	since     time.Time // since when; zero: it answers
	until     time.Time // when it did again; zero: it has not been lost
	tries     int
	listBroke bool      // the list broke off; nothing else is known to be wrong
	probe     *probeMsg // waited for, or under way
}

// probeMsg is the time for another question. Its address says whether it is the one
// waited for.
type probeMsg struct{ _ byte }

// probedMsg says that the question has ended; the client knows how.
type probedMsg struct{ probe *probeMsg }

// The pauses between two questions double from the first to the longest.
const (
	firstProbe   = 2 * time.Second
	longestProbe = time.Minute
)

// halfJitter is a time from half of d to d, so that the consoles of many operators
// do not all ask at once.
func halfJitter(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2+1) //nolint:gosec // no secret is made of it
}

// checkReachable notes that the server does not answer, or does again.
func (m *Model) checkReachable() tea.Cmd {
	answers := m.opts.Client.Reachable()
	switch {
	case answers && m.outage.since.IsZero():
		return nil
	case answers:
		now, stale := m.clock.Now(), m.whyOffline()
		after := now.Sub(m.outage.since)
		m.outage = outage{until: now, tries: m.outage.tries}
		return m.resumeOnline(after, stale)
	case m.outage.since.IsZero():
		m.outage.since, m.outage.listBroke = m.clock.Now(), m.listBrokeOff()
		// What is lost again at once, by what is read as soon as it is back, is asked for
		// less and less.
		if m.outage.since.Sub(m.outage.until) > longestProbe {
			m.outage.tries = 0
		}
	}
	return m.probeLater()
}

// probeLater asks after a while whether the server is back. The question goes
// without a login; all the same it is not put after a refused one, nor while the
// console is locked: then nothing is sent that nobody asked for.
func (m *Model) probeLater() tea.Cmd {
	if m.outage.probe != nil || !m.mayProbe() {
		return nil
	}
	pause := longestProbe
	if m.outage.tries < 5 {
		pause = firstProbe << m.outage.tries
	}
	jitter := m.opts.Jitter
	if jitter == nil {
		jitter = halfJitter
	}
	m.outage.probe = new(probeMsg)
	return m.clock.After(jitter(pause), m.outage.probe)
}

func (m *Model) mayProbe() bool {
	return m.lock == nil && m.signin == nil && m.opts.Client.Login() != ""
}

func (m *Model) handleProbe(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case *probeMsg:
		if m.outage.probe != msg {
			return nil, true
		}
		if !m.mayProbe() {
			m.outage.probe = nil
			return nil, true
		}
		return m.probeNow(msg), true
	case probedMsg:
		if m.outage.probe == msg.probe {
			m.outage.probe = nil
			m.outage.tries++
			m.outage.listBroke = false
		}
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) probeNow(p *probeMsg) tea.Cmd {
	return func() tea.Msg {
		_ = m.opts.Client.Health(m.ctx) // whatever answers, it does
		return probedMsg{p}
	}
}

// maxAutoReloads is how often in a row the list is read anew without being asked for:
// it may be large, and something on the way may let no list of its size through.
const maxAutoReloads = 3

// briefOutage is a loss that nobody need be told the end of.
const briefOutage = time.Second

// resumeOnline says that the server is back after so long, in the place of what was
// said of its absence and of nothing else, and reads what could not be read. To who
// is at a dialog it is not said: what stands there is what is to be read.
func (m *Model) resumeOnline(after time.Duration, stale string) tea.Cmd {
	words := "The server is back"
	if m.acceptedAs == "" {
		words = "The server is back. Press ctrl+r to sign in."
	}
	if (m.notice.text == "" || strings.Contains(m.notice.text, stale)) && m.top() == nil && after >= briefOutage {
		m.say(good, words)
	}
	if m.acceptedAs == "" {
		return nil // a login that nothing is known of is not tried by itself
	}
	var cmds []tea.Cmd
	if errors.Is(m.list.err, hdpclient.ErrUnavailable) && m.list.feed == nil && m.list.autoReloads < maxAutoReloads {
		again := m.list.autoReloads + 1
		cmds = append(cmds, m.loadList())
		m.list.autoReloads = again
	}
	if errors.Is(m.account.Err(), hdpclient.ErrUnavailable) && !m.account.IsLoading() {
		cmds = append(cmds, m.reread())
	}
	return tea.Batch(cmds...)
}

// whyOffline says that the server does not answer, "" that it does, as far as is
// known.
func (m *Model) whyOffline() string {
	if m.outage.since.IsZero() {
		return ""
	}
	if m.outage.listBroke {
		return "the list was cut off at " + m.outage.since.Format("15:04") + " UTC"
	}
	return "no answer from the server since " + m.outage.since.Format("15:04") + " UTC"
}

// whyNotSendable reports whether a change can be sent; where nothing answers, the server
// is asked at once whether it does by now.
func (m *Model) whyNotSendable() (why string, ask tea.Cmd) {
	if m.outage.since.IsZero() {
		return "", nil
	}
	m.outage.probe = new(probeMsg)
	return "Not sent: " + m.whyOffline() + "; checking again" + m.theme.Signs.Ellipsis, m.probeNow(m.outage.probe)
}

// offlineLabel is how the header says that nothing answers, in at most w cells, and
// how old what is shown is.
func (m *Model) offlineLabel(w int) string {
	if m.outage.since.IsZero() {
		return ""
	}
	words, since := "offline", " since "
	if m.outage.listBroke {
		words, since = "list cut off", " at "
	}
	long := words + since + m.outage.since.Format("15:04")
	longer := long
	if asOf := m.shownAsOf(); !asOf.IsZero() && m.lock == nil {
		longer += ", shown as of " + asOf.Format("15:04")
	}
	for _, more := range []string{long, longer} {
		if frame.Width(more) <= w {
			words = more
		}
	}
	return m.theme.Bad.Render(words)
}

func (m *Model) listBrokeOff() bool {
	e, ok := errors.AsType[*hdpclient.Error](m.list.err)
	return ok && e.Body == hdpclient.BodyCut
}

// shownAsOf is how old what is shown is: the account in the account pane where that
// has the focus, else the list.
func (m *Model) shownAsOf() time.Time {
	if r, read := m.account.Reading(); read && m.focus == action.Account {
		return r.ReadAt
	}
	return m.lookup.Snapshot().AsOf()
}

// disableWhileOffline are the actions, those that write to accounts off while nothing answers.
// In dialogs they stay: what is under way must be seen to.
func disableWhileOffline(actions []action.Action[*Model]) []action.Action[*Model] {
	for i, a := range actions {
		inPanes := func(p action.Place) bool { return p == action.AnyPane || p.IsPane() }
		if a.Effect != action.Write || !slices.ContainsFunc(a.Places, inPanes) {
			continue
		}
		actions[i].Disabled = func(m *Model) string {
			if why := m.whyOffline(); why != "" {
				return why
			}
			return a.DisabledReason(m)
		}
	}
	return actions
}
