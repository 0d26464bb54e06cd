package palette

import (
	"cmp"
	"slices"
	"strings"
)

// How well a word of what was typed fits an action, the best first.
const (
	rankNamePart       = iota // a part of its name, or its key
	rankHelpWord              // a word of its help
	rankSubstring             // anything of both
	rankLettersInOrder        // the letters of its name in their order, with gaps
	rankNone
)

// search returns the entries that all the words fit: those of this place first, the
// better ones before the others. What fits by its letters alone is a guess, for
// where nothing fits better.
func search(entries []Entry, words string) []Entry {
	type hit struct {
		Entry
		worst, sum int
	}
	var hits []hit
	best := rankNone
	for _, e := range entries {
		h := hit{Entry: e}
		for word := range strings.FieldsSeq(strings.ToLower(words)) {
			f := rank(e, word)
			h.worst, h.sum = max(h.worst, f), h.sum+f
		}
		if h.worst < rankNone {
			hits, best = append(hits, h), min(best, h.worst)
		}
	}
	if best < rankLettersInOrder {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.worst == rankLettersInOrder })
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.IsHere != b.IsHere {
			if a.IsHere {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.sum, b.sum)
	})
	found := make([]Entry, len(hits))
	for i, h := range hits {
		found[i] = h.Entry
	}
	return found
}

func rank(e Entry, word string) int {
	id, help := string(e.ID), strings.ToLower(e.Help)
	starts := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, word) })
	}
	switch {
	case starts(strings.Split(id, "-")), strings.HasPrefix(id, word), slices.Contains(strings.Fields(strings.ToLower(e.Key)), word):
		return rankNamePart
	case starts(strings.Fields(help)):
		return rankHelpWord
	case strings.Contains(id, word), strings.Contains(help, word):
		return rankSubstring
	case hasLettersInOrder(id, word):
		return rankLettersInOrder
	}
	return rankNone
}

// hasLettersInOrder reports whether s has all the letters in their order.
func hasLettersInOrder(s, letters string) bool {
	for _, r := range letters {
		i := strings.IndexRune(s, r)
		if i < 0 {
			return false
		}
		s = s[i+len(string(r)):]
	}
	return true
}
