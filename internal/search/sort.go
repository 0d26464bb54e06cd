package search

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hdpadmin/internal/account"
)

// Sort is an order of accounts. Equal accounts keep their order in either direction,
// and unknown values come last in both.
type Sort struct {
	By         Column
	Descending bool
}

// Column is a property to sort by.
type Column int

const (
	// NoColumn keeps the filter's own order, which has no descending variant.
	NoColumn Column = iota
	ColumnID
	// ColumnName ignores case and accents.
	ColumnName
	// ColumnTenant sorts by the tenant's name. Tenants without a name in the list
	// follow by id.
	ColumnTenant
	// ColumnStatus puts the greatest obstacle first: locked, inactive and locked,
	// inactive, undocumented status, expired lock, active.
	ColumnStatus
	// ColumnPassword sorts by expiration. Passwords that never expire come last.
	ColumnPassword
	columns
)

// column holds the place of each account in an order, so that some of them can be
// sorted without looking at them.
type column struct {
	places []int32 // by position; equal accounts have the same place
	known  int32   // the first place of unknown values
	size   int32   // how many places there are
}

// place returns the place of the account at a position.
func (c *column) place(position int32, descending bool) int32 {
	p := c.places[position]
	if descending && p < c.known {
		return c.known - 1 - p
	}
	return p
}

// sortMatches returns the display order of the matches, nil if it is unchanged.
func (s *Snapshot) sortMatches(f Filter, m Matches) []int32 {
	if f.Sort.By <= NoColumn || f.Sort.By >= columns || s.size == 0 {
		return nil
	}
	c := s.column(f.Sort.By, f.Now)
	n := m.Len()
	placeOf := func(i int32) int32 { return c.place(m.position(int(i)), f.Sort.Descending) }
	order := make([]int32, n)
	if n < int(c.size)/16 {
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(placeOf(i), placeOf(j)) })
		return order
	}
	// Places are numbers without gaps, so counting sorts them.
	next := make([]int32, c.size+1)
	for i := range order {
		next[placeOf(int32(i))+1]++
	}
	for p := range c.size {
		next[p+1] += next[p]
	}
	for i := range order {
		p := placeOf(int32(i))
		order[next[p]] = int32(i)
		next[p]++
	}
	return order
}

// column is cached, except for the status, which depends on the time.
func (s *Snapshot) column(by Column, now time.Time) *column {
	if by == ColumnStatus {
		return s.statusColumn(now)
	}
	return s.memo.columns[by].get(func() *column {
		switch by {
		case ColumnID:
			without := s.CountWithoutID()
			inOrder := slices.Concat(s.byID[without:], s.byID[:without])
			c := s.newColumn(inOrder, func(int, int) bool { return false })
			c.known -= int32(without)
			return c
		case ColumnName:
			return s.newColumn(s.byName, func(j, k int) bool { return string(s.name(j)) == string(s.name(k)) })
		case ColumnTenant:
			return s.tenantColumn()
		default:
			return s.passwordColumn()
		}
	})
}

// newColumn numbers the positions in order. Equal ones get the same place.
func (s *Snapshot) newColumn(inOrder []int32, alike func(j, k int) bool) *column {
	c := &column{places: make([]int32, s.size)}
	for k, p := range inOrder {
		if k == 0 || !alike(k-1, k) {
			c.size++
		}
		c.places[p] = c.size - 1
	}
	c.known = c.size
	return c
}

func (s *Snapshot) tenantColumn() *column {
	order := make([]int32, len(s.tenants))
	for t := range order {
		order[t] = int32(t)
	}
	slices.SortFunc(order, func(i, j int32) int { return compareTenants(s.tenants[i], s.tenants[j]) })
	place := make([]int32, len(s.tenants))
	c := &column{places: make([]int32, s.size), size: int32(len(order))}
	for k, t := range order {
		place[t] = int32(k)
		if s.tenants[t].tenantKey != (tenantKey{}) {
			c.known = int32(k) + 1
		}
	}
	for i := range c.places {
		c.places[i] = place[s.tenantOf[i]]
	}
	return c
}

func compareTenants(a, b tenant) int {
	if c := compareBools(a.name.IsZero(), b.name.IsZero()); c != 0 {
		return c
	}
	if c := compareBools(a.id == 0, b.id == 0); c != 0 && a.name.IsZero() {
		return c
	}
	return cmp.Or(strings.Compare(a.folded, b.folded), strings.Compare(a.name.Raw(), b.name.Raw()), cmp.Compare(a.id, b.id))
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (s *Snapshot) statusColumn(now time.Time) *column {
	const lockedPlace, inactiveLocked, inactive, undocumented, expiredLock, active, notKnown, places = 0, 1, 2, 3, 4, 5, 6, 7
	locked := make([]bool, s.size)
	lockInForce.mark(s, now, locked)
	c := &column{places: make([]int32, s.size), known: notKnown, size: places}
	for i, f := range s.facts().of {
		p := int32(active)
		switch {
		case f&statusKnown == 0:
			p = notKnown
		case f&isInactive != 0 && locked[i]:
			p = inactiveLocked
		case f&isInactive != 0:
			p = inactive
		case locked[i]:
			p = lockedPlace
		case f&isActive == 0:
			p = undocumented
		case f&lockTimed != 0:
			p = expiredLock
		}
		c.places[i] = p
	}
	return c
}

func (s *Snapshot) passwordColumn() *column {
	f := s.facts()
	c := s.newColumn(f.byExpiry, func(j, k int) bool {
		return expiry(s.at(int(f.byExpiry[j]))).Equal(expiry(s.at(int(f.byExpiry[k]))))
	})
	never := c.size
	c.known = never + 1
	unreadable, external, notGiven := never+1, never+2, never+3
	c.size = never + 4
	for i, one := range f.of {
		a := s.at(i)
		switch {
		case hasExpiry(one, a):
		case one&neverExpires != 0:
			c.places[i] = never
		case one&passwordCounts != 0:
			c.places[i] = unreadable
		case a.Auth == account.External:
			c.places[i] = external
		default:
			c.places[i] = notGiven
		}
	}
	return c
}
