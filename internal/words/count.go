package words

import "strconv"

// Count formats n with thousands separators: 48,210.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural formats a count with its noun: "1 account", "48,210 accounts".
func Plural(n int, one string) string {
	if n != 1 {
		one += "s"
	}
	return Count(n) + " " + one
}
