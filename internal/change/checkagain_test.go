package change_test

import (
	"testing"
	"testing/synctest"

	"hdpadmin/internal/change"
)

// Those who listen would take the older read for news.
func TestACheckThatFailsTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := false
		f := &fake{status: lockedAccount(), write: func(func()) error { return errLost }}
		f.read = func(int) error {
			if down {
				return errDown
			}
			return nil
		}
		w := change.NewWriter(t.Context(), f)
		told := 0
		w.OnOutcome(func(change.Outcome) { told++ })
		o := w.Apply(t.Context(), unlockPlan())
		if _, read := o.StatusInfo(); o.Kind != change.Unknown || !read || told != 1 {
			t.Fatalf("%s, told %d times", o.Kind, told)
		}
		down = true
		if again := w.CheckAgain(t.Context(), o); again.ReadErr == nil || told != 1 {
			t.Errorf("%v, told %d times", again.ReadErr, told)
		}
		down = false
		if w.CheckAgain(t.Context(), o); told != 2 {
			t.Errorf("told %d times", told)
		}
	})
}
