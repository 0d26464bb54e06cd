// Package clock is what the panes know of time: what time it is, and how to be told later.
// What the server's time is, the caller knows and hands in; how time is shown is not here either.
// Panes take a [Clock]; the console gives them [System], tests give them the clock of ui/uitest.
package clock

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// A Clock tells the time and wakes a pane.
type Clock interface {
	// Now is the server's now where that is known, else this machine's. Always UTC.
	Now() time.Time
	// After delivers msg once d has passed, counted from this call and not from when the command is
	// run. A pane cannot take it back: the message must say which question it belongs to.
	After(d time.Duration, msg tea.Msg) tea.Cmd
	// Local is this machine's time, as time.Now has it: for [Passed].
	Local() time.Time
}

// Elapsed is how long it is from one Local to a later one. A machine that slept counts
// its sleep by the wall clock alone, and a wall clock that is set back takes nothing
// from what has passed.
func Elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// System is the clock of the running console. Now comes from the function, as the server may be
// ahead of this machine or behind it; nil means this machine's time. Waiting is always real time.
func System(now func() time.Time) Clock {
	if now == nil {
		now = time.Now
	}
	return system{now}
}

type system struct{ now func() time.Time }

// Now is without the monotonic clock, which stands still while a laptop sleeps.
func (s system) Now() time.Time { return s.now().UTC().Round(0) }

func (s system) Local() time.Time { return time.Now() }

func (s system) After(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}
