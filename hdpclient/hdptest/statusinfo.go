package hdptest

import (
	"strings"
	"time"
)

// propertyRule checks the value of a property.
type propertyRule struct {
	key      string
	required bool
	allows   func(raw string) bool
}

func oneOf(values ...string) func(string) bool {
	return func(raw string) bool {
		for _, v := range values {
			if raw == v {
				return true
			}
		}
		return false
	}
}

// timestampOrNull accepts null and exactly YYYY-MM-DD HH:mm:ss.
func timestampOrNull(raw string) bool {
	if raw == "null" {
		return true
	}
	text, isString := unquote(raw)
	if !isString {
		return false
	}
	_, err := parseTimestamp(text)
	return err == nil
}

// statusRules holds the table of "Update status info on a user account".
func statusRules() []propertyRule {
	return []propertyRule{
		{"status", true, oneOf("0", "1")},
		{"accountLocked", false, oneOf("true", "false", "null")},
		{"accountLockedAt", false, timestampOrNull},
		{"accountLockedUntil", false, timestampOrNull},
	}
}

// checkObject reads the body of a PUT, which replaces the stored object: "Optional
// properties not included in the payload request will be removed from the object". why is
// "" if the body is accepted.
func (s *Server) checkObject(text string, rules []propertyRule) (o object, why string) {
	o, err := parseObject(text)
	if err != nil {
		return nil, err.Error()
	}
	if s.volatile != "" {
		o = o.without(s.volatile)
	}
	if s.quirks[AllAsStrings] {
		o = o.rewriteScalars(func(value string) string { return strings.Trim(value, `"`) })
	}
	known := map[string]bool{}
	for _, r := range rules {
		known[r.key] = true
		raw, given := o.get(r.key)
		if !given && r.required {
			return nil, r.key + " is required"
		}
		if given && !r.allows(raw) {
			return nil, "value of " + r.key
		}
	}
	if s.quirks[UnknownDropped] {
		o = o.filter(func(m member) bool { return known[m.key] })
	}
	return o, ""
}

func (c *call) getStatusInfo() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	defer c.letColleagueChange(a)
	return c.infoAnswer(c.visibleStatus(a, c.now))
}

func (c *call) putStatusInfo() answer {
	a, no := c.authorizeWrite()
	if no != nil {
		return *no
	}
	o, why := c.checkObject(string(c.q.body), statusRules())
	if why != "" {
		return c.badJSON(why)
	}
	before := mustObject(c.visibleStatus(a, c.now))
	was, _ := before.get("accountLocked")
	was = strings.Trim(was, `"`)
	will, _ := o.get("accountLocked")
	if will == "true" && was != "true" && c.quirks[ManualLockIgnored] {
		o = mustObject(withoutLock(o))
	}
	if was == "true" && will != "true" && !c.quirks[UnlockKeepsCounter] {
		a.failures = nil
	}
	a.status = o.String()
	return c.infoAnswer(c.visibleStatus(a, c.now))
}

// visibleStatus returns the statusInfo as an answer has it.
func (s *Server) visibleStatus(a *account, now time.Time) string {
	text := a.status
	if s.quirks[LockClearsItself] && strings.Contains(text, "accountLockedUntil") && !a.isLocked(now) {
		text = withoutLock(mustObject(text))
	}
	return s.applyAnswerQuirks(text)
}

// applyAnswerQuirks applies the quirks that change the form of an answer.
func (s *Server) applyAnswerQuirks(text string) string {
	omit := s.quirks[NullOmitted] && strings.Contains(text, "null")
	if !omit && !s.quirks[FractionalSeconds] && !s.quirks[AllAsStrings] {
		return text
	}
	o := mustObject(text)
	if s.quirks[AllAsStrings] {
		o = o.rewriteScalars(func(value string) string { return `"` + value + `"` })
	}
	if omit {
		o = o.filter(func(m member) bool { return m.value != "null" })
	}
	if s.quirks[FractionalSeconds] {
		for _, key := range []string{"accountLockedAt", "accountLockedUntil", "passwordExpiration"} {
			if t, is := o.timestamp(key); is {
				o = o.with(key, `"`+formatTimestamp(t)+`.0"`)
			}
		}
	}
	return o.String()
}

// rewriteScalars rewrites the numbers and booleans that HDP knows.
func (o object) rewriteScalars(as func(value string) string) object {
	for _, key := range []string{"status", "accountLocked", "passwordStatus"} {
		if value, given := o.get(key); given && value != "null" {
			o = o.with(key, as(value))
		}
	}
	return o
}
