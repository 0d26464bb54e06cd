//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/internal/audit/file"
)

func TestTwoConsolesWriteOneLog(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	open(t, path)
	var errs [2]bytes.Buffer
	var cmds [2]*exec.Cmd
	for i := range cmds {
		cmds[i] = child(t, path, "write 200")
		cmds[i].Stderr = &errs[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // a concurrent reader never sees half an entry
		if r := mustHold(t, path); len(r.Torn) > 0 {
			t.Errorf("torn while both are alive: %v", r.Torn)
		}
	}
	for i, c := range cmds {
		if err := c.Wait(); err != nil {
			t.Fatalf("console %d: %v: %s", i, err, &errs[i])
		}
	}
	r := mustHold(t, path)
	if r.Entries != 800 || r.First.Seq != 1 || r.Last.Seq != 800 || len(r.OpenIntents) != 0 || len(r.Torn) != 0 {
		t.Errorf("%d entries, %v", r.Entries, r)
	}
	if len(r.Files) < 4 {
		t.Errorf("no rotation during the writes: %v", r.Files)
	}
	session := map[string]int{}
	for _, e := range read(t, path) {
		session[e.Session]++
	}
	if len(session) != 2 {
		t.Errorf("entries by session: %v", session)
	}
	for s, n := range session {
		if n != 400 {
			t.Errorf("session %s has %d entries", s, n)
		}
	}
}

// A console is killed at every point of a write, one after the other on one log, so that the
// next one also meets what the killed one left half closed.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	log := open(t, path)
	unfinished, torn := 0, 0
	for n := 0; ; n++ {
		if n == 200 {
			t.Fatal("the child never finishes")
		}
		out, err := child(t, path, "die "+itoa(n)).Output()
		if err != nil && (exitError(err) == nil || !strings.Contains(err.Error(), "killed")) {
			t.Fatalf("point %d: %v: %s", n, err, exitError(err).Stderr)
		}
		r := mustHold(t, path)
		wasSent, wasDone := strings.Contains(string(out), "intent"), strings.Contains(string(out), "outcome")
		switch now := len(r.OpenIntents); {
		case wasSent && !wasDone && now == unfinished && !lastIsOutcome(t, path):
			t.Errorf("point %d: sent, and not reported as unfinished", n)
		case wasDone && now != unfinished:
			t.Errorf("point %d: done, and reported as unfinished", n)
		}
		unfinished, torn = len(r.OpenIntents), len(r.Torn)

		if n%3 == 0 { // otherwise the next console meets it
			if err := log.LogEvent(file.KindSignIn, file.Details{}); err != nil {
				t.Fatalf("point %d: %v", n, err)
			}
			r := mustHold(t, path)
			for _, p := range r.Torn {
				if !p.Closed {
					t.Errorf("point %d: %v left open by the next writer", n, p)
				}
			}
			if r.Last != log.Head() {
				t.Errorf("point %d: the last entry is %v, want %v", n, r.Last, log.Head())
			}
		}
		if err == nil {
			t.Logf("%d points, %d unfinished, %d torn, %d files", n, unfinished, torn, len(r.Files))
			break
		}
	}
	if unfinished == 0 || torn == 0 {
		t.Errorf("%d unfinished and %d torn: the kills met nothing", unfinished, torn)
	}
}

func lastIsOutcome(t *testing.T, path string) bool {
	var last file.Entry
	for e, err := range file.Read(path) {
		if err == nil {
			last = e
		}
	}
	return last.Kind == file.KindOutcome
}

func exitError(err error) *exec.ExitError {
	var e *exec.ExitError
	errors.As(err, &e)
	return e
}

func TestAFullDiskLeavesNoTornLine(t *testing.T) {
	t.Parallel()
	path := logPath(t)
	open(t, path)
	const limit = 5000
	out, err := child(t, path, "full 5000").CombinedOutput()
	if err == nil || !strings.Contains(string(out), file.ErrFull.Error()) {
		t.Fatalf("%v: %s", err, out)
	}
	r := mustHold(t, path)
	if len(r.Torn) != 0 || r.Entries < 5 {
		t.Errorf("%v", r)
	}
	if b, _ := os.ReadFile(path); len(b) > limit || !bytes.HasSuffix(b, []byte("\n")) {
		t.Errorf("%d bytes, ends with %q", len(b), b[len(b)-5:])
	}
	if left, _ := filepath.Glob(path + ".[0-9]*"); len(left) != 0 {
		t.Errorf("files: %v", left)
	}
}
