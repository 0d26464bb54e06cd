package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hdpadmin/hdpclient"
)

const (
	// sendLimit is how long to wait for the answer to a write.
	sendLimit = 20 * time.Second
	// watchLimit is how long after sending to check a write whose answer was lost.
	watchLimit = 30 * time.Second
	// readLimit is how long one such check may take.
	readLimit = 10 * time.Second
	// The pauses between checks double from the first to the longest.
	firstPause   = 500 * time.Millisecond
	longestPause = 8 * time.Second
)

// applyPlan re-reads, compares, PUTs and reads back. Nothing comes between the re-read and the
// PUT, since there is no ETag: what another administrator changes during that one round trip is
// lost. That is why both use one reservation.
func (w *Writer) applyPlan(ctx context.Context, r *run) Outcome {
	id, at := r.plan.subject.ID, w.endpoint(r.plan.resource)
	place, err := w.api.Reserve(ctx)
	if err != nil {
		return notSent(r.plan, withCause(ctx, err))
	}
	defer place.Release()
	plan, stored, err := recheck(place.In(ctx), at, r.plan)
	if err != nil {
		return notSent(r.plan, withCause(ctx, err))
	}
	o := Outcome{Kind: NotSent, Plan: plan, run: r}.withRead(stored, w.now())
	if len(plan.moved(stored)) > 0 {
		return o.asConflict()
	}
	o.Plan = w.rebase(r, plan, stored)
	if o.Err = w.allowSend(ctx, r); o.Err != nil {
		return o
	}
	limited, cancel := context.WithTimeout(w.sending, sendLimit)
	echo, err := at.replace(place.In(limited), id, patch(diff(o.Plan.before, o.Plan.after), stored))
	cancel()
	place.Release()
	o.Err = err
	switch {
	case err == nil:
		return w.verify(r, echo)
	case errors.Is(err, hdpclient.ErrNotSent):
		return o
	case errors.Is(err, hdpclient.ErrRefused):
		o.Kind = Refused
		return o
	}
	return w.resolveLost(r, err)
}

// recheck reads the account again before it is written. If an unknown property has
// moved, a second read shows whether it also does so on its own.
func recheck(ctx context.Context, at endpoint, p Plan) (Plan, object, error) {
	stored, err := at.read(ctx, p.subject.ID)
	if err != nil || !hasUnknown(p.moved(stored)) {
		return p, stored, err
	}
	again, err := at.read(ctx, p.subject.ID)
	if err != nil {
		return p, nil, err
	}
	return p.withVolatile(stored, again), again, nil
}

// rebase applies the plan of a write to what is stored, if nothing that counts has changed there.
func (w *Writer) rebase(r *run, p Plan, stored object) Plan {
	if len(diff(p.before, stored)) > 0 {
		p = p.rebasedOn(stored)
		p.rebased = true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r.plan = p
	return p
}

// verify follows a 2xx: only what is stored proves the write.
func (w *Writer) verify(r *run, echo object) Outcome {
	o := w.startVerifying(r)
	o.Err, o.answered, o.echo = nil, true, echo
	return w.watch(r, o, func(o Outcome) bool { return o.Seen != NotSeen })
}

// resolveLost follows a lost answer. Sending again could undo what somebody did since, so it
// checks the account until the change shows.
func (w *Writer) resolveLost(r *run, err error) Outcome {
	o := w.startVerifying(r)
	o.Err = err
	if errors.Is(err, hdpclient.ErrUnauthorized) {
		return o.judge() // every check would be refused
	}
	return w.watch(r, o, func(o Outcome) bool { return o.Seen == SeenWanted })
}

// watch checks at growing intervals until enough was seen, no check can succeed any more, or
// watchLimit has passed.
func (w *Writer) watch(r *run, o Outcome, enough func(Outcome) bool) Outcome {
	w.mu.Lock()
	r.watched = true
	w.mu.Unlock()
	w.report(r, o.judge())
	deadline := r.sentAt.Add(watchLimit)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		last := w.isLast(r)
		o = w.readStored(w.sending, o).judge()
		w.report(r, o)
		if last || enough(o) || isFinal(o.ReadErr) {
			return o
		}
		left := deadline.Sub(w.clock.Now())
		if left <= 0 || !wait(w.sending, w.clock, min(pause, left), r.hurry) {
			return o
		}
	}
}

// CheckNow makes the watch over a sent write check at once instead of after its pause. If a
// check is running, another follows it: there is one at a time. Nothing is sent.
func (w *Writer) CheckNow(id int64) { w.hurry(id, false) }

// StopWatching is CheckNow for one last check. Until that has ended and its outcome is logged,
// the account accepts no other write.
func (w *Writer) StopWatching(id int64) { w.hurry(id, true) }

func (w *Writer) hurry(id int64, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.open, func(r *run) bool { return r.plan.subject.ID == id && r.watched })
	if i < 0 {
		return
	}
	r := w.open[i]
	r.lastCheck = r.lastCheck || last
	select {
	case r.hurry <- struct{}{}:
	default: // an earlier call has not been noticed yet
	}
}

func (w *Writer) isLast(r *run) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return r.lastCheck
}

// readStored reads what is stored. If that fails, it keeps the result of an earlier read, with
// its time.
func (w *Writer) readStored(ctx context.Context, o Outcome) Outcome {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	at, id := w.endpoint(o.Plan.resource), o.Plan.subject.ID
	now, err := at.read(ctx, id)
	if err != nil {
		o.ReadErr = err
		return o
	}
	o = o.withRead(now, w.now())
	if !hasUnknown(o.Plan.differences(o.Plan.after, now)) {
		return o
	}
	// As before sending: it may have changed on its own.
	if again, err := at.read(ctx, id); err == nil {
		o.Plan = o.Plan.withVolatile(now, again)
		o = o.withRead(again, w.now())
	}
	return o
}

// isFinal reports whether no further check can succeed. Above all, nothing more may be tried
// after a refused login: three attempts lock the operator out.
func isFinal(err error) bool {
	return errors.Is(err, hdpclient.ErrUnauthorized) ||
		errors.Is(err, hdpclient.ErrForbidden) ||
		errors.Is(err, hdpclient.ErrNotFound)
}

// sendPassword sends a new password. There is nothing to compare, and after a reset only the
// password status can be read back.
func (w *Writer) sendPassword(ctx context.Context, r *run, send func(context.Context) error) Outcome {
	if err := w.allowSend(ctx, r); err != nil {
		return notSent(r.plan, err)
	}
	limited, cancel := context.WithTimeout(w.sending, sendLimit)
	defer cancel()
	o := Outcome{Plan: r.plan, run: r, Err: send(limited)}
	switch {
	case o.Err == nil:
		o.Kind, o.answered = Accepted, true
		if r.plan.resource == PasswordReset {
			return w.verifyReset(r, o)
		}
	case errors.Is(o.Err, hdpclient.ErrNotSent):
		o.Kind = NotSent
	case errors.Is(o.Err, hdpclient.ErrRefused):
		o.Kind = Refused
	default:
		o.Kind = Unknown
	}
	return o
}

// verifyReset reads the password status back. After a reset the user must change the password;
// if HDP does not say so, the reset may not have been carried out.
func (w *Writer) verifyReset(r *run, o Outcome) Outcome {
	w.startVerifying(r)
	w.report(r, o)
	ctx, cancel := context.WithTimeout(w.sending, readLimit)
	defer cancel()
	info, err := w.endpoint(PasswordInfo).read(ctx, r.plan.subject.ID)
	if err != nil {
		o.ReadErr = err
		return o
	}
	o.At, o.Seen = w.now(), SeenWanted
	want := Value{json: "2"}
	if found := info.get(passwordStatus); !sameMeaning(passwordStatus, found, want) {
		o.Kind, o.Seen = Unknown, SeenOther
		o.Rows = []Row{{Name: passwordStatus, Wanted: want, Now: found}}
	}
	return o
}

// withCause adds why ctx ended, if it did.
func withCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
