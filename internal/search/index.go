package search

import (
	"bytes"
	"sort"

	"hdpadmin/hdpclient"
)

// index holds what a query needs of a snapshot. Its parts are replaced, never changed.
// Positions are those in the list.
type index struct {
	// byID holds the positions in the order of ids.
	byID []int32
	// byName holds the positions in the order of folded names, then of ids. names has
	// the same order, so that the hits of a search are sorted.
	byName []int32
	// names holds the folded names in that order in one piece of memory: each with a
	// line break before it, and the last with one after it.
	names []byte
	// starts holds the offset in names of the name of byName[i], and at its end the
	// offset after the last. Four bytes could be too small, because a character may
	// fold to many.
	starts []int
	// tenants holds all tenants, and tenantOf the index of each position's tenant.
	tenants  []tenant
	tenantOf []int32
	lookalikes
}

// tenant is identified by id and name, because a list may lack either.
type tenant struct {
	tenantKey
	folded string // the folded name
}

type tenantKey struct {
	id   int64
	name hdpclient.Text
}

func newNames(byName []int32, folded []string) (names []byte, starts []int) {
	size := 1
	for _, s := range folded {
		size += len(s) + 1
	}
	names = append(make([]byte, 0, size), '\n')
	starts = make([]int, 0, len(byName)+1)
	for _, i := range byName {
		starts = append(starts, len(names))
		names = append(names, folded[i]...)
		names = append(names, '\n')
	}
	return names, append(starts, len(names))
}

// name returns the folded name at place k of byName.
func (x *index) name(k int) []byte { return x.names[x.starts[k] : x.starts[k+1]-1] }

// eachName calls found for each place in byName whose name contains needle, in order,
// with the offset in names of the first hit.
func (x *index) eachName(needle []byte, found func(k int, hit int)) {
	for k, from := 0, 0; ; {
		i := bytes.Index(x.names[from:], needle)
		if i < 0 {
			return
		}
		hit := from + i
		k = x.placeOf(hit, k)
		found(k, hit)
		from = x.starts[k+1] - 1
	}
}

// placeOf returns the place, k or later, of the name at offset hit. It tries a few
// steps before it searches, because hits are often close together.
func (x *index) placeOf(hit, k int) int {
	for range 8 {
		if x.starts[k+1] > hit {
			return k
		}
		k++
	}
	rest := x.starts[k+1:]
	return k + sort.Search(len(rest), func(i int) bool { return rest[i] > hit })
}
