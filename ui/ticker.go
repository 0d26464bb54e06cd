package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
)

// ticker keeps the times on the screen current.
type ticker struct {
	*console
	tick *tickMsg // the next one, nil for none
}

// tickMsg redraws the screen. Its address tells the latest one from earlier ones.
type tickMsg struct{ due time.Time }

// schedule keeps the times on the screen current: every second while a write or a batch is
// shown, else once a minute, and in between when a row or the time left of a lock changes. An
// unchanged frame sends nothing to the terminal.
func (m *ticker) schedule() tea.Cmd {
	if m.login.isLocked() {
		return nil // no time is on the screen
	}
	now, wait := m.opts.Clock.Now(), time.Minute
	if next := m.lookup.NextChange(); !next.IsZero() {
		wait = min(wait, max(time.Second, next.Sub(now)))
	}
	if left := m.countdown(now); left > 0 {
		wait = min(wait, words.NextTimeLeft(left))
	}
	if pacing := m.batches.refreshPace(); pacing || m.writes.showsRunningWrite() {
		wait = time.Second
	}
	due := now.Add(wait)
	if m.tick != nil && !m.tick.due.Before(now) && !m.tick.due.After(due) {
		return nil
	}
	m.tick = &tickMsg{due}
	return m.opts.Clock.After(wait, m.tick)
}

func (m *ticker) take(msg tea.Msg) (tea.Cmd, bool) {
	tick, is := msg.(*tickMsg)
	if is && m.tick == tick {
		m.tick = nil
	}
	return nil, is
}

// countdown returns how long the lock in the account pane lasts, 0 if there is none to see.
func (m *ticker) countdown(now time.Time) time.Duration {
	if !m.isWide() && m.focus != action.Account {
		return 0
	}
	return m.account.CountdownEnd(now).Sub(now)
}
