package search

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"time"

	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// Snapshot holds the accounts of one list call in the call's order. It never changes,
// so it may be shared between goroutines. The zero Snapshot is empty. A [Builder] makes
// one.
type Snapshot struct {
	pages   [][]*account.Account // other snapshots may have the same accounts
	size    int
	asOf    time.Time
	partial bool
	index
	memo *memo // nil in the zero Snapshot
}

// Snapshots share pages with earlier and later ones. Each page but the last has this
// many accounts: in one piece they fill 40 KiB, which the allocator would reserve anyway.
const pageSize = 269

// Len returns the number of accounts.
func (s *Snapshot) Len() int { return s.size }

// At returns the account at position i of the list. It panics unless 0 ≤ i < Len.
func (s *Snapshot) At(i int) account.Account { return *s.at(i) }

func (s *Snapshot) at(i int) *account.Account { return s.pages[i/pageSize][i%pageSize] }

// ByID finds an account by its id.
func (s *Snapshot) ByID(id int64) (account.Account, bool) {
	if i, ok := s.position(id); ok {
		return s.At(i), true
	}
	return account.Account{}, false
}

// Position returns the position in the list of the account with this id.
func (s *Snapshot) Position(id int64) (int, bool) { return s.position(id) }

// Named returns the positions of the accounts whose user names equal name without case, as
// [strings.EqualFold] has it, in the order of the list. Only U+0345, which is a letter without case
// but invisible with it, equals nothing else.
func (s *Snapshot) Named(name string) []int {
	folded := []byte(fold.String(name))
	k := sort.Search(s.size, func(k int) bool { return bytes.Compare(s.name(k), folded) >= 0 })
	var found []int
	for ; k < s.size && bytes.Equal(s.name(k), folded); k++ {
		if i := int(s.byName[k]); strings.EqualFold(s.at(i).Name.Raw(), name) {
			found = append(found, i)
		}
	}
	slices.Sort(found)
	return found
}

// HasSamePositions reports whether other is known to have the same accounts at the same
// positions, as after [Snapshot.With] without a change of a name.
func (s *Snapshot) HasSamePositions(other *Snapshot) bool {
	return s.size == other.size && (s.size == 0 || &s.byID[0] == &other.byID[0])
}

// CountWithoutID returns how many accounts have no readable id.
func (s *Snapshot) CountWithoutID() int { return s.firstWithID(0) }

// AsOf returns the server's time of the list, UTC; zero if unknown.
func (s *Snapshot) AsOf() time.Time { return s.asOf }

// Partial reports whether the list was not read to its end.
func (s *Snapshot) Partial() bool { return s.partial }

// With returns the snapshot with accounts replaced, or added at the end if their ids are
// new. It keeps a tenant name and roles that they lack. This takes microseconds for each
// account whose name is unchanged; new names rebuild the whole index once.
func (s *Snapshot) With(accounts ...account.Account) *Snapshot {
	next := s
	var renamed []account.Account
	for _, a := range accounts {
		i, ok := next.position(a.ID)
		if !ok {
			renamed = append(renamed, a)
			continue
		}
		old := next.at(i)
		a = a.Completed(*old)
		if a.Name == old.Name && a.TenantID == old.TenantID && a.TenantName == old.TenantName {
			next = next.replace(i, a)
		} else {
			renamed = append(renamed, a)
		}
	}
	if len(renamed) == 0 {
		return next
	}
	b := Builder{AsOf: s.asOf}
	for j := range next.size {
		b.Add(next.At(j)) // those without an id get the same numbers again
	}
	for _, a := range renamed {
		b.Add(a)
	}
	b.done = !s.partial
	return b.Snapshot()
}

// replace returns the snapshot with the account at position i replaced by one with the same name and
// tenant.
func (s *Snapshot) replace(i int, a account.Account) *Snapshot {
	next := *s
	next.pages = replacePage(s.pages, i, &a)
	next.memo = s.memo.updated(&next, i, s.at(i))
	return &next
}

// position returns the position in the list of the account with this id.
func (s *Snapshot) position(id int64) (int, bool) {
	i := s.firstWithID(id)
	if i == s.size || s.at(int(s.byID[i])).ID != id {
		return 0, false
	}
	return int(s.byID[i]), true
}

// firstWithID returns the first place in byID with this id or a greater one.
func (s *Snapshot) firstWithID(id int64) int {
	return sort.Search(s.size, func(i int) bool { return s.at(int(s.byID[i])).ID >= id })
}

// replacePage copies the one page that changes, and the list of pages.
func replacePage(pages [][]*account.Account, i int, a *account.Account) [][]*account.Account {
	next := slices.Clone(pages)
	page := slices.Clone(pages[i/pageSize])
	page[i%pageSize] = a
	next[i/pageSize] = page
	return next
}
