package batch_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// world is a server with accounts that somebody else may change between the preview and the batch,
// and whose answers to writes may fail.
type world struct {
	infos  map[int64]string
	faults map[int64]hdptest.FaultKind
	since  map[int64]string // what another administrator stores after the preview
}

func drawWorld(t *rapid.T, d *desk) (world, []int64) {
	w := world{map[int64]string{}, map[int64]hdptest.FaultKind{}, map[int64]string{}}
	info := rapid.SampledFrom([]string{
		lockedInfo, lockedInfo, lockedInfo, unlockedInfo, `{"status":0}`, `{"status":0,"accountLocked":true}`, `{"status":7,"x":1}`,
	})
	moved := rapid.SampledFrom([]string{
		unlockedInfo, `{"status":0,"accountLocked":true}`, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00"}`,
	})
	fault := rapid.SampledFrom([]hdptest.FaultKind{
		hdptest.Status, hdptest.HTML502, hdptest.Reset, hdptest.CloseAfterApply, hdptest.CutBody,
	})
	var ids []int64
	for i := range rapid.IntRange(1, 12).Draw(t, "accounts") {
		text := info.Draw(t, "info")
		id := d.AddAccount(hdptest.Account{UserName: fmt.Sprintf("u%d", i), StatusInfo: text})
		w.infos[id] = text
		ids = append(ids, id)
		if rapid.IntRange(0, 3).Draw(t, "luck") == 0 {
			w.faults[id] = fault.Draw(t, "fault")
		}
		if rapid.IntRange(0, 4).Draw(t, "meddling") == 0 {
			w.since[id] = moved.Draw(t, "since")
		}
	}
	return w, ids
}

// wanted reports whether the account is as the action should leave it, by the test's own rules.
func wanted(a batch.Action, stored hdptest.Account) bool {
	switch a {
	case batch.Unlock():
		return !stored.Locked()
	case batch.Activate():
		return stored.Status() == 1
	default:
		return stored.Status() == 0
	}
}

func TestNoBatchClaimsMoreThanIsStoredNorWritesTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t, hdptest.WithoutAccounts())
		defer d.Close()
		defer d.client.Close()
		w, ids := drawWorld(rt, d)
		a := rapid.SampledFrom([]batch.Action{batch.Unlock(), batch.Activate(), batch.Deactivate()}).Draw(rt, "action")
		workers := rapid.IntRange(1, 4).Draw(rt, "workers")
		limit := rapid.IntRange(1, 4).Draw(rt, "limit")
		named := append(slices.Clone(ids), rapid.SliceOfN(rapid.SampledFrom(ids), 0, 3).Draw(rt, "again")...)
		preview := d.preview(named, a, batch.Guard{}, batch.WithConcurrency(workers))
		if len(preview.Rows) != len(ids) || len(d.puts()) != 0 {
			rt.Fatalf("%d rows of %d accounts, %d writes", len(preview.Rows), len(ids), len(d.puts()))
		}
		for id, info := range w.since {
			d.SetStatusInfo(id, info)
		}
		for id, kind := range w.faults {
			f := hdptest.Fault{Kind: kind}
			if kind == hdptest.Status {
				f = refused()
			}
			d.failPut(id, f)
		}
		was := map[int64]hdptest.Account{}
		for _, id := range ids {
			was[id] = d.Stored(id)
		}
		r, err := batch.Start(t.Context(), d.writer, preview, change.Answers{Reason: "INC-4711"}, batch.WithConcurrency(workers), batch.WithFailureLimit(limit), batch.WithLog(d.tape))
		if err != nil {
			if preview.Totals()[batch.Planned] > 0 {
				rt.Fatal(err)
			}
			return
		}
		for p, ok := r.Next(t.Context()); ok; p, ok = r.Next(t.Context()) {
			if p.Done > p.Total {
				rt.Fatalf("%d of %d done", p.Done, p.Total)
			}
		}
		checkResults(rt, d, a, r, was)
	})
}

// checkResults compares every result with what is stored and what arrived.
func checkResults(t *rapid.T, d *desk, a batch.Action, r *batch.Run, was map[int64]hdptest.Account) {
	puts := d.puts()
	for _, res := range r.Rows() {
		id, now := res.ID, d.Stored(res.ID)
		same := now.StatusInfo == was[id].StatusInfo
		switch res.State {
		case batch.Applied:
			if !wanted(a, now) || puts[id] != 1 {
				t.Fatalf("%d: applied with %d writes, stored %s", id, puts[id], now.StatusInfo)
			}
		case batch.Unchanged:
			if !wanted(a, now) || !same || puts[id] != 0 {
				t.Fatalf("%d: unchanged with %d writes, stored %s", id, puts[id], now.StatusInfo)
			}
		case batch.Refused, batch.Conflict, batch.NotSent, batch.Skipped:
			if !same || res.State != batch.Refused && puts[id] != 0 {
				t.Fatalf("%d: %s with %d writes, stored %s and was %s", id, res.State, puts[id], now.StatusInfo, was[id].StatusInfo)
			}
		case batch.Unknown:
			if puts[id] != 1 || r.Progress().Stopped == nil && res.Outcome.Err == nil {
				t.Fatalf("%d: unknown with %d writes, %v", id, puts[id], res.Outcome.Err)
			}
		default:
			t.Fatalf("%d: %s at the end", id, res.State)
		}
		// The action must not change anything else.
		if a == batch.Unlock() && now.Status() != was[id].Status() || a != batch.Unlock() && now.Locked() != was[id].Locked() {
			t.Fatalf("%d: stored %s and was %s", id, now.StatusInfo, was[id].StatusInfo)
		}
		for _, in := range d.tape.intents[id] {
			if in.Batch != r.ID() {
				t.Fatalf("%d: logged in batch %q", id, in.Batch)
			}
		}
		if res.Outcome.Kind != "" && d.tape.last[id] != res.Outcome.Kind {
			t.Fatalf("%d: %s, but logged as %q", id, res.Outcome.Kind, d.tape.last[id])
		}
		if puts[id] > 0 && len(d.tape.intents[id]) == 0 {
			t.Fatalf("%d: written without being logged", id)
		}
	}
	if stopped := r.Progress().Stopped; (stopped == nil) != (d.tape.lines[len(d.tape.lines)-1] == "ended "+r.ID()+": finished") {
		t.Fatalf("stopped by %v, but the last line is %q", stopped, d.tape.lines[len(d.tape.lines)-1])
	}
}
