package search

import (
	"strconv"
	"strings"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/fold"
)

// qualifier is a condition that a query can contain besides words.
type qualifier struct {
	name    string
	accepts string // its values, in words
	values  []string
	parse   func(string) (condition, bool)
}

// qualifiers returns all qualifiers. Times are the server's.
func qualifiers() []qualifier {
	return []qualifier{
		{"tenant", "the start of a tenant's name, or its id", nil, parseTenant},
		{"status", "active, inactive or a number", []string{"active", "inactive"}, parseStatus},
		{"locked", "yes, no or expired", []string{"yes", "no", "expired"}, parseLocked},
		{"must-change", "yes or no", []string{"yes", "no"}, parseMustChange},
		{"expires", "<7d, >30d, never or past", []string{"<7d", ">30d", "never", "past"}, parseExpires},
		{"role", "a role id", nil, parseRole},
	}
}

// findQualifier also accepts must-reset, the former name of must-change.
func findQualifier(name string) *qualifier {
	name = fold.String(name)
	if name == "must-reset" {
		name = "must-change"
	}
	all := qualifiers()
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

func parseTenant(s string) (condition, bool) {
	folded := strings.TrimSpace(fold.String(s))
	id, err := strconv.ParseInt(folded, 10, 64)
	if err != nil {
		id = -1
	}
	return tenantCondition{folded: folded, id: id}, folded != ""
}

func parseStatus(s string) (condition, bool) {
	switch s = fold.String(s); s {
	case "active", "1":
		return factsCondition{mask: isActive, want: isActive}, true
	case "inactive", "0":
		return factsCondition{mask: isInactive, want: isInactive}, true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return statusCondition{status: hdpclient.Status(n)}, err == nil
}

func parseLocked(s string) (condition, bool) {
	switch fold.String(s) {
	case "yes":
		return lockInForce, true
	case "no":
		return noLockInForce, true
	case "expired", "lapsed": // lapsed is the former word
		return lockExpired, true
	}
	return nil, false
}

func parseMustChange(s string) (condition, bool) {
	const mask = passwordCounts | mustChange
	switch fold.String(s) {
	case "yes":
		return factsCondition{mask: mask, want: mask}, true
	case "no":
		return factsCondition{mask: mask, want: passwordCounts}, true
	}
	return nil, false
}

func parseRole(s string) (condition, bool) {
	id, err := strconv.ParseInt(fold.String(s), 10, 64)
	return roleCondition{id: id}, err == nil && id >= 0
}
