package uitest

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Idle waits until nothing is in flight and the last frame is on the screen, or until the program
// has ended.
func (t *Term) Idle() {
	t.tb.Helper()
	if !t.until(func() bool { return false }) {
		t.fail("not idle after " + t.deadline.String())
	}
}

// Hold says that n commands hang on purpose: the program counts as idle with at most n in flight.
// It applies until the next call.
func (t *Term) Hold(n int) { t.meter.hold(n) }

// WaitFor waits until wanted accepts the screen. It checks every frame, so a hanging command does
// not matter, and fails at once if the program is idle and the screen is not accepted.
func (t *Term) WaitFor(wanted func(screen string) bool) {
	t.tb.Helper()
	t.waitFor("the screen is not as wanted", wanted)
}

// Sees waits until the screen shows all the texts, each within one line.
func (t *Term) Sees(texts ...string) {
	t.tb.Helper()
	missing := func(screen string) (all []string) {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				all = append(all, text)
			}
		}
		return all
	}
	shown := false
	met := t.until(func() bool { shown = len(missing(t.screen.String())) == 0; return shown })
	if !shown {
		t.fail("not on the screen" + quoted(missing(t.screen.String())) + endReason(met))
	}
}

// SeesNot waits until the program is idle and fails if any of the texts is on the screen.
func (t *Term) SeesNot(texts ...string) {
	t.tb.Helper()
	t.Idle()
	var seen []string
	for _, text := range texts {
		if strings.Contains(t.screen.String(), text) {
			seen = append(seen, text)
		}
	}
	if len(seen) > 0 {
		t.fail("on the screen" + quoted(seen))
	}
}

func (t *Term) waitFor(complaint string, wanted func(string) bool) {
	t.tb.Helper()
	found := false
	met := t.until(func() bool { found = wanted(t.screen.String()); return found })
	if !found {
		t.fail(complaint + endReason(met))
	}
}

// until checks every frame and returns true when wanted is met or the program is idle or has
// ended, false when the deadline has passed.
func (t *Term) until(wanted func() bool) bool {
	t.tb.Helper()
	deadline := time.NewTimer(t.deadline)
	defer deadline.Stop()
	for {
		quiet, changed := t.meter.look()
		t.push(nil) // a frame that the renderer has taken is now written
		t.screen.pump()
		if wanted() {
			return true
		}
		select {
		case <-t.ended:
			t.screen.pump()
			wanted()
			return true
		case <-changed: // changed during the check
			continue
		default:
		}
		if quiet {
			if !t.meter.takeDirect() {
				return true
			}
			t.push(redraw{}) // its flush follows that of the bytes
			continue
		}
		select {
		case <-changed:
		case <-t.ended:
		case <-deadline.C:
			return false
		}
	}
}

// push sends msg, if any, and returns when Update and View have finished with it or the program
// has ended. A program that is ending accepts no messages; it only shows by not replying.
func (t *Term) push(msg tea.Msg) {
	t.tb.Helper()
	t.within("Update or View has not returned", func() {
		if msg != nil {
			t.tm.Send(msg)
		}
		last := nop{through: make(chan struct{})}
		t.tm.Send(nop{})
		t.tm.Send(last)
		select {
		case <-last.through:
		case <-t.ended:
		}
	})
}

// within runs something that may block and fails the test when the deadline passes first.
func (t *Term) within(complaint string, do func()) {
	t.tb.Helper()
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	deadline := time.NewTimer(t.deadline)
	defer deadline.Stop()
	select {
	case <-done:
	case <-deadline.C:
		t.fail(complaint + " after " + t.deadline.String())
	}
}

func (t *Term) fail(complaint string) {
	t.tb.Helper()
	t.screen.pump()
	select {
	case <-t.ended:
		complaint += "; the program has ended"
	default:
		complaint += t.meter.inFlight()
	}
	t.tb.Fatalf("%s\n%s", complaint, t.screen.framed())
}

func endReason(met bool) string {
	if met {
		return ", and nothing more will come"
	}
	return " when the deadline passed"
}

func quoted(texts []string) string { return ": “" + strings.Join(texts, "”, “") + "”" }

// Ended waits until the program has ended. The screen then shows what it leaves on the terminal.
func (t *Term) Ended() {
	t.tb.Helper()
	deadline := time.NewTimer(t.deadline)
	defer deadline.Stop()
	select {
	case <-t.ended:
		t.screen.pump()
	case <-deadline.C:
		t.fail("the program has not ended after " + t.deadline.String())
	}
}

// ExitErr waits until the program has ended and returns the error of its Run: nil after tea.Quit,
// tea.ErrInterrupted after tea.Interrupt, tea.ErrProgramPanic after a panic (which still fails
// the test). An error returned here does not fail the test.
func (t *Term) ExitErr() error {
	t.tb.Helper()
	t.Ended()
	t.asked = true
	return t.run.failure()
}
