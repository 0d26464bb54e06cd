package actionlist

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// match is how a word of the search matches a row, best first.
type match int

const (
	wholeWord      match = iota // or the row's key
	wordStart                   // it starts a word
	partOfWord                  // of the text
	lettersInOrder              // of the action's id, with gaps
	noMatch
)

// search returns the rows that match all words. Whole words come before starts of words, and those
// before parts of words; among equals, the rows of this place come first, and a match in a name
// before one in the text. Scattered letters are a guess and only count if nothing matches better.
func search(rows []Row, words string) []Row {
	type hit struct {
		Row
		worst  match
		inText int // words that match only the text
	}
	var hits []hit
	best := noMatch
	for _, r := range rows {
		h := hit{Row: r}
		for word := range strings.FieldsSeq(strings.ToLower(words)) {
			m, named := r.match(word)
			h.worst = max(h.worst, m)
			if !named {
				h.inText++
			}
		}
		if h.worst < noMatch {
			hits, best = append(hits, h), min(best, h.worst)
		}
	}
	if best < lettersInOrder {
		hits = slices.DeleteFunc(hits, func(h hit) bool { return h.worst == lettersInOrder })
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), hereFirst(a.Row, b.Row), cmp.Compare(a.inText, b.inText))
	})
	found := make([]Row, len(hits))
	for i, h := range hits {
		found[i] = h.Row
	}
	return found
}

func hereFirst(a, b Row) int {
	switch {
	case a.IsHere == b.IsHere:
		return 0
	case a.IsHere:
		return -1
	}
	return 1
}

// match returns how a word in lower case matches the row, and whether it matches a name of it.
func (r Row) match(word string) (m match, named bool) {
	id, text := string(r.ID), strings.ToLower(r.Text)
	names := slices.Concat([]string{id}, strings.Split(id, "-"), strings.Fields(strings.ToLower(r.Key+" "+r.Also)))
	inName, inText := matchWords(names, word), matchWords(strings.FieldsFunc(text, isNotInWord), word)
	switch m = min(inName, inText); {
	case m < noMatch:
		return m, inName <= inText
	case strings.Contains(text, word):
		return partOfWord, false
	case hasLettersInOrder(id, word):
		return lettersInOrder, true
	}
	return noMatch, false
}

func isNotInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }

func matchWords(list []string, word string) match {
	best := noMatch
	for _, s := range list {
		switch {
		case s == word:
			return wholeWord
		case strings.HasPrefix(s, word):
			best = wordStart
		}
	}
	return best
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
