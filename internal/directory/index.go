package directory

import (
	"bytes"
	"sort"

	"hdpadmin/hdpclient"
)

// index is what a query needs of a snapshot, worked out once. Its parts are
// never changed, only replaced. Positions are those in the list.
type index struct {
	// byID are the positions in the order of ids.
	byID []int32
	// byName are the positions in the order of folded names, then of ids. The
	// same order holds in names, so that what a search runs into is sorted.
	byName []int32
	// names are the folded names in that order, each with a line break before it
	// and the last with one after it: one piece of memory to search.
	names []byte
	// starts says where in names the name of byName[i] starts; one more at the
	// end says where another one would. Four bytes would not do for all that a list
	// may hold: a character can fold to many.
	starts []int
	// tenants are all there are, and tenantOf the place among them of the account
	// at each position.
	tenants  []tenant
	tenantOf []int32
	lookalikes
}

// tenant is told from others by id and name: either may be missing in a list.
type tenant struct {
	tenantKey
	folded string // the name
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

// name is the folded name at place k of byName.
func (x *index) name(k int) []byte { return x.names[x.starts[k] : x.starts[k+1]-1] }

// eachName calls found for the places in byName whose names hold needle, in
// order, with the offset in names of the first hit in each.
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

// placeOf is the place of the name at offset hit, which is at k or after it: a
// few steps where hits are close together, a search where they are not.
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
