package audit_test

import (
	"errors"
	"maps"
	"os"
	"testing"
	"time"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// leaveBatch logs a batch of another console that does not hold it, because that console has
// died or is an older version. It returns that console's log.
func leaveBatch(t *testing.T, path string, pid int, accounts ...int64) *file.Log {
	t.Helper()
	id := identity("https://hdp")
	id.PID, id.Login = pid, "other"
	other := openWithoutLease(t, path, id)
	if err := other.BeginBatch(file.Batch{ID: "B", Operation: "unlock", Reason: "INC-4711", Accounts: accounts}); err != nil {
		t.Fatal(err)
	}
	other.ReleaseBatches()
	return other
}

// unfinishedBatches returns the batches that a console is offered if it starts now.
func unfinishedBatches(t *testing.T, path string) []audit.UnfinishedBatch {
	t.Helper()
	id := identity("https://hdp")
	log, err := audit.New(open(t, path, id), id, nil)
	if err != nil {
		t.Fatal(err)
	}
	batches, err := log.UnfinishedBatches()
	if err != nil {
		t.Fatal(err)
	}
	return batches
}

func TestOnlyABatchWhoseConsoleIsGoneIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		pid     int
		offered bool
	}{
		"its console is gone": {deadPID(t), true},
		"its console runs":    {os.Getppid(), false},
	} {
		t.Run(name, func(t *testing.T) {
			path := logPath(t)
			leaveBatch(t, path, c.pid, 307)
			if batches := unfinishedBatches(t, path); (len(batches) == 1) != c.offered {
				t.Errorf("offered %+v", batches)
			}
		})
	}
}

// A write that is not known to be done must be done by the console that resumes the batch.
func TestOnlyAKnownWriteCountsAsWritten(t *testing.T) {
	path := logPath(t)
	want := map[int64]batch.WriteState{1: batch.MaybeWritten} // an intent without an outcome
	ids := []int64{1, 99}
	kinds := map[file.OutcomeKind]batch.WriteState{
		file.Applied: batch.Written, file.Accepted: batch.Written, file.Differs: batch.Written,
		file.Unknown: batch.MaybeWritten, "of a later version": batch.Failed,
		file.Refused: batch.Failed, file.Conflict: batch.Failed, file.NotSent: batch.Failed,
	}
	for range kinds {
		ids = append(ids, int64(len(ids)))
	}
	other := leaveBatch(t, path, deadPID(t), ids...)
	write := func(id int64) *file.OpenIntent {
		t.Helper()
		intent, err := other.LogIntent(file.Intent{Operation: "unlock", Batch: "B", Subject: file.Subject{AccountID: id}})
		if err != nil {
			t.Fatal(err)
		}
		return intent
	}
	write(1)
	next := int64(2)
	for kind, as := range kinds {
		if err := write(next).LogOutcome(file.Outcome{Kind: kind}); err != nil {
			t.Fatal(err)
		}
		want[next] = as
		next++
	}
	batches := unfinishedBatches(t, path)
	if len(batches) != 1 || !maps.Equal(batches[0].Writes, want) {
		t.Errorf("%+v, want %v", batches, want)
	}
}

// bystander starts a console at that time.
func bystander(t *testing.T, path string, at time.Time) *audit.Log {
	t.Helper()
	id := identity("https://hdp")
	clock := func() time.Time { return at }
	log, err := audit.New(open(t, path, id, file.WithClock(clock)), id, nil, audit.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestWhichBatchesAreUnfinished(t *testing.T) {
	dead := deadPID(t)
	start := time.Now()
	for _, c := range []struct {
		name string
		pid  int
		held bool
		ago  time.Duration // since the newest entry
		left bool
	}{
		{"held, written just now", os.Getppid(), true, 0, false},
		{"held, paused for hours", os.Getppid(), true, 5 * time.Hour, false},
		{"held by a process that is not visible from here", dead, true, 5 * time.Hour, false},
		{"not held, written just now", os.Getppid(), false, 0, false},
		{"not held, written two minutes ago", os.Getppid(), false, 2 * time.Minute, false},
		{"not held, nothing written for minutes", os.Getppid(), false, 4 * time.Minute, true},
		{"not held, its process is gone", dead, false, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			id := identity("https://hdp")
			id.PID = c.pid
			now := start.Add(-time.Hour)
			a := openWithoutLease(t, path, id, file.WithClock(func() time.Time { return now }))
			if err := a.BeginBatch(file.Batch{ID: "B1", Operation: "unlock", Accounts: []int64{301, 302}}); err != nil {
				t.Fatal(err)
			}
			now = start // an hour later it is still being written
			if _, err := a.LogIntent(file.Intent{Operation: "unlock", Batch: "B1", Subject: file.Subject{AccountID: 301}}); err != nil {
				t.Fatal(err)
			}
			if !c.held {
				a.ReleaseBatches()
			}
			b := bystander(t, path, start.Add(c.ago))
			batches, err := b.UnfinishedBatches()
			if err != nil || (len(batches) == 1) != c.left {
				t.Errorf("offered: %+v, %v", batches, err)
			}
			claimed, err := b.ClaimBatch("B1")
			if got := err == nil; got != c.left {
				t.Errorf("claimed: %v", err)
			}
			if c.left && (len(claimed.Remaining()) != 2 || claimed.Writes[301] != "open") {
				t.Errorf("claimed as %+v", claimed)
			}
			if err := b.EndUnfinishedBatch("B1", "given up"); (err == nil) != c.left {
				t.Errorf("ended: %v", err)
			}
		})
	}
}

// Two consoles are offered a batch; the one that answers second is refused, with the reason.
func TestABatchIsResumedByOneConsole(t *testing.T) {
	path := logPath(t)
	id := identity("https://hdp")
	id.PID = deadPID(t)
	gone := openWithoutLease(t, path, id)
	if err := gone.BeginBatch(file.Batch{ID: "B1", Operation: "unlock", Accounts: []int64{301, 302}}); err != nil {
		t.Fatal(err)
	}
	gone.ReleaseBatches() // as the kernel does
	b, c := bystander(t, path, time.Now()), bystander(t, path, time.Now())
	for _, log := range []*audit.Log{b, c} {
		if batches, err := log.UnfinishedBatches(); err != nil || len(batches) != 1 {
			t.Fatalf("%+v, %v", batches, err)
		}
	}
	if _, err := b.ClaimBatch("B1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ClaimBatch("B1"); !errors.Is(err, file.ErrBatchHeld) {
		t.Errorf("claimed by a second console: %v", err)
	}
	if batches, err := bystander(t, path, time.Now()).UnfinishedBatches(); err != nil || len(batches) != 0 {
		t.Errorf("offered while another console prepares it: %+v, %v", batches, err)
	}
	if err := b.BeginBatch(batch.Beginning{ID: "B2", Replaces: "B1", Action: "unlock", Accounts: []int64{301, 302}}); err != nil {
		t.Fatal(err)
	}
	if err := c.EndUnfinishedBatch("B1", "given up"); !errors.Is(err, file.ErrBatchTaken) {
		t.Errorf("given up while it is running: %v", err)
	}
	b.ReleaseBatches()
}
