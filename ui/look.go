package ui

import tea "charm.land/bubbletea/v2"

// lookAnswer takes what is learnt of the terminal. The next frame differs from the
// one before in its colours alone.
func (m *Model) lookAnswer(msg tea.Msg) (tea.Cmd, bool) {
	if !m.terminal.Learn(msg) {
		return nil, false
	}
	if m.opts.Look != nil {
		m.theme = m.opts.Look(m.terminal)
	}
	return nil, true
}
