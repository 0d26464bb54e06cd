//go:build linux || darwin

package file_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/internal/audit/file"
)

// long makes a log of n writes, faster than a console could.
func long(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "audit.jsonl")
	var all bytes.Buffer
	head := file.Head{Hash: fmt.Sprintf("%064d", 0)}
	add := func(e file.Entry) file.Entry {
		e.Identity, e.Session, e.Time = identity("jump1"), "LONG", time.Unix(1_800_000_000, 0).UTC()
		e.Opens = head.Seq == 0
		line, err := file.Reseal(e, head)
		if err != nil {
			tb.Fatal(err)
		}
		all.Write(append(line, '\n'))
		head = file.Head{Seq: head.Seq + 1, Hash: string(line[len(line)-66 : len(line)-2])}
		e.Seq = head.Seq
		return e
	}
	for i := range int64(n) {
		in := unlock(i + 1)
		intent := add(file.Entry{
			Kind: file.KindIntent, Operation: in.Operation, Subject: in.Subject, Reason: in.Reason,
			Request: in.Request, Before: in.Before, After: in.After,
		})
		add(file.Entry{
			Kind: file.KindOutcome, Of: intent.Seq, Operation: in.Operation, Subject: in.Subject,
			Request: in.Request, Outcome: file.Applied, Stored: in.After,
		})
	}
	writeLines(tb, path, [][]byte{all.Bytes()})
	return path
}

func TestReadBackwardsIsReadReversed(t *testing.T) {
	path := logPath(t)
	log := open(t, path, file.WithMaxSize(4<<10))
	for i := range int64(40) {
		if err := oneWrite(log, i+1, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := read(t, path)
	slices.Reverse(want)
	var got []file.Entry
	for e, err := range file.ReadBackwards(path) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if len(got) != 80 || !slices.EqualFunc(got, want, func(a, b file.Entry) bool { return a.Head() == b.Head() }) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
	if r := mustHold(t, path); len(r.Files) < 3 {
		t.Errorf("files %v", r.Files)
	}
}

func TestReadBackwardsSkipsOtherLines(t *testing.T) {
	path, sound := sampleLog(t)
	huge := append(bytes.Repeat([]byte("x"), 3<<20), '\n')
	writeLines(t, path, append(clone(sound[:5]), []byte("\n"), huge, []byte("{}\n"), bytes.Join(sound[5:], nil), []byte(`{"seq":11,"pre`)))
	var seqs []uint64
	for e, err := range file.ReadBackwards(path) {
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, e.Seq)
	}
	if want := []uint64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}; !slices.Equal(seqs, want) {
		t.Errorf("%v", seqs)
	}
}

func TestReadAccountBackwards(t *testing.T) {
	path := logPath(t)
	log := open(t, path, file.WithMaxSize(2<<10))
	for _, id := range []int64{30, 307, 3070, 307, 412} {
		if err := oneWrite(log, id, nil); err != nil {
			t.Fatal(err)
		}
	}
	var seqs []uint64
	for e, err := range file.ReadAccountBackwards(path, 307, file.KindIntent) {
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, e.Seq)
	}
	if want := []uint64{7, 3}; !slices.Equal(seqs, want) {
		t.Errorf("%v", seqs)
	}
	for _, err := range file.ReadAccountBackwards(path+".missing", 307) {
		if err == nil {
			t.Error("no error for a log that does not exist")
		}
	}
}

// Without an altered entry, the one before it would look like the last one.
func TestAnAlteredEntryOfAnAccountIsAnError(t *testing.T) {
	for name, from := range map[string]string{"its body": `"operation":"`, "its start": `{"seq":`} {
		path := logPath(t)
		log := open(t, path)
		for _, id := range []int64{307, 307, 412, 3070} {
			if err := oneWrite(log, id, nil); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(text), "\n")
		lines[2] = strings.Replace(lines[2], from, from+"9", 1) // the second intent of account 307
		if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		for id, broken := range map[int64]bool{307: true, 412: false, 3070: false} {
			var err error
			for _, err = range file.ReadAccountBackwards(path, id) {
			}
			if errors.Is(err, file.ErrBroken) != broken || err != nil != broken {
				t.Errorf("%s: account %d: %v", name, id, err)
			}
		}
		n := 0
		for _, err := range file.ReadBackwards(path) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			n++
		}
		if n != len(lines)-2 {
			t.Errorf("%s: %d of %d lines", name, n, len(lines))
		}
	}
}

func TestAFollowerSeesWhatOthersOpenAndClose(t *testing.T) {
	path := logPath(t)
	other := open(t, path, file.WithMaxSize(2<<10))
	follower := file.NewFollower(path)
	open := func() (accounts []int64) {
		t.Helper()
		if err := follower.Update(); err != nil {
			t.Fatal(err)
		}
		for _, e := range follower.OpenIntents() {
			accounts = append(accounts, e.AccountID)
		}
		return accounts
	}
	var intents []*file.OpenIntent
	for i := range int64(12) { // over several files
		intent, err := other.LogIntent(unlock(i + 1))
		if err != nil {
			t.Fatal(err)
		}
		intents = append(intents, intent)
		if got := open(); len(got) != int(i)+1 || got[i] != i+1 {
			t.Fatalf("open %v", got)
		}
	}
	for i, intent := range intents[:11] {
		if err := intent.LogOutcome(file.Outcome{Kind: file.Applied}); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			if got := open(); len(got) != 11-i {
				t.Fatalf("open %v after %d", got, i)
			}
		}
	}
	if got := open(); !slices.Equal(got, []int64{12}) {
		t.Errorf("open %v", got)
	}
	if list := openIntents(t, path); len(list) != 1 || list[0].AccountID != 12 {
		t.Errorf("%v", list)
	}
	files, _ := filepath.Glob(path + "*")
	for _, f := range files { // another log takes its place
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reopened(t, path).LogIntent(unlock(99)); err != nil {
		t.Fatal(err)
	}
	if got := open(); !slices.Equal(got, []int64{99}) {
		t.Errorf("open %v", got)
	}
}

func reopened(t *testing.T, path string) *file.Log { return open(t, path) }

func TestOnlyOneOfTwoConsolesLogsAnOutcome(t *testing.T) {
	path := logPath(t)
	if _, err := open(t, path).LogIntent(unlock(307)); err != nil {
		t.Fatal(err)
	}
	left := openIntents(t, path)
	if len(left) != 1 {
		t.Fatal(left)
	}
	wrote := make(chan bool, 8)
	for range cap(wrote) {
		log := open(t, path)
		go func() {
			ok, err := log.Reopen(left[0]).LogOutcomeIfNone(file.Outcome{Kind: file.Unknown})
			if err != nil {
				t.Error(err)
			}
			wrote <- ok
		}()
	}
	n := 0
	for range cap(wrote) {
		if <-wrote {
			n++
		}
	}
	if r := mustHold(t, path); n != 1 || r.Entries != 2 || len(r.OpenIntents) != 0 {
		t.Errorf("%d wrote; %v", n, r)
	}
}

func BenchmarkFollowerOfALongLog(b *testing.B) {
	path := long(b, 100_000)
	for b.Loop() {
		if err := file.NewFollower(path).Update(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFollowerThatIsUpToDate(b *testing.B) {
	path := long(b, 100_000)
	f := file.NewFollower(path)
	for b.Loop() {
		if err := f.Update(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadBackwardsOverALongLog(b *testing.B) {
	path := long(b, 100_000)
	for b.Loop() {
		for _, err := range file.ReadBackwards(path, file.KindOutcome) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkReadAccountBackwardsOverALongLog(b *testing.B) {
	path := long(b, 100_000)
	for b.Loop() {
		for _, err := range file.ReadAccountBackwards(path, 424_242) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
