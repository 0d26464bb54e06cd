package ui

import (
	"regexp"
	"strings"
)

// ReasonRule checks the reason for a change. The zero rule accepts anything.
type ReasonRule struct {
	Required bool
	Patterns []*regexp.Regexp // the reason must match all of them
}

// check says in a few words what is wrong with a reason, or "".
func (r ReasonRule) check(reason string) string {
	reason = strings.TrimSpace(reason)
	if r.Required && reason == "" {
		return "a reason is required"
	}
	for _, p := range r.Patterns {
		if !p.MatchString(reason) {
			return "the reason must match " + p.String()
		}
	}
	return ""
}
