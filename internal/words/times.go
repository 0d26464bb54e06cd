package words

import "time"

// Times formats times for one operator. The zero value formats them in UTC.
type Times struct {
	// Zone is the operator's; nil: UTC.
	Zone *time.Location
	// Now returns the server's time.
	Now func() time.Time

	bare bool
}

// Bare returns Times that do not name UTC, for a place that names it already.
func (s Times) Bare() Times {
	s.bare = true
	return s
}

// Second formats a time to the second, "15:02:31". Only UTC is named.
func (s Times) Second(t time.Time) string { return s.format(t, time.TimeOnly) }

// Minute formats a time to the minute, "15:02". Only UTC is named.
func (s Times) Minute(t time.Time) string { return s.format(t, "15:04") }

func (s Times) format(t time.Time, clock string) string {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	text := t.Format(clock)
	if name, _ := t.Zone(); name == "UTC" && !s.bare {
		text += " UTC"
	}
	return text
}

// UTC formats a time in UTC to the second, "2026-12-01 00:00:00 UTC".
func UTC(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// Local formats a time in loc: "15:15 CET", with the date if that differs from UTC. It
// returns "" if the clocks agree.
func Local(t time.Time, loc *time.Location) string {
	if loc == nil {
		return ""
	}
	l := t.In(loc)
	if _, offset := l.Zone(); offset == 0 {
		return ""
	}
	layout := "15:04 MST"
	if l.Format(time.DateOnly) != t.UTC().Format(time.DateOnly) {
		layout = "2006-01-02 15:04 MST"
	}
	return l.Format(layout)
}
