package directory

import "time"

// Filter says which accounts are wanted, and in what order. The zero Filter is
// all of them as the list has them.
type Filter struct {
	Query Query
	// View is searched by the query, the rest is not.
	View View
	// Sort is by rank where it is zero, and where the query does not rank in the
	// order of the list.
	Sort Sort
	// Now is the server's time, by which locks and expirations are judged; zero
	// stands for the time of the list.
	Now time.Time
	// Within is how soon a password must expire to be in the view Expiring; zero
	// or less stands for ExpiringWithin.
	Within time.Duration
}

func (f Filter) terms() []term { return append(f.View.terms(f.Within), f.Query.terms...) }

// Filter returns the accounts that are wanted. Of those in the view that fulfil
// the query's qualifiers it returns the ones that hold its words as well, best
// first: exact, prefix, word start, inside, by tenant; alike ones by name, then
// by id. Only where there is none it returns those whose names hold the letters
// in that order with others between. A query without words does not rank.
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

// Find returns the accounts that a query asks for, in the order and by the time
// that the zero Filter has.
func (s *Snapshot) Find(q Query) Matches { return s.Filter(Filter{Query: q}) }
