package ui

import (
	"regexp"
	"strings"
)

// ReasonRule is what is asked of the reason for a change. The zero rule asks for
// nothing.
type ReasonRule struct {
	Required bool
	Pattern  *regexp.Regexp // what a reason must hold, nil for anything
}

// wrong says in a few words what is wrong with a reason, "" that nothing is.
func (r ReasonRule) wrong(reason string) string {
	reason = strings.TrimSpace(reason)
	switch {
	case r.Required && reason == "":
		return "a reason is required"
	case r.Pattern != nil && !r.Pattern.MatchString(reason):
		return "the reason must hold something like " + r.Pattern.String()
	}
	return ""
}
