package directory

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
	values  []value
	parse   func(string) (condition, bool)
}

// value is a value of a qualifier, with an explanation.
type value struct{ text, about, label string }

// qualifiers returns all qualifiers. Times are the server's.
func qualifiers() []qualifier {
	return []qualifier{
		{"tenant", "the start of a tenant's name, or its id", nil, parseTenant},
		{"status", "active, inactive or a number", []value{
			{text: "active", about: "may sign in, unless something else prevents it"}, {text: "inactive", about: "may not sign in"},
		}, parseStatus},
		{"locked", "yes, no or expired", []value{
			{text: "yes", about: "locked"}, {text: "no", about: "not locked"}, {text: "expired", about: "the lock has expired"},
		}, parseLocked},
		{"must-change", "yes or no", []value{
			{text: "yes", about: "the password must be changed at the next sign-in"}, {text: "no", about: "the password need not be changed"},
		}, parseMustChange},
		{"expires", "<7d, >30d, never or past", []value{
			{text: "<7d", about: "expires in less than 7 days"},
			{text: ">30d", about: "expires in more than 30 days"},
			{text: "never", about: "the password never expires"},
			{text: "past", about: "the password has expired"},
		}, parseExpires},
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
