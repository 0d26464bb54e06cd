package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/ui/uitest"
)

const childEnv = "HDPADMIN_UI_CHILD"

// work tells a console in another process what to do.
type work struct {
	URL       string
	Lists     int     // how often to read the list
	AuditFile string  // the audit log, if Lists is zero
	IDs       []int64 // accounts to unlock
}

// runChild runs that console.
func runChild(how string) error {
	var w work
	if err := json.Unmarshal([]byte(how), &w); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	client, err := hdpclient.New(w.URL)
	if err != nil {
		return err
	}
	client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	if w.Lists > 0 {
		return readLists(ctx, client, w.Lists)
	}
	return unlockAll(ctx, client, w)
}

// unlockAll unlocks accounts until the process is killed.
func unlockAll(ctx context.Context, client *hdpclient.Client, w work) error {
	id := file.Identity{Host: "jump1", OSUser: "jd", PID: os.Getpid(), Server: "http://hdp.example.test", Login: "d2cadmin", Version: "test"}
	file, err := file.Open(w.AuditFile, id, file.WithClock(func() time.Time { return time.Date(2026, 11, 22, 14, 2, 0, 0, time.UTC) }))
	if err != nil {
		return err
	}
	var writer *change.Writer
	t, err := audit.New(file, id, func(o change.Outcome) change.Outcome { return writer.CheckAgain(ctx, o) })
	if err != nil {
		return err
	}
	writer = change.NewWriter(ctx, client, change.WithAuditLog(t))
	preparation := batch.Prepare(ctx, client, w.IDs, batch.Unlock(), batch.Guard{})
	<-preparation.Done()
	preview, _ := preparation.Preview()
	run, err := batch.Start(ctx, writer, preview, change.Answers{Reason: "INC-4711"}, batch.WithConcurrency(1), batch.WithLog(t))
	if err != nil {
		return err
	}
	<-run.Done()
	return fmt.Errorf("the batch finished: %v", batch.Totals(run.Rows()))
}

// killConsole runs another console that unlocks these accounts, and kills it during the write that
// follows the first after writes.
func killConsole(t *testing.T, s *hdptest.Server, auditFile string, after int, ids []int64) {
	t.Helper()
	how, err := json.Marshal(work{URL: s.URL, AuditFile: auditFile, IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.ResetRequests()
	s.Fail(hdptest.Fault{Method: http.MethodPut, Skip: after, Kind: hdptest.Hang})
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"="+string(how))
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Await(t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("%v: %s", err, said.String())
	}
	// The server must notice that the client is gone before the hanging request is released.
	for n, _ := s.InFlight(); n > 0; n, _ = s.InFlight() {
		runtime.Gosched()
	}
	s.ClearFaults()
}

// Two consoles were killed during their batches. The next one offers the rest of both, one
// after the other, and writes nothing twice.
func TestBatchesOfKilledConsolesAreResumed(t *testing.T) {
	t.Parallel()
	file := uitest.AuditLogFile(t)
	clock := time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)
	s := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return clock }))
	lockCallers(s)
	makeInternal(s)
	all := lockedIDs()
	killConsole(t, s, file, 12, all[:27])
	killConsole(t, s, file, 3, all[27:])
	var done []int64
	for _, id := range all {
		if !s.Stored(id).Locked() {
			done = append(done, id)
		}
	}
	if len(done) != 15 {
		t.Fatalf("done: %v", done)
	}

	op := uitest.Operator(t, manyLocked(), allInternal(), uitest.AuditLogIn(file), uitest.Given(func(next *hdptest.Server) {
		for _, id := range done {
			next.SetStatusInfo(id, s.Stored(id).StatusInfo)
		}
	}))
	op.Sees("Unfinished batch", "Unlock of 27 accounts", "15 left")
	op.Presses("r")
	op.Sees("15 of 15 will change", "INC-4711", "earlier write: outcome unknown")
	op.Forgets()
	op.Presses("tab")
	op.Types("15")
	op.Presses("enter")
	op.Sees("15 applied")
	if n := len(op.Writes()); n != 15 {
		t.Errorf("%d writes for the 15 that were left", n)
	}
	op.Presses("esc")
	op.Sees("Unfinished batch", "Unlock of 10 accounts", "7 left")
	op.Presses("r")
	op.Sees("7 of 7 will change")
	op.Forgets()
	op.Presses("enter")
	op.Sees("7 applied")
	if n := len(op.Writes()); n != 7 {
		t.Errorf("%d writes for the 7 that were left", n)
	}
	op.Presses("esc")
	op.SeesNot("Unfinished batch", "locked  ")
	if n := countUnlocked(op); n != 37 {
		t.Errorf("%d are unlocked", n)
	}
	checkLogged(t, op)
	next := uitest.Operator(t, uitest.AuditLogIn(file))
	next.SeesNot("Unfinished batch")
}

// A batch without accounts that can still be changed is not offered for ever.
func TestFinishedBatchIsOfferedOnce(t *testing.T) {
	t.Parallel()
	file := uitest.AuditLogFile(t)
	clock := time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)
	s := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return clock }))
	lockCallers(s)
	killConsole(t, s, file, 2, []int64{caller(1), caller(2), caller(3), caller(4)})
	op := uitest.Operator(t, manyLocked(), uitest.AuditLogIn(file), uitest.Given(func(next *hdptest.Server) {
		next.SetStatusInfo(caller(3), `{"status":1,"accountLocked":false}`)
		next.Delete(caller(4))
	}))
	op.Sees("Unfinished batch", "2 left")
	op.Presses("r")
	op.Sees("0 of 2 will change", "1 unchanged", "1 account is outside", "could not be read   id 2004")
	op.Presses("esc")
	next := uitest.Operator(t, uitest.AuditLogIn(file))
	next.SeesNot("Unfinished batch")
}
