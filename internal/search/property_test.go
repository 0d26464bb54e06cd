package search

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// Few letters, so that texts match by chance, with cases, accents, blanks, hidden and
// broken ones among them.
var letters = rapid.SampledFrom([]string{
	"a", "a", "b", "b", "A", "á", "a\u0301", ".", " ", "1", "2", "ß", "s", "김", "기", "王", "\u202e", "\u200b", "\n", "\x1b", "\xff", "İ",
})

func text(max int) *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(letters, 0, max), func(s []string) string { return strings.Join(s, "") })
}

var lists = rapid.Custom(func(t *rapid.T) []account.Account {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) account.Account {
		return account.Account{
			ID:         rapid.Int64Range(1, 300).Draw(t, "id"),
			Name:       hdpclient.TextOf(text(8).Draw(t, "name")),
			TenantName: hdpclient.TextOf(rapid.SampledFrom([]string{"", "ab", "b a", "S"}).Draw(t, "tenant")),
		}
	}), 0, 30, func(a account.Account) int64 { return a.ID }).Draw(t, "accounts")
})

// holds is a plain implementation of matching.
func holds(a account.Account, w word) bool {
	if strings.Contains(fold.String(a.Name.Raw()), w.folded) {
		return true
	}
	if !strings.HasPrefix(w.folded, "0") || w.folded == "0" {
		if strings.Trim(w.folded, "0123456789") == "" && strings.HasPrefix(strconv.FormatInt(a.ID, 10), w.folded) {
			return true
		}
	}
	return holdsWordStart(fold.String(a.TenantName.Raw()), w.folded)
}

func holdsAll(a account.Account, q Query) bool {
	return !slices.ContainsFunc(q.words, func(w word) bool { return !holds(a, w) })
}

func TestFindReturnsExactlyTheMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := lists.Draw(t, "list")
		s := snapshotOf(all)
		q := ParseQuery(text(4).Draw(t, "query"))
		m := s.Find(q)

		want := map[int64]bool{}
		for _, a := range all {
			if holdsAll(a, q) {
				want[a.ID] = true
			}
		}
		last := Unranked
		seen := map[int64]bool{}
		for i := range m.Len() {
			a, rank := m.At(i)
			if seen[a.ID] {
				t.Fatalf("%d twice", a.ID)
			}
			seen[a.ID] = true
			if rank < last {
				t.Fatalf("%v after %v", rank.word(), last.word())
			}
			last = rank
			if place, ok := m.Place(a.ID); !ok || place != i {
				t.Fatalf("place of %d is %d, not %d", a.ID, place, i)
			}
			switch {
			case rank == Fuzzy && len(want) > 0:
				t.Fatalf("%q is fuzzy while others match", a.Name)
			case rank == Fuzzy:
				for _, w := range q.words {
					if !holdsInOrder([]byte(fold.String(a.Name.Raw())), []byte(w.folded)) {
						t.Fatalf("%q does not hold the letters of %q", a.Name, w.folded)
					}
				}
			case !want[a.ID]:
				t.Fatalf("%q does not match %q", a.Name, q)
			}
		}
		if last != Fuzzy && len(seen) != len(want) {
			t.Fatalf("%q finds %d of %d", q, len(seen), len(want))
		}
	})
}

func TestSpansAreTidyAndHoldWhatWasTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := snapshotOf(lists.Draw(t, "list")).Find(ParseQuery(text(4).Draw(t, "query")))
		for i := range m.Len() {
			a, rank := m.At(i)
			name, at := a.Name.String(), 0
			for _, s := range m.Spans(i) {
				if s.Start < at || s.End <= s.Start || s.End > len(name) {
					t.Fatalf("%v of %q", m.Spans(i), name)
				}
				if !utf8.ValidString(name[s.Start:s.End]) {
					t.Fatalf("%v cuts %q", s, name)
				}
				at = s.End + 1
			}
			if rank == Prefix && len(m.filter.Query.words) == 1 && len(m.Spans(i)) == 0 &&
				!strings.HasPrefix(strconv.FormatInt(a.ID, 10), m.filter.Query.words[0].folded) {
				t.Fatalf("no span in %q for %q", name, m.filter.Query)
			}
		}
	})
}

func TestPlacesDoNotChangeTheFoldedName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), text(20)).Draw(t, "text")
		if got, want := string(foldWithPlaces(s).folded), fold.String(s); got != want {
			t.Fatalf("%q folds to %q, with places to %q", s, want, got)
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, seed := range [][2]string{
		{"alice.smith", "ali smi"}, {"307", "307"}, {"José", "jose\u0301"}, {"김철수", "기"}, {"a\u202eb", "ab"}, {"\xff", "\xfe"}, {"a b", "  b  a "},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, typed string) {
		s := listOf("307 alice @Sales", "3071 bob").With(account.Account{ID: 12, Name: hdpclient.TextOf(name)})
		q := ParseQuery(typed)
		m := s.Find(q)
		for i := range m.Len() {
			a, rank := m.At(i)
			if rank != Fuzzy && !holdsAll(a, q) {
				t.Errorf("%q finds %q", typed, a.Name)
			}
			for _, span := range m.Spans(i) {
				_ = a.Name.String()[span.Start:span.End]
			}
		}
		// The name in quotes must find the name.
		whole := s.Find(ParseQuery(Quote(name)))
		if _, ok := whole.Place(12); !ok {
			t.Errorf("%q does not find itself", name)
		}
	})
}
