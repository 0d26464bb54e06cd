package change

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// Stage says how far a running write is.
type Stage string

// The stages. Before Sent, nothing has happened to the account.
const (
	Checking  Stage = "checking" // logged, and the account is read again
	Sent      Stage = "sent"     // not answered yet
	Verifying Stage = "looking"  // reading back, or checking after a lost answer
)

// Running is a write in progress.
type Running struct {
	Plan    Plan
	Stage   Stage
	Elapsed time.Duration
	// Watched: the write was sent, its outcome is not known, and the account is read at
	// intervals. Latest says what came back and what the last read found.
	Watched bool
	Latest  Outcome
}

// run is one write that the Writer owns. Its fields are guarded by Writer.mu, except for those
// that never change.
type run struct {
	number int64
	plan   Plan // changed only by its own goroutine, before sending
	since  time.Time

	stage      Stage
	sentAt     time.Time  // set before anything that reads it starts
	logOutcome LogOutcome // nil until the intent is logged
	latest     Outcome    // the outcome if it ended now
	watched    bool
	lastCheck  bool          // the next check is the last one
	hurry      chan struct{} // ends a pause between two checks
	settled    bool
	done       chan struct{} // closed once settled and logged; latest is final then
}

// errPanicked is the error of a write whose steps panicked, so its outcome is Unknown.
var errPanicked = errors.New("stopped by an internal error")

// track runs the steps of one write, from its intent to its logged outcome.
func (w *Writer) track(ctx context.Context, p Plan, steps func(context.Context, *run) Outcome) Outcome {
	unlock, err := w.lock(ctx, p)
	if err != nil {
		return notSent(p, err)
	}
	// Not at the outcome: after a Shutdown the request may still be running.
	defer unlock()
	r, err := w.begin(p)
	if err != nil {
		return notSent(p, err)
	}
	// A panic in the steps must not lose the write.
	defer w.finishEarly(r, errPanicked)
	if err := w.logIntent(r); err != nil {
		return w.finish(r, notSent(p, err))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.closing, func() { cancel(context.Cause(w.closing)) })()
	return w.finish(r, steps(ctx, r))
}

// begin adds a write to the running ones.
func (w *Writer) begin(p Plan) (*run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, ErrShutdown
	}
	w.runs++
	r := &run{
		number: w.runs, plan: p, since: w.clock.Now(), stage: Checking,
		latest: notSent(p, nil), hurry: make(chan struct{}, 1), done: make(chan struct{}),
	}
	w.open = append(w.open, r)
	return r, nil
}

func (w *Writer) logIntent(r *run) error {
	before, err := r.plan.before.text()
	after, err2 := r.plan.after.text()
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	logOutcome, err := w.outbox.logIntent(Intent{
		At: w.now(), Operation: r.plan.Operation(), Subject: r.plan.subject, Resource: r.plan.resource,
		Method: r.plan.Method(), Path: r.plan.Path(), Before: before, After: after, Reason: r.plan.answers.Reason, Batch: r.plan.batch,
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	r.logOutcome = logOutcome
	return err
}

// allowSend guards every PUT. Unless something stops the write at this very moment, it lets it
// through, and from then on the write counts as sent.
func (w *Writer) allowSend(ctx context.Context, r *run) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return ErrShutdown
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case w.outbox.hasQueued.Load():
		return ErrNotLogged
	}
	r.sentAt = w.clock.Now()
	w.setStage(r, Sent)
	r.latest = Outcome{Kind: Unknown, Plan: r.plan, run: r}
	return nil
}

func (w *Writer) startVerifying(r *run) Outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setStage(r, Verifying)
	return r.latest
}

// setStage requires mu.
func (w *Writer) setStage(r *run, s Stage) {
	r.stage = s
	w.notify()
}

// notify wakes those who wait for Changed. It requires mu.
func (w *Writer) notify() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// Changed returns a channel that is closed when a running write reaches another stage or a check
// of it ends. That a write has ended, only the caller of Apply learns.
func (w *Writer) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

func (w *Writer) report(r *run, o Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !r.settled {
		r.latest = o
		w.notify()
	}
}

// finish logs the outcome of a write. The first caller decides the
// outcome; every other caller gets that one.
func (w *Writer) finish(r *run, o Outcome) Outcome {
	w.mu.Lock()
	if r.settled {
		w.mu.Unlock()
		<-r.done
		return r.latest
	}
	r.settled = true
	logOutcome := r.logOutcome
	w.mu.Unlock()

	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		r.latest = o
		w.open = slices.DeleteFunc(w.open, func(open *run) bool { return open == r })
		w.remember(o)
		close(r.done)
	}()
	o.took = w.clock.Now().Sub(r.since)
	o.LogErr = w.outbox.logOutcome(logOutcome, o)
	w.tell(o)
	return o
}

// tell passes on what was seen of the account.
func (w *Writer) tell(o Outcome) {
	if w.onOutcome != nil {
		w.onOutcome(o)
	}
}

// finishEarly finishes a write with what is known of it, unless it is finished.
func (w *Writer) finishEarly(r *run, why error) Outcome {
	w.mu.Lock()
	o := r.latest
	settled := r.settled
	w.mu.Unlock()
	if !settled {
		o.Err = cmp.Or(o.Err, why)
	}
	return w.finish(r, o)
}

// InFlight returns the running writes, oldest first.
func (w *Writer) InFlight() []Running {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running()
}

// running requires mu.
func (w *Writer) running() []Running {
	var running []Running
	for _, r := range w.open {
		running = append(running, Running{
			Plan: r.plan, Stage: r.stage, Elapsed: w.clock.Now().Sub(r.since),
			Watched: r.watched && !r.settled, Latest: r.latest,
		})
	}
	return running
}
