//go:build linux || darwin

package file_test

import (
	"bufio"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"hdpadmin/internal/audit/file"
)

func leases(t *testing.T, path string) []string {
	t.Helper()
	list, err := filepath.Glob(path + ".lease-*")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// One process runs several sessions, as a service does. One of them ends, then the process is killed.
func TestALeaseEndsWithItsSessionOrItsProcess(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	here := open(t, path)
	c := child(t, path, "sessions 3")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var sessions []string
	for lines := bufio.NewScanner(out); len(sessions) < 3 && lines.Scan(); {
		sessions = append(sessions, lines.Text())
	}
	if len(sessions) != 3 {
		t.Fatalf("sessions %q", sessions)
	}
	for i, e := range openIntents(t, path) {
		if !e.Lease || e.Session != sessions[i] {
			t.Errorf("%+v", e)
		}
		if ended := here.HasEnded(e.Session); ended != (i == 0) {
			t.Errorf("session %d has ended: %v", i+1, ended)
		}
	}
	if n := len(leases(t, path)); n != 2 {
		t.Errorf("%d leases", n)
	}

	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if !here.HasEnded(sessions[1]) {
		t.Error("the lease of a killed process is held")
	}
	if n := len(leases(t, path)); n != 1 {
		t.Errorf("%d leases: what a killed process leaves is removed when it is found", n)
	}
	open(t, path)
	if left := leases(t, path); len(left) > 0 {
		t.Errorf("left by a killed process: %v", left)
	}
	if !here.HasEnded(sessions[2]) {
		t.Error("a lease that is gone counts as held")
	}
}

func TestOnlyASessionThatWritesHasALease(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	if err := log.LogEvent(file.KindSignIn, file.Details{}); err != nil {
		t.Fatal(err)
	}
	if left := leases(t, path); len(left) > 0 {
		t.Errorf("%v", left)
	}
	if err := log.BeginBatch(file.Batch{ID: "B1", Operation: "unlock", Accounts: []int64{307}}); err != nil {
		t.Fatal(err)
	}
	if err := oneWrite(log, 307, nil); err != nil {
		t.Fatal(err)
	}
	other := open(t, path)
	if n := len(leases(t, path)); n != 1 || other.HasEnded(log.Session()) {
		t.Errorf("%d leases", n)
	}
	for _, e := range read(t, path)[1:] {
		if !e.Lease {
			t.Errorf("%s without a lease", e.Kind)
		}
	}
	log.Close()
	log.Close()
	if !other.HasEnded(log.Session()) || other.IsHeld("B1") || len(leases(t, path)) > 0 {
		t.Error("held after the end")
	}
	if err := oneWrite(log, 307, nil); err != nil {
		t.Fatal(err)
	}
	if list := read(t, path); list[len(list)-1].Lease {
		t.Error("an entry after the end claims a lease")
	}
}

// A forged entry must not name a file elsewhere, and what is not known counts as running.
func TestNoLeaseIsLookedForElsewhere(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	for _, session := range []string{"", "../../x", "a/b", "a.lock", "-a"} {
		if log.HasEnded(session) {
			t.Errorf("%q has ended", session)
		}
	}
}

// A lease that cannot be made must not keep a write out of the log.
func TestAWriteWithoutALeaseIsLogged(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	if err := os.Symlink("nowhere", path+".lease-"+log.Session()+".lock"); err != nil {
		t.Fatal(err)
	}
	if err := oneWrite(log, 307, nil); err != nil {
		t.Fatal(err)
	}
	if e := read(t, path)[0]; e.Lease || log.Warning() == nil {
		t.Errorf("lease %v, warning %v", e.Lease, log.Warning())
	}
}

// Somebody tidies up the folder while a session runs.
func TestALeaseThatWasRemovedIsTakenAgain(t *testing.T) {
	path := logPath(t)
	log, other := open(t, path), open(t, path)
	if err := oneWrite(log, 307, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(leases(t, path)[0]); err != nil {
		t.Fatal(err)
	}
	if err := oneWrite(log, 307, nil); err != nil {
		t.Fatal(err)
	}
	if other.HasEnded(log.Session()) {
		t.Error("a session that writes has ended")
	}
	log.Close()
	if left := leases(t, path); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Sessions begin and end while others look for free leases.
func TestNobodyTakesALeaseForFreeByMistake(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 15 {
				log, err := file.Open(path, identity("jump1"))
				if err != nil {
					t.Error(err)
					return
				}
				if err := oneWrite(log, 307, nil); err != nil {
					t.Error(err)
				}
				for range 3 {
					if log.HasEnded(log.Session()) {
						t.Error("a session that runs has ended")
					}
				}
				if log.Warning() != nil {
					t.Error(log.Warning())
				}
				log.Close()
				if !log.HasEnded(log.Session()) {
					t.Error("a session that has ended runs")
				}
			}
		})
	}
	all.Wait()
	if left := leases(t, path); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Two that look for the holder of a lease at the same time must both find it free: if one of them took
// the other for the holder, it would send a write before the earlier one is settled.
func TestConsolesThatLookAtALeaseAreNotTakenForItsHolderByMistake(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	lease, err := os.Create(path + ".lease-KILLED.lock")
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Close()
	if err := file.TryLockFile(lease, true); err != nil { // as the other one does
		t.Fatal(err)
	}
	if !log.HasEnded("KILLED") {
		t.Error("it counts as held")
	}
}

// The lease costs a file, but no sync and nothing after the first write.
func TestALeaseIsNotSynced(t *testing.T) {
	syncs := 0
	log := open(t, logPath(t), file.WithSync(func(sync func() error) error { syncs++; return sync() }))
	made := syncs
	for range 3 {
		if err := oneWrite(log, 307, nil); err != nil {
			t.Fatal(err)
		}
	}
	if syncs-made != 6 {
		t.Errorf("%d syncs for three writes", syncs-made)
	}
}
