package ui

import (
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
)

// progress says how far a write is, and how long it has taken where that is long;
// of another write to the same account, such as the unlock after a reset, also
// which it is. What is said first is for the moment before it has begun; what was
// said last stays once it has ended.
func (m *Model) progress(p change.Plan, first string) func() string {
	words := first
	return func() string {
		w, busy := m.busy(p.Subject().ID)
		if !busy {
			return words + m.theme.Signs.Ellipsis
		}
		words = stage(w.Stage)
		if w.Plan.Resource() != p.Resource() {
			words = w.Plan.Operation() + ": " + words
		}
		if w.Took >= long {
			words += fmt.Sprintf(", %d s", w.Took/time.Second)
		}
		return words + m.theme.Signs.Ellipsis
	}
}

// stage says how far a write is.
func stage(s change.Stage) string {
	switch s {
	case change.Sent:
		return "sent, no answer yet"
	case change.Looking:
		return "sent, reading it back"
	case change.Checking:
	}
	return "checking, not sent yet"
}

// underWay is a write that goes on, and what it came to once ended is closed.
type underWay struct {
	ended chan struct{}
	came  tea.Msg
	panic string // what it broke off with, with the stack
}

// staged says that a write is further than it was.
type staged struct{ of *underWay }

// inStages writes, and lets the screen follow how far that is.
func (m *Model) inStages(write func() tea.Msg) tea.Cmd {
	w := &underWay{ended: make(chan struct{})}
	next := m.nextStage(w)
	return func() tea.Msg {
		go func() {
			defer close(w.ended)
			// A panic here would end the process with the terminal in disorder; it is handed
			// on to where the console is guarded.
			defer func() {
				if p := recover(); p != nil {
					w.panic = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
				}
			}()
			w.came = write()
		}()
		return next()
	}
}

// nextStage waits until the write is further than it is drawn next.
func (m *Model) nextStage(w *underWay) tea.Cmd {
	changed := m.opts.Writer.Changed()
	return func() tea.Msg {
		select {
		case <-w.ended:
			if w.panic != "" {
				panic(w.panic)
			}
			return w.came
		case <-changed:
			return staged{w}
		}
	}
}

// long is from when on it is said how long a write takes.
const long = 3 * time.Second

// waiting reports whether something in view tells of a write that goes on.
func (m *Model) waiting() bool {
	for _, a := range m.asides {
		if a.ended == nil {
			return true
		}
	}
	return slices.ContainsFunc(m.dialogs, func(d dialog) bool {
		s, ok := d.(interface{ Sending() bool })
		return ok && s.Sending()
	})
}

// leavingWrites says what quitting would do to the writes under way, "" where there
// are none.
func (m *Model) leavingWrites() string {
	writes := m.opts.Writer.InFlight()
	if len(writes) == 0 {
		return ""
	}
	if slices.ContainsFunc(writes, func(r change.Running) bool { return r.Stage != change.Checking }) {
		return "A change has been sent, and what became of it is not known yet. That is waited for up to ten seconds, then the outcome is recorded as unknown."
	}
	return "A change is being checked, and nothing has been sent yet. Nothing is sent then, unless it goes out before you answer: then it is waited for."
}
