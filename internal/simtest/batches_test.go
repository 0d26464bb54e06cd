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

// A console writes some rows of a batch, and then waits or dies. Two others look for
// unfinished batches at the same time: neither may get one whose console lives, only one
// of them may get one whose console died, and no account may be written twice.
func TestTwoConsolesNeverRunTheSameBatch(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	dir := scratchDir(t)
	for n := range 40 {
		t.Run(fmt.Sprint("seed ", n), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			now := time.Now()
			consoles := make([]*console, 3)
			for i := range consoles {
				consoles[i] = mustNewConsole(t, server.URL, filepath.Join(dir, fmt.Sprint(n, ".jsonl")), setup{now: func() time.Time { return now }})
				t.Cleanup(consoles[i].log.ReleaseBatches)
			}
			ids := make([]int64, 2+r.IntN(4))
			for i := range ids {
				ids[i] = server.AddAccount(hdptest.Account{TenantID: 56, StatusInfo: `{"status":1,"accountLocked":true}`})
			}
			first := consoles[0]
			if err := first.log.BeginBatch(batch.Beginning{ID: "B1", Action: "unlock", Accounts: ids}); err != nil {
				t.Fatal(err)
			}
			for _, id := range ids[:r.IntN(len(ids))] {
				unlockInBatch(t, first, id, "B1")
			}
			dies := r.IntN(2) == 0
			if dies {
				first.log.ReleaseBatches() // as the kernel does
			}
			waited := []time.Duration{0, 2 * time.Minute, 4 * time.Minute, 5 * time.Hour}[r.IntN(4)]
			now = now.Add(waited)

			unfinished := dies && waited > 3*time.Minute
			resumed := resumeAll(t, consoles[1:])
			if (resumed == 1) != unfinished || resumed > 1 {
				t.Errorf("dies %v, after %s: %d consoles resumed the batch", dies, waited, resumed)
			}
			if dies && !unfinished {
				return // it is offered later
			}
			if !unfinished { // its console continues
				for _, id := range ids {
					if server.Stored(id).Locked() {
						unlockInBatch(t, first, id, "B1")
					}
				}
			}
			for _, id := range ids {
				if puts := countWrites(server, id); puts != 1 || server.Stored(id).Locked() {
					t.Errorf("%d was written %d times and is stored as %s", id, puts, server.Stored(id).StatusInfo)
				}
			}
		})
	}
}

// resumeAll lets every console look for unfinished batches and finish them, all at the
// same time. It returns how many batches were resumed.
func resumeAll(t *testing.T, consoles []*console) int {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	resumed := 0
	for _, c := range consoles {
		all.Go(func() {
			offered, err := c.log.UnfinishedBatches()
			if err != nil {
				t.Error(err)
			}
			for _, b := range offered {
				claimed, err := c.log.ClaimBatch(b.ID)
				if err != nil {
					continue // another console has it
				}
				mu.Lock()
				resumed++
				mu.Unlock()
				finishBatch(t, c, claimed)
			}
		})
	}
	all.Wait()
	return resumed
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
	run, err := batch.Start(t.Context(), c.writer, sheet, change.Answers{}, batch.WithLog(c.log))
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
	if o := c.writer.Apply(t.Context(), plan.InBatch(batch, 1)); o.Kind != change.Applied {
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
