package search

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// asks maps qualifiers to plain implementations of what they ask for.
func asks() map[string]func(account.Account, time.Time) bool {
	expiry := func(a account.Account, now time.Time) (left time.Duration, ok bool) {
		return a.PasswordExpires.Sub(now), a.HasPassword && a.Auth != account.External && !a.PasswordExpires.IsZero()
	}
	lock := func(a account.Account, now time.Time) bool {
		s := a.Lock(now)
		return s == account.LockRunning || s == account.LockNoEnd
	}
	passwordKnown := func(a account.Account) bool { return a.HasPassword && a.Auth != account.External }
	return map[string]func(account.Account, time.Time) bool{
		"status:active":   func(a account.Account, _ time.Time) bool { return a.HasStatus && a.Status == 1 },
		"status:inactive": func(a account.Account, _ time.Time) bool { return a.HasStatus && a.Status == 0 },
		"STATUS:Inactive": func(a account.Account, _ time.Time) bool { return a.HasStatus && a.Status == 0 },
		"status:1":        func(a account.Account, _ time.Time) bool { return a.HasStatus && a.Status == 1 },
		"status:2":        func(a account.Account, _ time.Time) bool { return a.HasStatus && a.Status == 2 },
		"locked:yes":      lock,
		"locked:no":       func(a account.Account, now time.Time) bool { return a.HasStatus && !lock(a, now) },
		"locked:lapsed":   func(a account.Account, now time.Time) bool { return a.Lock(now) == account.LockExpired },
		"locked:expired":  func(a account.Account, now time.Time) bool { return a.Lock(now) == account.LockExpired },
		"must-change:yes": func(a account.Account, _ time.Time) bool {
			return passwordKnown(a) && a.PasswordStatus == hdpclient.PasswordMustChange
		},
		"must-reset:yes": func(a account.Account, _ time.Time) bool {
			return passwordKnown(a) && a.PasswordStatus == hdpclient.PasswordMustChange
		},
		"must-reset:no": func(a account.Account, _ time.Time) bool {
			return passwordKnown(a) && a.PasswordStatus != hdpclient.PasswordMustChange
		},
		"expires:past":    func(a account.Account, now time.Time) bool { return in(Expired, a, now, 0) },
		"expires:expired": func(a account.Account, now time.Time) bool { return in(Expired, a, now, 0) },
		"expires:<7d": func(a account.Account, now time.Time) bool {
			left, ok := expiry(a, now)
			return ok && left > 0 && left < 7*day
		},
		"expires:<=1w": func(a account.Account, now time.Time) bool {
			left, ok := expiry(a, now)
			return ok && left > 0 && left <= 7*day
		},
		"expires:>168h":   func(a account.Account, now time.Time) bool { left, ok := expiry(a, now); return ok && left > 7*day },
		`expires:">= 7d"`: nil,
		"expires:>=7":     func(a account.Account, now time.Time) bool { left, ok := expiry(a, now); return ok && left >= 7*day },
		"expires:>30d":    func(a account.Account, now time.Time) bool { left, ok := expiry(a, now); return ok && left > 30*day },
		"expires:never": func(a account.Account, _ time.Time) bool {
			return passwordKnown(a) && a.PasswordExpires.IsZero() && !a.PasswordExpiresUnreadable
		},
		"tenant:sal":       func(a account.Account, _ time.Time) bool { return strings.Contains(a.TenantName.Raw(), "Sal") },
		`tenant:"north s"`: func(a account.Account, _ time.Time) bool { return a.TenantName.Raw() == "North Sales" },
		"tenant:ales":      func(account.Account, time.Time) bool { return false },
		"tenant:2":         func(a account.Account, _ time.Time) bool { return a.TenantID == 2 },
		"tenant:3":         func(a account.Account, _ time.Time) bool { return a.TenantID == 3 },
		"tenant:0":         func(account.Account, time.Time) bool { return false },
		"role:2":           func(a account.Account, _ time.Time) bool { return slices.Contains(slices.Collect(a.Roles.All()), 2) },
		`"ali"`:            func(a account.Account, _ time.Time) bool { return holds(a, word{folded: "ali"}) },
		"ali":              func(a account.Account, _ time.Time) bool { return holds(a, word{folded: "ali"}) },
		"C:D":              func(a account.Account, _ time.Time) bool { return holds(a, word{folded: "c:d"}) },
		"status:nonsense":  nil,
		"-status:nonsense": nil,
	}
}

func TestFilterReturnsExactlyTheMatchingAccounts(t *testing.T) {
	plain := asks()
	var names []string
	for name := range plain {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		s, all := snapshotAfterChanges(t)
		f := Filter{
			View:   View(rapid.IntRange(0, int(Views)-1).Draw(t, "view")),
			Now:    moments.Draw(t, "now"),
			Within: withins.Draw(t, "within"),
			Sort: Sort{
				By:         Column(rapid.IntRange(0, int(columns)-1).Draw(t, "sort")),
				Descending: rapid.Bool().Draw(t, "descending"),
			},
		}
		type ask struct {
			is      func(account.Account, time.Time) bool
			negated bool
		}
		var typed []string
		var asked []ask
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(t, "query") {
			not := rapid.Bool().Draw(t, "not") && name[0] != '-'
			if not {
				typed = append(typed, "-"+name)
			} else {
				typed = append(typed, name)
			}
			if is := plain[name]; is != nil {
				asked = append(asked, ask{is, not})
			}
		}
		f.Query = ParseQuery(strings.Join(typed, " "))
		wanted := func(a account.Account, now time.Time) bool {
			for _, one := range asked {
				if one.is(a, now) == one.negated {
					return false
				}
			}
			return in(f.View, a, now, f.Within)
		}
		check := func(now time.Time, m Matches) {
			if m.Len() > 0 {
				if _, rank := m.At(0); rank == Fuzzy {
					return
				}
			}
			var want []int64
			for _, a := range all {
				if wanted(a, now) {
					want = append(want, a.ID)
				}
			}
			var got []int64
			for a := range m.Accounts() {
				got = append(got, a.ID)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("%q in view %d at %v finds %d, want %d", f.Query, f.View, now, got, want)
			}
		}
		m := s.Filter(f)
		check(f.Now, m)
		next := m.NextChange()
		switch {
		case next.IsZero():
			check(f.Now.Add(1000*day), m)
		case !next.After(f.Now):
			t.Fatalf("the next change is at %v, now it is %v", next, f.Now)
		default:
			check(next.Add(-1), m)
		}
		for i := range m.Len() {
			a, _ := m.At(i)
			if place, ok := m.Place(a.ID); !ok || place != i {
				t.Fatalf("%d is at %d, but Place returns %d", a.ID, i, place)
			}
		}
		for _, a := range all {
			if _, ok := m.Place(a.ID); ok != slices.ContainsFunc(slices.Collect(m.Accounts()), func(b account.Account) bool { return a.ID == b.ID }) {
				t.Fatalf("%d has a place: %v", a.ID, ok)
			}
		}
	})
}

func TestRanksWithQualifiers(t *testing.T) {
	s := listOf("1 alison @Sales", "2 mali @Ops", "3 ali @Ops", "4 axlxi @Lab", "5 bob @Ops")
	for query, want := range map[string][]string{
		"ali tenant:ops":         {"exact 3", "inside 2"},
		"tenant:ops ali":         {"exact 3", "inside 2"},
		"ali -tenant:ops":        {"prefix 1"},
		"tenant:ops":             {"unranked 2", "unranked 3", "unranked 5"},
		"tenant:ops -ali":        {"unranked 5"},
		"-ali":                   {"unranked 4", "unranked 5"},
		"ali tenant:lab":         {"fuzzy 4"},
		"ali tenant:none":        {},
		"ali status:wrong":       {"exact 3", "prefix 1", "inside 2"},
		"status:wrong":           {"unranked 1", "unranked 2", "unranked 3", "unranked 4", "unranked 5"},
		"ali -ops -sales":        {"fuzzy 4"},
		"ali --x":                {"exact 3", "prefix 1", "inside 2"},
		"tenant:sales tenant:no": {},
		"1 tenant:ops":           {},
		"1 tenant:sales":         {"exact 1"},
		"sales tenant:ops":       {},
		"op -mali":               {"tenant 3", "tenant 5"},
	} {
		if got := found(s, query); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func TestEveryQualifierAndViewOfEveryKindOfAccount(t *testing.T) {
	all := everyKind()
	s := snapshotOf(all)
	check := func(what string, f Filter, is func(account.Account) bool) {
		m, i := s.Filter(f), 0
		for _, a := range all {
			if !is(a) {
				continue
			}
			if i == m.Len() {
				t.Errorf("%s does not find %+v", what, a)
				return
			}
			if got, _ := m.At(i); got != a {
				t.Errorf("%s finds %+v, want %+v", what, got, a)
				return
			}
			i++
		}
		if i != m.Len() {
			t.Errorf("%s finds %d, want %d", what, m.Len(), i)
		}
	}
	for name, is := range asks() {
		if is == nil || len(ParseQuery(name).words) > 0 {
			continue
		}
		check(name, Filter{Query: ParseQuery(name), Now: noon}, func(a account.Account) bool { return is(a, noon) })
		check("-"+name, Filter{Query: ParseQuery("-" + name), Now: noon}, func(a account.Account) bool { return !is(a, noon) })
	}
	counts := s.Counts(noon, 7*day)
	for v := range Views {
		check(fmt.Sprint("view ", v), Filter{View: v, Now: noon, Within: 7 * day}, func(a account.Account) bool { return in(v, a, noon, 7*day) })
		if got := s.Filter(Filter{View: v, Now: noon, Within: 7 * day}).Len(); got != counts[v] || got == 0 {
			t.Errorf("view %d has %d, counted %d", v, got, counts[v])
		}
	}
}

// An extra account is shown where it is put, and changes nothing else.
func TestMatchesWithAnExtraAccount(t *testing.T) {
	b := Builder{}
	for i, name := range []string{"ann", "bob", "anton", "cyd"} {
		b.Add(account.Account{ID: int64(i + 1), Name: hdpclient.TextOf(name)})
	}
	s := b.Finish()
	for _, query := range []string{"an", "locked:yes", ""} {
		found := s.Filter(Filter{Query: ParseQuery(query)})
		for place := range found.Len() + 1 {
			more := found.With(2, place)
			var want, got []int64
			for a := range found.Accounts() {
				want = append(want, a.ID)
			}
			if _, in := found.Place(2); !in {
				want = slices.Insert(want, place, 2)
			}
			for a := range more.Accounts() {
				got = append(got, a.ID)
			}
			if at, in := more.Place(2); !slices.Equal(got, want) || !in || got[at] != 2 {
				t.Errorf("%q at %d: %v, want %v", query, place, got, want)
			}
			if found.ExactCount() != more.ExactCount() {
				t.Errorf("%q: ExactCount returns %d", query, more.ExactCount())
			}
		}
	}
	if s.Filter(Filter{View: Locked}).With(77, 0).Len() != 0 {
		t.Error("an account that is not in the list is shown")
	}
}

// Accounts yields all matches in order.
func (m Matches) Accounts() iter.Seq[account.Account] {
	return func(yield func(account.Account) bool) {
		for i := range m.Len() {
			if a, _ := m.At(i); !yield(a) {
				return
			}
		}
	}
}
