package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
)

// ticker keeps the times on the screen current.
type ticker struct {
	*console
	tick *tickMsg // the next one, nil for none
}

// tickMsg redraws the screen. Its address tells the latest one from earlier ones.
type tickMsg struct{ every time.Duration }

// schedule keeps the times on the screen current: every second while a countdown, a write
// or a batch is shown, else once a minute. An unchanged frame sends nothing to the terminal.
func (m *ticker) schedule() tea.Cmd {
	if m.login.isLocked() {
		return nil // no time is on the screen
	}
	every := time.Minute
	now := m.opts.Clock.Now()
	if next := m.lookup.NextChange(); !next.IsZero() {
		every = min(every, max(time.Second, next.Sub(now)))
	}
	if pacing := m.batches.refreshPace(); pacing || m.hasCountdown() || m.writes.showsRunningWrite() {
		every = time.Second
	}
	if m.tick != nil && m.tick.every <= every {
		return nil
	}
	m.tick = &tickMsg{every}
	return m.opts.Clock.After(every, m.tick)
}

func (m *ticker) take(msg tea.Msg) (tea.Cmd, bool) {
	tick, is := msg.(*tickMsg)
	if is && m.tick == tick {
		m.tick = nil
	}
	return nil, is
}

func (m *ticker) hasCountdown() bool {
	now := m.opts.Clock.Now()
	return (m.isWide() || m.focus == action.Account) && m.account.CountdownEnd(now).After(now)
}
