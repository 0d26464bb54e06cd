package change_test

import (
	"slices"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func TestAReplanAppliesTheEditsToTheStoredValues(t *testing.T) {
	deactivate := change.PlanStatus(alice, lockedAccount(), inactive())
	for _, c := range []struct {
		name string
		plan change.Plan
		now  hdpclient.StatusInfo
		want []string
	}{
		{"an unlock over a later lock", unlockPlan(), lockedAgain(), []string{
			"kept status 1",
			"changed accountLocked true → false",
			"removed accountLockedAt 2026-11-22 13:58:00 → ",
			"removed accountLockedUntil 2026-11-22 14:28:00 → ",
		}},
		{"an unlock over a lock that now has an end", func() change.Plan {
			s := lockedAccount()
			s.AccountLockedUntil = hdpclient.Opt[hdpclient.Timestamp]{}
			return change.PlanStatus(alice, s, change.Unlock(s))
		}(), lockedAgain(), []string{
			"kept status 1",
			"changed accountLocked true → false",
			"removed accountLockedAt 2026-11-22 13:58:00 → ",
			"removed accountLockedUntil 2026-11-22 14:28:00 → ",
		}},
		{"another edit keeps the other administrator's", deactivate, unlocked(), []string{
			"changed status 1 → 0",
			"kept accountLocked false",
		}},
		{"already done", deactivate, inactive(), []string{
			"kept status 0",
			"kept accountLocked true",
			"kept accountLockedAt 2026-11-22 13:45:11",
			"kept accountLockedUntil 2026-11-22 14:15:11",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{status: c.now}
			w := change.NewWriter(t.Context(), f)
			o := w.Apply(t.Context(), c.plan.WithReason("INC-4711"))
			if o.Kind != change.Conflict {
				t.Fatal(o.Kind)
			}
			again := o.Replan()
			if got := propertyTexts(again); !slices.Equal(got, c.want) {
				t.Errorf("got\n%q, want\n%q", got, c.want)
			}
			if again.Reason() != "INC-4711" {
				t.Errorf("reason %q", again.Reason())
			}
			if !again.Empty() {
				if o := w.Apply(t.Context(), again); o.Kind != change.Applied {
					t.Errorf("%s: %v %q", o.Kind, o.Err, rowTexts(o))
				}
			}
		})
	}
}

func TestAReplanWithoutAReadIsTheSamePlan(t *testing.T) {
	f := &fake{read: func(int) error { return errDown }}
	o := change.NewWriter(t.Context(), f).Apply(t.Context(), unlockPlan())
	if got, want := propertyTexts(o.Replan()), propertyTexts(unlockPlan()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnlyAnUnlockIgnoresMovedLockTimes(t *testing.T) {
	f := &fake{status: lockedAgain()}
	w := change.NewWriter(t.Context(), f)
	if o := w.Apply(t.Context(), change.PlanStatus(alice, lockedAccount(), inactive())); o.Kind != change.Conflict || o.LockMoved {
		t.Errorf("%s, lock moved %v", o.Kind, o.LockMoved)
	}
	// It is not locked, but keeps the times of its last lock.
	before := lockedAccount()
	before.AccountLocked = hdpclient.Some(false)
	f.status.AccountLocked = hdpclient.Some(false)
	o := w.Apply(t.Context(), change.PlanStatus(alice, before, change.Deactivate(before)))
	if o.Kind != change.Conflict || o.LockMoved {
		t.Errorf("%s, lock moved %v", o.Kind, o.LockMoved)
	}
	if got := propertyTexts(o.Replan())[2]; got != "kept accountLockedAt 2026-11-22 13:58:00" {
		t.Errorf("got %q", got)
	}
}
