package search

import (
	"cmp"
	"slices"
	"sync"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"
)

// prepareFuzzy fills fzf's tables, which are package variables, once and before their
// first use.
var prepareFuzzy = sync.OnceFunc(func() { algo.Init("default") }) //nolint:gochecknoglobals // what it prepares is global too

// fuzzyMatcher scores folded names against the words of a query. It reuses its memory,
// so it is only for one search.
type fuzzyMatcher struct {
	words [][]rune
	bytes [][]byte
	slab  *util.Slab
}

func newFuzzyMatcher(q Query) *fuzzyMatcher {
	prepareFuzzy()
	// The sizes are fzf's own, enough for the longest name.
	f := &fuzzyMatcher{slab: util.MakeSlab(100*1024, 2048)}
	for _, w := range q.words {
		f.words = append(f.words, []rune(w.folded))
		f.bytes = append(f.bytes, []byte(w.folded))
	}
	return f
}

// score rates how well the name contains the letters of every word in their order; it
// returns false if it does not. With withPlaces, places are the indices of those
// letters.
func (f *fuzzyMatcher) score(name []byte, withPlaces bool) (score int, places []int, ok bool) {
	for _, b := range f.bytes {
		if !holdsInOrder(name, b) {
			return 0, nil, false
		}
	}
	chars := util.ToChars(name)
	for _, w := range f.words {
		result, at := algo.FuzzyMatchV2(true, false, true, &chars, w, withPlaces, f.slab)
		if result.Start < 0 {
			return 0, nil, false
		}
		score += result.Score
		if at != nil {
			places = append(places, *at...)
		}
	}
	return score, places, true
}

// holdsInOrder is a cheap check that nearly every name fails.
func holdsInOrder(name, letters []byte) bool {
	for _, c := range name {
		if len(letters) == 0 {
			break
		}
		if c == letters[0] {
			letters = letters[1:]
		}
	}
	return len(letters) == 0
}

// fuzzy returns the allowed accounts whose names match with gaps, best score first.
func (s *Snapshot) fuzzy(q Query, allowed []bool) (found []int32, ends [classes]int) {
	type scored struct {
		score    int
		position int32
	}
	var hits []scored
	f := newFuzzyMatcher(q)
	for k, i := range s.byName {
		if allowed != nil && !allowed[i] {
			continue
		}
		if score, _, ok := f.score(s.name(k), false); ok {
			hits = append(hits, scored{score, i})
		}
	}
	// Equal scores keep the order of names.
	slices.SortStableFunc(hits, func(a, b scored) int { return cmp.Compare(b.score, a.score) })

	for _, h := range hits {
		found = append(found, h.position)
	}
	ends[fuzzyName] = len(found)
	return found, ends
}
