package search

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// class says how well an account matches, in finer steps than its Rank. Smaller is
// better, except that 0 means no match.
type class uint8

const (
	noMatch    class = iota
	exactTyped       // the name as typed, or the id
	exactCase        // apart from case
	exactFold        // apart from accents and the like
	prefixName
	prefixID
	wordStart
	inside
	// insideAndTenant matches some words in the name and the others in the tenant's
	// name: the operator narrowed a name down.
	insideAndTenant
	tenantOnly
	fuzzyName
	classes
)

// combine returns the class of an account that matches one word as c and another as d.
func (c class) combine(d class) class {
	switch {
	case c == noMatch || d == noMatch:
		return noMatch
	case (c == tenantOnly) != (d == tenantOnly):
		return insideAndTenant
	}
	return max(c, d)
}

// classify returns the class of each position; positions that are not allowed do not
// match.
func (s *Snapshot) classify(q Query, allowed []bool) []class {
	got := s.classifyWord(q.words[0], allowed)
	for _, w := range q.words[1:] {
		any := false
		for i, d := range s.classifyWord(w, allowed) {
			got[i] = got[i].combine(d)
			any = any || got[i] != noMatch
		}
		if !any {
			return got
		}
	}
	if q.phrase.folded != "" {
		phrase := make([]class, s.size)
		s.markNames(phrase, q.phrase, allowed)
		for i, d := range phrase {
			if d != noMatch {
				got[i] = min(got[i], d)
			}
		}
	}
	return got
}

// classifyWord does the same for one word. A nil allowed allows all.
func (s *Snapshot) classifyWord(w word, allowed []bool) []class {
	got := make([]class, s.size)
	s.markNames(got, w, allowed)
	s.markIDs(got, w)
	s.markTenants(got, w)
	for i, ok := range allowed {
		if !ok {
			got[i] = noMatch
		}
	}
	return got
}

func (s *Snapshot) markNames(got []class, w word, allowed []bool) {
	needle := []byte(w.folded)
	s.eachName(needle, func(k, hit int) {
		if i := s.byName[k]; allowed == nil || allowed[i] {
			got[i] = s.classifyName(k, hit, needle, w.typed, int(i))
		}
	})
}

// classifyName judges the name at place k by its first hit, or by a later one that
// starts a word.
func (s *Snapshot) classifyName(k, hit int, needle []byte, typed string, position int) class {
	start, end := s.starts[k], s.starts[k+1]-1
	if hit == start {
		if hit+len(needle) < end {
			return prefixName
		}
		return exactClass(typed, s.at(position).Name.Raw())
	}
	for {
		if startsWord(s.names[start:end], hit-start) {
			return wordStart
		}
		i := indexFrom(s.names[:end], hit+1, needle)
		if i < 0 {
			return inside
		}
		hit = i
	}
}

func exactClass(typed, name string) class {
	switch {
	case typed == name:
		return exactTyped
	case strings.EqualFold(typed, name):
		return exactCase
	}
	return exactFold
}

// startsWord reports whether a word may start at i > 0: the character before it is not
// part of a word.
func startsWord(name []byte, i int) bool {
	if c := name[i-1]; c < utf8.RuneSelf {
		letter := 'a' <= c|' ' && c|' ' <= 'z'
		return !letter && (c < '0' || '9' < c)
	}
	before, _ := utf8.DecodeLastRune(name[:i])
	return !isWordRune(before)
}

// isWordRune reports whether r is part of a word. A word may start after any other
// character.
func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mc, r)
}

// markIDs marks the account with this id, and those whose ids start with it.
func (s *Snapshot) markIDs(got []class, w word) {
	low, err := strconv.ParseInt(w.folded, 10, 64)
	if err != nil || strconv.FormatInt(low, 10) != w.folded || low < 0 {
		return
	}
	if i, ok := s.position(low); ok {
		got[i] = exactTyped
	}
	// 307 starts 3070 to 3079, 30700 to 30799 and so on.
	for width := int64(1); low > 0 && low <= math.MaxInt64/10; {
		low, width = low*10, width*10
		for k := s.firstWithID(low); k < s.size; k++ {
			i := s.byID[k]
			if s.at(int(i)).ID-low >= width {
				break
			}
			if got[i] == noMatch || got[i] > prefixID {
				got[i] = prefixID
			}
		}
	}
}

// markTenants marks accounts that match by neither name nor id. A tenant's name matches
// only from the start of a word: otherwise three letters would return whole tenants.
func (s *Snapshot) markTenants(got []class, w word) {
	var hit []bool
	for t := range s.tenants {
		if holdsWordStart(s.tenants[t].folded, w.folded) {
			if hit == nil {
				hit = make([]bool, len(s.tenants))
			}
			hit[t] = true
		}
	}
	if hit == nil {
		return
	}
	for i, c := range got {
		if c == noMatch && hit[s.tenantOf[i]] {
			got[i] = tenantOnly
		}
	}
}

func holdsWordStart(name, word string) bool {
	for from := 0; ; {
		i := strings.Index(name[from:], word)
		if i < 0 {
			return false
		}
		if from+i == 0 || startsWord([]byte(name), from+i) {
			return true
		}
		from += i + 1
	}
}

// gather sorts the matching positions by class, and by name within a class.
func (s *Snapshot) gather(got []class) (found []int32, ends [classes]int) {
	var count [classes]int
	for _, c := range got {
		count[c]++
	}
	next := [classes]int{}
	for c := exactTyped; c < classes; c++ {
		next[c] = ends[c-1]
		ends[c] = ends[c-1] + count[c]
	}
	found = make([]int32, ends[classes-1])
	for _, i := range s.byName {
		if c := got[i]; c != noMatch {
			found[next[c]] = i
			next[c]++
		}
	}
	return found, ends
}

// classAt returns the class of the i-th gathered position.
func classAt(ends *[classes]int, i int) class {
	return class(sort.SearchInts(ends[:], i+1))
}
