package directory

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strconv"
	"time"
)

// Rank is how well an account matches a query: the smaller the better.
type Rank int

const (
	// Unranked is the rank of all accounts where the query has no words.
	Unranked Rank = iota
	// Exact: the name, but for case and accents, or the id.
	Exact
	// Prefix: the start of the name or of the id.
	Prefix
	// WordStart: the start of a word within the name, as in first.last.
	WordStart
	// Inside: anywhere in the name; of two words or more also some in the name
	// and the others in the tenant's.
	Inside
	// ByTenant: the start of a word in the tenant's name, nothing in the user's.
	ByTenant
	// Fuzzy: the letters in their order, with others between them.
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

// Matches are the accounts that a filter let through, in its order. They never
// change. The zero Matches are none.
type Matches struct {
	all    *Snapshot
	filter Filter
	whole  bool    // everything there is, in the order of the list: found is empty
	found  []int32 // positions, by class where they are ranked
	ends   [classes]int
	order  []int32 // what to show first, as places in the above; nil for as it is
}

// ranked reports whether there are words to judge accounts by.
func (m *Matches) ranked() bool { return len(m.filter.Query.words) > 0 }

// position is where in the list the i-th best account stands.
func (m *Matches) position(i int) int32 {
	if m.whole {
		return int32(i)
	}
	return m.found[i]
}

// Len is how many were found.
func (m Matches) Len() int {
	if m.whole {
		return m.all.Len()
	}
	return len(m.found)
}

// At is the i-th account. It panics unless 0 ≤ i < Len.
func (m Matches) At(i int) (Account, Rank) {
	if m.order != nil {
		i = int(m.order[i])
	}
	a := m.all.At(int(m.position(i)))
	if !m.ranked() {
		return a, Unranked
	}
	return a, classAt(&m.ends, i).rank()
}

// Position is where in the list the i-th account stands. It panics unless
// 0 ≤ i < Len.
func (m Matches) Position(i int) int {
	if m.order != nil {
		i = int(m.order[i])
	}
	return int(m.position(i))
}

// Accounts yields all of them in order.
func (m Matches) Accounts() iter.Seq[Account] {
	return func(yield func(Account) bool) {
		for i := range m.Len() {
			if a, _ := m.At(i); !yield(a) {
				return
			}
		}
	}
}

// Place is where an account stands among the matches; false if it is not one.
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

// Near is where an account stands among the matches, or where it is none of them,
// the one that comes after it in their order, else the last. false where nothing
// stands near it: there are no matches, the list has no such account, or they are in
// the order of their ranks, in which it has no place.
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

// With is the matches and one more account, shown at that place, that the filter
// does not let through; without it where the list has no such account.
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

// Query is what was asked.
func (m Matches) Query() Query { return m.filter.Query }

// Filter is what was asked, with the time by which it was judged.
func (m Matches) Filter() Filter { return m.filter }

// NextChange is the first time after that of the filter at which it may let
// others through, or sort them otherwise; zero if that is never. Until then
// there is no need to ask again.
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

// Best is the row to highlight for what was typed: the account whose name or id that
// is, else the first one, whatever the order in which the matches are shown.
func (m Matches) Best() int {
	if m.order == nil || !m.ranked() || m.ends[exactFold] == 0 {
		return 0
	}
	return max(0, slices.Index(m.order, 0))
}

// AreFuzzy reports whether the matches are all fuzzy ones.
func (m Matches) AreFuzzy() bool {
	return len(m.found) > 0 && m.ranked() && classAt(&m.ends, 0) == fuzzyName
}

// ExactCount is how many accounts fit what was typed exactly and equally well, such as two
// names that differ in accents, or one's id and another's name. It is 0 where none fits
// exactly.
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

// hasExactID reports whether one of the exact matches is one by its id.
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
