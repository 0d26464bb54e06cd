package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/slot"
)

// accounts opens accounts: it finds the one that the operator means, reads it, and then carries out
// the action that waited for it.
type accounts struct {
	*console
	serverSearch slot.Slot[[]account.Account] // the server's answer to the search text
	askedQuery   string
	pending      pendingAction // what to do once an account has been read
	followTarget *cursorAt     // where the account pane will follow the cursor to, nil if nowhere
	restedKeys   []footerKey   // of the last row on which the cursor rested, nil outside the list
	retype       func(tea.Msg) // presses a key, or inserts pasted text
}

// open reads the account under the cursor again and shows it, or the outcome of a background write
// to it. Next to the list, the account pane needs no focus: every key already acts on the account.
func (m *accounts) open(id int64) tea.Cmd {
	m.lookup.StopTyping()
	m.serverSearch.Cancel()
	if !m.isWide() {
		m.focus = action.Account
	}
	return m.reload(id)
}

// reload reads the account again, wherever the focus is, or shows the outcome of a background write
// to it.
func (m *accounts) reload(id int64) tea.Cmd {
	shown, _ := m.writes.showBackground(id)
	return tea.Batch(m.read(id), shown)
}

// read reads the account again, wherever the focus is. It drops a pending action on another
// account.
func (m *accounts) read(id int64) tea.Cmd {
	return m.readAnd(id, func(context.Context, account.Reading) {})
}

// readAnd is read, followed by also in the same command.
func (m *accounts) readAnd(id int64, also func(context.Context, account.Reading)) tea.Cmd {
	if m.login.postpone(cancelledReads{account: true}) {
		return nil
	}
	if m.pending.id != id {
		m.forgetPending()
	}
	if a, ok := m.lookup.Snapshot().ByID(id); ok {
		m.account.ShowRow(a, m.lookup.Snapshot().AsOf())
	}
	return m.account.Open(m.ctx, m.opts.Clock.Now(), id, func(ctx context.Context, id int64) (account.Reading, error) {
		r, err := m.opts.Desk.Read(ctx, id)
		if err == nil && r.ReadAt.IsZero() {
			r.ReadAt = m.opts.Clock.Now() // the server does not send the time
		}
		if err == nil {
			also(ctx, r)
		}
		return r, err
	})
}

// maxReadingAge is the maximum age of a reading that an action starts from. The write reads the
// account again in any case.
const maxReadingAge = 15 * time.Second

// withAccount calls do once the current account has been read recently enough.
func (m *accounts) withAccount(do func() tea.Cmd) tea.Cmd {
	id, ok := m.currentID()
	if !ok {
		return nil
	}
	if shown, is := m.writes.showBackground(id); is {
		return shown
	}
	if m.isFresh(id) {
		return do()
	}
	m.waitForAccount(id, do)
	if shown, has := m.account.ID(); has && shown == id && m.account.IsLoading() {
		return nil // it is being read; asking again would only start over
	}
	return m.read(id)
}

func (m *accounts) reopen() tea.Cmd {
	id, ok := m.account.ID()
	if !ok {
		return nil
	}
	return m.reload(id)
}

func (m *accounts) reread() tea.Cmd {
	id, ok := m.account.ID()
	if !ok {
		return nil
	}
	return m.read(id)
}

// forgetOpen reads the open account again, and shows nothing of it before.
func (m *accounts) forgetOpen() tea.Cmd {
	id, ok := m.account.ID()
	if !ok {
		return nil
	}
	m.account.Close()
	return m.read(id)
}

// openLabel says what openHighlighted would do now.
func (m *accounts) openLabel() string {
	switch a, some := m.lookup.Current(); {
	case some && m.writes.hasUnseenOutcome(a.ID):
		return "review"
	case !some && m.lookup.ServerQuery() != "":
		return "ask the server"
	case !some && m.lookup.IsTyping():
		return "" // esc shows the way out
	case m.isOpen():
		return "reload"
	}
	return "open"
}

// isOpen reports whether the highlighted account has been read and is shown next to the list, so that
// opening it would only read it again.
func (m *accounts) isOpen() bool {
	a, _ := m.lookup.Current()
	shown, has := m.account.ID()
	_, read := m.account.Reading()
	return m.isWide() && has && shown == a.ID && read && !m.writes.hasUnseenOutcome(a.ID)
}

func (m *accounts) whyNotOpen() string {
	if _, some := m.lookup.Current(); !some && (m.lookup.ServerQuery() != "" || m.lookup.IsTyping()) {
		return ""
	}
	return m.whyNoAccount()
}

// openHighlighted opens the account under the cursor. If there is none, it asks the server for
// what was typed.
func (m *accounts) openHighlighted() tea.Cmd {
	if a, some := m.lookup.Current(); some {
		return m.open(a.ID)
	}
	name := m.lookup.ServerQuery()
	if name == "" {
		return m.leaveSearch() // the server cannot search by qualifiers
	}
	m.lookup.StartTyping() // typing more, or leaving the field, cancels the search
	m.askedQuery = m.lookup.Query()
	m.lookup.SetNotice("asking the server" + m.theme.Signs.Ellipsis)
	return m.serverSearch.Load(m.ctx, m.opts.Clock.Now(), func(ctx context.Context) ([]account.Account, error) {
		return m.opts.Desk.Find(ctx, name)
	})
}

func (m *accounts) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case slot.ResultMsg[account.Reading]:
		if m.account.Accept(msg) {
			return m.handleReading(msg), true
		}
		return nil, true
	case slot.ResultMsg[[]account.Account]:
		if m.serverSearch.Accept(msg) && m.lookup.Query() == m.askedQuery {
			if m.place() == action.Search {
				return m.showServerSearch(msg), true
			}
			m.lookup.SetNotice("") // the operator is doing something else by now
		}
		return nil, true
	case followMsg:
		m.followNow(msg)
		return nil, true
	}
	return nil, false
}

func (m *accounts) handleReading(a slot.ResultMsg[account.Reading]) tea.Cmd {
	then := m.pending
	m.forgetPending()
	if a.Err != nil {
		if then.do != nil {
			m.say(caution, "Not done: the account could not be read. "+explain.Error(a.Err).Lead)
		}
		judged := m.login.judge(a.Err)
		if isLoginError(a.Err) {
			return judged
		}
		return tea.Batch(judged, m.replayTyped(then))
	}
	accepted := m.login.accept()
	row := a.Value.Account()
	m.reportAccount(row)
	m.list.mergeInPlace(desk.RowRead(row))
	read, _ := m.account.ID()
	now, _ := m.currentID() // the cursor may have moved
	switch {
	case then.do == nil:
		return accepted
	case then.id == read && then.id == now && m.stack.IsEmpty():
		return tea.Batch(accepted, then.do(), m.replayTyped(then))
	}
	m.say(caution, "Not done: something else is on the screen now")
	return tea.Batch(accepted, m.replayTyped(then))
}

func (m *accounts) showServerSearch(a slot.ResultMsg[[]account.Account]) tea.Cmd {
	switch {
	case isLoginError(a.Err):
		m.lookup.SetNotice("")
		return m.login.refuse(a.Err)
	case a.Err != nil:
		m.lookup.SetNotice("")
		return m.showProblem(explain.Error(a.Err))
	case len(a.Value) == 1 && a.Value[0].HasID():
		m.lookup.SetServerResults(a.Value)
		return m.open(a.Value[0].ID)
	default:
		m.lookup.SetServerResults(a.Value)
		if len(a.Value) > 0 {
			m.lookup.StopTyping()
		}
	}
	return nil
}
