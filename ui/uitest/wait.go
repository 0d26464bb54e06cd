package uitest

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Idle waits until nothing is in flight and the last frame is on the screen, or the program has ended.
func (t *Term) Idle() {
	t.tb.Helper()
	if !t.until(func() bool { return false }) {
		t.fail("not idle after " + t.deadline.String())
	}
}

// Hold says that n commands hang on purpose: idle is when no more than n are in flight. It holds
// until the next call.
func (t *Term) Hold(n int) { t.meter.hold(n) }

// WaitFor waits until the screen is as wanted. It looks at every frame, so that a command which
// hangs is no hindrance; once the program is idle and the screen is not as wanted, it fails at once.
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

// SeesNot waits until the program is idle; then none of the texts may be on the screen.
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

// until looks at every frame until wanted is met, the program is idle or has ended (true), or the
// deadline has passed (false).
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
		case <-changed: // while we looked
			continue
		default:
		}
		if quiet {
			if !t.meter.takeDirect() {
				return true
			}
			t.push(redraw{}) // its flush comes after that of the bytes
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

// push sends msg, if any, and returns when Update and View are through with it, or the program has
// ended. One that is ending takes messages no more: only what comes back tells that it is not.
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

// within does what may block, and fails the test when the deadline passes before.
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

// Ended waits for the program to end. What it leaves on the terminal is then on the screen.
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

// ExitErr waits for the program to end and is what its Run returned: nil after tea.Quit,
// tea.ErrInterrupted after tea.Interrupt, tea.ErrProgramPanic after a panic (which fails the test
// all the same). An error that was asked for here no longer fails the test.
func (t *Term) ExitErr() error {
	t.tb.Helper()
	t.Ended()
	t.asked = true
	return t.run.failure()
}
