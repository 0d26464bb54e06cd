package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
)

// otherWrite is what is known of the account in the account pane: whether another operator of this
// process is changing it.
type otherWrite struct {
	id   int64 // 0 if no account is watched
	ctx  context.Context
	stop context.CancelFunc
	who  string
	busy bool
}

// otherWriteMsg says that another operator has begun to change an account, or has finished.
type otherWriteMsg struct {
	ctx  context.Context
	who  string
	busy bool
}

// watchOthers watches the account in the account pane, which forms are about, too.
func (m *writes) watchOthers() tea.Cmd {
	id, _ := m.account.ID()
	if !m.opts.Writer.SharesLocks() || id == m.other.id {
		return nil
	}
	if m.other.stop != nil {
		m.other.stop()
	}
	m.other = otherWrite{id: id}
	if id == 0 {
		return nil
	}
	m.other.ctx, m.other.stop = context.WithCancel(m.ctx)
	m.other.who, m.other.busy = m.opts.Desk.ChangedBy(id)
	return m.awaitOther()
}

// awaitOther waits without costing a byte: the screen is drawn again when something has changed.
func (m *writes) awaitOther() tea.Cmd {
	was := m.other
	return func() tea.Msg {
		who, busy := m.opts.Desk.AwaitChangedBy(was.ctx, was.id, was.who, was.busy)
		return otherWriteMsg{was.ctx, who, busy}
	}
}

// takeOther reads the account again once the other operator has finished.
func (m *writes) takeOther(msg otherWriteMsg) tea.Cmd {
	if msg.ctx != m.other.ctx || msg.ctx.Err() != nil {
		return nil
	}
	finished := m.other.busy && !msg.busy
	m.other.who, m.other.busy = msg.who, msg.busy
	if finished {
		return tea.Batch(m.awaitOther(), m.accounts.reread())
	}
	return m.awaitOther()
}

// otherNote says who else is changing the account, "" if nobody is.
func (m *writes) otherNote(id int64) string {
	switch {
	case !m.other.busy || m.other.id != id:
		return ""
	case m.isServed() && m.other.who == m.opts.Served.Operator:
		return "your other session is changing this account"
	}
	return hdpclient.Clean(m.other.who) + " is changing this account"
}
