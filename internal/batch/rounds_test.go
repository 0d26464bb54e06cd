package batch_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/batch"
)

func TestFailedRowsAreRetried(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(20)
	preview := d.preview(ids, batch.Unlock(), batch.Guard{})
	d.failPut(ids[3], refused())
	d.failPut(ids[7], hdptest.Fault{Kind: hdptest.HTML502})
	d.SetStatusInfo(ids[11], `{"status":0,"accountLocked":true}`)
	d.Delete(ids[15])
	r := d.finish(preview)
	failed := []int64{ids[3], ids[7], ids[11], ids[15]}
	var got []int64
	for _, res := range r.Rows() {
		if res.Failed() {
			got = append(got, res.ID)
		}
	}
	if !slices.Equal(got, failed) {
		t.Fatalf("failed: %v, want %v", got, failed)
	}

	rounds := roundsOf(r)
	again, err := rounds.Retry(t.Context(), d.client, batch.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	preview = d.previewOf(again)
	if n := preview.Totals(); n[batch.Planned] != 3 || n[batch.Unreadable] != 1 || preview.Replaces != r.ID() {
		t.Errorf("totals %v, replacing %q", n, preview.Replaces)
	}
	if got := strings.Join(preview.Rows[1].Notes, ""); got != "earlier write: outcome unknown" {
		t.Errorf("for the unknown one: %q", got)
	}
	second := d.finish(preview)
	if n := batch.Totals(second.Rows()); n[batch.Applied] != 3 || n[batch.Skipped] != 1 || second.ID() == r.ID() {
		t.Errorf("totals %v", n)
	}
	if got := d.Stored(ids[11]); got.Locked() || got.Status() != 0 {
		t.Errorf("stored %s", got.StatusInfo)
	}
}

func roundsOf(runs ...*batch.Run) *batch.Rounds {
	r := &batch.Rounds{}
	for _, run := range runs {
		r.Add(run)
	}
	return r
}

func (d *desk) undo(r *batch.Rounds) batch.Preview {
	d.t.Helper()
	return d.previewOf(r.Undo(d.t.Context(), batch.Guard{}))
}

func TestRetriesBelongToTheirBatch(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(6)
	d.Fail(hdptest.Fault{Method: http.MethodGet, Path: fmt.Sprintf("/users/%d", ids[5]), Kind: hdptest.Status, Status: 400, Body: refused().Body})
	preview := d.preview(ids, batch.Unlock(), batch.Guard{})
	d.failPut(ids[1], refused())
	d.failPut(ids[2], hdptest.Fault{Kind: hdptest.HTML502, Applied: true})
	d.failPut(ids[3], hdptest.Fault{Kind: hdptest.HTML502})
	d.failPut(ids[4], refused())
	first := d.finish(preview)
	d.SetStatusInfo(ids[3], unlockedInfo) // by somebody else
	rounds := roundsOf(first)
	retry := func() batch.Preview {
		t.Helper()
		again, err := rounds.Retry(t.Context(), d.client, batch.Guard{})
		if err != nil {
			t.Fatal(err)
		}
		return d.previewOf(again)
	}
	preview = retry()
	if len(preview.Rows) != 4 || preview.Rows[3].ID != ids[5] {
		t.Errorf("retried: %+v", preview.Rows)
	}
	d.failPut(ids[4], refused())
	rounds.Add(d.finish(preview))
	for i, want := range []batch.State{batch.Applied, batch.Applied, batch.Applied, batch.Unchanged, batch.Refused, batch.Applied} {
		if res := rounds.Results()[i]; res.ID != ids[i] || res.Index != i || res.State != want {
			t.Errorf("%d: %d %s, want %s", i, res.ID, res.State, want)
		}
	}

	back := d.undo(rounds)
	if n := back.Totals(); len(back.Rows) != 4 || n[batch.Planned] != 4 {
		t.Errorf("undone of both rounds: %v", n)
	}
	for _, i := range []int{0, 1} {
		d.failPut(ids[i], refused())
	}
	rounds = roundsOf(d.finish(back))
	if preview = retry(); len(preview.Rows) != 2 || preview.Action.String() != "undo unlock" {
		t.Errorf("%s of %+v", preview.Action, preview.Rows)
	}
	rounds.Add(d.finish(preview))
	if n := batch.Totals(rounds.Results()); n[batch.Applied] != 4 {
		t.Errorf("totals %v", n)
	}
	for i, id := range ids {
		if locked := d.Stored(id).Locked(); locked != (i != 3) {
			t.Errorf("%d is locked: %v", id, locked)
		}
	}
}

func TestAppliedRowsAreUndone(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(12)
	preview := d.preview(ids, batch.Unlock(), batch.Guard{})
	d.failPut(ids[3], refused())
	r := d.finish(preview)
	d.SetStatusInfo(ids[5], `{"status":0}`) // by somebody else, since
	d.SetStatusInfo(ids[6], lockedInfo)

	back := d.undo(roundsOf(r))
	if n := back.Totals(); n[batch.Planned] != 11 || len(back.Rows) != 11 || back.Action.String() != "undo unlock" {
		t.Errorf("%s, totals %v", back.Action, n)
	}
	u := d.finish(back)
	want := map[int64]batch.State{ids[5]: batch.Conflict, ids[6]: batch.Unchanged}
	for i, res := range u.Rows() {
		state := want[res.ID]
		if state == "" {
			state = batch.Applied
		}
		if res.State != state || res.Index != i || res.Why != "undo unlock" || res.Plan.Batch() != u.ID() {
			t.Errorf("%d: %s, %q", res.ID, res.State, res.Why)
		}
	}
	for _, id := range ids {
		if id != ids[5] && d.Stored(id).StatusInfo != d.Stored(ids[3]).StatusInfo {
			t.Errorf("%d: stored %s", id, d.Stored(id).StatusInfo)
		}
	}
	redo := d.undo(roundsOf(u))
	if n := batch.Totals(d.finish(redo).Rows()); redo.Action != batch.Unlock() || n[batch.Applied] != 9 {
		t.Errorf("%s, totals %v", redo.Action, n)
	}
}

func TestAResultIsExportedAsARow(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(3)
	hostile := d.AddAccount(hdptest.Account{UserName: "a\x1b[31mb\nc", TenantID: 56, StatusInfo: `{"status":0,"accountLocked":true}`})
	preview := d.preview(append(ids, hostile), batch.Unlock(), batch.Guard{})
	d.failPut(ids[1], refused())
	d.SetStatusInfo(ids[2], `{"status":0,"accountLocked":true}`)
	r := d.finish(preview)
	for i, want := range []struct{ state, detail string }{
		{"applied", ""},
		{"refused", "Invalid JSON Input: no (222207007)"},
		{"conflict", "status: saw 1, wanted 1, now 0"},
		{"applied", "remains inactive"},
	} {
		row := r.Rows()[i].Export()
		if len(row) != len(batch.ExportHeader()) {
			t.Fatalf("%d cells under %d headers", len(row), len(batch.ExportHeader()))
		}
		if row[0] != itoa(r.Rows()[i].ID) || row[4] != "unlock" || row[5] != want.state || !strings.Contains(row[6], want.detail) {
			t.Errorf("row %d: %q", i, row)
		}
		if joined := strings.Join(row, ""); strings.ContainsAny(joined, "\x1b\n") {
			t.Errorf("row %d: %q", i, joined)
		}
	}
	if row := r.Rows()[3].Export(); row[2] != "56" || row[3] != "Sales" || row[7] == "" {
		t.Errorf("%q", row)
	}
}

func TestExportKeepsTheWordsOfEarlierVersions(t *testing.T) {
	for state, want := range map[batch.State]string{
		batch.Skipped: "left out", batch.Unchanged: "already so", batch.Applied: "applied", batch.NotSent: "not sent",
	} {
		if row := (batch.Result{State: state}).Export(); row[5] != want {
			t.Errorf("%q is exported as %q, want %q", state, row[5], want)
		}
	}
}
