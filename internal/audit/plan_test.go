package audit_test

import (
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// applyPlan begins a plan file as a console with that process ID would, logs outcomes, and leaves it.
func applyPlan(t *testing.T, path string, pid int, b batch.Beginning, last map[int64]file.OutcomeKind) *audit.Log {
	t.Helper()
	id := identity("https://hdp")
	id.PID, id.Login = pid, "other"
	to := openWithoutLease(t, path, id)
	log, err := audit.New(to, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b.Replaces != "" {
		if _, err := log.ClaimBatch(b.Replaces); err != nil {
			t.Fatal(err)
		}
	}
	b.File = batch.PlanFile{ID: "P", Author: "alice"}
	b.Action = "unlock"
	if err := log.BeginBatch(b); err != nil {
		t.Fatal(err)
	}
	for account, kind := range last {
		intent, err := to.LogIntent(file.Intent{Operation: "unlock", Batch: b.ID, Subject: file.Subject{AccountID: account}})
		if err != nil {
			t.Fatal(err)
		}
		if kind == "" {
			continue
		}
		if err := intent.LogOutcome(file.Outcome{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	log.ReleaseBatches()
	return log
}

func console(t *testing.T, path string) *audit.Log {
	t.Helper()
	id := identity("https://hdp")
	log, err := audit.New(open(t, path, id), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.ReleaseBatches)
	return log
}

// The run of a plan file broke off, was resumed and broke off again.
func TestAClaimedPlanKnowsWhatEveryRunDid(t *testing.T) {
	path, dead := logPath(t), deadPID(t)
	if begun, err := console(t, path).ClaimPlan("P"); begun.ID != "" || err != nil {
		t.Errorf("nobody has begun it: %+v, %v", begun, err)
	}
	applyPlan(t, path, dead, batch.Beginning{ID: "P", Accounts: []int64{1, 2, 3, 4, 5}}, map[int64]file.OutcomeKind{1: file.Applied, 2: "", 3: file.Refused})
	applyPlan(t, path, dead, batch.Beginning{ID: "R", Replaces: "P", Accounts: []int64{2, 3, 4, 5}}, map[int64]file.OutcomeKind{3: file.Applied, 4: file.Unknown})
	if batches := unfinishedBatches(t, path); len(batches) != 0 {
		t.Errorf("offered to a console, which does not have the file: %+v", batches)
	}
	log := console(t, path)
	past, err := log.ClaimPlan("P")
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]batch.WriteState{1: batch.Written, 2: batch.MaybeWritten, 3: batch.Written, 4: batch.MaybeWritten}
	if past.ID != "R" || !maps.Equal(past.Writes, want) || !slices.Equal(past.Accounts, []int64{1, 2, 3, 4, 5}) || !slices.Equal(past.Remaining(), []int64{2, 4, 5}) || past.Outcomes[3] != file.Applied {
		t.Errorf("%+v", past)
	}
	if _, err := console(t, path).ClaimPlan("P"); !errors.Is(err, file.ErrBatchHeld) {
		t.Errorf("claimed twice: %v", err)
	}
	if err := log.EndBatch("R", "finished"); err != nil {
		t.Fatal(err)
	}
	var used *audit.PlanUsedError
	if _, err := console(t, path).ClaimPlan("P"); !errors.As(err, &used) || used.Use.First.Login != "other" || used.Use.First.Author != "alice" {
		t.Errorf("claimed after its end: %v", err)
	}
}

func TestAPlanThatIsBeingAppliedIsNotClaimed(t *testing.T) {
	path := logPath(t)
	applyPlan(t, path, os.Getppid(), batch.Beginning{ID: "P", Accounts: []int64{1}}, nil)
	if _, err := console(t, path).ClaimPlan("P"); !errors.Is(err, file.ErrBatchTaken) {
		t.Errorf("claimed while its process runs: %v", err)
	}
}
