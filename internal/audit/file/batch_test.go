//go:build linux || darwin

package file_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hdpadmin/internal/audit/file"
)

func begin(t *testing.T, log *file.Log, id, replaces string, accounts ...int64) {
	t.Helper()
	if err := log.BeginBatch(file.Batch{ID: id, Replaces: replaces, Operation: "unlock", Reason: "INC-4711", Accounts: accounts}); err != nil {
		t.Fatal(err)
	}
}

// writeOf logs an intent of a batch, and its outcome unless that is "".
func writeOf(t *testing.T, log *file.Log, batch string, account int64, kind file.OutcomeKind) {
	t.Helper()
	in := unlock(account)
	in.Batch = batch
	intent, err := log.LogIntent(in)
	if err != nil {
		t.Fatal(err)
	}
	if kind == "" {
		return
	}
	if err := intent.LogOutcome(file.Outcome{Kind: kind}); err != nil {
		t.Fatal(err)
	}
}

func unfinishedBatches(t *testing.T, path string) []file.UnfinishedBatch {
	t.Helper()
	list, err := file.UnfinishedBatches(path)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestABatchIsUnfinishedUntilItEndsOrIsReplaced(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	begin(t, log, "A", "", 301, 302, 303, 412)
	writeOf(t, log, "A", 301, file.Conflict)
	writeOf(t, log, "A", 301, file.Applied)
	writeOf(t, log, "A", 302, "")
	writeOf(t, log, "", 303, file.Applied)
	writeOf(t, log, "no such", 303, file.Applied)

	list := unfinishedBatches(t, path)
	if len(list) != 1 {
		t.Fatalf("%d are unfinished", len(list))
	}
	b := list[0]
	if b.Batch != "A" || b.Operation != "unlock" || b.Reason != "INC-4711" || b.Session != log.Session() || !slices.Equal(b.Accounts, []int64{301, 302, 303, 412}) {
		t.Errorf("%+v", b.Entry)
	}
	if want := map[int64]file.OutcomeKind{301: file.Applied, 302: ""}; !maps.Equal(b.Last, want) {
		t.Errorf("last %v, want %v", b.Last, want)
	}

	begin(t, log, "B", "A", 302, 303)
	begin(t, log, "C", "", 307)
	if err := log.EndBatch("C", "finished"); err != nil {
		t.Fatal(err)
	}
	if list = unfinishedBatches(t, path); len(list) != 1 || list[0].Batch != "B" {
		t.Errorf("unfinished: %+v", list)
	}
	r := mustHold(t, path)
	if len(r.OpenIntents) != 1 {
		t.Errorf("a batch is not an intent: %v", r.OpenIntents)
	}
}

func TestAHundredThousandAccountsFitOnALine(t *testing.T) {
	path := logPath(t)
	log := open(t, path)
	ids := make([]int64, 100_000)
	for i := range ids {
		ids[i] = 100_000 + 2*int64(i) // no two form a range
	}
	begin(t, log, "A", "", ids...)
	if list := unfinishedBatches(t, path); len(list) != 1 || !slices.Equal(list[0].Accounts, ids) {
		t.Error("they are not there")
	}
	for i := range ids {
		ids[i] += 1e15
	}
	if err := log.BeginBatch(file.Batch{ID: "B", Accounts: ids}); !errors.Is(err, file.ErrTooLarge) {
		t.Errorf("too many: %v", err)
	}
	if err := log.BeginBatch(file.Batch{ID: "B"}); err == nil {
		t.Error("a batch without accounts was logged")
	}
	for _, kind := range []file.Kind{file.KindBatch, file.KindBatchEnded} {
		if log.LogEvent(kind, file.Details{}) == nil {
			t.Errorf("%q was accepted as an event", kind)
		}
	}
	mustHold(t, path)
}

func TestAccountsAreWrittenAsRanges(t *testing.T) {
	for _, c := range []struct {
		ids  file.Accounts
		text string
	}{
		{nil, ""},
		{file.Accounts{307}, "307"},
		{file.Accounts{301, 302, 303, 412, 7, 8}, "301-303,412,7-8"},
		{file.Accounts{3, 2, 1, 1}, "3,2,1,1"},
		{file.Accounts{9223372036854775806, 9223372036854775807}, "9223372036854775806-9223372036854775807"},
	} {
		text, err := c.ids.MarshalText()
		if err != nil || string(text) != c.text {
			t.Errorf("%v: %q, %v", c.ids, text, err)
		}
	}
	if _, err := (file.Accounts{-1}).MarshalText(); err == nil {
		t.Error("a negative id was written")
	}
	for _, bad := range []string{",", "1,", "x", "-1", "2-1", "1-", "1-9223372036854775807", "0-1048575,1", "9223372036854775808", " 1", "+1"} {
		var a file.Accounts
		if a.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q was read as %d ids", bad, len(a))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		ids := file.Accounts(rapid.SliceOf(rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Min(0))).Draw(t, "ids"))
		text, err := ids.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back file.Accounts
		if err := back.UnmarshalText(text); err != nil || !slices.Equal(back, ids) {
			t.Fatalf("%q: %v, %v", text, back, err)
		}
	})
}

// claim takes over a batch if the lock and the log allow it.
func claim(log *file.Log, id string) error {
	_, err := log.Claim(id, func(file.UnfinishedBatch) bool { return true })
	return err
}

func TestABatchBelongsToOneConsole(t *testing.T) {
	path := logPath(t)
	first, second, third := open(t, path), open(t, path), open(t, path)
	begin(t, first, "A", "", 301, 302)
	writeOf(t, first, "A", 301, file.Applied)
	if err := claim(second, "A"); !second.IsHeld("A") || !errors.Is(err, file.ErrBatchHeld) || !strings.Contains(err.Error(), "jd on jump1") {
		t.Errorf("a running batch was claimed: %v", err)
	}
	if first.IsHeld("A") {
		t.Error("a console takes itself for another one")
	}

	first.ReleaseBatch("A") // it stopped
	if second.IsHeld("A") {
		t.Error("it is still held")
	}
	if _, err := second.Claim("A", func(file.UnfinishedBatch) bool { return false }); !errors.Is(err, file.ErrBatchTaken) {
		t.Errorf("a batch that was not left was claimed: %v", err)
	}
	if err := claim(second, "A"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"claimed twice":              claim(third, "A"),
		"replaced while claimed":     third.BeginBatch(file.Batch{ID: "C", Replaces: "A", Accounts: []int64{302}}),
		"retried while claimed":      first.BeginBatch(file.Batch{ID: "D", Replaces: "A", Accounts: []int64{302}}),
		"a batch that never existed": claim(third, "no"),
	} {
		if !errors.Is(err, file.ErrBatchHeld) && !errors.Is(err, file.ErrBatchTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	begin(t, second, "B", "A", 302)
	for name, err := range map[string]error{
		"claimed although replaced":          claim(third, "A"),
		"retried although replaced":          first.BeginBatch(file.Batch{ID: "D", Replaces: "A", Accounts: []int64{302}}),
		"replaced without being claimed":     third.BeginBatch(file.Batch{ID: "D", Replaces: "B", Accounts: []int64{302}}),
		"the new one claimed while it runs":  claim(third, "B"),
		"claimed by a path instead of an ID": claim(third, "../../B"),
	} {
		if !errors.Is(err, file.ErrBatchHeld) && !errors.Is(err, file.ErrBatchTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	begin(t, second, "E", "B", 302) // its own may be retried
	if err := second.EndBatch("E", "finished"); err != nil {
		t.Fatal(err)
	}
	begin(t, second, "F", "E", 302) // and so may one that has ended
	second.ReleaseBatches()
	if left, err := filepath.Glob(path + ".batch-*"); err != nil || left != nil {
		t.Errorf("left in the folder: %q, %v", left, err)
	}
	b := unfinishedBatches(t, path)
	if len(b) != 1 || b[0].Batch != "F" {
		t.Errorf("unfinished: %+v", b)
	}
	mustHold(t, path)
}

// A console that claims a batch gets its present state, with nothing of other batches. Entries
// of other consoles do not count as the newest.
func TestAClaimedBatchIsReadAgain(t *testing.T) {
	path := logPath(t)
	first, second := open(t, path), open(t, path)
	begin(t, first, "A", "", 301, 302, 303)
	begin(t, first, "B", "", 301, 302, 303)
	writeOf(t, first, "A", 301, file.Conflict)
	writeOf(t, first, "A", 301, file.Applied)
	writeOf(t, first, "B", 303, file.Applied)
	writeOf(t, first, "A", 302, "")
	newest := first.Head().Seq
	writeOf(t, second, "A", 303, file.Unknown)
	first.ReleaseBatches()
	b, err := second.Claim("A", func(file.UnfinishedBatch) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]file.OutcomeKind{301: file.Applied, 302: "", 303: file.Unknown}
	if b.Batch != "A" || !maps.Equal(b.Last, want) || b.Newest.Seq != newest {
		t.Errorf("%+v", b)
	}
	for _, o := range unfinishedBatches(t, path) {
		if o.Batch == "A" && (!maps.Equal(o.Last, want) || o.Newest.Seq != newest) {
			t.Errorf("%+v", o)
		}
	}
}

// Somebody may clean up lock files that look stale.
func TestReleasingABatchKeepsTheLockOfAnotherConsole(t *testing.T) {
	path := logPath(t)
	first, second, third := open(t, path), open(t, path), open(t, path)
	begin(t, first, "B1", "", 1, 2)
	if err := os.Remove(path + ".batch-B1.lock"); err != nil {
		t.Skip("an open file cannot be removed here:", err)
	}
	if err := claim(second, "B1"); err != nil {
		t.Fatal(err)
	}
	first.ReleaseBatch("B1")
	if err := claim(third, "B1"); !errors.Is(err, file.ErrBatchHeld) {
		t.Errorf("a batch that another console has claimed: %v", err)
	}
}
