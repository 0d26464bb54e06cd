package ui

import tea "charm.land/bubbletea/v2"

// takeTerminal takes what the terminal says about itself. Only colours may change in the next
// frame.
func (m *Model) takeTerminal(msg tea.Msg) (tea.Cmd, bool) {
	if !m.terminal.Update(msg) {
		return nil, false
	}
	if m.opts.ThemeFor != nil {
		m.theme = m.opts.ThemeFor(m.terminal)
	}
	return nil, true
}
