package change

import (
	"slices"
	"time"
)

// Halt stops anything more from being sent, and returns the running writes. Those at the stage
// Checking will not be sent. It does not wait: see Shutdown.
func (w *Writer) Halt() []Running {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.halt()
	return w.running()
}

// halt requires mu.
func (w *Writer) halt() {
	w.closed = true
	w.stopChecking(ErrShutdown)
}

// Shutdown must be called on every way out. From its start nothing new is sent. It waits for
// answers for up to grace, usually 10 s, then logs what is still open as Unknown. It returns the
// outcome of every write that was running when it started. Further calls wait for the first and
// return the same.
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

// beginShutdown halts the writer and returns the running writes; first is false for every call
// but one.
func (w *Writer) beginShutdown() (running []*run, first bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shutting {
		return nil, false
	}
	w.shutting = true
	w.halt()
	return slices.Clone(w.open), true
}

// HurryShutdown ends the wait of Shutdown, now or later: what is not answered yet is logged as Unknown.
func (w *Writer) HurryShutdown() { w.hurryOnce.Do(func() { close(w.hurried) }) }

func (w *Writer) waitFor(running []*run, expired <-chan time.Time) {
	for _, r := range running {
		select {
		case <-r.done:
		case <-expired:
			return
		case <-w.hurried:
			return
		}
	}
}

// abandon finishes a write that was sent. A write that was not sent can no longer be, and its
// own goroutine logs it.
func (w *Writer) abandon(r *run) Outcome {
	w.mu.Lock()
	unsent, plan := r.stage == Checking && !r.settled, r.plan
	w.mu.Unlock()
	if unsent {
		return notSent(plan, ErrShutdown)
	}
	return w.finishEarly(r, ErrShutdown)
}
