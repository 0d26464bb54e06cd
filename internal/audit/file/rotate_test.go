//go:build linux || darwin

package file_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/internal/audit/file"
)

func TestTheChainContinuesAcrossRotatedFiles(t *testing.T) {
	for _, c := range []struct {
		name   string
		rotate func(log *file.Log) error
	}{
		{"our own", func(log *file.Log) error { return log.Rotate() }},
		{"renamed and not created again", func(log *file.Log) error { return shift(log.Path()) }},
		{"renamed and created again", func(log *file.Log) error {
			if err := shift(log.Path()); err != nil {
				return err
			}
			return os.WriteFile(log.Path(), nil, 0o600)
		}},
		{"by date", func(log *file.Log) error {
			return os.Rename(log.Path(), log.Path()+"-20261122-"+itoa(int(log.Head().Seq)))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			log, other := open(t, path), open(t, path)
			for i := range int64(12) { // past .9, where names sort differently
				if err := oneWrite(log, i+1, nil); err != nil {
					t.Fatal(err)
				}
				if err := oneWrite(other, i+1, nil); err != nil {
					t.Fatal(err)
				}
				if err := c.rotate(log); err != nil {
					t.Fatal(err)
				}
			}
			// Between a rotation and the next entry nothing is missing.
			if r := mustHold(t, path); r.Entries != 48 {
				t.Errorf("%v", r)
			}
			// A new console finds the head too.
			if err := open(t, path).LogEvent(file.KindSignIn, file.Details{}); err != nil {
				t.Fatal(err)
			}
			r := mustHold(t, path)
			if r.Entries != 49 || r.Last.Seq != 49 || len(r.Files) != 13 || len(r.OpenIntents) != 0 {
				t.Errorf("%v", r)
			}
			for i, e := range read(t, path) {
				if e.Seq != uint64(i+1) || e.Opens != (i%4 == 0) {
					t.Fatalf("entry %d: seq %d, opens %v", i+1, e.Seq, e.Opens)
				}
			}
			// Removing a middle file is a break; removing the oldest is only noted.
			if err := os.Remove(r.Files[0]); err != nil {
				t.Fatal(err)
			}
			if r := mustHold(t, path); r.First.Seq != 5 || !strings.Contains(r.Limits()[0], "entries 1 to 4 are not here") {
				t.Errorf("%v", r)
			}
			if err := os.Remove(r.Files[5]); err != nil {
				t.Fatal(err)
			}
			if got := verify(t, path); got.OK() || got.Broken[0].File != r.Files[6] || got.Broken[0].Line != 1 {
				t.Errorf("%v", got)
			}
		})
	}
}

// shift renames as logrotate does: .1 to .2 and so on, and the file to .1.
func shift(path string) error {
	for n := 100; n > 0; n-- {
		if err := os.Rename(path+"."+itoa(n), path+"."+itoa(n+1)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return os.Rename(path, path+".1")
}

func TestOtherFilesAreNotPartOfTheLog(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	if err := oneWrite(log, 1, nil); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".bak", ".1.gzip", ".gz", "~", ".lock", "2", ".aside"} {
		if err := os.WriteFile(path+name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := mustHold(t, path); r.Entries != 2 || len(r.Files) != 1 {
		t.Errorf("%v", r)
	}
}

func TestALineMovedIntoTheFileBeforeIsNamed(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	for range 2 {
		if err := oneWrite(log, 1, nil); err != nil {
			t.Fatal(err)
		}
		if err := log.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	files := mustHold(t, path).Files
	var lines [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, slices.Collect(bytes.Lines(b))...)
	}
	writeLines(t, files[0], lines[:3])
	writeLines(t, files[1], lines[3:])
	r := verify(t, path)
	if r.OK() || r.Broken[0].File != files[1] || r.Broken[0].Line != 1 || r.Broken[0].Cause != file.CauseMissing {
		t.Errorf("%v", r)
	}
}

// compress compresses a rotated file as logrotate does.
func compress(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name+".gz", out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Rotated files may be compressed while the console runs.
func TestCompressedFilesArePartOfTheLog(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	for i := range int64(3) {
		if _, err := log.LogIntent(unlock(i + 1)); err != nil {
			t.Fatal(err)
		}
		if err := shift(path); err != nil {
			t.Fatal(err)
		}
	}
	follower := file.NewFollower(path)
	for _, n := range []string{".1", ".2", ".3"} {
		compress(t, path+n)
		if r := mustHold(t, path); r.Entries != 3 { // both are there
			t.Errorf("%v", r)
		}
		if err := os.Remove(path + n); err != nil {
			t.Fatal(err)
		}
		if r := mustHold(t, path); r.Entries != 3 || r.First.Seq != 1 {
			t.Errorf("%v", r)
		}
	}
	if err := os.Remove(path + ".lock"); err != nil { // only the chain leads on
		t.Fatal(err)
	}
	if err := oneWrite(open(t, path), 9, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := log.LogIntent(unlock(4)); err != nil {
		t.Fatal(err)
	}
	if r := mustHold(t, path); r.Entries != 6 || r.Last.Seq != 6 {
		t.Errorf("%v", r)
	}
	if err := follower.Update(); err != nil || len(follower.OpenIntents()) != 4 {
		t.Errorf("%d open intents, %v", len(follower.OpenIntents()), err)
	}
	if err := os.Truncate(path+".2.gz", 30); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Verify(path); err == nil || !strings.Contains(err.Error(), ".2.gz") {
		t.Errorf("a damaged file: %v", err)
	}
}

// Decompressing all of them may take longer than other consoles wait for the lock.
func TestANewFileContinuesTheNewestRotatedFile(t *testing.T) {
	for name, c := range map[string]struct {
		damage string
		size   int64
		goesOn bool
	}{
		"an older one is damaged":          {".3.gz", 300, true},
		"the newest is damaged":            {".1.gz", 300, false},
		"the newest is damaged at its top": {".1.gz", 12, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := logPath(t)
			log := open(t, path)
			for range 3 {
				if err := oneWrite(log, 1, nil); err != nil {
					t.Fatal(err)
				}
				if err := shift(path); err != nil {
					t.Fatal(err)
				}
			}
			plain := strings.TrimSuffix(c.damage, ".gz")
			compress(t, path+plain)
			for _, err := range []error{
				os.Remove(path + plain), os.Truncate(path+c.damage, c.size),
				os.Remove(path + ".lock"), // only the chain leads on
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			next, err := file.Open(path, identity("jump1"))
			if (err == nil) != c.goesOn || err == nil && next.Head().Seq != 6 {
				t.Errorf("%v, after entry %v", err, next)
			}
		})
	}
}

func TestRotationNeverWritesOverAFile(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	for range 2 {
		if err := oneWrite(log, 1, nil); err != nil {
			t.Fatal(err)
		}
		if err := log.Rotate(); err != nil {
			t.Fatal(err)
		}
		if err := log.Rotate(); err != nil { // empty: nothing to do
			t.Fatal(err)
		}
	}
	taken := path + ".000000000005"
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := oneWrite(log, 1, nil); err != nil {
		t.Fatal(err)
	}
	if err := log.Rotate(); err != nil {
		t.Fatal(err)
	}
	log.Close() // releases the lease
	files, _ := filepath.Glob(path + "*")
	want := []string{path + ".000000000001", path + ".000000000003", taken, taken + "-2", path + ".lock"}
	if !slices.Equal(files, want) {
		t.Errorf("%v", files)
	}
	if r := mustHold(t, path); r.Entries != 6 {
		t.Errorf("%v", r)
	}
}

// Whatever happens to the file short of tampering, the chain holds, no entry is lost, and every
// torn line is attributed to a crash.
func TestAnySequenceHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		path := filepath.Join(dir, "audit.jsonl")
		quick := file.WithSync(func(func() error) error { return nil })
		max := file.WithMaxSize(int64(rapid.SampledFrom([]int{0, 500, 3000}).Draw(rt, "max")))
		log := open(t, path, quick, max)
		entries, unfinished, torn := 0, 0, 0
		var waiting []*file.OpenIntent
		must := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		closeTorn := func() { // the next entry comes with one that closes the torn line
			if torn > 0 {
				entries, torn = entries+1, 0
			}
		}
		check := func(rt *rapid.T) {
			r, err := file.Verify(path)
			must(err)
			open := 0
			for _, p := range r.Torn {
				if !p.Closed {
					open++
				}
			}
			if !r.OK() || r.Entries != entries || len(r.OpenIntents) != unfinished || open != torn {
				rt.Fatalf("want %d entries, %d open intents, %d torn: %v", entries, unfinished, torn, r)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"intent": func(*rapid.T) {
				intent, err := log.LogIntent(unlock(1))
				must(err)
				closeTorn()
				waiting = append(waiting, intent)
				entries, unfinished = entries+1, unfinished+1
			},
			"outcome": func(rt *rapid.T) {
				if len(waiting) == 0 {
					return
				}
				must(waiting[0].LogOutcome(file.Outcome{Kind: file.Applied}))
				closeTorn()
				waiting = waiting[1:]
				entries, unfinished = entries+1, unfinished-1
			},
			"event":  func(*rapid.T) { must(log.LogEvent(file.KindExport, file.Details{Count: 3})); closeTorn(); entries++ },
			"rotate": func(*rapid.T) { must(log.Rotate()) },
			"rename": func(*rapid.T) {
				if b, _ := os.ReadFile(path); torn > 0 && !bytes.Contains(b, []byte("\n")) {
					return // a lone torn line in a file cannot be placed
				}
				if err := shift(path); err != nil && !os.IsNotExist(err) {
					rt.Fatal(err)
				}
			},
			"restart": func(*rapid.T) {
				log = open(t, path, quick, max)
				for i, intent := range waiting {
					waiting[i] = log.Reopen(intent.Entry())
				}
			},
			"crash": func(rt *rapid.T) { // the next line, cut anywhere
				if torn > 0 {
					return
				}
				head := log.Head()
				if head.Seq == 0 {
					head.Hash = strings.Repeat("0", 64)
				}
				line, err := file.Reseal(file.Entry{Kind: file.KindExport, Message: "€ \"x\""}, head)
				must(err)
				n := rapid.IntRange(1, len(line)-1).Draw(rt, "n")
				f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
				must(err)
				_, err = f.Write(line[:n])
				must(err)
				must(f.Close())
				torn = 1
			},
			"check": check,
		})
		check(rt)
	})
}
