package hdptest

import (
	"strings"
	"time"
)

// A rule tells whether a value may stand in a property; the properties of a
// sub-object in its page's order.
type rule struct {
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
	text, isString := stringValue(raw)
	if !isString {
		return false
	}
	_, err := parseStamp(text)
	return err == nil
}

// statusRules are the table of "Update status info on a user account".
func statusRules() []rule {
	return []rule{
		{"status", true, oneOf("0", "1")},
		{"accountLocked", false, oneOf("true", "false", "null")},
		{"accountLockedAt", false, timestampOrNull},
		{"accountLockedUntil", false, timestampOrNull},
	}
}

// checkObject reads the body of a PUT. It is what will be stored, in place of
// what was there: a property left out is removed ("Optional properties not
// included in the payload request will be removed from the object").
func (s *Server) checkObject(text string, rules []rule) (o object, why string) {
	o, err := parseObject(text)
	if err != nil {
		return nil, err.Error()
	}
	if s.volatile != "" {
		o = o.without(s.volatile)
	}
	if s.quirks[AllAsStrings] {
		o = o.respelled(func(value string) string { return strings.Trim(value, `"`) })
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
		o = o.only(func(m member) bool { return known[m.key] })
	}
	return o, ""
}

func (c *call) getStatusInfo() answer {
	a, no := c.target(permViewUsers)
	if no != nil {
		return *no
	}
	defer c.meddle(a)
	return c.okInfo(c.statusNow(a, c.now))
}

func (c *call) putStatusInfo() answer {
	a, no := c.writable()
	if no != nil {
		return *no
	}
	o, why := c.checkObject(string(c.q.body), statusRules())
	if why != "" {
		return c.badJSON(why)
	}
	before := mustObject(c.statusNow(a, c.now))
	was, _ := before.get("accountLocked")
	was = strings.Trim(was, `"`)
	will, _ := o.get("accountLocked")
	if will == "true" && was != "true" && c.quirks[HandLockIgnored] {
		o = mustObject(unlocked(o))
	}
	if was == "true" && will != "true" && !c.quirks[UnlockKeepsCounter] {
		a.failures = nil
	}
	a.status = o.String()
	return c.okInfo(c.statusNow(a, c.now))
}

// statusNow is the statusInfo that an answer shows.
func (s *Server) statusNow(a *account, now time.Time) string {
	text := a.status
	if s.quirks[LockClearsItself] && strings.Contains(text, "accountLockedUntil") && !a.locked(now) {
		text = unlocked(mustObject(text))
	}
	return s.shown(text)
}

// shown is a stored sub-object as the quirks of answers have it.
func (s *Server) shown(text string) string {
	omit := s.quirks[NullOmitted] && strings.Contains(text, "null")
	if !omit && !s.quirks[FractionalSeconds] && !s.quirks[AllAsStrings] {
		return text
	}
	o := mustObject(text)
	if s.quirks[AllAsStrings] {
		o = o.respelled(func(value string) string { return `"` + value + `"` })
	}
	if omit {
		o = o.only(func(m member) bool { return m.value != "null" })
	}
	if s.quirks[FractionalSeconds] {
		for _, key := range []string{"accountLockedAt", "accountLockedUntil", "passwordExpiration"} {
			if t, is := o.stampOf(key); is {
				o = o.with(key, `"`+stamp(t)+`.0"`)
			}
		}
	}
	return o.String()
}

// respelled writes the numbers and booleans that HDP knows in another way.
func (o object) respelled(as func(value string) string) object {
	for _, key := range []string{"status", "accountLocked", "passwordStatus"} {
		if value, given := o.get(key); given && value != "null" {
			o = o.with(key, as(value))
		}
	}
	return o
}
