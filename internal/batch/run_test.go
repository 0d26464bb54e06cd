package batch_test

import (
	"testing"

	"hdpadmin/internal/batch"
)

func TestThirtySevenAreUnlocked(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(37)
	r := d.finish(d.draft(ids, batch.Unlock(), batch.Guard{}))
	if got := batch.Totals(r.Rows())[batch.Applied]; got != 37 || r.Progress().Stopped != nil {
		t.Errorf("%d applied, stopped by %v", got, r.Progress().Stopped)
	}
	for _, id := range ids {
		if d.Stored(id).Locked() {
			t.Errorf("%d is still locked", id)
		}
	}
}
