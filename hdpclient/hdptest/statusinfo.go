package hdptest

import (
	"strings"
	"time"
)

// A rule tells whether a value may stand in a property; the properties of a
// sub-object in its page's order.
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

// timestampOrNull is YYYY-MM-DD HH:mm:ss and nothing near it.
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

// statusRules are the table of "Update status info on a user account".
func statusRules() []propertyRule {
	return []propertyRule{
		{"status", true, oneOf("0", "1")},
		{"accountLocked", false, oneOf("true", "false", "null")},
		{"accountLockedAt", false, timestampOrNull},
		{"accountLockedUntil", false, timestampOrNull},
	}
}

// checkObject reads the body of a PUT. It is what will be stored, in place of
// what was there: a property left out is removed ("Optional properties not
// included in the payload request will be removed from the object").
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

// visibleStatus is the statusInfo that an answer shows.
func (s *Server) visibleStatus(a *account, now time.Time) string {
	text := a.status
	if s.quirks[LockClearsItself] && strings.Contains(text, "accountLockedUntil") && !a.isLocked(now) {
		text = withoutLock(mustObject(text))
	}
	return s.applyAnswerQuirks(text)
}

// applyAnswerQuirks is a stored sub-object as the quirks of answers have it.
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

// rewriteScalars writes the numbers and booleans that HDP knows in another way.
func (o object) rewriteScalars(as func(value string) string) object {
	for _, key := range []string{"status", "accountLocked", "passwordStatus"} {
		if value, given := o.get(key); given && value != "null" {
			o = o.with(key, as(value))
		}
	}
	return o
}
