package file

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxAccounts limits how much a reader allocates for a few bytes of ranges.
const maxAccounts = 1 << 20

// Accounts holds the IDs of a batch's accounts, in its order. The log stores ranges, such as
// "301-307,412", so that 100,000 IDs fit on one line.
type Accounts []int64

// MarshalText writes the ranges. It fails for a negative ID.
func (a Accounts) MarshalText() ([]byte, error) {
	var out []byte
	for i := 0; i < len(a); {
		last := i
		for last+1 < len(a) && a[last+1] == a[last]+1 {
			last++
		}
		if a[i] < 0 {
			return nil, fmt.Errorf("account id %d", a[i])
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, a[i], 10)
		if last > i {
			out = strconv.AppendInt(append(out, '-'), a[last], 10)
		}
		i = last + 1
	}
	return out, nil
}

var errRanges = errors.New("not a list of account ids")

// UnmarshalText reads what MarshalText wrote.
func (a *Accounts) UnmarshalText(text []byte) error {
	var ids Accounts
	if len(text) > 0 {
		for part := range strings.SplitSeq(string(text), ",") {
			low, high, isRange := strings.Cut(part, "-")
			if !isRange {
				high = low
			}
			first, err := strconv.ParseUint(low, 10, 63)
			last, err2 := strconv.ParseUint(high, 10, 63)
			if err != nil || err2 != nil || last < first || last-first >= maxAccounts || len(ids)+int(last-first) >= maxAccounts {
				return errRanges
			}
			for n := range last - first + 1 {
				ids = append(ids, int64(first+n)) //nolint:gosec // parsed with 63 bits
			}
		}
	}
	*a = ids
	return nil
}
