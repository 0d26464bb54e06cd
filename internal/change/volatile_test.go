package change_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

func tagged(s hdpclient.StatusInfo, tag any) hdpclient.StatusInfo {
	s.Extra = jsontext.Value(fmt.Sprintf(`{"etag":%v,"note":"vip"}`, tag))
	return s
}

// Each answer of this server has another etag, so no two ever agree.
func TestAPropertyThatChangesOnItsOwnIsNotCompared(t *testing.T) {
	lost := func(store func()) error { store(); return errLost }
	for name, c := range map[string]struct {
		write     func(store func()) error
		byReading bool
	}{"answered": {}, "the answer is lost": {write: lost, byReading: true}} {
		t.Run(name, func(t *testing.T) {
			f := &fake{status: tagged(lockedAccount(), 0), time: noon, write: c.write}
			f.read = func(n int) error {
				f.status = tagged(f.status, n)
				return nil
			}
			w := change.NewWriter(t.Context(), f, change.WithClock(newClock()))
			o := w.Apply(t.Context(), change.PlanStatus(alice, tagged(lockedAccount(), 0), change.Unlock(tagged(lockedAccount(), 0))))
			if o.Kind != change.Applied || o.ByReading != c.byReading || !slices.Equal(o.Plan.Volatile(), []string{"etag"}) {
				t.Errorf("%s, by reading %v, not compared %q: %q", o.Kind, o.ByReading, o.Plan.Volatile(), rowTexts(o))
			}
			want := []string{"GET statusinfo 307", "GET statusinfo 307", "PUT statusinfo 307", "GET statusinfo 307"}
			if got := f.calls(); !slices.Equal(got, want) {
				t.Errorf("calls %q", got)
			}
			if back, err := w.Undo(alice.ID); err != nil || w.Apply(t.Context(), back).Kind != change.Applied {
				t.Errorf("undo: %v", err)
			}
		})
	}
}

// A colleague may write between the two reads that show which properties change on their own.
func TestAChangeBetweenTheTwoReadsIsNotTakenForAVolatileProperty(t *testing.T) {
	noted := func(tag int, note string) hdpclient.StatusInfo {
		s := lockedAccount()
		s.Extra = jsontext.Value(fmt.Sprintf(`{"etag":%d,"note":%q}`, tag, note))
		return s
	}
	plan := change.PlanStatus(alice, noted(0, "vip"), change.Unlock(noted(0, "vip")))
	t.Run("before sending", func(t *testing.T) {
		f := &fake{}
		f.read = func(n int) error {
			f.status = noted(n, map[bool]string{true: "vip", false: "left the company"}[n == 1])
			return nil
		}
		o := change.NewWriter(t.Context(), f).Apply(t.Context(), plan)
		if o.Kind != change.Conflict || !slices.Equal(rowTexts(o), []string{"note: saw vip, wanted vip, now left the company"}) {
			t.Errorf("%s %q", o.Kind, rowTexts(o))
		}
		if !slices.Equal(o.Plan.Volatile(), []string{"etag"}) {
			t.Errorf("not compared: %q", o.Plan.Volatile())
		}
		if got, want := f.calls(), []string{"GET statusinfo 307", "GET statusinfo 307"}; !slices.Equal(got, want) {
			t.Errorf("calls %q", got)
		}
	})
	t.Run("before sending, gone between the reads", func(t *testing.T) {
		f := &fake{}
		f.read = func(n int) error {
			if f.status = noted(n, "left the company"); n == 1 {
				f.status.Extra = jsontext.Value(`{"etag":1}`)
			}
			return nil
		}
		o := change.NewWriter(t.Context(), f).Apply(t.Context(), plan)
		if o.Kind != change.Conflict || !slices.Equal(o.Plan.Volatile(), []string{"etag"}) {
			t.Errorf("%s %q, not compared: %q", o.Kind, rowTexts(o), o.Plan.Volatile())
		}
	})
	t.Run("after sending", func(t *testing.T) {
		f := &fake{status: noted(0, "vip")} // the etag starts to change with the PUT
		f.read = func(n int) error {
			if n > 1 {
				stored := f.status
				f.status = noted(n, map[bool]string{true: "vip", false: "left the company"}[n == 2])
				f.status.AccountLocked, f.status.AccountLockedAt, f.status.AccountLockedUntil = stored.AccountLocked, stored.AccountLockedAt, stored.AccountLockedUntil
			}
			return nil
		}
		o := change.NewWriter(t.Context(), f, change.WithClock(newClock())).Apply(t.Context(), plan)
		if o.Kind != change.Differs || !slices.Equal(o.Plan.Volatile(), []string{"etag"}) {
			t.Errorf("%s, not compared: %q", o.Kind, o.Plan.Volatile())
		}
		if len(o.Rows) != 1 || o.Rows[0].Name != "note" || o.Rows[0].Why != change.ChangedSince {
			t.Errorf("%q", rowTexts(o))
		}
	})
}

// A colleague's change is not volatile, and the PUT sends what was read last.
func TestAPropertyThatSomebodyChangedIsAConflict(t *testing.T) {
	plan := func(tag any) change.Plan {
		return change.PlanStatus(alice, tagged(lockedAccount(), tag), change.Unlock(tagged(lockedAccount(), tag)))
	}
	t.Run("an unknown one", func(t *testing.T) {
		f := &fake{status: tagged(lockedAccount(), 2)}
		w := change.NewWriter(t.Context(), f)
		o := w.Apply(t.Context(), plan(1))
		if o.Kind != change.Conflict || !slices.Equal(rowTexts(o), []string{"etag: saw 1, wanted 1, now 2"}) || o.LockMoved {
			t.Fatalf("%s %q", o.Kind, rowTexts(o))
		}
		// It changes between reviews, though not between two reads in a row.
		f.status = tagged(f.status, 3)
		if o = w.Apply(t.Context(), o.Replan()); o.Kind != change.Applied || !slices.Equal(o.Plan.Volatile(), []string{"etag"}) {
			t.Errorf("%s %q %q", o.Kind, rowTexts(o), o.Plan.Volatile())
		}
		if got := string(f.status.Extra); got != `{"etag":3,"note":"vip"}` {
			t.Errorf("stored %s", got)
		}
	})
	t.Run("a known one next to it", func(t *testing.T) {
		f := &fake{}
		f.read = func(n int) error {
			f.status = tagged(inactive(), n)
			return nil
		}
		o := change.NewWriter(t.Context(), f).Apply(t.Context(), plan(0))
		if o.Kind != change.Conflict || !slices.Equal(rowTexts(o), []string{"status: saw 1, wanted 1, now 0"}) {
			t.Errorf("%s %q", o.Kind, rowTexts(o))
		}
	})
}

func TestAMovedLockIsNotAConflictTheSecondTime(t *testing.T) {
	moved := func(until hdpclient.Opt[hdpclient.Timestamp]) hdpclient.StatusInfo {
		s := lockedAgain()
		s.AccountLockedUntil = until
		return s
	}
	for name, c := range map[string]struct {
		next hdpclient.StatusInfo
		kind change.Kind
	}{
		"it moves again":                       {moved(hdpclient.Some(at("14:29:00"))), change.Applied},
		"it has no end any more":               {moved(hdpclient.Null[hdpclient.Timestamp]()), change.Conflict},
		"somebody locks it for long":           {moved(hdpclient.Some(at("23:59:00"))), change.Conflict},
		"somebody deactivates the account too": {change.Deactivate(moved(hdpclient.Some(at("14:29:00")))), change.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{status: lockedAgain()}
			w := change.NewWriter(t.Context(), f)
			o := w.Apply(t.Context(), unlockPlan())
			if o.Kind != change.Conflict || !o.LockMoved {
				t.Fatalf("%s, lock moved %v", o.Kind, o.LockMoved)
			}
			f.status = c.next
			o = w.Apply(t.Context(), o.Replan())
			if o.Kind != c.kind || o.LockMoved {
				t.Errorf("%s, lock moved %v: %q", o.Kind, o.LockMoved, rowTexts(o))
			}
			if unlocked := !f.status.AccountLocked.Or(false) && f.status.AccountLockedUntil.IsZero(); unlocked != (c.kind == change.Applied) {
				t.Errorf("stored %+v", f.status)
			}
		})
	}
}

// A batch replans a moved lock without asking.
func TestALockThatSomebodySetIsAConflict(t *testing.T) {
	for name, c := range map[string]struct {
		began, ends string
		moved       bool
	}{
		"started again":             {"13:58:00", "14:28:00", true},
		"extended":                  {"13:45:11", "14:30:00", true},
		"for much longer":           {"13:45:11", "23:59:59", false},
		"started again, for longer": {"13:58:00", "15:58:00", false},
		"shortened":                 {"13:45:11", "14:00:00", false},
		"with an earlier beginning": {"13:30:00", "14:15:11", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{status: lockedAccount()}
			f.status.AccountLockedAt = hdpclient.Some(at(c.began))
			f.status.AccountLockedUntil = hdpclient.Some(at(c.ends))
			o := change.NewWriter(t.Context(), f).Apply(t.Context(), unlockPlan())
			if o.Kind != change.Conflict || o.LockMoved != c.moved {
				t.Errorf("%s, lock moved %v", o.Kind, o.LockMoved)
			}
		})
	}
}
