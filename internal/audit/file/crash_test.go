//go:build linux || darwin

package file_test

import (
	"bytes"
	"testing"
	"time"

	"hdpadmin/internal/audit/file"
)

// A line cut anywhere, even inside a character, is a crash.
func TestLineCutAtAnyByteIsACrash(t *testing.T) {
	path, sound := sampleLog(t)
	entries := read(t, path)
	next, err := file.Reseal(file.Entry{Kind: file.KindIntent, Reason: `€ "quoted" \ 😀`, After: []byte(`{"a":[{"b":"é"}]}`)}, entries[9].Head())
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(next); n++ {
		writeLines(t, path, append(clone(sound), next[:n]))
		r := mustHold(t, path)
		if len(r.Torn) != 1 || r.Torn[0].Closed || r.Torn[0].Line != 11 || r.Last != entries[9].Head() {
			t.Fatalf("%q: %v", next[:n], r)
		}
	}
}

// A reader that arrives during a write waits for its end.
func TestReaderSeesNoHalfWrite(t *testing.T) {
	path := logPath(t)
	got := make(chan file.Report, 1)
	log := open(t, path, file.WithWrite(func(write func([]byte) (int, error), b []byte) (int, error) {
		half := len(b) / 2
		if n, err := write(b[:half]); err != nil {
			return n, err
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			r, err := file.Verify(path)
			if err != nil {
				t.Error(err)
			}
			got <- r
		}()
		select {
		case <-done: // it did not wait
		case <-time.After(20 * time.Millisecond):
		}
		n, err := write(b[half:])
		return half + n, err
	}))
	if err := log.LogEvent(file.KindSignIn, file.Details{}); err != nil {
		t.Fatal(err)
	}
	if r := <-got; r.Entries != 1 || len(r.Torn) != 0 {
		t.Errorf("%v", r)
	}
}

func TestNoPowerLossLooksLikeTampering(t *testing.T) {
	path, sound := sampleLog(t)
	writeLines(t, path, append(clone(sound[:9]), sound[9][:100], bytes.Repeat([]byte{0}, 4000)))
	if r := mustHold(t, path); len(r.Torn) != 1 {
		t.Errorf("%v", r)
	}
	if err := oneWrite(open(t, path), 1, nil); err != nil {
		t.Fatal(err)
	}
	if r := mustHold(t, path); len(r.Torn) != 1 || !r.Torn[0].Closed || r.Entries != 12 {
		t.Errorf("%v", r)
	}
}

// A last line that only lacks its newline is an entry.
func TestLastLineWithoutNewline(t *testing.T) {
	path, sound := sampleLog(t)
	writeLines(t, path, append(clone(sound[:9]), sound[9][:len(sound[9])-1]))
	if err := oneWrite(open(t, path), 1, nil); err != nil {
		t.Fatal(err)
	}
	if r := mustHold(t, path); r.Entries != 12 || len(r.Torn) != 0 {
		t.Errorf("%v", r)
	}
}
