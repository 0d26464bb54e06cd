//go:build linux || darwin

package simtest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

// One console begins a batch, writes some of it, and then waits, however long, or dies.
// Two others look for what is left, at once: a batch that is held is offered to neither,
// one that was left is had by one of them, and no account is written twice.
func TestTwoConsolesNeverRunTheSameBatch(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	dir := scratchDir(t)
	for n := range 40 {
		t.Run(fmt.Sprint("seed ", n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			now := time.Now()
			seats := make([]*console, 3)
			for i := range seats {
				seats[i] = mustNewConsole(t, server.URL, filepath.Join(dir, fmt.Sprint(n, ".jsonl")), setup{now: func() time.Time { return now }})
				t.Cleanup(seats[i].trail.ReleaseBatches)
			}
			ids := make([]int64, 2+r.IntN(4))
			for i := range ids {
				ids[i] = server.AddAccount(hdptest.Account{TenantID: 56, StatusInfo: `{"status":1,"accountLocked":true}`})
			}
			first := seats[0]
			if err := first.trail.BeginBatch("B1", "", "unlock", "", ids); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids[:r.IntN(len(ids))] {
				unlockInBatch(t, first, id, "B1")
			}
			dies := r.IntN(2) == 0
			if dies {
				first.trail.ReleaseBatches() // as the kernel does
			}
			waited := []time.Duration{0, 2 * time.Minute, 4 * time.Minute, 5 * time.Hour}[r.IntN(4)]
			now = now.Add(waited)

			left := dies && waited > 3*time.Minute
			had := resumeAll(t, seats[1:])
			if (had == 1) != left || had > 1 {
				t.Errorf("dies %v, after %s: %d consoles had the batch", dies, waited, had)
			}
			if dies && !left {
				return // it will be offered later
			}
			if !left { // the console that holds it goes on
				for _, id := range ids {
					if server.Stored(id).Locked() {
						unlockInBatch(t, first, id, "B1")
					}
				}
			}
			for _, id := range ids {
				if puts := countWrites(server, id); puts != 1 || server.Stored(id).Locked() {
					t.Errorf("%d was written %d times, and is stored as %s", id, puts, server.Stored(id).StatusInfo)
				}
			}
		})
	}
}

// resumeAll lets every seat look for a batch, and take and run it, all at once. It
// returns how many have had one.
func resumeAll(t *testing.T, seats []*console) int {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	had := 0
	for _, c := range seats {
		all.Go(func() {
			offered, err := c.trail.UnfinishedBatches()
			if err != nil {
				t.Error(err)
			}
			for _, b := range offered {
				claimed, err := c.trail.ClaimBatch(b.ID)
				if err != nil {
					continue // another console was faster
				}
				mu.Lock()
				had++
				mu.Unlock()
				finishBatch(t, c, claimed)
			}
		})
	}
	all.Wait()
	return had
}

func finishBatch(t *testing.T, c *console, left audit.UnfinishedBatch) {
	t.Helper()
	drafting, err := batch.Resume(t.Context(), c.client, left.Unfinished, batch.Guard{})
	if err != nil {
		t.Error(err)
		return
	}
	<-drafting.Done()
	sheet, _ := drafting.Preview()
	run, err := batch.Start(t.Context(), c.writer, sheet, "", batch.WithLog(c.trail))
	if err != nil {
		t.Error(err)
		return
	}
	<-run.Done()
}

func unlockInBatch(t *testing.T, c *console, id int64, batch string) {
	t.Helper()
	s, err := c.client.StatusInfo(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	plan := change.PlanStatus(change.Subject{ID: id, Name: hdpclient.TextOf("locked")}, s, change.Unlock(s))
	if o := c.writer.Apply(t.Context(), plan.InBatch(batch)); o.Kind != change.Applied {
		t.Fatalf("%s: %v", o.Kind, o.Err)
	}
}

func countWrites(server *hdptest.Server, id int64) int {
	n := 0
	for _, r := range server.Requests() {
		if r.Method == http.MethodPut && r.Path == fmt.Sprintf("/api/admin/users/%d/statusinfo", id) {
			n++
		}
	}
	return n
}
