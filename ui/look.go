package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// askBackground asks the terminal for its background, once, where the look
// depends on it. Nothing waits for the answer: until there is one, and where there
// is never one, it is taken to be dark.
func (m *Model) askBackground() tea.Cmd {
	if m.opts.Look == nil {
		return nil
	}
	light := m.terminal
	light.Light = true
	if m.opts.Look(light).Palette == m.opts.Look(m.terminal).Palette {
		return nil
	}
	return tea.RequestBackgroundColor
}

// lookAnswer takes what is learnt of the terminal. The next frame differs from the
// one before in its colours alone.
func (m *Model) lookAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		m.terminal.Light = msg.Color != nil && !msg.IsDark()
	case tea.ColorProfileMsg:
		m.terminal.Sixteen, m.terminal.Mono = msg.Profile <= colorprofile.ANSI, msg.Profile <= colorprofile.ASCII
	default:
		return nil, false
	}
	if m.opts.Look != nil {
		m.theme = m.opts.Look(m.terminal)
	}
	return nil, true
}
