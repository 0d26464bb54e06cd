//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/internal/audit/file"
)

// sampleLog makes a sound log of ten entries in one file and returns its lines with newlines.
func sampleLog(t testing.TB) (path string, lines [][]byte) {
	t.Helper()
	path = logPath(t)
	log := open(t, path)
	for i := range int64(5) {
		in := unlock(i + 1)
		in.Reason = `a "quoted" \ reason, {"not": "json"}`
		intent, err := log.LogIntent(in)
		if err == nil {
			err = intent.LogOutcome(file.Outcome{Kind: file.Applied, Stored: []byte(`{"hash":"0","a":[{}]}`)})
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

func writeLines(t testing.TB, path string, lines [][]byte) {
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
	path, sound := sampleLog(t)
	at := func(n int) int { return n - 1 } // lines count from 1
	for _, c := range []struct {
		name   string
		tamper func(l [][]byte) [][]byte
		line   int // the first broken one; 0 for none
		cause  file.Cause
	}{
		{"nothing", func(l [][]byte) [][]byte { return l }, 0, ""},
		{"a changed word", func(l [][]byte) [][]byte {
			l[at(4)] = bytes.Replace(l[at(4)], []byte("applied"), []byte("refused"), 1)
			return l
		}, 4, file.CauseAltered},
		{"a space inserted", func(l [][]byte) [][]byte {
			l[at(4)] = bytes.Replace(l[at(4)], []byte(`,"kind"`), []byte(`, "kind"`), 1)
			return l
		}, 4, file.CauseAltered},
		{"a deleted line", func(l [][]byte) [][]byte { return slices.Delete(l, at(5), at(6)) }, 5, file.CauseMissing},
		{"the first line deleted", func(l [][]byte) [][]byte { return l[1:] }, 1, file.CauseMissing},
		{"swapped lines", func(l [][]byte) [][]byte { l[at(3)], l[at(6)] = l[at(6)], l[at(3)]; return l }, 3, file.CauseMissing},
		{"a copied line", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), l[at(2)]) }, 7, file.CauseOrder},
		{"garbage inserted", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), []byte("hello\n")) }, 7, file.CauseNotEntry},
		{"an empty line inserted", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), []byte("\n")) }, 7, file.CauseNotEntry},
		{"a torn line inserted", func(l [][]byte) [][]byte { return slices.Insert(l, at(7), append(l[at(7)][:40:40], '\n')) }, 7, file.CauseNotEntry},
		{"a whole last line changed", func(l [][]byte) [][]byte {
			l[at(10)] = bytes.Replace(l[at(10)], []byte("applied"), []byte("refused"), 1)
			return l
		}, 10, file.CauseAltered},
		{"the beginning of another entry at the end", func(l [][]byte) [][]byte {
			return append(l, l[at(4)][:200])
		}, 11, file.CauseNotEntry},
		{"a forged entry in its place", func(l [][]byte) [][]byte {
			l[at(4)] = forge(t, path, 4, func(e *file.Entry) { e.Outcome = file.Refused })
			return l
		}, 5, file.CauseOrder},
		{"a forged entry inserted", func(l [][]byte) [][]byte {
			return slices.Insert(l, at(4), forge(t, path, 4, func(e *file.Entry) {}))
		}, 5, file.CauseOrder},
		{"everything after one entry rewritten", func(l [][]byte) [][]byte {
			return append(l[:at(10)], forge(t, path, 10, func(e *file.Entry) { e.Outcome = file.Refused }))
		}, 0, ""}, // a chain cannot show this: see TestAnchor
	} {
		t.Run(c.name, func(t *testing.T) {
			writeLines(t, path, sound)
			writeLines(t, path, c.tamper(clone(sound)))
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
			if !errors.Is(r.Err(), file.ErrBroken) || !strings.Contains(r.Err().Error(), "line "+itoa(c.line)+":") {
				t.Errorf("%v", r.Err())
			}
		})
	}
}

// forge changes entry seq and gives it a matching hash.
func forge(t *testing.T, path string, seq uint64, change func(*file.Entry)) []byte {
	t.Helper()
	for e, err := range file.Read(path) {
		if err == nil && e.Seq == seq {
			change(&e)
			e.Reason += " forged"
			line, err := file.Reseal(e, file.Head{Seq: seq - 1, Hash: e.Prev})
			if err != nil {
				t.Fatal(err)
			}
			return append(line, '\n')
		}
	}
	t.Fatalf("no entry %d", seq)
	return nil
}

func TestEveryChangedByteIsNamed(t *testing.T) {
	path, sound := sampleLog(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := clone(sound)
		n := rapid.IntRange(0, len(lines)-1).Draw(rt, "line")
		// A change at the ends of a line is the most likely to look like a crash.
		at := rapid.OneOf(
			rapid.IntRange(0, len(lines[n])-1),
			rapid.IntRange(len(lines[n])-80, len(lines[n])-1),
		).Draw(rt, "byte")
		b := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("\n\"\\{}[]:,\x00 0a"))).Draw(rt, "to")
		if b == lines[n][at] {
			return
		}
		lines[n][at] = b
		writeLines(t, path, lines)
		r := verify(t, path)
		if r.OK() || r.Broken[0].Line != n+1 || len(r.Torn) > 0 {
			rt.Fatalf("line %d, byte %d to %q: %v", n+1, at, b, r)
		}
		// The next writer neither hides it nor is stopped by it.
		if _, err := open(t, path).LogIntent(unlock(9)); err != nil && !errors.Is(err, file.ErrForeign) {
			rt.Fatal(err)
		}
		if r := verify(t, path); r.OK() || r.Broken[0].Line != n+1 {
			rt.Fatalf("after the next write: line %d, byte %d to %q: %v", n+1, at, b, r)
		}
	})
}

// A change at the end of the last line looks most like a crash.
func TestEveryChangeAtTheEndIsNamed(t *testing.T) {
	path, sound := sampleLog(t)
	sound = sound[:2]
	last := len(sound) - 1
	for at := len(sound[last]) - 80; at < len(sound[last]); at++ {
		for _, b := range []byte("\n\"\\{}[]:,\x00 0ax\xff") {
			lines := clone(sound)
			if lines[last][at] == b {
				continue
			}
			lines[last][at] = b
			writeLines(t, path, lines)
			if r := verify(t, path); r.OK() || r.Broken[0].Line != last+1 || len(r.Torn) > 0 {
				t.Fatalf("byte %d to %q: %v", at, b, r)
			}
		}
	}
}

// A torn line cannot be changed or removed later either.
func TestClosedTornLineIsPartOfTheChain(t *testing.T) {
	path, sound := sampleLog(t)
	writeLines(t, path, append(clone(sound[:9]), sound[9][:300]))
	if err := oneWrite(open(t, path), 1, nil); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	closed := slices.Collect(bytes.Lines(b))
	if r := mustHold(t, path); len(r.Torn) != 1 || r.Torn[0] != (file.TornLine{File: path, Line: 10, Closed: true}) {
		t.Errorf("%v", r.Torn)
	}
	for _, c := range []struct {
		name   string
		tamper func(l [][]byte) [][]byte
	}{
		{"changed", func(l [][]byte) [][]byte { l[9][290] ^= 1; return l }},
		{"shortened", func(l [][]byte) [][]byte { l[9] = append(l[9][:200], '\n'); return l }},
		{"removed", func(l [][]byte) [][]byte { return slices.Delete(l, 9, 10) }},
		{"doubled", func(l [][]byte) [][]byte { return slices.Insert(l, 9, l[9]) }},
	} {
		writeLines(t, path, c.tamper(clone(closed)))
		if r := verify(t, path); r.OK() || r.Broken[0].Line != 10 || len(r.Torn) > 0 {
			t.Errorf("%s: %v", c.name, r)
		}
	}
}

// Lines cut from the top of a file are noticed even if the rest starts with a torn line.
func TestLinesCutUpToATornLineAreNamed(t *testing.T) {
	path, sound := sampleLog(t)
	writeLines(t, path, append(clone(sound[:5]), sound[5][:300]))
	if err := oneWrite(open(t, path), 1, nil); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writeLines(t, path, slices.Collect(bytes.Lines(b))[5:])
	r := verify(t, path)
	if r.OK() || r.Broken[0].Cause != file.CauseMissing || r.Broken[0].Line != 2 {
		t.Errorf("%v", r)
	}
}

// A file whose first line met a crash has lost nothing, whichever version closed that line.
func TestATornFirstLineIsABeginning(t *testing.T) {
	for name, c := range map[string]struct {
		torn  int  // bytes that the crash left
		older bool // the console that closed it does not say that it opens the file
		moved bool // the previous file was moved away
	}{
		"the very first":                           {torn: 20},
		"the very first, closed by an older one":   {torn: 20, older: true},
		"after a rotation":                         {torn: 20},
		"after a rotation, closed by an older one": {torn: 20, older: true},
		"alone": {torn: 20, moved: true},
		"alone, closed by an older one, and it shows": {torn: 300, older: true, moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			path := logPath(t)
			log := open(t, path)
			if !strings.Contains(name, "very first") {
				if err := oneWrite(log, 1, nil); err != nil {
					t.Fatal(err)
				}
				if err := log.Rotate(); err != nil {
					t.Fatal(err)
				}
			}
			head := log.Head()
			if head.Seq == 0 {
				head.Hash = strings.Repeat("0", 64)
			}
			line, err := file.Reseal(file.Entry{Kind: file.KindExport, Opens: true, Message: strings.Repeat("x", 300)}, head)
			if err != nil {
				t.Fatal(err)
			}
			writeLines(t, path, [][]byte{line[:c.torn]})
			if err := log.LogEvent(file.KindExport, file.Details{Count: 1}); err != nil {
				t.Fatal(err)
			}
			if c.older {
				asOlder(t, path, head)
			}
			if c.moved {
				if err := os.Rename(path+".000000000001", path+".aside"); err != nil {
					t.Fatal(err)
				}
			}
			if r := mustHold(t, path); len(r.Torn) != 1 {
				t.Errorf("%v", r)
			}
		})
	}
}

// asOlder rewrites the entries after the torn first line of the file as an older version did.
func asOlder(t *testing.T, path string, head file.Head) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(bytes.Lines(b))[:1]
	for e, err := range file.Read(path) {
		if err != nil || e.Seq <= head.Seq {
			continue
		}
		e.Opens = false
		line, err := file.Reseal(e, head)
		if err != nil {
			t.Fatal(err)
		}
		head = file.Head{Seq: head.Seq + 1, Hash: string(line[len(line)-66 : len(line)-2])}
		lines = append(lines, append(line, '\n'))
	}
	writeLines(t, path, lines)
}

func TestMovedLinesAreNamed(t *testing.T) {
	path, sound := sampleLog(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := clone(sound)
		i := rapid.IntRange(0, len(lines)-2).Draw(rt, "i")
		j := rapid.IntRange(i+1, len(lines)-1).Draw(rt, "j")
		first := i + 1
		switch rapid.SampledFrom([]string{"delete", "swap", "copy back", "copy forth"}).Draw(rt, "how") {
		case "delete": // i to j, but never to the end, which would be a cut
			lines = slices.Delete(lines, i, j)
		case "swap":
			lines[i], lines[j] = lines[j], lines[i]
		case "copy back":
			lines = slices.Insert(lines, i, lines[j])
		case "copy forth":
			lines, first = slices.Insert(lines, j, lines[i]), j+1
		}
		writeLines(t, path, lines)
		if r := verify(t, path); r.OK() || r.Broken[0].Line != first {
			rt.Fatalf("want line %d: %v", first, r)
		}
	})
}
