package search

import (
	"strconv"
	"strings"
	"time"

	"hdpadmin/internal/fold"
)

const day = 24 * time.Hour

// parseExpires reads when a password expires: <7d, <=7d, >30d, >=30d, never, past or
// expired. "<7d" does not include passwords that have expired.
func parseExpires(s string) (condition, bool) {
	switch s = fold.String(s); s {
	case "never":
		return factsCondition{mask: neverExpires, want: neverExpires}, true
	case "past", "expired":
		return expiryCondition{noLowerBound, 0}, true
	}
	for _, sign := range []string{"<=", ">=", "<", ">"} { // longer signs first
		length, ok := strings.CutPrefix(s, sign)
		if !ok {
			continue
		}
		d, ok := parseLength(length)
		switch sign {
		case "<":
			return expiryCondition{0, d - 1}, ok && d > 0
		case "<=":
			return expiryCondition{0, d}, ok
		case ">":
			return expiryCondition{d, noUpperBound}, ok
		default:
			return expiryCondition{max(d-1, 0), noUpperBound}, ok
		}
	}
	return nil, false
}

// longest is the longest accepted length of time in days: further away than any
// password expires, and short enough for a Duration.
const longest = 36_500

// parseLength reads hours (12h), days (7d, or just 7) and weeks (2w).
func parseLength(s string) (time.Duration, bool) {
	unit := day
	if s != "" {
		switch s[len(s)-1] {
		case 'h':
			unit = time.Hour
		case 'w':
			unit = 7 * day
		}
		s = strings.TrimRight(s[:len(s)-1], " ") + strings.TrimRight(s[len(s)-1:], "hdw")
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > uint64(longest*day/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
