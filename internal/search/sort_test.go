package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// keyOf is a plain implementation of sort keys; it returns false for an unknown value.
func keyOf(a account.Account, by Column, now time.Time) (key string, known bool) {
	number := func(n int64) string { return fmt.Sprintf("%020d", n) }
	switch by {
	case ColumnID:
		return number(a.ID), true
	case ColumnName:
		return fold.String(a.Name.Raw()), true
	case ColumnTenant:
		if a.TenantName.IsZero() {
			return "2" + number(a.TenantID), a.TenantID != 0
		}
		return "1" + fold.String(a.TenantName.Raw()), true
	case ColumnStatus:
		order := []string{"locked", "inact+lock", "inactive", "status", "lock exp.", "active", "?"}
		at := slices.IndexFunc(order, func(s string) bool { return strings.HasPrefix(a.StatusWord(now), s) })
		return number(int64(at)), a.HasStatus
	case ColumnPassword:
		switch {
		case a.PasswordWord(now) == "external":
			return "5", false
		case !a.HasPassword:
			return "6", false
		case a.PasswordExpiresUnreadable:
			return "4", false
		case a.PasswordExpires.IsZero():
			return "2", true
		}
		return "1" + number(a.PasswordExpires.UnixNano()), true
	}
	return "", true
}

func comparison(by Sort, now time.Time) func(a, b account.Account) int {
	return func(a, b account.Account) int {
		j, jKnown := keyOf(a, by.By, now)
		k, kKnown := keyOf(b, by.By, now)
		if jKnown != kKnown {
			return compareBools(!jKnown, !kKnown)
		}
		if by.Descending && jKnown {
			j, k = k, j
		}
		return cmp.Compare(j, k)
	}
}

func TestSortIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := snapshotAfterChanges(t)
		f := Filter{
			Query: ParseQuery(rapid.SampledFrom([]string{"", "a", "-bob", "status:active", "l i"}).Draw(t, "query")),
			Now:   moments.Draw(t, "now"),
		}
		want := slices.Collect(s.Filter(f).Accounts())
		f.Sort = Sort{Column(rapid.IntRange(0, int(columns)-1).Draw(t, "by")), rapid.Bool().Draw(t, "descending")}
		slices.SortStableFunc(want, comparison(f.Sort, f.Now))
		if got := slices.Collect(s.Filter(f).Accounts()); !slices.Equal(got, want) {
			t.Fatalf("%+v:\n got %+v\nwant %+v", f.Sort, got, want)
		}
	})
}

func TestNearReturnsTheNextInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := snapshotAfterChanges(t)
		f := Filter{
			Now:  moments.Draw(t, "now"),
			Sort: Sort{Column(rapid.IntRange(0, int(columns)-1).Draw(t, "by")), rapid.Bool().Draw(t, "descending")},
		}
		all := slices.Collect(s.Filter(f).Accounts())
		f.View = View(rapid.IntRange(0, int(Views)-1).Draw(t, "view"))
		m := s.Filter(f)
		shown := slices.Collect(m.Accounts())
		for i, a := range all {
			want := len(shown) - 1
			for _, next := range all[i:] {
				if at := slices.Index(shown, next); at >= 0 {
					want = at
					break
				}
			}
			if got, ok := m.Near(a.ID); ok != (want >= 0) || ok && got != want {
				t.Fatalf("%+v: near %d is %d, %v, want %d", f, a.ID, got, ok, want)
			}
		}
	})
}

func TestNearWithoutNeighbours(t *testing.T) {
	s := listOf("5 malik", "3 alice", "9 bob")
	for query, id := range map[string]int64{"ali": 9, "": 4, "locked:yes": 5} {
		if at, ok := s.Find(ParseQuery(query)).Near(id); ok {
			t.Errorf("%q: %d is near %d", query, id, at)
		}
	}
}

// A few of many are sorted with another algorithm than many.
func TestFewOfManyAreSorted(t *testing.T) {
	var b Builder
	for i := range 1000 {
		b.Add(account.Account{ID: int64(i), Name: hdpclient.TextOf(fmt.Sprint("user", (i*7919)%1000))})
	}
	s := b.Finish()
	for _, query := range []string{"user12", "user1", "user"} {
		f := Filter{Query: ParseQuery(query), Sort: Sort{By: ColumnID, Descending: true}}
		got := slices.Collect(s.Filter(f).Accounts())
		if len(got) == 0 || !slices.IsSortedFunc(got, func(a, b account.Account) int { return cmp.Compare(b.ID, a.ID) }) {
			t.Errorf("%q: %d, unsorted", query, len(got))
		}
	}
}

func TestSortKeepsTheRanksOfAccounts(t *testing.T) {
	s := listOf("5 malik", "3 alice", "9 ali")
	m := s.Filter(Filter{Query: ParseQuery("ali"), Sort: Sort{By: ColumnID}})
	var got []string
	for i := range m.Len() {
		a, rank := m.At(i)
		got = append(got, fmt.Sprintf("%s %d %s", rank.word(), a.ID, marked(a.Name.String(), m.Spans(i))))
	}
	if want := []string{"prefix 3 [ali]ce", "inside 5 m[ali]k", "exact 9 [ali]"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnknownColumnDoesNotSort(t *testing.T) {
	s := listOf("5 malik", "3 alice")
	for _, by := range []Column{-1, columns, columns + 7} {
		if got, _ := s.Filter(Filter{Sort: Sort{By: by}}).At(0); got.ID != 5 {
			t.Errorf("by %d", by)
		}
	}
}

func TestEveryKindOfAccountIsSorted(t *testing.T) {
	s := snapshotOf(everyKind())
	for by := NoColumn; by < columns; by++ {
		for _, descending := range []bool{false, true} {
			sorted := Sort{by, descending}
			want := everyKind()
			slices.SortStableFunc(want, comparison(sorted, noon))
			if got := slices.Collect(s.Filter(Filter{Sort: sorted, Now: noon}).Accounts()); !slices.Equal(got, want) {
				t.Errorf("%+v is another order", sorted)
			}
		}
	}
}

// There must be more equal accounts than the sort compares one by one.
func TestSortingFewOfManyIsStable(t *testing.T) {
	var b Builder
	for i := range 2000 {
		a := with(expiresIn(time.Duration(i) * time.Minute))
		a.ID = int64(i)
		if i%20 == 0 {
			a.Name, a.PasswordExpires = hdpclient.TextOf("twin"), noon.Add(time.Duration(i/1000)*time.Hour)
		}
		b.Add(a)
	}
	m := b.Finish().Filter(Filter{Query: ParseQuery("twin"), Sort: Sort{By: ColumnPassword, Descending: true}})
	var got []int64
	for a := range m.Accounts() {
		got = append(got, a.ID)
	}
	if len(got) != 100 || !slices.IsSorted(got[:50]) || !slices.IsSorted(got[50:]) || got[0] != 1000 {
		t.Errorf("got %d", got)
	}
}

func TestTheOrderByStatusFollowsTheClock(t *testing.T) {
	s := snapshotOf([]account.Account{with(lockedFor(time.Minute))})
	m := s.Filter(Filter{Sort: Sort{By: ColumnStatus}, Now: noon})
	if got := m.NextChange(); !got.Equal(noon.Add(time.Minute)) {
		t.Errorf("it changes at %v", got)
	}
	if got := s.Filter(Filter{Sort: Sort{By: ColumnPassword}, Now: noon}).NextChange(); !got.IsZero() {
		t.Errorf("the order by password changes at %v", got)
	}
}
