package search

import "time"

// Filter says which accounts to return, and in what order. The zero Filter returns all
// of them in the order of the list.
type Filter struct {
	Query Query
	// View limits the search to a part of the list.
	View View
	// Sort orders the accounts. The zero Sort is by rank, or the order of the list if
	// the query does not rank.
	Sort Sort
	// Now is the server's time, by which locks and expirations are judged. Zero means
	// the time of the list.
	Now time.Time
	// Within is how soon a password must expire to be in the view Expiring. Zero or
	// less means ExpiringWithin.
	Within time.Duration
}

func (f Filter) terms() []term { return append(f.View.terms(f.Within), f.Query.terms...) }

// Filter returns the accounts in the view that match the query's qualifiers and words,
// best first: exact, prefix, word start, inside, by tenant. Equal ranks are ordered by
// name, then by id. Only if there are none, it returns fuzzy matches: names with the
// letters in this order and others between them. A query without words does not rank.
func (s *Snapshot) Filter(f Filter) Matches {
	if f.Now.IsZero() {
		f.Now = s.asOf
	}
	m := Matches{all: s, filter: f}
	allowed := s.allowed(f.terms(), f.Now)
	switch {
	case m.ranked():
		m.found, m.ends = s.gather(s.classify(f.Query, allowed))
		if len(m.found) == 0 {
			m.found, m.ends = s.fuzzy(f.Query, allowed)
		}
	case allowed == nil:
		m.whole = true
	default:
		for i, ok := range allowed {
			if ok {
				m.found = append(m.found, int32(i))
			}
		}
	}
	m.order = s.sortMatches(f, m)
	return m
}
