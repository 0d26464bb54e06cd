package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

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
func (m *accounts) follow() tea.Cmd {
	to, shown := m.cursorPosition(), cursorAt{}
	shown.id, shown.onAccount = m.account.ID()
	switch {
	case !m.isWide() || m.focus != action.List || !m.stack.IsEmpty() || m.isOpening() || to == shown:
		m.followTarget = nil
		return nil
	case m.followTarget != nil && *m.followTarget == to:
		return nil
	}
	m.followTarget = &to
	return m.opts.Clock.After(followDelay, followMsg{to})
}

// keysAtRest returns the keys of the footer. While the cursor moves through the list, they are those
// of the row on which it rested last: keys that come and go with each row would be hard on the eye, and
// on a slow connection.
func (m *accounts) keysAtRest(now func() []footerKey) []footerKey {
	if m.place() != action.List {
		m.restedKeys = nil
		return now()
	}
	if m.followTarget == nil || m.restedKeys == nil {
		m.restedKeys = now()
	}
	return m.restedKeys
}

func (m *accounts) followNow(msg followMsg) {
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

func (m *accounts) cursorPosition() cursorAt {
	a, ok := m.lookup.Current()
	return cursorAt{a.ID, ok}
}
