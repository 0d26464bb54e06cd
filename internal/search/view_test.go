package search

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hdpadmin/internal/account"
)

// in is a plain implementation of views: an account is in a view if its row says so.
func in(v View, a account.Account, now time.Time, within time.Duration) bool {
	status, password := a.StatusWord(now), a.PasswordWord(now)
	left := a.PasswordExpires.Sub(now)
	switch v {
	case Locked:
		return status == "locked" || status == "inact+lock"
	case Inactive:
		return status == "inactive" || status == "inact+lock"
	case MustChange:
		return password == "must change" || slices.ContainsFunc(append(a.Verdict(now).Also, a.Verdict(now).Text), func(s string) bool {
			return strings.Contains(strings.ToLower(s), "must change") || strings.Contains(s, "must then change")
		})
	case Expired:
		return strings.HasPrefix(password, "expired")
	case Expiring:
		return password != "external" && a.HasPassword && !a.PasswordExpires.IsZero() && left > 0 && left <= within
	}
	return true
}

var withins = rapid.SampledFrom([]time.Duration{1, time.Hour, 7 * day, 14 * day, 30 * day})

func TestCountsFollowTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, all := snapshotAfterChanges(t)
		now, within := moments.Draw(t, "now"), withins.Draw(t, "within")
		for range 60 {
			counts := s.Counts(now, within)
			var want Counts
			for v := range Views {
				for _, a := range all {
					if in(v, a, now, within) {
						want[v]++
					}
				}
				m := s.Filter(Filter{View: v, Now: now, Within: within})
				if m.Len() != want[v] {
					t.Fatalf("view %d shows %d of %d at %v", v, m.Len(), want[v], now)
				}
				for a := range m.Accounts() {
					if !in(v, a, now, within) {
						t.Fatalf("view %d shows %+v", v, a)
					}
				}
			}
			if counts != want {
				t.Fatalf("%v at %v, want %v", counts, now, want)
			}
			next := s.NextChange(now, within)
			if next.IsZero() {
				if s.Counts(now.Add(1000*day), within) != counts {
					t.Fatal("the counts change, but NextChange says never")
				}
				return
			}
			if !next.After(now) || s.Counts(next.Add(-1), within) != counts {
				t.Fatalf("%v has changed before %v", counts, next)
			}
			now = next
		}
		t.Fatal("the changes do not end")
	})
}

func TestCountsChangeAtNextChange(t *testing.T) {
	s := snapshotOf([]account.Account{with(lockedFor(time.Minute)), func() account.Account {
		a := with(expiresIn(15 * day))
		a.ID = 2
		return a
	}()})
	for _, row := range []struct {
		at   time.Duration
		want Counts
		next time.Duration
	}{
		{0, Counts{All: 2, Locked: 1}, time.Minute},
		{time.Minute - 1, Counts{All: 2, Locked: 1}, time.Minute},
		{time.Minute, Counts{All: 2}, day},
		{day, Counts{All: 2, Expiring: 1}, 15 * day},
		{15*day - 1, Counts{All: 2, Expiring: 1}, 15 * day},
		{15 * day, Counts{All: 2, Expired: 1}, -1},
	} {
		now := noon.Add(row.at)
		if got := s.Counts(now, 0); got != row.want {
			t.Errorf("after %v: %v, want %v", row.at, got, row.want)
		}
		next := s.NextChange(now, 0)
		if row.next < 0 && !next.IsZero() || row.next >= 0 && !next.Equal(noon.Add(row.next)) {
			t.Errorf("after %v: next at %v, want after %v", row.at, next, row.next)
		}
	}
}

func TestWithinIsSettable(t *testing.T) {
	s := snapshotOf([]account.Account{with(expiresIn(20 * day))})
	for within, want := range map[time.Duration]int{0: 0, -1: 0, 14 * day: 0, 20*day - 1: 0, 20 * day: 1, 90 * day: 1} {
		if got := s.Counts(noon, within)[Expiring]; got != want {
			t.Errorf("within %v: %d, want %d", within, got, want)
		}
	}
}

func TestViewsOfAnEmptySnapshot(t *testing.T) {
	var s Snapshot
	if got := s.Counts(noon, 0); got != (Counts{}) || !s.NextChange(noon, 0).IsZero() {
		t.Errorf("counts %v", got)
	}
	for v := range Views {
		for by := range columns {
			m := s.Filter(Filter{View: v, Sort: Sort{By: by}, Query: ParseQuery("a -b status:7 tenant:x role:1 locked:no expires:<7d")})
			if m.Len() != 0 || !m.NextChange().IsZero() {
				t.Errorf("view %d by %d shows %d", v, by, m.Len())
			}
		}
	}
}

// A filter without a time uses the time of the list.
func TestNowDefaultsToTheTimeOfTheList(t *testing.T) {
	b := Builder{AsOf: noon}
	b.Add(with(lockedFor(-1)))
	if got := b.Finish().Filter(Filter{View: Locked}).Len(); got != 0 {
		t.Error("an expired lock counts as in force")
	}
	b.Add(with(lockedFor(1)))
	if got := b.Finish().Filter(Filter{View: Locked}).Len(); got != 1 {
		t.Error("a lock in force is not counted")
	}
}

// Facts carried over a change must equal facts computed from scratch.
func TestFactsFollowAChange(t *testing.T) {
	kinds := everyKind()[:280]
	s := snapshotOf(kinds)
	for by := range columns {
		s.Filter(Filter{Sort: Sort{By: by}, Now: noon})
	}
	for i := range kinds {
		for _, other := range []int{i, (i + 1) % 280, (i + 20) % 280, (i * 37) % 280} {
			a := kinds[other]
			a.ID, a.Name, a.TenantID, a.TenantName = kinds[i].ID, kinds[i].Name, kinds[i].TenantID, kinds[i].TenantName
			next := s.With(a)
			got, want := next.memo.known.Load(), newFacts(next)
			if got == nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("after %+v became %+v:\n got %+v\nwant %+v", kinds[i], a, got, want)
			}
			for by := ColumnID; by < columns; by++ {
				kept := next.memo.columns[by].Load()
				next.memo.columns[by].Store(nil)
				if kept != nil && !reflect.DeepEqual(kept, next.column(by, noon)) {
					t.Fatalf("column %d after %+v became %+v", by, kinds[i], a)
				}
			}
		}
	}
	if !reflect.DeepEqual(s.facts(), newFacts(s)) {
		t.Error("the original snapshot has changed")
	}
}
