package change

import (
	"slices"
	"time"
)

// Halt lets nothing more be sent from now on, and returns what is under way. What
// is at the stage Checking will not be sent. It waits for nothing: see Shutdown.
func (w *Writer) Halt() []Running {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.halt()
	return w.running()
}

// halt closes the gate. Call it with mu held.
func (w *Writer) halt() {
	w.closed = true
	w.stopChecking(ErrShutdown)
}

// Shutdown is for every way out. From its first moment nothing new is sent;
// answers are awaited for up to grace, 10 s as a rule; what is open then is
// recorded as Unknown. It returns the outcome of every write that was under way
// when it began. Called again, it waits for the first call and returns the same.
func (w *Writer) Shutdown(grace time.Duration) []Outcome {
	if running, first := w.beginShutdown(); first {
		w.waitFor(running, w.clock.After(grace))
		for _, r := range running {
			w.outstanding = append(w.outstanding, w.abandon(r))
		}
		w.stopSending(ErrShutdown)
		close(w.ended)
	}
	<-w.ended
	return slices.Clone(w.outstanding)
}

// beginShutdown closes the gate and returns what is under way; first is false for every
// call but one.
func (w *Writer) beginShutdown() (running []*run, first bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shutting {
		return nil, false
	}
	w.shutting = true
	w.halt()
	return w.openRuns(), true
}

func (w *Writer) waitFor(running []*run, expired <-chan time.Time) {
	for _, r := range running {
		select {
		case <-r.done:
		case <-expired:
			return
		}
	}
}

// abandon settles a write that was sent. One that was not cannot be any more, and
// is left to its own goroutine to record.
func (w *Writer) abandon(r *run) Outcome {
	w.mu.Lock()
	unsent, plan := r.stage == Checking && !r.settled, r.plan
	w.mu.Unlock()
	if unsent {
		return notSent(plan, ErrShutdown)
	}
	return w.finishEarly(r, ErrShutdown)
}
