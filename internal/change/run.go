package change

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// Stage says how far a running write is.
type Stage string

// The stages. Until Sent, nothing has happened to the account.
const (
	Checking  Stage = "checking" // recorded, and the account read again
	Sent      Stage = "sent"     // not answered yet
	Verifying Stage = "looking"  // read back, or looked for after a lost answer
)

// Running is a write under way.
type Running struct {
	Plan    Plan
	Stage   Stage
	Elapsed time.Duration // so far
	// Watched: the write was sent, its outcome is not known, and the account is read at
	// intervals. Latest says what came back and what the last look found.
	Watched bool
	Latest  Outcome
}

// run is one write that the Writer owns. Its fields are guarded by Writer.mu,
// but for those that never change.
type run struct {
	number int64
	plan   Plan // written before it is sent, by its own goroutine alone
	since  time.Time

	stage      Stage
	sentAt     time.Time  // written before anything that reads it starts
	logOutcome LogOutcome // nil until the intent is recorded
	latest     Outcome    // what it would come to if it ended now
	watched    bool
	lastCheck  bool          // the next look is the last one
	hurry      chan struct{} // ends a pause between two looks
	settled    bool
	done       chan struct{} // closed once settled and recorded; latest is final then
}

// errPanicked is why the outcome of a write is Unknown whose steps did not come
// to their end.
var errPanicked = errors.New("stopped by an internal error")

// track runs the steps of one write, from its intent to its recorded outcome.
func (w *Writer) track(ctx context.Context, p Plan, steps func(context.Context, *run) Outcome) Outcome {
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

// begin takes the account for one write.
func (w *Writer) begin(p Plan) (*run, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch id := p.subject.ID; {
	case w.closed:
		return nil, ErrShutdown
	case w.open[id] != nil:
		return nil, ErrBusy
	default:
		w.runs++
		r := &run{
			number: w.runs, plan: p, since: w.clock.Now(), stage: Checking,
			latest: notSent(p, nil), hurry: make(chan struct{}, 1), done: make(chan struct{}),
		}
		w.open[id] = r
		return r, nil
	}
}

// logIntent records the intent of a write.
func (w *Writer) logIntent(r *run) error {
	before, err := r.plan.before.text()
	after, err2 := r.plan.after.text()
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	logOutcome, err := w.outbox.logIntent(Intent{
		At: w.now(), Operation: r.plan.Operation(), Subject: r.plan.subject, Resource: r.plan.resource,
		Method: r.plan.Method(), Path: r.plan.Path(), Before: before, After: after, Reason: r.plan.reason, Batch: r.plan.batch,
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	r.logOutcome = logOutcome
	return err
}

// allowSend is the one way to a PUT. It lets a write through unless something stops
// it at this very moment; from then on the write counts as sent.
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

// setStage is the next stage. Call it with mu held.
func (w *Writer) setStage(r *run, s Stage) {
	r.stage = s
	w.notify()
}

// notify wakes those who wait for Changed. Call it with mu held.
func (w *Writer) notify() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// Changed returns a channel that is closed when a write under way reaches another
// stage, or a look at it ends. The caller of Apply learns when a write has ended.
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

// finish ends a write with its outcome: recorded, then let go of. The first to
// settle it decides; every other caller gets that outcome.
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
		delete(w.open, r.plan.subject.ID)
		w.remember(o)
		close(r.done)
	}()
	o.took = w.clock.Now().Sub(r.since)
	o.LogErr = w.outbox.logOutcome(logOutcome, o)
	return o
}

// finishEarly settles a write with what is known of it, if that was not done.
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

// InFlight returns the writes under way, oldest first.
func (w *Writer) InFlight() []Running {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running()
}

// running is InFlight. Call it with mu held.
func (w *Writer) running() []Running {
	var running []Running
	for _, r := range w.openRuns() {
		running = append(running, Running{
			Plan: r.plan, Stage: r.stage, Elapsed: w.clock.Now().Sub(r.since),
			Watched: r.watched && !r.settled, Latest: r.latest,
		})
	}
	return running
}

// openRuns returns the runs under way, oldest first. Call it with mu held.
func (w *Writer) openRuns() []*run {
	return slices.SortedFunc(maps.Values(w.open), func(a, b *run) int { return cmp.Compare(a.number, b.number) })
}
