package directory

import (
	"sort"
	"time"
)

// Snapshot is the accounts as one list call told them, in the order of that
// call. It never changes, so it may be read from anywhere; the zero Snapshot is
// empty. A [Builder] makes one.
type Snapshot struct {
	pages   [][]Account
	size    int
	asOf    time.Time
	partial bool
	index
	memo *memo // nil in the zero Snapshot
}

// A snapshot shares its pages with those made before and after it. Every page
// but the last has this many accounts: as many as fill 40 KiB, what the
// allocator would set aside anyway.
const pageSize = 269

// Len is how many accounts there are.
func (s *Snapshot) Len() int { return s.size }

// At is the account at position i of the list. It panics unless 0 ≤ i < Len.
func (s *Snapshot) At(i int) Account { return *s.at(i) }

func (s *Snapshot) at(i int) *Account { return &s.pages[i/pageSize][i%pageSize] }

// ByID finds an account by its id.
func (s *Snapshot) ByID(id int64) (Account, bool) {
	if i, ok := s.position(id); ok {
		return s.At(i), true
	}
	return Account{}, false
}

// Position is where in the list the account of that id stands.
func (s *Snapshot) Position(id int64) (int, bool) { return s.position(id) }

// HasSamePositions reports whether the accounts of other are known to be those of s,
// each at its position: as after [Snapshot.With], which changes nobody's name.
func (s *Snapshot) HasSamePositions(other *Snapshot) bool {
	return s.size == other.size && (s.size == 0 || &s.byID[0] == &other.byID[0])
}

// CountWithoutID is how many accounts have no id that could be read.
func (s *Snapshot) CountWithoutID() int { return s.firstWithID(0) }

// AsOf is the server's time when the list was read, UTC; zero if not known.
func (s *Snapshot) AsOf() time.Time { return s.asOf }

// Partial reports whether the list had not been read to its end.
func (s *Snapshot) Partial() bool { return s.partial }

// With is the snapshot with one account replaced, where it stood, or added at
// the end if there is none of that id. A tenant name and roles that a lacks are
// kept. A known name costs microseconds, a new one the index of all names.
func (s *Snapshot) With(a Account) *Snapshot {
	i, ok := s.position(a.ID)
	if ok {
		old := s.at(i)
		if a.TenantName.IsZero() && a.TenantID == old.TenantID {
			a.TenantName = old.TenantName
		}
		if !a.Roles.Known() {
			a.Roles = old.Roles
			a.Administrator = a.Administrator || old.Administrator
		}
		if a.Name == old.Name && a.TenantID == old.TenantID && a.TenantName == old.TenantName {
			next := *s
			next.pages = replacePage(s.pages, i, a)
			next.memo = s.memo.updated(&next, i, old)
			return &next
		}
	}
	b := Builder{AsOf: s.asOf}
	for j := range s.size {
		b.Add(s.At(j)) // those without an id get the same numbers again
	}
	b.Add(a)
	b.done = !s.partial
	return b.Snapshot()
}

// position is where in the list the account of that id stands.
func (s *Snapshot) position(id int64) (int, bool) {
	i := s.firstWithID(id)
	if i == s.size || s.at(int(s.byID[i])).ID != id {
		return 0, false
	}
	return int(s.byID[i]), true
}

// firstWithID is the first place in byID of that id or a greater one.
func (s *Snapshot) firstWithID(id int64) int {
	return sort.Search(s.size, func(i int) bool { return s.at(int(s.byID[i])).ID >= id })
}

// replacePage copies the one page that differs, and the list of pages.
func replacePage(pages [][]Account, i int, a Account) [][]Account {
	next := append([][]Account(nil), pages...)
	page := make([]Account, len(pages[i/pageSize]), pageSize)
	copy(page, pages[i/pageSize])
	page[i%pageSize] = a
	next[i/pageSize] = page
	return next
}
