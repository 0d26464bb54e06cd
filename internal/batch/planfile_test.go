package batch_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// planned returns the rows of a preview as a plan file keeps them.
func planned(preview batch.Preview) []batch.PlannedRow {
	var rows []batch.PlannedRow
	for _, r := range preview.Rows {
		rows = append(rows, batch.PlannedRow{ID: r.ID, UserName: r.Account.Name.Raw(), Plan: r.Plan.Summary()})
	}
	return rows
}

var bobsFile = batch.PlanFile{ID: "P", Author: "bob"}

func (d *desk) prepareFile(rows []batch.PlannedRow, past batch.Unfinished, g batch.Guard) batch.Preview {
	d.t.Helper()
	return d.previewOf(batch.PrepareFile(d.t.Context(), d.client, bobsFile, batch.Unlock(), rows, past, g))
}

func kinds(preview batch.Preview) []batch.Kind {
	var list []batch.Kind
	for _, r := range preview.Rows {
		list = append(list, r.Kind)
	}
	return list
}

func TestAPlanFileWritesOnlyUnchangedAccounts(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(7)
	rows := planned(d.preview(ids, batch.Unlock(), batch.Guard{}))
	d.SetStatusInfo(ids[1], `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:50:00","accountLockedUntil":"2036-11-22 14:20:00"}`)
	d.SetStatusInfo(ids[2], unlockedInfo)
	d.SetStatusInfo(ids[3], `{"accountLockedUntil":"2036-11-22 14:15:11","accountLockedAt":"2026-11-22 13:45:11","accountLocked":true,"status":1}`) // means the same
	rows[4].UserName = "somebody.else"
	rows[5].Plan.Edits = append(slices.Clone(rows[5].Plan.Edits), change.Edit{Property: "status"})
	d.Delete(ids[6])

	preview := d.prepareFile(rows, batch.Unfinished{}, batch.Guard{})
	want := []batch.Kind{batch.Planned, batch.Changed, batch.NoChange, batch.Planned, batch.Changed, batch.Changed, batch.Unreadable}
	if got := kinds(preview); !slices.Equal(got, want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
	for i, why := range map[int]string{1: "changed after it was planned", 4: "has another user name than in the plan file", 5: "the plan file has another change"} {
		if got := preview.Rows[i].Why; got != why {
			t.Errorf("row %d: %q, want %q", i, got, why)
		}
	}
	r := d.finish(preview)
	var states []batch.State
	for _, res := range r.Rows() {
		states = append(states, res.State)
	}
	if want := []batch.State{batch.Applied, batch.Conflict, batch.Skipped, batch.Applied, batch.Conflict, batch.Conflict, batch.Skipped}; !slices.Equal(states, want) {
		t.Errorf("got  %q\nwant %q", states, want)
	}
	if puts := d.puts(); len(puts) != 2 || puts[ids[0]] != 1 || puts[ids[3]] != 1 {
		t.Errorf("written: %v", puts)
	}
	// Every row uses up the file, and the batch has the ID of the file.
	if begun := d.tape.wrote()[0]; !strings.HasPrefix(begun, "batch P: unlock, INC-4711, [") || !strings.HasSuffix(begun, "] bob") || strings.Count(begun, " ") != 11 {
		t.Errorf("logged %q", begun)
	}
}

// Somebody keeps trying to sign in: the lock moves between the preview and the write. A batch that
// was marked in the list follows it, a plan file does not.
func TestALockThatMovedIsAConflictWithAPlanFile(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(1)
	preview := d.prepareFile(planned(d.preview(ids, batch.Unlock(), batch.Guard{})), batch.Unfinished{}, batch.Guard{})
	d.SetStatusInfo(ids[0], `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:50:00","accountLockedUntil":"2036-11-22 14:20:00"}`)
	r := d.finish(preview)
	if got := r.Rows()[0]; got.State != batch.Conflict || !got.Outcome.LockMoved || len(d.puts()) != 0 {
		t.Errorf("%s, %v", got.State, d.puts())
	}
}

// A protected account is left out for the operator who applies the file.
func TestAPlanFileProtectsTheOneWhoAppliesIt(t *testing.T) {
	d := newDesk(t)
	id := d.AddAccount(hdptest.Account{UserName: "carol", StatusInfo: unlockedInfo})
	rows := planned(d.preview([]int64{id}, batch.Deactivate(), batch.Guard{}))
	carol := batch.Guard{Operator: account.Operator{Login: "carol", ID: id}, Administrators: []int64{1}}
	preview := d.previewOf(batch.PrepareFile(t.Context(), d.client, bobsFile, batch.Deactivate(), rows, batch.Unfinished{}, carol))
	if got := kinds(preview); !slices.Equal(got, []batch.Kind{batch.Own}) {
		t.Errorf("%q", got)
	}
}

func TestARunOfAPlanFileThatBrokeOffRepeatsNoRow(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(4)
	rows := planned(d.preview(ids, batch.Unlock(), batch.Guard{}))
	past := batch.Unfinished{ID: "Q", Accounts: ids, Writes: map[int64]batch.WriteState{
		ids[0]: batch.Written, ids[1]: batch.MaybeWritten, ids[2]: batch.MaybeWritten,
	}}
	d.SetStatusInfo(ids[2], unlockedInfo) // it arrived
	preview := d.prepareFile(rows, past, batch.Guard{})
	if got, want := kinds(preview), []batch.Kind{batch.Planned, batch.NoChange, batch.Planned}; !slices.Equal(got, want) || len(preview.Rows[0].Notes) != 1 || preview.Replaces != "Q" {
		t.Errorf("%q, %+v", got, preview)
	}
	d.finish(preview)
	if puts := d.puts(); puts[ids[0]] != 0 || puts[ids[1]] != 1 || puts[ids[2]] != 0 || puts[ids[3]] != 1 {
		t.Errorf("written: %v", puts)
	}
	if begun := d.tape.wrote()[0]; strings.HasPrefix(begun, "batch P:") || !strings.HasSuffix(begun, "Qbob") {
		t.Errorf("logged %q", begun)
	}
}

func TestAPlanFileWithNothingToDoIsUsedUp(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(2)
	rows := planned(d.preview(ids, batch.Unlock(), batch.Guard{}))
	for _, id := range ids {
		d.SetStatusInfo(id, unlockedInfo)
	}
	d.finish(d.prepareFile(rows, batch.Unfinished{}, batch.Guard{}))
	if lines := d.tape.wrote(); len(lines) != 2 || !strings.HasPrefix(lines[0], "batch P:") || lines[1] != "ended P: finished" {
		t.Errorf("logged %q", lines)
	}
}

// The rows of a plan file have been read, so nobody types how many there are.
func TestAPlanFileNeedsNoNumber(t *testing.T) {
	d := newDesk(t)
	d.writer = change.NewWriter(t.Context(), d.client, change.WithClock(&clock{}), change.WithRules(change.Rules{
		TypeName: true, Reason: change.ReasonRule{Required: true},
	}))
	ids := d.locked(12)
	preview := d.prepareFile(planned(d.preview(ids, batch.Unlock(), batch.Guard{})), batch.Unfinished{}, batch.Guard{})
	if _, err := batch.Start(t.Context(), d.writer, preview, change.Answers{}); !errors.As(err, new(*change.UnmetError)) {
		t.Errorf("begun without a reason: %v", err)
	}
	r := d.finish(preview)
	if n := batch.Totals(r.Rows()); n[batch.Applied] != 12 {
		t.Errorf("%v", n)
	}
}

// A server adds a property with another value to each answer. It says nothing about the account, and
// must not make every row a conflict; another property that changed once must.
func TestAPropertyThatChangesOnItsOwnIsNoConflictWithAPlanFile(t *testing.T) {
	d := newDesk(t)
	d.SetVolatile("etag")
	ids := d.locked(2)
	d.SetStatusInfo(ids[1], `{"status":1,"accountLocked":true,"note":"a"}`)
	rows := planned(d.preview(ids, batch.Unlock(), batch.Guard{}))
	d.SetStatusInfo(ids[1], `{"status":1,"accountLocked":true,"note":"b"}`)
	preview := d.prepareFile(rows, batch.Unfinished{}, batch.Guard{})
	if got, want := kinds(preview), []batch.Kind{batch.Planned, batch.Changed}; !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	if why := preview.Rows[1].Why; why != "changed after it was planned" {
		t.Errorf("%q", why)
	}
	if r := d.finish(preview); r.Rows()[0].State != batch.Applied || d.Stored(ids[0]).Locked() {
		t.Errorf("%s: %v", r.Rows()[0].State, r.Rows()[0].Outcome)
	}
}
