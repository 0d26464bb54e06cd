package search

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/fold"
)

// Span is a part of a printed user name ([hdpclient.Text.String]): the bytes from Start
// up to, but not including, End. It never separates a character from its accents or
// cuts the mark for a hidden character.
type Span struct{ Start, End int }

// Spans returns where the i-th best account's name contains what was typed, for
// highlighting: in order and without overlap. It is empty if the id or the tenant
// matched. It is computed at each call, so call it only for the rows on screen.
func (m Matches) Spans(i int) []Span {
	if !m.ranked() {
		return nil
	}
	a, rank := m.At(i)
	f := foldWithPlaces(a.Name.Raw())
	var hit []bool // by byte of the folded name
	if rank == Fuzzy {
		hit = f.fuzzyHits(m.filter.Query)
	} else {
		hit = f.hits(m.filter.Query)
	}
	return f.spans(hit)
}

// foldedName is a folded name that knows where each of its bytes comes from.
type foldedName struct {
	raw    string
	folded []byte
	// from holds, for each byte of folded, the offset of its character in raw.
	from []int
}

func foldWithPlaces(raw string) foldedName {
	f := foldedName{raw: raw}
	for i, r := range raw {
		f.folded = fold.Append(f.folded, r)
		for len(f.from) < len(f.folded) {
			f.from = append(f.from, i)
		}
	}
	return f
}

func (f foldedName) hits(q Query) []bool {
	hit := make([]bool, len(f.folded))
	if q.phrase.folded != "" && f.mark(hit, q.phrase.folded) {
		return hit
	}
	for _, w := range q.words {
		f.mark(hit, w.folded)
	}
	return hit
}

// mark marks the best place of the word: the start of the name, the start of a word, or
// the first.
func (f foldedName) mark(hit []bool, word string) bool {
	needle := []byte(word)
	best := bytes.Index(f.folded, needle)
	if best < 0 {
		return false
	}
	for at := best; at >= 0; at = indexFrom(f.folded, at+1, needle) {
		if at == 0 || startsWord(f.folded, at) {
			best = at
			break
		}
	}
	for j := range len(word) {
		hit[best+j] = true
	}
	return true
}

func (f foldedName) fuzzyHits(q Query) []bool {
	hit := make([]bool, len(f.folded))
	_, places, _ := newFuzzyMatcher(q).score(f.folded, true)
	char := 0
	for j := range string(f.folded) {
		hit[j] = slices.Contains(places, char)
		char++
	}
	return hit
}

// spans converts bytes of the folded name to parts of the printed one.
func (f foldedName) spans(hit []bool) []Span {
	var spans []Span
	for j := range hit {
		if !hit[j] {
			continue
		}
		start := f.from[j]
		end := f.endOfCharacter(start)
		span := Span{printedLen(f.raw[:start]), printedLen(f.raw[:end])}
		if n := len(spans); n > 0 && spans[n-1].End >= span.Start {
			spans[n-1].End = span.End
		} else {
			spans = append(spans, span)
		}
	}
	return spans
}

// endOfCharacter returns where the character at i ends, including its accents.
func (f foldedName) endOfCharacter(i int) int {
	_, size := utf8.DecodeRuneInString(f.raw[i:])
	for i += size; i < len(f.raw); i += size {
		var r rune
		if r, size = utf8.DecodeRuneInString(f.raw[i:]); !unicode.In(r, unicode.Mn, unicode.Me) {
			break
		}
	}
	return i
}

// printedLen relies on a prefix of a text printing as a prefix of the whole.
func printedLen(raw string) int { return len(hdpclient.Clean(raw)) }

func indexFrom(s []byte, from int, word []byte) int {
	if i := bytes.Index(s[from:], word); i >= 0 {
		return from + i
	}
	return -1
}
