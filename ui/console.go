package ui

import (
	"cmp"
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/accountpane"
	"hdpadmin/ui/action"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// console holds what the parts of the model share: the options, the state of the screen, and the
// parts themselves. A part's fields are private to it; other parts call its methods.
type console struct {
	ctx     context.Context // cancelled when the program ends
	opts    Options
	theme   theme.Theme
	actions *action.Registry[scene]

	width, height int
	lookup        *lookup.Model
	account       *accountpane.Model
	focus         action.Place // action.List or action.Account
	stack         *stack.Stack // of dialogs
	notice        notice

	login     *login
	rights    *rights
	passwords *passwords
	list      *list
	accounts  *accounts
	writes    *writes
	batches   *batches
	entries   *entries
	clipboard *clip
	offline   *offline
	ticker    *ticker
	drain     *drain
}

// addParts creates the parts. retype presses a key, or inserts pasted text.
func (m *console) addParts(retype func(tea.Msg)) {
	m.login = &login{console: m, session: newSession(m.ctx)}
	m.rights = &rights{console: m}
	m.passwords = &passwords{console: m, resetHere: map[int64]bool{}}
	m.list = &list{console: m}
	m.accounts = &accounts{console: m, retype: retype}
	m.writes = &writes{console: m, background: map[int64]*backgroundWrite{}}
	m.batches = &batches{console: m}
	m.entries = &entries{console: m}
	m.clipboard = &clip{console: m}
	m.offline = &offline{console: m}
	m.ticker = &ticker{console: m}
	m.drain = &drain{console: m}
}

// notice is a short text in the status line. The next key clears it.
type notice struct {
	text    string
	tone    tone
	fit     func(w int) string // the text in at most w cells, the least important words left out; may be nil
	changed int64              // the account whose change it reports, 0 for none
}

type tone int

const (
	plain tone = iota
	good
	caution
)

func (m *console) isWide() bool { return m.width >= twoPaneWidth }

// times formats times for the operator.
func (m *console) times() words.Times {
	return words.Times{Zone: m.opts.Zone, Now: m.opts.Clock.Now, NameZone: m.isServed()}
}

// serverName returns the server's host, and its port if it has one.
func (m *console) serverName() string { return m.opts.Client.BaseURL().Host }

// say shows text in the status line.
func (m *console) say(t tone, text string) { m.notice = notice{text: m.hideHost(text), tone: t} }

func (m *console) about(name hdpclient.Text, text string) string { return m.fitName("", name, text) }

// fitName shortens a long name so that the words around it stay on the screen.
func (m *console) fitName(before string, name hdpclient.Text, after string) string {
	const around, least = 8, 12 // around: room for the symbol or the key before it
	s := name.String()
	room := max(least, m.width-around-frame.Width(before+after))
	return before + frame.Fit(s, min(frame.Width(s), room), m.theme.Signs.Ellipsis) + after
}

func (m *console) showProblem(p explain.Problem) tea.Cmd {
	return m.stack.PushGated(problem.New(m.hideHostIn(p)))
}

// place returns the place that a key press applies to now.
func (m *console) place() action.Place {
	switch {
	case m.stack.Top() != nil:
		return m.stack.Top().Place()
	case m.accounts.isOpening():
		return action.Opening
	case m.focus == action.List && m.lookup.IsTyping():
		return action.Search
	}
	return m.focus
}

func (m *console) keycap(id action.ID) string {
	a, _ := m.actions.Find(id)
	return a.Keycap()
}

// keyHint returns an action's key and a word, or "" if there is no such action or the operator
// is known not to be allowed to use it.
func (m *console) keyHint(id action.ID, word string) string {
	a, ok := m.actions.Find(id)
	if !ok || a.Effect == action.Write && cmp.Or(m.rights.whyNoRight(), m.whyForbidden(id)) != "" {
		return ""
	}
	return frame.Key{Cap: a.Keycap(), Label: word}.Draw(m.theme)
}

// actsOnMarked reports whether actions apply to the marked accounts: in the list, if any are
// marked.
func (m *console) actsOnMarked() bool { return m.focus == action.List && m.lookup.MarkCount() > 0 }

// currentID returns the account under the cursor in the list, or the one in the account pane.
// An account without an id does not count.
func (m *console) currentID() (int64, bool) {
	if m.focus == action.Account {
		return m.account.ID()
	}
	a, ok := m.lookup.Current()
	return a.ID, ok && a.HasID()
}

func (m *console) currentAccount() (account.Account, bool) {
	if id, ok := m.currentID(); ok {
		return m.knownAccount(id)
	}
	return account.Account{}, false
}

// knownAccount returns the newest data about an account.
func (m *console) knownAccount(id int64) (account.Account, bool) {
	if shown, has := m.account.ID(); has && shown == id {
		if a, ok := m.account.Account(); ok {
			return a, true
		}
	}
	if a, ok := m.lookup.Current(); ok && a.ID == id {
		return a, true // perhaps from a search on the server, which is not in the list
	}
	return m.lookup.Snapshot().ByID(id)
}

func (m *console) whyNoAccount() string {
	if _, ok := m.currentID(); ok {
		return ""
	}
	if _, listed := m.lookup.Current(); listed {
		return "the server sent no readable id for this account"
	}
	return "no account is selected"
}

func (m *console) isFresh(id int64) bool {
	shown, has := m.account.ID()
	r, read := m.account.Reading()
	return has && shown == id && read && !m.account.IsLoading() && m.account.Err() == nil && m.opts.Clock.Now().Sub(r.ReadAt).Abs() < maxReadingAge
}

// isUnread reports whether no list has been read yet, so that the number of accounts is
// unknown.
func (m *console) isUnread() bool {
	s := m.lookup.Snapshot()
	return s.Len() == 0 && s.AsOf().IsZero()
}
