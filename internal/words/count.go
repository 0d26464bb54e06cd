package words

import (
	"fmt"
	"strconv"
)

// Count formats n with thousands separators: 48,210.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// ShortCount formats n in at most four characters, rounded down from 1,000: 910, 1.2k, 48k, 1.0M.
func ShortCount(n int) string {
	for _, unit := range []struct {
		of   int
		name string
	}{{1_000_000, "M"}, {1_000, "k"}} {
		switch {
		case n >= 10*unit.of:
			return strconv.Itoa(n/unit.of) + unit.name
		case n >= unit.of:
			return fmt.Sprintf("%d.%d%s", n/unit.of, n%unit.of*10/unit.of, unit.name)
		}
	}
	return strconv.Itoa(n)
}

// Plural formats a count with its noun: "1 account", "48,210 accounts".
func Plural(n int, one string) string {
	if n != 1 {
		one += "s"
	}
	return Count(n) + " " + one
}
