package ui

import tea "charm.land/bubbletea/v2"

// cancelledReads says which reads were cancelled.
type cancelledReads struct{ list, account, self, policy bool }

// postpone notes reads for the time after the console is unlocked and reports whether it is
// locked.
func (m *login) postpone(reads cancelledReads) bool {
	if m.lock == nil {
		return false
	}
	to := &m.lock.cancelledReads
	to.list, to.account = to.list || reads.list, to.account || reads.account
	to.self, to.policy = to.self || reads.self, to.policy || reads.policy
	return true
}

// cancelReads cancels every read and returns what to repeat. A batch preview finishes reading
// the accounts it has begun.
func (m *login) cancelReads() (cut cancelledReads) {
	cut.self, cut.policy = m.rights.cancelSelf(), m.passwords.cancelPolicy()
	cut.list, cut.account = m.cancelPaneReads()
	m.batches.pausePreview()
	return cut
}

// cancelPaneReads cancels every read for the panes and reports which panes were reading.
func (m *login) cancelPaneReads() (list, account bool) {
	list, account = m.list.isLoading(), m.account.IsLoading()
	m.list.stop()
	m.account.Cancel()
	m.accounts.cancelServerSearch()
	return list, account
}

// repeatReads starts what cancelReads cancelled.
func (m *login) repeatReads(cut cancelledReads) tea.Cmd {
	var cmds []tea.Cmd
	if cut.list {
		cmds = append(cmds, m.list.load())
	}
	if cut.account {
		cmds = append(cmds, m.accounts.reread())
	}
	if cut.self {
		cmds = append(cmds, m.rights.readSelf())
	}
	if cut.policy {
		cmds = append(cmds, m.passwords.readPolicy())
	}
	if m.lock == nil {
		m.batches.resumePreview()
	}
	return tea.Batch(cmds...)
}
