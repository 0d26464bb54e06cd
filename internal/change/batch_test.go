package change_test

import (
	"errors"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestReplanningKeepsTheBatch(t *testing.T) {
	f := &fake{status: lockedAccount()}
	r := &tape{}
	w := change.NewWriter(t.Context(), f, change.WithAuditLog(r))
	plan := unlockPlan().InBatch("B1", 1)
	f.status.AccountLockedUntil = hdpclient.Some(at("14:30:00"))
	o := w.Apply(t.Context(), plan)
	if !o.LockMoved {
		t.Fatalf("%s %v", o.Kind, o.Err)
	}
	if o = w.Apply(t.Context(), o.Replan()); o.Kind != change.Applied || o.Plan.Batch() != "B1" {
		t.Fatalf("%s %v, batch %q", o.Kind, o.Err, o.Plan.Batch())
	}
	for i, in := range r.intents {
		if in.Batch != "B1" {
			t.Errorf("intent %d belongs to batch %q", i, in.Batch)
		}
	}
	if back := undo(t, w); back.Batch() != "" {
		t.Errorf("its undo belongs to batch %q", back.Batch())
	}
}

func TestAnOutcomeUndoesItsOwnWriteAndNoLaterOne(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f)
	unlocked := w.Apply(t.Context(), unlockPlan())
	for _, edit := range []func(hdpclient.StatusInfo) hdpclient.StatusInfo{change.Deactivate, change.Activate} {
		if o := w.Apply(t.Context(), change.PlanStatus(alice, f.status, edit(f.status))); o.Kind != change.Applied {
			t.Fatalf("%s %v", o.Kind, o.Err)
		}
	}
	back, err := unlocked.Undo()
	if err != nil || back.Operation() != "undo unlock" {
		t.Fatalf("%q %v", back.Operation(), err)
	}
	if o := w.Apply(t.Context(), back); o.Kind != change.Applied || f.status.Status != hdpclient.Active || !f.status.AccountLocked.Or(false) {
		t.Errorf("%s %v, stored %+v", o.Kind, o.Err, f.status)
	}
}

func TestAWriteThatDidNotHappenCannotBeUndone(t *testing.T) {
	for kind, want := range map[change.Kind]error{
		change.Conflict: change.ErrNothingToUndo,
		change.Refused:  change.ErrNothingToUndo,
		change.NotSent:  change.ErrNothingToUndo,
		change.Unknown:  change.ErrUndoUnknown,
	} {
		if p, err := (change.Outcome{Kind: kind, Plan: unlockPlan()}).Undo(); !errors.Is(err, want) || !p.Empty() {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
