package ui

import tea "charm.land/bubbletea/v2"

// handleTerminal takes what is learnt of the terminal. The next frame differs from the
// one before in its colours alone.
func (m *Model) handleTerminal(msg tea.Msg) (tea.Cmd, bool) {
	if !m.terminal.Update(msg) {
		return nil, false
	}
	if m.opts.ThemeFor != nil {
		m.theme = m.opts.ThemeFor(m.terminal)
	}
	return nil, true
}
