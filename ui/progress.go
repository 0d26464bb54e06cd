package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/panics"
	"hdpadmin/ui/stack"
)

// runningWrite is a write in progress. came is its result once ended is closed.
type runningWrite struct {
	ended chan struct{}
	came  tea.Msg
	panic string // what it panicked with, and the stack
}

// stageMsg says that a write has reached another stage.
type stageMsg struct{ of *runningWrite }

// runWrite writes, and lets the screen follow its stages.
func (m *writes) runWrite(write func() tea.Msg) tea.Cmd {
	w := &runningWrite{ended: make(chan struct{})}
	next := m.awaitStage(w)
	return func() tea.Msg {
		go func() {
			defer close(w.ended)
			w.panic = panics.Catch(func() { w.came = write() })
		}()
		return next()
	}
}

// awaitStage waits until the write reaches another stage or ends.
func (m *writes) awaitStage(w *runningWrite) tea.Cmd {
	changed := m.opts.Writer.Changed()
	return func() tea.Msg {
		select {
		case <-w.ended:
			if w.panic != "" {
				panic(w.panic)
			}
			return w.came
		case <-changed:
			return stageMsg{w}
		}
	}
}

// progressOf returns a function that says how far the write is, and how long it has taken if
// that is long. For another write to the same account, such as the unlock after a reset, it
// also says which one. Before the write begins it says first; after its end it repeats the last
// words.
func (m *writes) progressOf(p change.Plan, first string) func() string {
	words := first
	return func() string {
		w, busy := m.running(p.Subject().ID)
		if !busy {
			return words + m.theme.Signs.Ellipsis
		}
		words = stageText(w.Stage)
		if w.Plan.Resource() != p.Resource() {
			words = w.Plan.Operation() + ": " + words
		}
		if w.Elapsed >= slowAfter {
			words += fmt.Sprintf(", %d s", w.Elapsed/time.Second)
		}
		return words + m.theme.Signs.Ellipsis
	}
}

func stageText(s change.Stage) string {
	switch s {
	case change.Sent:
		return "sent, no answer yet"
	case change.Verifying:
		return "sent, reading it back"
	case change.Checking:
	}
	return "checking, not sent yet"
}

// slowAfter is the time after which the duration of a write is shown.
const slowAfter = 3 * time.Second

// isSlow reports whether the write has run long enough for its dialog to be closed.
func (m *writes) isSlow(id int64) bool {
	w, busy := m.running(id)
	return busy && w.Elapsed >= slowAfter
}

func (m *writes) running(id int64) (change.Running, bool) {
	writes := m.opts.Writer.InFlight()
	i := slices.IndexFunc(writes, func(r change.Running) bool { return r.Plan.Subject().ID == id })
	if i < 0 {
		return change.Running{}, false
	}
	return writes[i], true
}

// watchedText returns the answers seen so far while the outcome is being checked.
func (m *writes) watchedText(id int64) []string {
	if w, busy := m.running(id); busy && w.Watched {
		return explain.Unconfirmed(w.Latest, m.times())
	}
	return nil
}

func (m *writes) whyInProgress() string {
	id, ok := m.currentID()
	if w, busy := m.running(id); ok && busy {
		return w.Plan.Operation() + " is running: " + stageText(w.Stage)
	}
	return ""
}

// showsRunningWrite reports whether a running write is on the screen.
func (m *writes) showsRunningWrite() bool {
	for _, a := range m.background {
		if a.outcome == nil {
			return true
		}
	}
	for d := range stack.All[stack.Sender](m.stack) {
		if d.Sending() {
			return true
		}
	}
	return false
}

// quitWarning says what quitting would do to the running writes, or "".
func (m *writes) quitWarning() string {
	writes := m.opts.Writer.InFlight()
	if len(writes) == 0 {
		return ""
	}
	if slices.ContainsFunc(writes, func(r change.Running) bool { return r.Stage != change.Checking }) {
		return "A change was sent and is not confirmed yet. hdpadmin will wait up to 10 s for it, then log the outcome as unknown."
	}
	return "A change is being checked and has not been sent yet. Leaving now cancels it; if it is sent before you answer, hdpadmin waits for the result."
}
