package change

import (
	"slices"
	"time"
)

// Shutdown is for every way out. From its first moment nothing new is sent;
// answers are awaited for up to grace, 10 s as a rule; what is open then is
// recorded as Unknown. It returns the outcome of every write that was under way
// when it began. Called again, it waits for the first call and returns the same.
func (w *Writer) Shutdown(grace time.Duration) []Outcome {
	w.shutdown.Do(func() { w.outstanding = w.drain(grace) })
	return slices.Clone(w.outstanding)
}

func (w *Writer) drain(grace time.Duration) []Outcome {
	w.mu.Lock()
	w.closed = true
	running := w.openRuns()
	w.mu.Unlock()
	w.stopChecking(ErrShutdown)

	w.await(running, w.clock.After(grace))

	var outcomes []Outcome
	for _, r := range running {
		outcomes = append(outcomes, w.giveUp(r))
	}
	w.stopSending(ErrShutdown)
	return outcomes
}

func (w *Writer) await(running []*run, expired <-chan time.Time) {
	for _, r := range running {
		select {
		case <-r.done:
		case <-expired:
			return
		}
	}
}

// giveUp settles a write that was sent. One that was not cannot be any more, and
// is left to its own goroutine to record.
func (w *Writer) giveUp(r *run) Outcome {
	w.mu.Lock()
	unsent := r.stage == Checking && !r.settled
	w.mu.Unlock()
	if unsent {
		return notSent(r.plan, ErrShutdown)
	}
	return w.breakOff(r, ErrShutdown)
}
