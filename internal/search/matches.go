package search

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"time"

	"hdpadmin/internal/account"
)

// Rank says how well an account matches a query. Smaller is better.
type Rank int

const (
	// Unranked is the rank of all accounts if the query has no words.
	Unranked Rank = iota
	// Exact matches the name, apart from case and accents, or the id.
	Exact
	// Prefix matches the start of the name or of the id.
	Prefix
	// WordStart matches the start of a word within the name, as in first.last.
	WordStart
	// Inside matches anywhere in the name. Of several words, some may match the name
	// and the others the tenant's name.
	Inside
	// ByTenant matches the start of a word in the tenant's name, and nothing in the
	// user's.
	ByTenant
	// Fuzzy matches the letters in their order, with others between them.
	Fuzzy
)

func (c class) rank() Rank {
	switch c {
	case exactTyped, exactCase, exactFold:
		return Exact
	case prefixName, prefixID:
		return Prefix
	case wordStart:
		return WordStart
	case inside, insideAndTenant:
		return Inside
	case tenantOnly:
		return ByTenant
	case fuzzyName:
		return Fuzzy
	default:
		return Unranked
	}
}

// Matches holds the accounts that a filter returned, in its order. It never changes.
// The zero Matches is empty.
type Matches struct {
	all    *Snapshot
	filter Filter
	whole  bool    // all accounts in the order of the list; found is empty
	found  []int32 // positions, by class if ranked
	ends   [classes]int
	order  []int32 // indices into found in display order; nil if unchanged
}

// ranked reports whether the query has words to rank accounts by.
func (m *Matches) ranked() bool { return len(m.filter.Query.words) > 0 }

// position returns the position in the list of the i-th best account.
func (m *Matches) position(i int) int32 {
	if m.whole {
		return int32(i)
	}
	return m.found[i]
}

// Len returns the number of matches.
func (m Matches) Len() int {
	if m.whole {
		return m.all.Len()
	}
	return len(m.found)
}

// At returns the i-th account. It panics unless 0 ≤ i < Len.
func (m Matches) At(i int) (account.Account, Rank) {
	if m.order != nil {
		i = int(m.order[i])
	}
	a := m.all.At(int(m.position(i)))
	if !m.ranked() {
		return a, Unranked
	}
	return a, classAt(&m.ends, i).rank()
}

// Position returns the position in the list of the i-th account. It panics unless 0 ≤ i
// < Len.
func (m Matches) Position(i int) int {
	if m.order != nil {
		i = int(m.order[i])
	}
	return int(m.position(i))
}

// Place returns the index of an account among the matches, and false if it is not one.
func (m Matches) Place(id int64) (int, bool) {
	if m.all == nil {
		return 0, false
	}
	at, ok := m.all.position(id)
	if ok && !m.whole {
		at = slices.Index(m.found, int32(at))
	}
	if ok && at >= 0 && m.order != nil {
		at = slices.Index(m.order, int32(at))
	}
	if !ok || at < 0 {
		return 0, false
	}
	return at, true
}

// Near returns the index of an account among the matches. For another account it
// returns the index of the match that comes after it in their order, or of the last
// one. It returns false if there are no matches, if the list does not have the account,
// or if the matches are ordered by rank, in which the account has no place.
func (m Matches) Near(id int64) (int, bool) {
	if at, ok := m.Place(id); ok {
		return at, true
	}
	if m.Len() == 0 || m.ranked() {
		return 0, false
	}
	at, ok := m.all.position(id)
	if !ok {
		return 0, false
	}
	after := func(position int32) int { return cmp.Compare(position, int32(at)) }
	if by := m.filter.Sort; m.order != nil && by.By != NoColumn {
		c := m.all.column(by.By, m.filter.Now)
		place := c.place(int32(at), by.Descending)
		after = func(position int32) int {
			return cmp.Or(cmp.Compare(c.place(position, by.Descending), place), cmp.Compare(position, int32(at)))
		}
	}
	i := sort.Search(m.Len(), func(i int) bool { return after(int32(m.Position(i))) > 0 })
	return min(i, m.Len()-1), true
}

// With returns the matches plus one account, at the given index, that the filter does
// not return. It returns m unchanged if the list does not have the account.
func (m Matches) With(id int64, place int) Matches {
	if _, in := m.Place(id); in || m.all == nil {
		return m
	}
	position, ok := m.all.position(id)
	if !ok {
		return m
	}
	order := slices.Clone(m.order)
	if order == nil {
		order = make([]int32, len(m.found), len(m.found)+1)
		for i := range order {
			order[i] = int32(i)
		}
	}
	m.order = slices.Insert(order, place, int32(len(m.found)))
	m.found = append(slices.Clip(m.found), int32(position))
	return m
}

// NextChange returns the first time after the filter's at which it may return other
// accounts or another order; zero if there is none. Until then the matches stay valid.
func (m Matches) NextChange() time.Time {
	if m.all == nil {
		return time.Time{}
	}
	terms := m.filter.terms()
	if m.filter.Sort.By == ColumnStatus {
		terms = append(terms, term{condition: lockInForce})
	}
	return m.all.nextChange(terms, m.filter.Now)
}

// Best returns the row to highlight: the account with exactly the name or id that was
// typed, else the first, in whatever order the matches are displayed.
func (m Matches) Best() int {
	if m.order == nil || !m.ranked() || m.ends[exactFold] == 0 {
		return 0
	}
	return max(0, slices.Index(m.order, 0))
}

// AreFuzzy reports whether all matches are fuzzy.
func (m Matches) AreFuzzy() bool {
	return len(m.found) > 0 && m.ranked() && classAt(&m.ends, 0) == fuzzyName
}

// ExactCount returns how many accounts match exactly and equally well, such as two
// names that differ in accents, or one account's id and another's name. It returns 0 if
// none matches exactly.
func (m Matches) ExactCount() int {
	if len(m.found) == 0 || !m.ranked() {
		return 0
	}
	best := classAt(&m.ends, 0)
	switch {
	case best > exactFold:
		return 0
	case m.hasExactID():
		return m.ends[exactFold]
	}
	return m.ends[best]
}

// hasExactID reports whether one of the exact matches matches by its id.
func (m Matches) hasExactID() bool {
	for _, i := range m.found[:m.ends[exactFold]] {
		id := strconv.FormatInt(m.all.at(int(i)).ID, 10)
		for _, w := range m.filter.Query.words {
			if w.folded == id {
				return true
			}
		}
	}
	return false
}
