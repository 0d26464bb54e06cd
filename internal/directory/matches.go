package directory

import "strconv"

// Rank is how well an account matches a query: the smaller the better.
type Rank int

const (
	// Unranked is the rank of all accounts where the query is empty.
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

var ranks = [classes]Rank{
	exactTyped: Exact, exactCase: Exact, exactFold: Exact,
	prefixName: Prefix, prefixID: Prefix,
	wordStart: WordStart,
	inside:    Inside, insideAndTenant: Inside,
	tenantOnly: ByTenant,
	fuzzyName:  Fuzzy,
}

// Matches are the accounts that a query found in a snapshot, best first. They
// never change. The zero Matches are none.
type Matches struct {
	all   *Snapshot
	query Query
	found []int32 // positions, by class
	ends  [classes]int
}

// Len is how many were found.
func (m Matches) Len() int {
	if m.all != nil && m.query.Empty() {
		return m.all.Len()
	}
	return len(m.found)
}

// At is the i-th best account. It panics unless 0 ≤ i < Len.
func (m Matches) At(i int) (Account, Rank) {
	if m.query.Empty() {
		return m.all.At(i), Unranked
	}
	return m.all.At(int(m.found[i])), ranks[searchClass(&m.ends, i)]
}

// Place is where an account stands among the matches; false if it is not one.
func (m Matches) Place(id int64) (int, bool) {
	if m.all == nil {
		return 0, false
	}
	at, ok := m.all.position(id)
	if !ok || m.query.Empty() {
		return at, ok
	}
	for i, p := range m.found {
		if int(p) == at {
			return i, true
		}
	}
	return 0, false
}

// Query is what was asked.
func (m Matches) Query() Query { return m.query }

// Openable is the account that opens when the query is entered: the best one,
// if its name or id holds what was typed. A fuzzy match or another account of
// the tenant never is. Ambiguous means that what was typed is two accounts
// alike: one's id and another's name, or two names that differ in what was not
// typed; then both come first in the list and neither opens.
//
// In a partial snapshot the account that was meant may still be to come.
func (m Matches) Openable() (id int64, ok, ambiguous bool) {
	if len(m.found) == 0 {
		return 0, false, false
	}
	best := searchClass(&m.ends, 0)
	if best >= tenantOnly {
		return 0, false, false
	}
	if best <= exactFold {
		alike := m.ends[best]
		if m.holdsID() {
			alike = m.ends[exactFold]
		}
		if alike > 1 {
			return 0, false, true
		}
	}
	return m.all.at(int(m.found[0])).ID, true, false
}

// holdsID reports whether one of the exact matches is one by its id.
func (m Matches) holdsID() bool {
	for _, i := range m.found[:m.ends[exactFold]] {
		id := strconv.FormatInt(m.all.at(int(i)).ID, 10)
		for _, w := range m.query.words {
			if w.folded == id {
				return true
			}
		}
	}
	return false
}
