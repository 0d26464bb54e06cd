package search

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/fold"
)

// Builder makes snapshots while accounts stream in. The zero Builder is ready. Only one
// goroutine may use it, but its snapshots may be shared.
type Builder struct {
	// AsOf is the server's time of the list, UTC; set it when it is known.
	AsOf time.Time

	done    bool
	pages   [][]*account.Account
	slab    []account.Account // room for more accounts in one piece of memory
	peers   *peers            // nil: no other list has the same accounts
	shared  []bool            // pages that snapshots hold too, which are copied before a change
	size    int
	places  map[int64]int32 // position by id
	folded  []string        // folded name by position
	ordered int             // how many of the accounts the index covers
	unnamed int64           // how many accounts have no id
	index

	finder         lookalikeFinder
	tenantPlaces   map[tenantKey]int32
	tenantOfShared bool
}

// Add adds the next account of the list. An account with an id that is already there
// replaces the earlier one, since a list that changes while it is read may repeat
// accounts. An account without an id gets a row of its own.
func (b *Builder) Add(a account.Account) {
	if b.places == nil {
		b.places = map[int64]int32{}
		b.tenantPlaces = map[tenantKey]int32{}
	}
	if a.ID <= 0 {
		b.unnamed++
		a.ID = -b.unnamed
	}
	tenant := b.tenantIndex(&a)
	if i, ok := b.places[a.ID]; ok {
		b.replace(i, a, tenant)
		return
	}
	if b.size%pageSize == 0 {
		b.pages = append(b.pages, make([]*account.Account, 0, pageSize))
		b.shared = append(b.shared, false)
	}
	// Snapshots share the page up to its length at that time.
	last := &b.pages[len(b.pages)-1]
	*last = append(*last, b.keep(&a))
	b.places[a.ID] = int32(b.size)
	b.folded = append(b.folded, fold.String(a.Name.Raw()))
	b.tenantOf = append(b.tenantOf, tenant)
	b.size++
}

// keep returns a place in memory that holds the account and will not change.
func (b *Builder) keep(a *account.Account) *account.Account {
	if b.peers != nil {
		return b.peers.keep(a)
	}
	if len(b.slab) == 0 {
		b.slab = make([]account.Account, pageSize)
	}
	kept := &b.slab[0]
	*kept, b.slab = *a, b.slab[1:]
	return kept
}

// replace replaces the account at position i. Between two snapshots it copies each page
// once, however many accounts change.
func (b *Builder) replace(i int32, a account.Account, tenant int32) {
	p := i / pageSize
	if b.shared[p] {
		b.pages[p] = append(make([]*account.Account, 0, pageSize), b.pages[p]...)
		b.shared[p] = false
	}
	b.pages[p][i%pageSize] = b.keep(&a)
	if b.tenantOf[i] != tenant {
		if b.tenantOfShared {
			b.tenantOf, b.tenantOfShared = slices.Clone(b.tenantOf), false
		}
		b.tenantOf[i] = tenant
	}
	if folded := fold.String(a.Name.Raw()); folded != b.folded[i] {
		b.folded[i] = folded
		b.ordered = 0
	}
}

// tenantIndex returns the index of the account's tenant. It also makes accounts of one
// tenant share its name in memory.
func (b *Builder) tenantIndex(a *account.Account) int32 {
	key := tenantKey{a.TenantID, a.TenantName}
	i, ok := b.tenantPlaces[key]
	if !ok {
		i = int32(len(b.tenants))
		b.tenants = append(b.tenants, tenant{tenantKey: key, folded: fold.String(a.TenantName.Raw())})
		b.tenantPlaces[key] = i
	}
	a.TenantName = b.tenants[i].name
	return i
}

// Len returns the number of accounts added so far, each counted once.
func (b *Builder) Len() int { return b.size }

// Snapshot returns the accounts added so far; it is partial until [Builder.Finish]. It
// takes some milliseconds for 100,000 accounts: call it a few times a second, not for
// each row.
func (b *Builder) Snapshot() *Snapshot {
	if b.ordered < b.size {
		b.extendIndex()
	}
	b.tenantOfShared = true
	for p := range b.shared {
		b.shared[p] = true
	}
	if b.done && b.peers != nil {
		if s := b.peers.whole(b.pages, b.size); s != nil {
			same := *s
			same.asOf, same.partial = b.AsOf, false
			return &same
		}
	}
	return &Snapshot{
		pages:   slices.Clone(b.pages),
		size:    b.size,
		asOf:    b.AsOf,
		partial: !b.done,
		index:   b.index,
		memo:    &memo{},
	}
}

// Finish returns the complete snapshot after the last account.
func (b *Builder) Finish() *Snapshot {
	b.done = true
	return b.Snapshot()
}

// extendIndex sorts the accounts added since the last call into the index.
func (b *Builder) extendIndex() {
	if b.ordered == 0 {
		b.byID, b.byName, b.finder = nil, nil, lookalikeFinder{}
	}
	fresh := make([]int32, 0, b.size-b.ordered)
	for i := b.ordered; i < b.size; i++ {
		fresh = append(fresh, int32(i))
	}
	b.byID = merge(b.byID, fresh, b.compareIDs)
	b.byName = merge(b.byName, fresh, b.compareNames)
	b.names, b.starts = newNames(b.byName, b.folded)
	b.finder.add(func(i int32) hdpclient.Text { return b.pages[i/pageSize][i%pageSize].Name }, b.size)
	b.lookalikes = b.finder.lookalikes
	b.ordered = b.size
}

func (b *Builder) compareIDs(i, j int32) int { return cmp.Compare(b.id(i), b.id(j)) }

func (b *Builder) compareNames(i, j int32) int {
	if c := strings.Compare(b.folded[i], b.folded[j]); c != 0 {
		return c
	}
	return b.compareIDs(i, j)
}

func (b *Builder) id(i int32) int64 { return b.pages[i/pageSize][i%pageSize].ID }

// merge returns the sorted union. old is sorted already.
func merge(old, fresh []int32, compare func(i, j int32) int) []int32 {
	fresh = slices.Clone(fresh)
	slices.SortFunc(fresh, compare)
	all := make([]int32, 0, len(old)+len(fresh))
	for len(old) > 0 && len(fresh) > 0 {
		if compare(old[0], fresh[0]) <= 0 {
			all, old = append(all, old[0]), old[1:]
		} else {
			all, fresh = append(all, fresh[0]), fresh[1:]
		}
	}
	return append(append(all, old...), fresh...)
}
