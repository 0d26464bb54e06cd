package trail_test

import (
	"maps"
	"os"
	"testing"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/trail"
)

// leaveBatch records a batch of another console, and returns that console's log.
func leaveBatch(t *testing.T, path string, pid int, accounts ...int64) *audit.Trail {
	t.Helper()
	id := identity("https://hdp")
	id.PID, id.Login = pid, "other"
	other := open(t, path, id)
	if err := other.Batch(audit.Batch{ID: "B", Operation: "unlock", Reason: "INC-4711", Accounts: accounts}); err != nil {
		t.Fatal(err)
	}
	return other
}

// leftBatches are the batches that a console which starts now is offered.
func leftBatches(t *testing.T, path string) []trail.LeftBatch {
	t.Helper()
	id := identity("https://hdp")
	tr, err := trail.New(open(t, path, id), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	left, err := tr.LeftBatches()
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func TestOnlyABatchWhoseConsoleIsGoneIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		pid     int
		offered bool
	}{
		"its console is gone": {gone(t), true},
		"its console runs":    {os.Getppid(), false},
	} {
		t.Run(name, func(t *testing.T) {
			path := trailPath(t)
			leaveBatch(t, path, c.pid, 307)
			if left := leftBatches(t, path); (len(left) == 1) != c.offered {
				t.Errorf("offered %+v", left)
			}
		})
	}
}

// What is not known to have been written must be written by whoever resumes.
func TestOnlyAKnownWriteCountsAsWritten(t *testing.T) {
	path := trailPath(t)
	want := map[int64]batch.Write{1: batch.Open} // an intent without an outcome
	ids := []int64{1, 99}
	kinds := map[audit.OutcomeKind]batch.Write{
		audit.Applied: batch.Written, audit.Accepted: batch.Written, audit.Differs: batch.Written,
		audit.Unknown: batch.Open, "of a later version": batch.Failed,
		audit.Refused: batch.Failed, audit.Conflict: batch.Failed, audit.NotSent: batch.Failed,
	}
	for range kinds {
		ids = append(ids, int64(len(ids)))
	}
	other := leaveBatch(t, path, gone(t), ids...)
	write := func(id int64) *audit.Entry {
		t.Helper()
		e, err := other.Intent(audit.Intent{Operation: "unlock", Batch: "B", Subject: audit.Subject{AccountID: id}})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	write(1)
	next := int64(2)
	for kind, as := range kinds {
		if err := write(next).Outcome(audit.Outcome{Kind: kind}); err != nil {
			t.Fatal(err)
		}
		want[next] = as
		next++
	}
	left := leftBatches(t, path)
	if len(left) != 1 || !maps.Equal(left[0].Writes, want) {
		t.Errorf("%+v, want %v", left, want)
	}
}
