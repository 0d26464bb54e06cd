package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

// tickMsg redraws the screen. Its address tells the latest one from earlier ones.
type tickMsg struct{ every time.Duration }

// scheduleTick keeps the times on the screen current: every second while a countdown, a write
// or a batch is shown, else once a minute. An unchanged frame sends nothing to the terminal.
func (m *Model) scheduleTick() tea.Cmd {
	if m.isLocked() {
		return nil // no time is on the screen
	}
	every := time.Minute
	now := m.clock.Now()
	if next := m.lookup.NextChange(); !next.IsZero() {
		every = min(every, max(time.Second, next.Sub(now)))
	}
	if pacing := m.refreshPace(); pacing || m.hasCountdown() || m.showsRunningWrite() {
		every = time.Second
	}
	if m.tick != nil && m.tick.every <= every {
		return nil
	}
	m.tick = &tickMsg{every}
	return m.clock.After(every, m.tick)
}

func (m *Model) handleTick(msg tea.Msg) (tea.Cmd, bool) {
	tick, is := msg.(*tickMsg)
	if is && m.tick == tick {
		m.tick = nil
	}
	return nil, is
}

func (m *Model) hasCountdown() bool {
	now := m.clock.Now()
	return (m.isWide() || m.focus == action.Account) && m.account.CountdownEnd(now).After(now)
}
