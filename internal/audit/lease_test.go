package audit_test

import (
	"testing"
	"time"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// The sessions of a service share a process, so only their leases tell which of them has ended.
func TestAWriteOfASessionThatEndedIsAbandonedAtOnce(t *testing.T) {
	for _, c := range []struct {
		name  string
		host  string
		ended bool
		ago   time.Duration
		ours  bool
	}{
		{"its session runs", "jump1", false, 0, false},
		{"its session has ended", "jump1", true, 0, true},
		{"its session hangs", "jump1", false, 4 * time.Minute, true},
		{"on another host", "jump2", true, 0, false},
		{"on another host, minutes ago", "jump2", true, 4 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			d := newDesk(t, path)
			id := identity(d.URL)
			id.Host = c.host
			other := open(t, path, id, file.WithClock(func() time.Time { return time.Now().Add(-c.ago) }))
			write(t, other, 307, "unlock", "statusinfo", d.Stored(307).StatusInfo, unlocked)
			if c.ended {
				other.Close()
			} else {
				defer other.Close()
			}
			if w, found, err := d.log.LastWrite(alice); err != nil || !found || w.Running == c.ours {
				t.Errorf("it counts as running: %v, %v, %v", w.Running, found, err)
			}
			if o := d.apply(d.unlock()); o.Kind != change.Applied {
				t.Fatalf("%s %v", o.Kind, o.Err)
			}
			if got := summary(t, path)[1] == "unknown 1"; got != c.ours {
				t.Errorf("settled: %q", summary(t, path))
			}
		})
	}
}

// One session of a process breaks off; the others go on.
func TestTheBatchOfASessionThatEndedIsOfferedAtOnce(t *testing.T) {
	path := logPath(t)
	id := identity("https://hdp")
	session := func(batch string) *file.Log {
		to := open(t, path, id)
		if err := to.BeginBatch(file.Batch{ID: batch, Operation: "unlock", Accounts: []int64{307, 412}}); err != nil {
			t.Fatal(err)
		}
		in, err := to.LogIntent(file.Intent{Operation: "unlock", Batch: batch, Subject: file.Subject{AccountID: 307}})
		if err != nil {
			t.Fatal(err)
		}
		if err := in.LogOutcome(file.Outcome{Kind: file.Applied}); err != nil {
			t.Fatal(err)
		}
		return to
	}
	broken, running := session("BROKEN"), session("RUNNING")
	defer running.Close()
	running.ReleaseBatch("RUNNING") // it stopped on its own, and may be retried there
	if batches := unfinishedBatches(t, path); len(batches) != 0 {
		t.Errorf("offered while its session runs: %+v", batches)
	}
	broken.Close()
	batches := unfinishedBatches(t, path)
	if len(batches) != 1 || batches[0].ID != "BROKEN" || len(batches[0].Remaining()) != 1 {
		t.Errorf("offered %+v", batches)
	}
}

func TestCloseEndsASession(t *testing.T) {
	path := logPath(t)
	id := identity("https://hdp")
	to := open(t, path, id)
	log, err := audit.New(to, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.LogIntent(change.Intent{Operation: "unlock", Subject: alice, Method: "PUT", Path: "/x/statusinfo"}); err != nil {
		t.Fatal(err)
	}
	other := console(t, path)
	if n := len(other.Abandoned()); n != 0 {
		t.Errorf("%d abandoned", n)
	}
	log.Close()
	if n := len(other.Abandoned()); n != 1 {
		t.Errorf("%d abandoned", n)
	}
}
