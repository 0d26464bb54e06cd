package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/problem"
)

func (m *Model) startSearch() tea.Cmd {
	m.focus = action.List
	m.lookup.StartTyping()
	return nil
}

// completeOrLeave completes a qualifier, or leaves the search field for the list.
func (m *Model) completeOrLeave() tea.Cmd {
	if m.lookup.Complete() {
		return nil
	}
	return m.leaveSearch()
}

func (m *Model) leaveSearch() tea.Cmd {
	m.cancelServerSearch()
	m.lookup.StopTyping()
	return nil
}

func (m *Model) cancelServerSearch() {
	if _, asking := m.serverSearch.Loading(); asking {
		m.serverSearch.Cancel()
		m.lookup.SetNotice("")
	}
}

// backInList goes one step back: from a search to all accounts, or from a list being read to
// what has been read.
func (m *Model) backInList() tea.Cmd {
	switch {
	case m.lookup.IsFiltered():
		m.lookup.Back()
	case m.isLoading():
		m.stopList()
		switch s := m.lookup.Snapshot(); {
		case s.Len() == 0:
			m.say(caution, "Stopped: no list was read")
		case s.Partial():
			m.say(caution, "Stopped: partial list, "+words.Plural(s.Len(), "account"))
		default:
			m.say(caution, "Stopped: the list is still as of "+s.AsOf().Format("15:04")+" UTC")
		}
	}
	m.pending = pendingAction{}
	return nil
}

func (m *Model) whyNotReverse() string {
	if !m.lookup.IsSorted() {
		return "not sorted; press " + m.keycap("sort") + " to sort"
	}
	return ""
}

func (m *Model) whyNoMarks() string {
	if m.lookup.MarkCount() == 0 {
		return "no account is marked"
	}
	return ""
}

func (m *Model) toList() tea.Cmd {
	m.focus = action.List
	m.pending = pendingAction{}
	return nil
}

func (m *Model) whyNoOtherPane() string {
	if m.focus == action.Account {
		return ""
	}
	return m.whyNoAccount()
}

func (m *Model) nextPane() tea.Cmd {
	if m.focus == action.Account {
		return m.toList()
	}
	if a, ok := m.lookup.Current(); ok {
		if id, has := m.account.ID(); !has || id != a.ID {
			m.account.ShowRow(a, m.lookup.Snapshot().AsOf())
		}
		m.focus = action.Account
	}
	return nil
}

// refreshLabel shows the key in the panes; an error mentions it if it helps.
func (m *Model) refreshLabel() string {
	if m.top() != nil {
		return ""
	}
	return "refresh"
}

func (m *Model) refresh() tea.Cmd {
	if p, ok := topAs[*problem.Model](m); ok {
		m.closeDialog(p)
	}
	if m.opts.Client.Login() == "" || !m.isSigningIn() && isLoginError(m.list.err) {
		return m.askPassword("")
	}
	cmds := []tea.Cmd{m.loadList(), m.readLockChanges()}
	if _, open := m.account.Reading(); open || m.account.Err() != nil {
		cmds = append(cmds, m.reread())
	}
	return tea.Batch(cmds...)
}

// followDelay is how long the cursor must rest before the account pane follows it, so that no
// frame is spent on rows passed by.
const followDelay = 150 * time.Millisecond

// cursorAt is the account under the cursor; the zero value is none.
type cursorAt struct {
	id        int64
	onAccount bool
}

// followMsg says that the cursor reached to followDelay ago.
type followMsg struct{ to cursorAt }

// follow makes the account pane follow the cursor if both panes are shown, and empties it if
// the cursor is on no account. While an account is read for a dialog it waits, since that must
// finish first.
func (m *Model) follow() tea.Cmd {
	to, shown := m.cursorPosition(), cursorAt{}
	shown.id, shown.onAccount = m.account.ID()
	switch {
	case !m.isWide() || m.focus != action.List || len(m.dialogs) > 0 || m.isOpening() || to == shown:
		m.followTarget = nil
		return nil
	case m.followTarget != nil && *m.followTarget == to:
		return nil
	}
	m.followTarget = &to
	return m.clock.After(followDelay, followMsg{to})
}

func (m *Model) followNow(msg followMsg) {
	if m.followTarget == nil || *m.followTarget != msg.to {
		return
	}
	m.followTarget = nil
	if m.focus != action.List || m.isOpening() || m.cursorPosition() != msg.to {
		return
	}
	if a, ok := m.lookup.Current(); ok {
		m.account.ShowRow(a, m.lookup.Snapshot().AsOf())
		return
	}
	m.account.Close()
}

func (m *Model) cursorPosition() cursorAt {
	a, ok := m.lookup.Current()
	return cursorAt{a.ID, ok}
}
