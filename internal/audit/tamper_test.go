package audit_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/internal/audit"
)

// whole is a sound trail of ten records in one file, as lines with newlines.
func whole(t testing.TB) (path string, lines [][]byte) {
	t.Helper()
	path = trailPath(t)
	tr := open(t, path)
	for i := range int64(5) {
		in := unlock(i + 1)
		in.Reason = `a "quoted" \ reason, {"not": "json"}`
		e, err := tr.Intent(in)
		if err == nil {
			err = e.Outcome(audit.Outcome{Kind: audit.Applied, Stored: []byte(`{"hash":"0","a":[{}]}`)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, slices.Collect(bytes.Lines(b))
}

func put(t testing.TB, path string, lines [][]byte) {
	t.Helper()
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

func clone(lines [][]byte) [][]byte {
	c := make([][]byte, len(lines))
	for i, l := range lines {
		c[i] = bytes.Clone(l)
	}
	return c
}

func TestTamperingIsNamed(t *testing.T) {
	path, sound := whole(t)
	at := func(n int) int { return n - 1 } // lines count from 1
	for _, c := range []struct {
		name   string
		tamper func(l [][]byte) [][]byte
		line   int // the first broken one; 0 for none
		cause  audit.Cause
	}{
		{"nothing", func(l [][]byte) [][]byte { return l }, 0, ""},
		{"a changed word", func(l [][]byte) [][]byte {
			l[at(4)] = bytes.Replace(l[at(4)], []byte("applied"), []byte("refused"), 1)
			return l
		}, 4, audit.CauseAltered},
		{"a blank put in", func(l [][]byte) [][]byte {
			l[at(4)] = bytes.Replace(l[at(4)], []byte(`,"kind"`), []byte(`, "kind"`), 1)
			return l
		}, 4, audit.CauseAltered},
		{"a deleted line", func(l [][]byte) [][]byte { return slices.Delete(l, at(5), at(6)) }, 5, audit.CauseMissing},
		{"the first line deleted", func(l [][]byte) [][]byte { return l[1:] }, 1, audit.CauseMissing},
		{"swapped lines", func(l [][]byte) [][]byte { l[at(3)], l[at(6)] = l[at(6)], l[at(3)]; return l }, 3, audit.CauseMissing},
		{"a copied line", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), l[at(2)]) }, 7, audit.CauseOrder},
		{"garbage put in", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), []byte("hello\n")) }, 7, audit.CauseNotRecord},
		{"an empty line put in", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), []byte("\n")) }, 7, audit.CauseNotRecord},
		{"a torn line put in", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), append(l[at(7)][:40:40], '\n')) }, 7, audit.CauseNotRecord},
		{"a whole last line changed", func(l [][]byte) [][]byte {
			l[at(10)] = bytes.Replace(l[at(10)], []byte("applied"), []byte("refused"), 1)
			return l
		}, 10, audit.CauseAltered},
		{"a forged record put in its place", func(l [][]byte) [][]byte {
			l[at(4)] = forge(t, path, 4, func(r *audit.Record) { r.Outcome = audit.Refused })
			return l
		}, 5, audit.CauseOrder},
		{"a forged record put in", func(l [][]byte) [][]byte {
			return slices.Insert(l, at(4), forge(t, path, 4, func(r *audit.Record) {}))
		}, 5, audit.CauseOrder},
		{"all after one written anew", func(l [][]byte) [][]byte {
			return append(l[:at(10)], forge(t, path, 10, func(r *audit.Record) { r.Outcome = audit.Refused }))
		}, 0, ""}, // a chain cannot see it: see TestAnchor
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, path, sound)
			put(t, path, c.tamper(clone(sound)))
			r := verify(t, path)
			if c.line == 0 {
				if !r.OK() || r.Err() != nil {
					t.Errorf("%v", r)
				}
				return
			}
			if r.OK() || r.Broken[0].Line != c.line || r.Broken[0].Cause != c.cause || r.Broken[0].File != path {
				t.Errorf("want line %d, %s: %v", c.line, c.cause, r)
			}
			if !errors.Is(r.Err(), audit.ErrBroken) || !strings.Contains(r.Err().Error(), "line "+itoa(c.line)+":") {
				t.Errorf("%v", r.Err())
			}
		})
	}
}

// forge changes record seq and gives it a hash that fits.
func forge(t *testing.T, path string, seq uint64, change func(*audit.Record)) []byte {
	t.Helper()
	for r, err := range audit.Read(path) {
		if err == nil && r.Seq == seq {
			change(&r)
			r.Reason += " forged"
			line, err := audit.Reseal(r, audit.Head{Seq: seq - 1, Hash: r.Prev})
			if err != nil {
				t.Fatal(err)
			}
			return append(line, '\n')
		}
	}
	t.Fatalf("no record %d", seq)
	return nil
}

func TestEveryChangedByteIsNamed(t *testing.T) {
	path, sound := whole(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := clone(sound)
		n := rapid.IntRange(0, len(lines)-1).Draw(rt, "line")
		// The ends of a line are where a change may look like a crash.
		at := rapid.OneOf(
			rapid.IntRange(0, len(lines[n])-1),
			rapid.IntRange(len(lines[n])-80, len(lines[n])-1),
		).Draw(rt, "byte")
		b := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("\n\"\\{}[]:,\x00 0a"))).Draw(rt, "to")
		if b == lines[n][at] {
			return
		}
		lines[n][at] = b
		put(t, path, lines)
		r := verify(t, path)
		if r.OK() || r.Broken[0].Line != n+1 || len(r.Torn) > 0 {
			rt.Fatalf("line %d, byte %d to %q: %v", n+1, at, b, r)
		}
		// Whoever writes next neither hides it nor is stopped by it.
		if _, err := open(t, path).Intent(unlock(9)); err != nil && !errors.Is(err, audit.ErrForeign) {
			rt.Fatal(err)
		}
		if r := verify(t, path); r.OK() || r.Broken[0].Line != n+1 {
			rt.Fatalf("after the next write: line %d, byte %d to %q: %v", n+1, at, b, r)
		}
	})
}

func TestMovedLinesAreNamed(t *testing.T) {
	path, sound := whole(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := clone(sound)
		i := rapid.IntRange(0, len(lines)-2).Draw(rt, "i")
		j := rapid.IntRange(i+1, len(lines)-1).Draw(rt, "j")
		first := i + 1
		switch rapid.SampledFrom([]string{"delete", "swap", "copy back", "copy forth"}).Draw(rt, "how") {
		case "delete": // i to j, but never to the end: that is a cut
			lines = slices.Delete(lines, i, j)
		case "swap":
			lines[i], lines[j] = lines[j], lines[i]
		case "copy back":
			lines = slices.Insert(lines, i, lines[j])
		case "copy forth":
			lines, first = slices.Insert(lines, j, lines[i]), j+1
		}
		put(t, path, lines)
		if r := verify(t, path); r.OK() || r.Broken[0].Line != first {
			rt.Fatalf("want line %d: %v", first, r)
		}
	})
}

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
	if r := verify(t, path, head); r.OK() || r.Broken[0].Cause != audit.CauseCut || r.Broken[0].Line != 7 {
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
