package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

// tickMsg redraws. Its address says whether it is the one waited for.
type tickMsg struct{ every time.Duration }

// scheduleTick keeps what is shown of times true: every second while a countdown, a
// write or many of them are in view, else once a minute. A frame in which nothing
// has changed costs nothing on the wire.
func (m *Model) scheduleTick() tea.Cmd {
	if m.lock != nil {
		return nil // nothing that is shown gets older
	}
	every := time.Minute
	now := m.clock.Now()
	if next := m.lookup.NextChange(); !next.IsZero() {
		every = min(every, max(time.Second, next.Sub(now)))
	}
	if pacing := m.refreshPace(); pacing || m.countdown() || m.showsRunningWrite() {
		every = time.Second
	}
	if m.tick != nil && m.tick.every <= every {
		return nil
	}
	m.tick = &tickMsg{every}
	return m.clock.After(every, m.tick)
}

func (m *Model) clearTick(msg *tickMsg) {
	if m.tick == msg {
		m.tick = nil
	}
}

func (m *Model) countdown() bool {
	now := m.clock.Now()
	return (m.isWide() || m.focus == action.Account) && m.account.CountdownEnd(now).After(now)
}
