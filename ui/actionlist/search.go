package actionlist

import (
	"cmp"
	"slices"
	"strings"
)

// How well a search word matches an action, best first.
const (
	rankNamePart       = iota // starts a part of its name, or is its key
	rankHelpWord              // starts a word of its text
	rankSubstring             // occurs in its name or text
	rankLettersInOrder        // its letters are in the name in this order, with gaps
	rankNone
)

// search returns the rows that match all words: those of this place first, each group by rank.
// Matches by scattered letters are guesses and only count if nothing matches better.
func search(rows []Row, words string) []Row {
	type hit struct {
		Row
		worst, sum int
	}
	var hits []hit
	best := rankNone
	for _, r := range rows {
		h := hit{Row: r}
		for word := range strings.FieldsSeq(strings.ToLower(words)) {
			f := rank(r, word)
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
	found := make([]Row, len(hits))
	for i, h := range hits {
		found[i] = h.Row
	}
	return found
}

func rank(r Row, word string) int {
	id, text := string(r.ID), strings.ToLower(r.Text)
	starts := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.HasPrefix(s, word) })
	}
	switch {
	case starts(strings.Split(id, "-")), strings.HasPrefix(id, word), slices.Contains(strings.Fields(strings.ToLower(r.Key)), word):
		return rankNamePart
	case starts(strings.Fields(text)):
		return rankHelpWord
	case strings.Contains(id, word), strings.Contains(text, word):
		return rankSubstring
	case hasLettersInOrder(id, word):
		return rankLettersInOrder
	}
	return rankNone
}

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
