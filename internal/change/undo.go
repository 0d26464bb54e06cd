package change

import "errors"

// Why the last change to an account cannot be undone.
var (
	ErrNothingToUndo = errors.New("nothing to undo")
	ErrUndoReset     = errors.New("a password reset cannot be undone")
	ErrUndoUnknown   = errors.New("the outcome of the last change is unknown")
)

// Undo returns a plan that undoes what this Writer last did to an account. It starts from that
// change's read-back, so that anything that happened since is a Conflict when it is applied. It
// restores only properties that were seen stored as that change sent them. An undo is a change
// like any other: undone, it is redone.
func (w *Writer) Undo(id int64) (Plan, error) {
	last, _ := w.LastChange(id)
	return last.Undo()
}

// LastChange returns the outcome of the last write of this Writer that may have changed an account,
// false if there is none.
func (w *Writer) LastChange(id int64) (Outcome, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	last, ok := w.last[id]
	return last, ok
}

// Undo returns a plan that undoes this write, as [Writer.Undo] does the last one. It does not
// undo what was done to the account since; that is a Conflict if it still shows.
func (o Outcome) Undo() (Plan, error) {
	switch {
	case o.Plan.setsPassword():
		return Plan{}, ErrUndoReset
	case o.Kind == Unknown:
		return Plan{}, ErrUndoUnknown
	case o.Kind != Applied && o.Kind != Differs:
		return Plan{}, ErrNothingToUndo
	case o.now == nil: // only a log can lack it
		return Plan{}, ErrNotLoggedWhole
	}
	back := o.undoPlan()
	if back.Empty() {
		return Plan{}, ErrNothingToUndo
	}
	return back, nil
}

// ForgetUndo makes the writes until now, including the running ones, impossible to undo, since
// another operator uses this Writer from now on.
func (w *Writer) ForgetUndo() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.last)
	w.forgotten = w.runs
}

func (o Outcome) undoPlan() Plan {
	back := o.now
	for _, e := range diff(o.Plan.before, o.Plan.after) {
		if sameMeaning(e.name, o.now.get(e.name), e.to) {
			back = back.with(e.name, o.Plan.before.get(e.name))
		}
	}
	p := newPlan(o.Plan.subject, o.Plan.resource, o.now, back)
	if !o.Plan.IsUndo() {
		p.undoes = o.Plan.Effects()
	}
	return p
}

// remember keeps the outcome of a write that may have changed the account. A later check of an
// earlier write does not replace a later write. It requires mu.
func (w *Writer) remember(o Outcome) {
	switch o.Kind {
	case Applied, Accepted, Differs, Unknown:
	default:
		return
	}
	if o.run.number <= w.forgotten {
		return
	}
	id := o.Plan.subject.ID
	if last, ok := w.last[id]; !ok || last.run.number <= o.run.number {
		w.last[id] = o
	}
}
