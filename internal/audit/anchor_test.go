//go:build linux || darwin

package audit_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"hdpadmin/internal/audit"
)

func TestAnchor(t *testing.T) {
	path, sound := whole(t)
	recs := read(t, path)
	head := recs[9].Head()
	if back, err := audit.ParseHead(head.String()); err != nil || back != head {
		t.Fatalf("%v %v", back, err)
	}
	if r := verify(t, path, recs[3].Head(), head); !r.OK() || r.Anchored != head {
		t.Errorf("%v", r)
	}
	unseen := func(r audit.Report) string { return strings.Join(r.Unseen(), " ") }

	put(t, path, sound[:7])
	if r := verify(t, path); !r.OK() || !strings.Contains(unseen(r), "No anchored head was given: records cut from the end") {
		t.Errorf("a cut end, no anchor: %v", r)
	}
	if r := verify(t, path, recs[3].Head()); !r.OK() || !strings.Contains(unseen(r), "The newest anchored head is record 4") {
		t.Errorf("a cut end, anchored before: %v", r)
	}
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != audit.CauseCut || r.Broken[0].Line != 7 ||
		!strings.Contains(unseen(r), "No anchored head was found here") {
		t.Errorf("a cut end: %v", r)
	}
	put(t, path, nil)
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != audit.CauseCut || r.Broken[0].File != path {
		t.Errorf("an emptied file: %v", r)
	}
	put(t, path, sound)
	anew := append(clone(sound[:9]), forge(t, path, 10, func(*audit.Record) {}))
	put(t, path, anew)
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != audit.CauseRewritten || r.Broken[0].Line != 10 {
		t.Errorf("written anew: %v", r)
	}
	for _, bad := range []string{"", "7", "x:" + head.Hash, "7:" + head.Hash[1:], "7:" + strings.ToUpper(head.Hash)} {
		if _, err := audit.ParseHead(bad); err == nil {
			t.Errorf("%q was taken for a head", bad)
		}
	}
}

func TestHeadsAreAnchoredAndFailuresAreTold(t *testing.T) {
	path := trailPath(t)
	var heads []audit.Head
	var fail error
	tr := open(t, path, audit.WithAnchor(func(h audit.Head) error { heads = append(heads, h); return fail }))
	if err := oneWrite(tr, 1, nil); err != nil {
		t.Fatal(err)
	}
	if len(heads) != 2 || heads[1] != tr.Head() || tr.Trouble() != nil {
		t.Errorf("%v, %v", heads, tr.Trouble())
	}
	fail = errors.New("no syslog")
	if err := oneWrite(tr, 2, nil); err != nil {
		t.Errorf("the record is safe all the same: %v", err)
	}
	if !errors.Is(tr.Trouble(), fail) {
		t.Errorf("%v", tr.Trouble())
	}
	fail = nil
	if err := oneWrite(tr, 3, nil); err != nil || tr.Trouble() != nil {
		t.Errorf("%v, %v", err, tr.Trouble())
	}
	if r := verify(t, path, heads...); !r.OK() || r.Anchored.Seq != 6 {
		t.Errorf("%v", r)
	}
}

// A console that runs knows what it wrote: a cut below that is put on record.
func TestRunningConsoleSeesACut(t *testing.T) {
	for _, c := range []struct {
		name string
		cut  func(path string) error
	}{
		{"the end", func(p string) error {
			b, err := os.ReadFile(p)
			lines := slices.Collect(bytes.Lines(b))
			return errors.Join(err, os.WriteFile(p, bytes.Join(lines[:4], nil), 0o600))
		}},
		{"everything", func(p string) error { return os.Truncate(p, 0) }},
		{"the file", os.Remove},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := trailPath(t)
			tr := open(t, path)
			for i := range int64(3) {
				if err := oneWrite(tr, i+1, nil); err != nil {
					t.Fatal(err)
				}
			}
			lost := tr.Head()
			if err := c.cut(path); err != nil {
				t.Fatal(err)
			}
			if _, err := tr.Intent(unlock(9)); err != nil {
				t.Fatal(err)
			}
			r := verify(t, path)
			if r.OK() || r.Broken[0].Cause != audit.CauseCut || r.Breaks != 1 || r.Last.Seq != 8 {
				t.Errorf("%v", r)
			}
			recs := read(t, path)
			if cut := recs[len(recs)-2]; cut.Kind != audit.KindCut || cut.Lost != lost {
				t.Errorf("%+v", cut)
			}
		})
	}
}
