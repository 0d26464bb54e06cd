// Package clock gives panes the time and wakes them later. The caller supplies the server's time;
// formatting a time is not part of it. The console uses [System], tests use the clock of
// ui/uitest.
package clock

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// Clock tells the time and wakes a pane.
type Clock interface {
	// Now returns the server's time if it is known, else this machine's, always in UTC.
	Now() time.Time
	// After delivers msg when d has passed since this call, not since the command started. It
	// cannot be cancelled, so the message must say what it belongs to.
	After(d time.Duration, msg tea.Msg) tea.Cmd
	// Local returns this machine's time, like time.Now, for [Elapsed].
	Local() time.Time
}

// Elapsed returns the time between two results of Local. Only the wall clock counts the time a
// machine slept, and a wall clock that is set back must not shorten the result, so the longer of
// the two counts.
func Elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// System returns the clock of the running console. Now comes from the function, because the
// server's clock may differ from this machine's; nil means this machine's time. Waiting always
// takes real time.
func System(now func() time.Time) Clock { return SystemUntil(nil, now) }

// SystemUntil returns the clock of a console in a process that goes on after it: once ended is
// closed, nothing waits any more. A timer of Bubble Tea would keep the console in memory.
func SystemUntil(ended <-chan struct{}, now func() time.Time) Clock {
	if now == nil {
		now = time.Now
	}
	return system{now, ended}
}

type system struct {
	now   func() time.Time
	ended <-chan struct{}
}

// Now drops the monotonic clock, which stops while a laptop sleeps.
func (s system) Now() time.Time { return s.now().UTC().Round(0) }

func (s system) Local() time.Time { return time.Now() }

func (s system) After(d time.Duration, msg tea.Msg) tea.Cmd {
	timer := time.NewTimer(d)
	return func() tea.Msg {
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-s.ended:
			return nil
		}
	}
}
