//go:build linux || darwin

package file_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hdpadmin/internal/audit/file"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestEntriesSayWhoDidWhat(t *testing.T) {
	path := logPath(t)
	now := time.Date(2026, 11, 22, 15, 2, 31, 5000, time.FixedZone("CET", 3600))
	log := open(t, path, file.WithClock(func() time.Time { return now }))
	intent, err := log.LogIntent(unlock(307))
	if err != nil {
		t.Fatal(err)
	}
	if err := intent.LogOutcome(file.Outcome{
		Kind: file.Refused, HTTPStatus: 404, Code: 222207916,
		Message: "There is no User with that id: 307.", Duration: 84 * time.Millisecond,
	}); err != nil {
		t.Fatal(err)
	}
	other := identity("jump1")
	other.Server, other.Login = "https://jd:s3cret@hdp2.example.com", "eve"
	if err := log.As(other).LogEvent(file.KindSignInRefused, file.Details{HTTPStatus: 401}); err != nil {
		t.Fatal(err)
	}
	got := read(t, path)
	in, out, ev := got[0], got[1], got[2]
	if in.Seq != 1 || !in.Time.Equal(now) || in.Time.Location() != time.UTC || !in.Opens || in.Session != log.Session() ||
		in.Host != "jump1" || in.OSUser != "jd" || in.SSH == "" || in.Server != "https://hdp.example.com" || in.Login != "jdoe" ||
		in.Version != "test" || in.Operation != "unlock" || in.AccountID != 307 || in.AccountName != "user-307" ||
		in.TenantID != 56 || in.TenantName != "Sales" || in.Reason != "INC-4711 caller verified" ||
		in.Request != "PUT /api/admin/users/307/statusinfo" || string(in.Before) != `{"status":1,"accountLocked":true}` {
		t.Errorf("intent %+v", in)
	}
	if out.Of != 1 || out.Outcome != file.Refused || out.HTTPStatus != 404 || out.Code != 222207916 ||
		out.Duration() != 84*time.Millisecond || out.AccountID != 307 || out.Operation != "unlock" || out.Opens {
		t.Errorf("outcome %+v", out)
	}
	if ev.Kind != file.KindSignInRefused || ev.Login != "eve" || ev.Server != "https://hdp2.example.com" || ev.Session != in.Session {
		t.Errorf("event %+v", ev)
	}
	r := mustHold(t, path)
	if r.Entries != 3 || r.Last != log.Head() || len(r.OpenIntents) != 0 {
		t.Errorf("%v", r)
	}
	for _, kind := range []file.Kind{"", file.KindIntent, file.KindOutcome, file.KindTorn, file.KindCut} {
		if log.LogEvent(kind, file.Details{}) == nil {
			t.Errorf("%q was accepted as an event", kind)
		}
	}
}

func TestAnOpenIntentIsFoundAndReopened(t *testing.T) {
	path := logPath(t)
	if _, err := open(t, path).LogIntent(unlock(307)); err != nil {
		t.Fatal(err)
	}
	log := open(t, path)
	list := openIntents(t, path)
	if len(list) != 1 || list[0].AccountID != 307 || list[0].Session == log.Session() {
		t.Fatalf("%+v", list)
	}
	if s := verify(t, path).String(); !strings.Contains(s, `Unfinished: entry 1, unlock of "user-307" (307)`) {
		t.Error(s)
	}
	if s := (file.Report{OpenIntents: []file.Entry{{Identity: file.Identity{Operator: "bob", OSUser: "hdpadmin", Host: "jump"}}}}).String(); !strings.Contains(s, `by "bob" on "jump"`) {
		t.Errorf("the user of the service did it: %s", s)
	}
	if err := log.Reopen(list[0]).LogOutcome(file.Outcome{Kind: file.Unknown}); err != nil {
		t.Fatal(err)
	}
	if list := openIntents(t, path); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestManyGoroutinesWrite(t *testing.T) {
	path := logPath(t)
	one, two := open(t, path), open(t, path, file.WithMaxSize(4<<10))
	var wg sync.WaitGroup
	for i := range 20 {
		for _, log := range []*file.Log{one, two} {
			wg.Go(func() {
				if err := oneWrite(log, int64(i+1), nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if i%5 == 0 {
				if err := one.Rotate(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if r := mustHold(t, path); r.Entries != 80 || len(r.OpenIntents) != 0 || len(r.Files) < 4 {
		t.Errorf("%v", r)
	}
	if one.Warning() != nil || two.Warning() != nil {
		t.Error(one.Warning(), two.Warning())
	}
}

func TestIntentIsSyncedBeforeItReturns(t *testing.T) {
	path := logPath(t)
	var steps []string
	log := open(t, path, file.WithStep(func(s string) { steps = append(steps, s) }),
		file.WithSync(func(sync func() error) error { steps = append(steps, "sync"); return sync() }))
	steps = nil
	if _, err := log.LogIntent(unlock(1)); err != nil {
		t.Fatal(err)
	}
	if want := []string{"locked", "sealed", "written", "sync", "synced"}; !slices.Equal(steps, want) {
		t.Errorf("%v, want %v", steps, want)
	}
}

// syncs keeps every sync of a log, so that a test can repeat it when it must fail. Otherwise a
// sync of nothing would pass too.
func syncs(kept *[]func() error) file.Option {
	return file.WithSync(func(sync func() error) error {
		*kept = append(*kept, sync)
		return sync()
	})
}

func TestTheFileOfTheEntryIsSynced(t *testing.T) {
	var kept []func() error
	log := open(t, logPath(t), syncs(&kept))
	kept = nil
	if _, err := log.LogIntent(unlock(1)); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 1 || !errors.Is(kept[0](), os.ErrClosed) {
		t.Errorf("%d syncs; the last one succeeds after the file was closed", len(kept))
	}
}

func TestTheFolderOfANewFileIsSynced(t *testing.T) {
	path := logPath(t)
	var made, renamed []func() error
	log := open(t, path, syncs(&made))
	if err := oneWrite(log, 1, nil); err != nil {
		t.Fatal(err)
	}
	made = made[:2] // of the lock file and the log; those of the entries follow
	rotating := open(t, path, syncs(&renamed))
	if err := rotating.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if len(renamed) != 1 {
		t.Fatalf("%d syncs for a rename", len(renamed))
	}
	for _, sync := range append(made, renamed...) {
		if err := sync(); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a sync of something other than the folder: %v", err)
		}
	}
}

func TestFailedWriteLeavesNothingAndOutcomesGoFirstLater(t *testing.T) {
	path := logPath(t)
	broken := ""
	full := &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
	log := open(t, path,
		file.WithWrite(func(write func([]byte) (int, error), b []byte) (int, error) {
			if broken == "write" {
				n, _ := write(b[:len(b)/2])
				return n, full
			}
			return write(b)
		}),
		file.WithSync(func(sync func() error) error {
			if broken == "sync" {
				return full
			}
			return sync()
		}))
	intent, err := log.LogIntent(unlock(1))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	for _, broken = range []string{"write", "sync"} {
		if err := intent.LogOutcome(file.Outcome{Kind: file.Unknown, Message: broken}); !errors.Is(err, file.ErrFull) {
			t.Errorf("%s: outcome: %v", broken, err)
		}
		if _, err := log.LogIntent(unlock(2)); !errors.Is(err, file.ErrFull) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: intent: %v", broken, err)
		}
		if err := log.Flush(); !errors.Is(err, file.ErrFull) {
			t.Errorf("%s: flush: %v", broken, err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s: left behind: %q", broken, after[len(before):])
		}
		if n, why := log.Unwritten(); n != 1 || !errors.Is(why, file.ErrFull) {
			t.Errorf("%s: %d unwritten, %v", broken, n, why)
		}
	}
	broken = ""
	if _, err := log.LogIntent(unlock(2)); err != nil {
		t.Fatal(err)
	}
	got := read(t, path)
	if len(got) != 3 || got[1].Kind != file.KindOutcome || got[1].Message != "sync" || got[2].AccountID != 2 {
		t.Errorf("%+v", got)
	}
	if n, why := log.Unwritten(); n != 0 || why != nil {
		t.Errorf("%d unwritten, %v", n, why)
	}
	if err := log.Flush(); err != nil || len(read(t, path)) != 3 {
		t.Errorf("a second flush: %v", err)
	}
	mustHold(t, path)
}

func TestTheWaitForTheLockIsBounded(t *testing.T) {
	path := logPath(t)
	log := open(t, path, file.WithLockWait(20*time.Millisecond))
	l, err := file.TryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.LogIntent(unlock(1))
	if !errors.Is(err, file.ErrLocked) || !strings.Contains(err.Error(), "jd on jump1") {
		t.Errorf("%v", err)
	}
	if _, err := file.Open(path, file.Identity{}, file.WithLockWait(0)); !errors.Is(err, file.ErrLocked) {
		t.Errorf("%v", err)
	}
	l.Close()
	if _, err = log.LogIntent(unlock(1)); err != nil {
		t.Error(err)
	}
}

// A lock on a file that was removed keeps no other process out, so it does not count.
func TestALockOnARemovedFileIsTakenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	tries := 0
	l, err := file.Acquire(path, func() (*os.File, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if tries++; tries == 1 {
			err = errors.Join(err, os.Remove(path))
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	mine, _ := l.Stat()
	there, err := os.Stat(path)
	if err != nil || !os.SameFile(mine, there) || tries != 2 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestPermissions(t *testing.T) {
	mode := func(path string) fs.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode() & (fs.ModePerm | fs.ModeSetgid)
	}
	path := logPath(t)
	open(t, path)
	for p, want := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700} {
		if got := mode(p); got != want {
			t.Errorf("%s is %v, want %v", p, got, want)
		}
	}
	path = logPath(t)
	log := open(t, path, file.WithGroup(os.Getgid()))
	for p, want := range map[string]fs.FileMode{path: 0o660, path + ".lock": 0o660, filepath.Dir(path): 0o770 | fs.ModeSetgid} {
		if got := mode(p); got != want {
			t.Errorf("%s is %v, want %v", p, got, want)
		}
	}
	if err := os.Chmod(path, 0o664); err != nil {
		t.Fatal(err)
	}
	if _, err := log.LogIntent(unlock(1)); !errors.Is(err, file.ErrInsecure) || !strings.Contains(err.Error(), "chmod 660 "+path) {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Open(path, file.Identity{}, file.WithGroup(os.Getgid()+1)); !errors.Is(err, file.ErrInsecure) {
		t.Errorf("another group: %v", err)
	}
}

func TestUnfitFilesAreRefused(t *testing.T) {
	write := func(text string, mode fs.FileMode) func(string) error {
		return func(path string) error {
			return errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode))
		}
	}
	for _, c := range []struct {
		name string
		make func(path string) error
		want error
		says string
	}{
		{"others can read", write("", 0o644), file.ErrInsecure, "mode 0644; run: chmod 600 "},
		{"the group can read", write("", 0o640), file.ErrInsecure, "chmod 600 "},
		{"a link", func(p string) error { return os.Symlink("/etc/passwd", p) }, file.ErrInsecure, "symbolic link"},
		{"a fifo", func(p string) error { return syscall.Mkfifo(p, 0o600) }, file.ErrInsecure, "not a regular file"},
		{"a text", write("export PATH=/bin\n", 0o600), file.ErrForeign, "mv "},
		{"a long line", write(strings.Repeat("x", 5<<20), 0o600), file.ErrForeign, "mv "},
		{"other JSON", write("{\"a\":1}\n", 0o600), file.ErrForeign, "mv "},
		{"a folder", func(p string) error { return os.Mkdir(p, 0o700) }, syscall.EISDIR, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "the log")
			if err := c.make(path); err != nil {
				t.Fatal(err)
			}
			_, err := file.Open(path, file.Identity{})
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A slow disk is not an error.
func TestAnEntryBeingWrittenIsNotReportedAsUnwritten(t *testing.T) {
	var log *file.Log
	checked := false
	log = open(t, logPath(t), file.WithSync(func(sync func() error) error {
		if log != nil {
			if n, why := log.Unwritten(); n != 0 || why != nil {
				t.Errorf("%d unwritten, %v", n, why)
			}
			checked = true
		}
		return sync()
	}))
	if err := log.LogEvent(file.KindSignIn, file.Details{}); err != nil || !checked {
		t.Errorf("%v, looked %v", err, checked)
	}
}

// An event that cannot be written is kept with its time and written first later.
func TestAnEventThatCannotBeWrittenIsKept(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{log.LogEvent(file.KindSignIn, file.Details{}), log.EndBatch("B", "done")} {
		if !errors.Is(err, file.ErrInsecure) {
			t.Errorf("logged: %v", err)
		}
	}
	if n, why := log.Unwritten(); n != 2 || !errors.Is(why, file.ErrInsecure) {
		t.Errorf("%d unwritten, %v", n, why)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := log.LogIntent(unlock(2)); err != nil {
		t.Fatal(err)
	}
	var kinds []file.Kind
	for _, e := range read(t, path) {
		kinds = append(kinds, e.Kind)
	}
	if want := []file.Kind{file.KindSignIn, file.KindBatchEnded, file.KindIntent}; !slices.Equal(kinds, want) {
		t.Errorf("logged: %q", kinds)
	}
	if n, why := log.Unwritten(); n != 0 || why != nil {
		t.Errorf("%d unwritten, %v", n, why)
	}
}
