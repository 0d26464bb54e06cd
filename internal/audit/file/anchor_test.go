//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"hdpadmin/internal/audit/file"
)

func TestAnchor(t *testing.T) {
	path, sound := sampleLog(t)
	entries := read(t, path)
	head := entries[9].Head()
	if back, err := file.ParseHead(head.String()); err != nil || back != head {
		t.Fatalf("%v %v", back, err)
	}
	if r := verify(t, path, entries[3].Head(), head); !r.OK() || r.Anchored != head {
		t.Errorf("%v", r)
	}
	unseen := func(r file.Report) string { return strings.Join(r.Limits(), " ") }

	writeLines(t, path, sound[:7])
	if r := verify(t, path); !r.OK() || !strings.Contains(unseen(r), "No head was given (--head), so a cut end") {
		t.Errorf("a cut end, no head: %v", r)
	}
	if r := verify(t, path, entries[3].Head()); !r.OK() || !strings.Contains(unseen(r), "A given head confirms entry 4 and all before it.") {
		t.Errorf("a cut end, an earlier head: %v", r)
	}
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != file.CauseCut || r.Broken[0].Line != 7 ||
		!strings.Contains(unseen(r), "No entry here matches a given head") {
		t.Errorf("a cut end: %v", r)
	}
	writeLines(t, path, nil)
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != file.CauseCut || r.Broken[0].File != path {
		t.Errorf("an emptied file: %v", r)
	}
	writeLines(t, path, sound)
	rewritten := append(clone(sound[:9]), forge(t, path, 10, func(*file.Entry) {}))
	writeLines(t, path, rewritten)
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != file.CauseRewritten || r.Broken[0].Line != 10 {
		t.Errorf("rewritten: %v", r)
	}
	for _, bad := range []string{"", "7", "x:" + head.Hash, "7:" + head.Hash[1:], "7:" + strings.ToUpper(head.Hash)} {
		if _, err := file.ParseHead(bad); err == nil {
			t.Errorf("%q was accepted as a head", bad)
		}
	}
}

func TestHeadsAreAnchoredAndFailuresAreReported(t *testing.T) {
	path := logPath(t)
	var heads []file.Head
	var fail error
	log := open(t, path, file.WithAnchor(func(h file.Head) error { heads = append(heads, h); return fail }))
	if err := oneWrite(log, 1, nil); err != nil {
		t.Fatal(err)
	}
	if len(heads) != 2 || heads[1] != log.Head() || log.Warning() != nil {
		t.Errorf("%v, %v", heads, log.Warning())
	}
	fail = errors.New("no syslog")
	if err := oneWrite(log, 2, nil); err != nil {
		t.Errorf("the entry is safe all the same: %v", err)
	}
	if !errors.Is(log.Warning(), fail) {
		t.Errorf("%v", log.Warning())
	}
	fail = nil
	if err := oneWrite(log, 3, nil); err != nil || log.Warning() != nil {
		t.Errorf("%v, %v", err, log.Warning())
	}
	if r := verify(t, path, heads...); !r.OK() || r.Anchored.Seq != 6 {
		t.Errorf("%v", r)
	}
}

// A running console knows what it wrote, so it notices and logs a cut below that.
func TestRunningConsoleSeesACut(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	for i := range int64(3) {
		if err := oneWrite(log, i+1, nil); err != nil {
			t.Fatal(err)
		}
	}
	lost := log.Head()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writeLines(t, path, slices.Collect(bytes.Lines(b))[:4])
	if _, err := log.LogIntent(unlock(9)); err != nil {
		t.Fatal(err)
	}
	r := verify(t, path)
	if r.OK() || r.Broken[0].Cause != file.CauseCut || r.Breaks != 1 || r.Last.Seq != 8 {
		t.Errorf("%v", r)
	}
	entries := read(t, path)
	if cut := entries[len(entries)-2]; cut.Kind != file.KindCut || cut.Lost != lost {
		t.Errorf("%+v", cut)
	}
}

// If a log was moved away as a whole, both the running console and the next one continue it, and
// the report says what is missing.
func TestAMovedLogIsContinued(t *testing.T) {
	for name, move := range map[string]func(path string) error{
		"moved":                   func(p string) error { return os.Rename(p, p+".aside") },
		"moved and created again": func(p string) error { return os.Truncate(p, 0) },
	} {
		for _, next := range []string{"the running console", "the next one"} {
			t.Run(name+", "+next, func(t *testing.T) {
				path := logPath(t)
				log := open(t, path)
				for i := range int64(3) {
					if err := oneWrite(log, i+1, nil); err != nil {
						t.Fatal(err)
					}
				}
				if err := move(path); err != nil {
					t.Fatal(err)
				}
				unseen := func(r file.Report) string { return strings.Join(r.Limits(), " ") }
				if r := mustHold(t, path); r.Entries != 0 || !strings.Contains(unseen(r), "entries 1 to 6 are not here") {
					t.Errorf("%v", r)
				}
				if next != "the running console" {
					log = open(t, path)
				}
				if err := oneWrite(log, 9, nil); err != nil {
					t.Fatal(err)
				}
				r := mustHold(t, path)
				if r.First.Seq != 7 || r.Last.Seq != 8 || !strings.Contains(unseen(r), "The check starts at entry 7: entries 1 to 6 are not here") {
					t.Errorf("%v", r)
				}
			})
		}
	}
}

// The head in the lock file is only a help.
func TestAForeignLockFileIsIgnored(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "of an older version": "process 1, jd on jump1", "not a head": "jd\nhello\n", "cut short": "jd\n9:" + strings.Repeat("a", 64),
		"too high": "jd\n18446744073709551615:" + strings.Repeat("a", 64) + "\n", "an earlier head": "jd\n1:" + strings.Repeat("a", 64) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := logPath(t)
			log := open(t, path)
			if err := oneWrite(log, 1, nil); err != nil {
				t.Fatal(err)
			}
			if err := log.Rotate(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+".lock", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := oneWrite(open(t, path), 1, nil); err != nil {
				t.Fatal(err)
			}
			if r := mustHold(t, path); r.Entries != 4 || r.Last.Seq != 4 || r.SavedHead != r.Last {
				t.Errorf("%v", r)
			}
		})
	}
}
