package change_test

import (
	"errors"
	"slices"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func undo(t *testing.T, w *change.Writer) change.Plan {
	t.Helper()
	p, err := w.Undo(alice.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestUndoRevertsTheLastChange(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f)
	w.Apply(t.Context(), unlockPlan())

	back := undo(t, w)
	want := []string{
		"kept status 1",
		"changed accountLocked false → true",
		"added accountLockedAt  → 2026-11-22 13:45:11",
		"added accountLockedUntil  → 2026-11-22 14:15:11",
	}
	if got := propertyTexts(back); !slices.Equal(got, want) || back.Operation() != "undo unlock" || back.Subject() != alice {
		t.Errorf("%s: %q", back.Operation(), got)
	}
	if o := w.Apply(t.Context(), back); o.Kind != change.Applied || f.status.AccountLocked != hdpclient.Some(true) {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	if again := undo(t, w); again.Operation() != "unlock" {
		t.Errorf("the undo of an undo is %q", again.Operation())
	}
}

func TestUndoOfAnAccountChangedSinceIsAConflict(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f)
	w.Apply(t.Context(), unlockPlan())
	f.status = change.Deactivate(f.status)
	o := w.Apply(t.Context(), undo(t, w))
	if o.Kind != change.Conflict || !slices.Equal(rowTexts(o), []string{"status: saw 1, wanted 1, now 0"}) {
		t.Fatalf("%s %q", o.Kind, rowTexts(o))
	}
	again := o.Replan()
	if got := propertyTexts(again)[0]; got != "kept status 0" || again.Operation() != "undo unlock" {
		t.Errorf("%s: %q", again.Operation(), propertyTexts(again))
	}
}

func TestUndoRevertsOnlyWhatWasSeenStored(t *testing.T) {
	f := &fake{status: lockedAccount()}
	f.read = func(n int) error {
		if n == 2 { // between the write and its read-back
			f.status.Status = 7
		}
		return nil
	}
	w := change.NewWriter(t.Context(), f)
	both := change.Deactivate(change.Unlock(lockedAccount()))
	if o := w.Apply(t.Context(), change.PlanStatus(alice, lockedAccount(), both)); o.Kind != change.Differs {
		t.Fatal(o.Kind)
	}
	if got := propertyTexts(undo(t, w))[:2]; !slices.Equal(got, []string{"kept status 7", "changed accountLocked false → true"}) {
		t.Errorf("got %q", got)
	}
}

func TestNothingToUndo(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*fake, *change.Writer)
		want error
	}{
		{"nothing done", func(*fake, *change.Writer) {}, change.ErrNothingToUndo},
		{"a conflict", func(f *fake, w *change.Writer) {
			f.status = inactive()
			w.Apply(t.Context(), unlockPlan())
		}, change.ErrNothingToUndo},
		{"refused", func(f *fake, w *change.Writer) {
			f.write = func(func()) error { return errNo }
			w.Apply(t.Context(), unlockPlan())
		}, change.ErrNothingToUndo},
		{"ignored by the server", func(f *fake, w *change.Writer) {
			f.write = func(func()) error { return nil }
			w.Apply(t.Context(), unlockPlan())
		}, change.ErrNothingToUndo},
		{"unknown", func(f *fake, w *change.Writer) {
			f.write = func(func()) error { return errLost }
			w.Apply(t.Context(), unlockPlan())
		}, change.ErrUndoUnknown},
		{"a reset", func(_ *fake, w *change.Writer) {
			w.Apply(t.Context(), unlockPlan())
			w.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("x"))
		}, change.ErrUndoReset},
		{"a reset that was lost", func(f *fake, w *change.Writer) {
			f.write = func(func()) error { return errLost }
			w.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("x"))
		}, change.ErrUndoReset},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{status: lockedAccount()}
			w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
			c.do(f, w)
			if _, err := w.Undo(alice.ID); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestARefusedWriteDoesNotHideTheOneBefore(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f)
	w.Apply(t.Context(), unlockPlan())
	f.write = func(func()) error { return errNo }
	w.Apply(t.Context(), change.PlanStatus(alice, unlocked(), change.Deactivate(unlocked())))
	if back := undo(t, w); back.Operation() != "undo unlock" {
		t.Errorf("got %q", back.Operation())
	}
}

func TestALateCheckDoesNotReplaceALaterWrite(t *testing.T) {
	f := &fake{status: lockedAccount()}
	w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
	f.write = func(func()) error { return errLost }
	first := w.Apply(t.Context(), unlockPlan())
	f.write = nil
	w.Apply(t.Context(), change.PlanStatus(alice, lockedAccount(), inactive()))
	f.status = unlocked()
	if o := w.CheckAgain(t.Context(), first); o.Kind != change.Applied {
		t.Fatal(o.Kind)
	}
	if back := undo(t, w); back.Operation() != "undo deactivate" {
		t.Errorf("got %q", back.Operation())
	}
}
