package batch_test

import (
	"errors"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// checkAgreement compares the results with what is stored and what is logged, for an unlock of
// accounts that were all locked.
func (d *desk) checkAgreement(runs ...*batch.Run) {
	d.t.Helper()
	puts := d.puts()
	applied := map[int64]int{}
	begun := map[int64]int{}
	for _, r := range runs {
		for _, res := range r.Rows() {
			if res.State == batch.Applied {
				applied[res.ID]++
			}
			if res.Outcome.Kind != "" {
				begun[res.ID]++
			}
			if res.Replanned {
				begun[res.ID]++
			}
		}
	}
	for _, r := range runs {
		for _, res := range r.Rows() {
			id := res.ID
			unlocked := !d.Stored(id).Locked()
			switch res.State {
			case batch.Applied, batch.Unchanged:
				if !unlocked {
					d.t.Errorf("%d: %s, but still locked", id, res.State)
				}
			case batch.Refused:
				if unlocked && applied[id] == 0 {
					d.t.Errorf("%d: refused, but unlocked", id)
				}
			case batch.NotSent, batch.Conflict, batch.Skipped:
				if applied[id] == 0 && puts[id] > 0 {
					d.t.Errorf("%d: %s, but a write arrived", id, res.State)
				}
			case batch.Waiting, batch.UnderWay:
				d.t.Errorf("%d: %s after the end", id, res.State)
			}
			if puts[id] > begun[id] || applied[id] > 1 {
				d.t.Errorf("%d: %d writes of %d, applied %d times", id, puts[id], begun[id], applied[id])
			}
			d.checkLog(res, begun[id], len(runs))
		}
	}
}

func (d *desk) checkLog(res batch.Result, begun, runs int) {
	d.t.Helper()
	d.tape.mu.Lock()
	defer d.tape.mu.Unlock()
	intents := d.tape.intents[res.ID]
	busy := errors.Is(res.Outcome.Err, change.ErrBusy)
	if len(intents) > begun || len(intents) < begun && !busy && runs == 1 {
		d.t.Errorf("%d: %d intents for %d writes", res.ID, len(intents), begun)
	}
	for _, in := range intents {
		if in.Batch == "" || in.Reason != "INC-4711" {
			d.t.Errorf("%d: logged in batch %q for %q", res.ID, in.Batch, in.Reason)
		}
	}
	if runs == 1 && res.Outcome.Kind != "" && !busy && d.tape.last[res.ID] != res.Outcome.Kind {
		d.t.Errorf("%d: %s logged as %q", res.ID, res.Outcome.Kind, d.tape.last[res.ID])
	}
}
