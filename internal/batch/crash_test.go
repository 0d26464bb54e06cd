package batch_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// disk logs what a console does in a real audit log.
type disk struct{ *file.Log }

func (d disk) LogIntent(in change.Intent) (change.LogOutcome, error) {
	intent, err := d.Log.LogIntent(file.Intent{
		Operation: in.Operation, Batch: in.Batch, Reason: in.Reason, Request: in.Method + " " + in.Path,
		Subject: file.Subject{AccountID: in.Subject.ID}, Before: in.Before, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	return func(o change.Outcome) error {
		return intent.LogOutcome(file.Outcome{Kind: file.OutcomeKind(o.Kind), Stored: o.Stored()})
	}, nil
}

func (d disk) BeginBatch(b batch.Beginning) error {
	return d.Log.BeginBatch(file.Batch{
		ID: b.ID, Replaces: b.Replaces, Operation: b.Action, Reason: b.Reason, Accounts: b.Accounts,
		PlanFile: file.PlanFile{Plan: b.File.ID, Author: b.File.Author},
	})
}

// claim takes over a batch that another console left.
func (d disk) claim(t *testing.T, id string) {
	t.Helper()
	if _, err := d.Claim(id, func(file.UnfinishedBatch) bool { return true }); err != nil {
		t.Fatal(err)
	}
}

// unfinished returns the only unfinished batch in the log.
func (d disk) unfinished(t *testing.T) batch.Unfinished {
	t.Helper()
	open, err := file.UnfinishedBatches(d.Path())
	if err != nil || len(open) != 1 {
		t.Fatalf("%d unfinished batches, %v", len(open), err)
	}
	u := batch.Unfinished{ID: open[0].Batch, Action: open[0].Operation, Reason: open[0].Reason, Accounts: open[0].Accounts, Writes: map[int64]batch.WriteState{}}
	for id, kind := range open[0].Last {
		switch kind {
		case file.Applied, file.Differs:
			u.Writes[id] = batch.Written
		case file.Unknown, "":
			u.Writes[id] = batch.MaybeWritten
		default:
			u.Writes[id] = batch.Failed
		}
	}
	return u
}

// console is a whole console that runs one batch until the test kills it.
func console(ctx context.Context, action, path, url, accounts string) error {
	a, err := batch.ParseAction(action)
	if err != nil {
		return err
	}
	var ids file.Accounts
	if err := ids.UnmarshalText([]byte(accounts)); err != nil {
		return err
	}
	log, err := file.Open(path, file.Identity{Server: url})
	if err != nil {
		return err
	}
	c, err := hdpclient.New(url)
	if err != nil {
		return err
	}
	c.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	preparation := batch.Prepare(ctx, c, ids, a, batch.Guard{})
	<-preparation.Done()
	preview, _ := preparation.Preview()
	r, err := batch.Start(ctx, change.NewWriter(ctx, c, change.WithAuditLog(disk{log})), preview, change.Answers{Reason: "INC-4711"}, batch.WithLog(disk{log}))
	if err != nil {
		return err
	}
	<-r.Done()
	return fmt.Errorf("it finished: %v", batch.Totals(r.Rows()))
}

// killed runs a batch in another process. It kills that process once the given number of writes is
// done and the next two hang, so that everything it sent has arrived.
func (d *desk) killed(action batch.Action, path string, ids []int64, after int) {
	d.t.Helper()
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Skip: after, Times: hdptest.Forever})
	defer release()
	exe, err := os.Executable()
	if err != nil {
		d.t.Fatal(err)
	}
	ranges, err := file.Accounts(ids).MarshalText()
	if err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.CommandContext(d.t.Context(), exe, path, d.URL, string(ranges))
	cmd.Env = append(os.Environ(), childEnv+"="+action.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	first, err := d.Await(ctx, func(q hdptest.Request) bool { return q.Fault == hdptest.Hang })
	if err != nil {
		d.t.Errorf("%v: %s", err, &stderr)
	}
	if _, err := d.Await(ctx, func(q hdptest.Request) bool { return q.Fault == hdptest.Hang && q.Path != first.Path }); err != nil {
		d.t.Errorf("%v: %s", err, &stderr)
	}
	d.mustBeHeld(path)
	if err := cmd.Process.Kill(); err != nil {
		d.t.Error(err)
	}
	_ = cmd.Wait() // it was killed
	// Before the hanging requests are released, the server must have seen that their client is
	// gone.
	for n, _ := d.InFlight(); n > 0 && ctx.Err() == nil; n, _ = d.InFlight() {
		runtime.Gosched()
	}
	if stderr.Len() > 0 {
		d.t.Fatalf("it printed: %s", &stderr)
	}
}

// mustBeHeld checks that the only unfinished batch belongs to the console that runs it.
func (d *desk) mustBeHeld(path string) {
	d.t.Helper()
	open, err := file.UnfinishedBatches(path)
	if err != nil || len(open) != 1 {
		d.t.Errorf("%d unfinished batches, %v", len(open), err)
		return
	}
	log, err := file.Open(path, file.Identity{})
	if err != nil || !log.IsHeld(open[0].Batch) {
		d.t.Errorf("a running batch may be resumed, %v", err)
	}
}

func TestABatchIsResumedAfterACrash(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(30)
	path := filepath.Join(t.TempDir(), "log")
	d.killed(batch.Unlock(), path, ids, 12)

	log, err := file.Open(path, file.Identity{Server: d.URL})
	if err != nil {
		t.Fatal(err)
	}
	auditLog := disk{log}
	u := auditLog.unfinished(t)
	if u.Action != "unlock" || u.Reason != "INC-4711" || !slices.Equal(u.Accounts, ids) {
		t.Errorf("logged: %+v", u)
	}
	auditLog.claim(t, u.ID)
	left := u.Remaining()
	if len(left) != 18 {
		t.Fatalf("%d of 30 remain", len(left))
	}

	// One of the finished accounts is locked again. This batch must not unlock it.
	var done int64
	for id, w := range u.Writes {
		if w == batch.Written {
			done = id
		}
	}
	d.SetStatusInfo(done, lockedInfo)
	d.ResetRequests()

	preparation, err := batch.Resume(t.Context(), d.client, u, batch.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	preview := d.previewOf(preparation)
	noted := 0
	for _, row := range preview.Rows {
		if len(row.Notes) > 0 {
			noted++
		}
	}
	if n := preview.Totals(); n[batch.Planned] != 18 || noted != 2 {
		t.Errorf("totals %v, %d noted", n, noted)
	}
	writer := change.NewWriter(t.Context(), d.client, change.WithAuditLog(auditLog))
	r, err := batch.Start(t.Context(), writer, preview, change.Answers{Reason: u.Reason}, batch.WithLog(auditLog))
	if err != nil {
		t.Fatal(err)
	}
	<-r.Done()
	if n := batch.Totals(r.Rows()); n[batch.Applied] != 18 {
		t.Errorf("totals %v", n)
	}
	for _, id := range ids {
		if d.Stored(id).Locked() != (id == done) {
			t.Errorf("%d: stored %s", id, d.Stored(id).StatusInfo)
		}
	}
	puts := d.puts()
	for id, n := range puts {
		if n != 1 || u.Writes[id] == batch.Written {
			t.Errorf("%d: written %d times", id, n)
		}
	}
	if open, err := file.UnfinishedBatches(path); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
	if report, err := file.Verify(path); err != nil || !report.OK() {
		t.Errorf("%v %v", report, err)
	}
}

func TestAForcedChangeThatMayHaveBeenDoneIsNotDoneAgain(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(6)
	path := filepath.Join(t.TempDir(), "log")
	d.killed(batch.ForceChange(), path, ids, 3)

	log, err := file.Open(path, file.Identity{Server: d.URL})
	if err != nil {
		t.Fatal(err)
	}
	u := disk{log}.unfinished(t)
	for _, id := range ids { // every user has changed the password by now
		d.SetPasswordInfo(id, `{"passwordStatus":1}`)
	}
	preparation, err := batch.Resume(t.Context(), d.client, u, batch.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range d.previewOf(preparation).Rows {
		want := batch.Planned
		if u.Writes[row.ID] == batch.MaybeWritten {
			want = batch.MaybeDone
		}
		if row.Kind != want || u.Writes[row.ID] == batch.Written {
			t.Errorf("%d, logged as %q: %q, %q", row.ID, u.Writes[row.ID], row.Kind, row.Why)
		}
	}
}

// An account that could not be read, and so was not planned, remains to be done like those that
// were. One that no longer exists does not.
func TestUnreadableAccountsRemainAfterACrash(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(6)
	d.Delete(ids[1])
	d.Fail(hdptest.Fault{Method: http.MethodGet, Path: fmt.Sprintf("/users/%d", ids[4]), Kind: hdptest.Status, Status: 400, Body: refused().Body})
	path := filepath.Join(t.TempDir(), "log")
	d.killed(batch.Unlock(), path, ids, 2)

	log, err := file.Open(path, file.Identity{Server: d.URL})
	if err != nil {
		t.Fatal(err)
	}
	u := disk{log}.unfinished(t)
	if left := u.Remaining(); !slices.Contains(left, ids[4]) || slices.Contains(left, ids[1]) {
		t.Fatalf("left: %v of %v", left, ids)
	}
	preparation, err := batch.Resume(t.Context(), d.client, u, batch.Guard{})
	if err != nil {
		t.Fatal(err)
	}
	r := d.finish(d.previewOf(preparation))
	for _, id := range slices.Delete(ids, 1, 2) {
		if d.Stored(id).Locked() {
			t.Errorf("%d is still locked: %v", id, batch.Totals(r.Rows()))
		}
	}
}
