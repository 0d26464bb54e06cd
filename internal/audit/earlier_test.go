package audit_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// without-leases.jsonl was written by a version whose entries have neither operators nor leases: what
// two consoles did, of which the second, bob's, was killed.
func TestALogOfAnEarlierVersionIsReadAsBefore(t *testing.T) {
	text, err := os.ReadFile("testdata/without-leases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	path := logPath(t)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, path)
	id := identity("https://hdp.example.com:8443")
	if d.log, err = audit.New(open(t, path, id), id, d.check); err != nil {
		t.Fatal(err)
	}
	d.writer = change.NewWriter(t.Context(), d.client, change.WithAuditLog(d.log), change.WithClock(&clock{}))
	t.Cleanup(d.log.ReleaseBatches)

	if r, err := file.Verify(path); err != nil || r.Err() != nil || r.Entries != 25 || len(r.OpenIntents) != 2 {
		t.Errorf("%v, %v", r, err)
	}
	if c := d.log.LockChanges(time.Time{})[307]; c.By != "helpdesk" || c.Locked {
		t.Errorf("the last change of the lock: %+v", c)
	}

	d.SetStatusInfo(307, unlocked)
	last, found, err := d.log.LastWrite(alice)
	if err != nil || !found || last.Operation != "unlock" || last.Since != nil {
		t.Fatalf("the last write: %+v, %v, %v", last, found, err)
	}
	undo, err := last.Outcome.Undo()
	if err != nil {
		t.Fatal(err)
	}
	if o := d.apply(undo); o.Kind != change.Applied || o.Plan.Operation() != "undo unlock" {
		t.Errorf("the undo: %s %v", o.Kind, o.Err)
	}

	batches, err := d.log.UnfinishedBatches()
	if err != nil || len(batches) != 1 || batches[0].ID != "BROKENOFF1" || batches[0].By != "bob" {
		t.Fatalf("unfinished: %+v, %v", batches, err)
	}
	claimed, err := d.log.ClaimBatch("BROKENOFF1")
	if err != nil || claimed.Writes[301] != batch.Written || claimed.Writes[302] != batch.MaybeWritten || len(claimed.Remaining()) != 2 {
		t.Errorf("claimed: %+v, %v", claimed, err)
	}
	if begun, err := d.log.ClaimPlan("PLANFILE01"); err != nil || begun.ID != "PLANFILE01" {
		t.Errorf("the plan file: %+v, %v", begun, err)
	}

	if n := len(d.log.Abandoned()); n != 2 {
		t.Errorf("%d abandoned writes", n)
	}
	s := hdpclient.StatusInfo{Status: hdpclient.Active}
	if o := d.apply(change.PlanStatus(change.Subject{ID: 306}, s, change.Deactivate(s))); !errors.Is(o.Err, hdpclient.ErrNotFound) {
		t.Errorf("the account is gone: %s %v", o.Kind, o.Err)
	}
	if left := d.log.Abandoned(); len(left) != 1 || left[0].AccountID != 302 {
		t.Errorf("%d abandoned writes", len(left))
	}
	if r, err := file.Verify(path); err != nil || r.Err() != nil {
		t.Errorf("%v, %v", r, err)
	}
}
