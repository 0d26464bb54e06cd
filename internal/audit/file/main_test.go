//go:build linux || darwin

package file_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"hdpadmin/internal/audit/file"
)

const childEnv = "HDPADMIN_AUDIT_TEST_CHILD"

// TestMain lets the test binary be a second console: with childEnv set it acts as one and runs no
// test.
func TestMain(m *testing.M) {
	if how := os.Getenv(childEnv); how != "" {
		if err := runChild(strings.Fields(how), os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func runChild(how []string, path string) error {
	n, err := strconv.Atoi(how[1])
	if err != nil {
		return err
	}
	switch how[0] {
	case "write":
		return childWrites(path, n)
	case "die":
		return childDies(path, n)
	case "plans":
		return childPlans(path, n)
	case "sessions":
		return childSessions(path, n)
	case "full":
		return childFull(path, n)
	}
	return fmt.Errorf("no such child: %v", how)
}

// child runs the test binary as another console until the test ends.
func child(t *testing.T, path, how string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, path)
	cmd.Env = append(os.Environ(), childEnv+"="+how)
	return cmd
}

// childWrites makes n writes from four goroutines, in files of 64 KiB.
func childWrites(path string, n int) error {
	log, err := file.Open(path, identity("child"), file.WithMaxSize(64<<10))
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, n)
	for g := range 4 {
		wg.Go(func() {
			for i := g; i < n; i += 4 {
				errs <- oneWrite(log, int64(i+1), nil)
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// childDies makes one write and is killed at its nth point. It prints how far it got.
func childDies(path string, n int) error {
	point := func() {
		if n--; n < 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	log, err := file.Open(path, identity("child"),
		file.WithMaxSize(2<<10),
		file.WithStep(func(string) { point() }),
		file.WithWrite(func(write func([]byte) (int, error), b []byte) (int, error) {
			at := 0
			for _, to := range []int{1, 9, len(b) / 2, len(b) - 10, len(b) - 2, len(b) - 1, len(b)} {
				if _, err := write(b[at:to]); err != nil {
					return at, err
				}
				at = to
				point()
			}
			return at, nil
		}))
	if err != nil {
		return err
	}
	say := func(s string) { _, _ = os.Stdout.WriteString(s + "\n"); point() }
	if err := oneWrite(log, 307, say); err != nil {
		return err
	}
	return nil
}

// childSessions begins a write in each of n sessions and ends the first. It prints the IDs of the
// sessions and waits to be killed.
func childSessions(path string, n int) error {
	var logs []*file.Log
	for range n {
		log, err := file.Open(path, identity("child"))
		if err != nil {
			return err
		}
		if _, err := log.LogIntent(unlock(307)); err != nil {
			return err
		}
		logs = append(logs, log)
	}
	logs[0].Close()
	for _, log := range logs {
		fmt.Println(log.Session())
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// childFull writes until a limit of n bytes per file stops it.
func childFull(path string, n int) error {
	signal.Ignore(syscall.SIGXFSZ)
	log, err := file.Open(path, identity("child"))
	if err != nil {
		return err
	}
	limit := unix.Rlimit{Cur: uint64(n), Max: uint64(n)}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for i := range int64(10_000) {
		if err := oneWrite(log, i+1, nil); err != nil {
			return err
		}
	}
	return nil
}

func oneWrite(log *file.Log, account int64, say func(string)) error {
	intent, err := log.LogIntent(unlock(account))
	if err != nil {
		return err
	}
	if say != nil {
		say("intent")
	}
	if err := intent.LogOutcome(file.Outcome{Kind: file.Applied, HTTPStatus: 200, Stored: []byte(`{"status":1}`)}); err != nil {
		return err
	}
	if say != nil {
		say("outcome")
	}
	return nil
}

func identity(host string) file.Identity {
	return file.Identity{
		Host: host, OSUser: "jd", PID: os.Getpid(), SSH: "10.0.0.7 50022 10.0.0.1 22",
		Server: "https://hdp.example.com", Login: "jdoe", Version: "test",
	}
}

func unlock(account int64) file.Intent {
	return file.Intent{
		Operation: "unlock",
		Subject:   file.Subject{AccountID: account, AccountName: fmt.Sprintf("user-%d", account), TenantID: 56, TenantName: "Sales"},
		Reason:    "INC-4711 caller verified",
		Request:   fmt.Sprintf("PUT /api/admin/users/%d/statusinfo", account),
		Before:    []byte(`{"status":1,"accountLocked":true}`),
		After:     []byte(`{"status":1,"accountLocked":false}`),
	}
}

func open(t testing.TB, path string, opts ...file.Option) *file.Log {
	t.Helper()
	log, err := file.Open(path, identity("jump1"), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func logPath(t testing.TB) string {
	return filepath.Join(t.TempDir(), "state", "audit.jsonl")
}

func read(t testing.TB, path string) []file.Entry {
	t.Helper()
	var list []file.Entry
	for e, err := range file.Read(path) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// openIntents returns the intents without an outcome.
func openIntents(t testing.TB, path string) []file.Entry {
	t.Helper()
	f := file.NewFollower(path)
	if err := f.Update(); err != nil {
		t.Fatal(err)
	}
	return f.OpenIntents()
}

func verify(t testing.TB, path string, anchors ...file.Head) file.Report {
	t.Helper()
	r, err := file.Verify(path, anchors...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustHold(t testing.TB, path string) file.Report {
	t.Helper()
	r := verify(t, path)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return r
}
