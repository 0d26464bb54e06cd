package words

import (
	"strings"
	"time"
)

// Times formats times for one operator: in the operator's zone, and those of today without
// the date. A zone is named only if that is necessary: UTC, because it is rarely where the
// operator is, and both passes through the hour that the end of summer time repeats. The
// zero value formats times in UTC, with the date.
type Times struct {
	// Zone is the operator's; nil: UTC.
	Zone *time.Location
	// Now returns the server's time; nil: no time is of today.
	Now func() time.Time
	// NameZone names the zone every time, because the operator may be in another zone than the host
	// that shows the times.
	NameZone bool

	naming naming
}

type naming int

const (
	whereNecessary naming = iota
	nameElsewhere
	nameAlways
)

// Bare returns Times that do not name UTC, for a place that names it already or has little room.
func (s Times) Bare() Times {
	s.naming = nameElsewhere
	return s
}

// UnderZone returns Times that name no zone, for a list whose title names it.
func (s Times) UnderZone() Times {
	s.naming, s.NameZone = nameElsewhere, false
	return s
}

// Named returns Times that always name the zone.
func (s Times) Named() Times {
	s.naming = nameAlways
	return s
}

// Second formats a time to the second: "15:02:31", "2026-11-21 15:02:31".
func (s Times) Second(t time.Time) string { return s.format(t, time.TimeOnly) }

// Minute formats a time to the minute: "15:02", "2026-11-21 15:02".
func (s Times) Minute(t time.Time) string { return s.format(t, "15:04") }

// Date formats the day of a time: "2026-11-21".
func (s Times) Date(t time.Time) string { return s.local(t).Format(time.DateOnly) }

// Exact formats a time that may be compared with a log: to the second, and in UTC, which is ""
// if the clocks agree.
func (s Times) Exact(t time.Time) (local, utc string) {
	if s.agreesWithUTC(t) {
		s.Zone = time.UTC
		return s.Second(t), ""
	}
	layout := time.TimeOnly
	if s.Date(t) != t.UTC().Format(time.DateOnly) {
		layout = time.DateTime
	}
	return s.Second(t), "(" + t.UTC().Format(layout) + " UTC)"
}

// ExactText is Exact in one text: "15:02:31 (14:02:31 UTC)".
func (s Times) ExactText(t time.Time) string {
	local, utc := s.Exact(t)
	return strings.TrimSpace(local + " " + utc)
}

// NextToUTC formats a time for a place that shows it in UTC: "15:02 CET", with the date if that
// differs. It returns "" if the clocks agree.
func (s Times) NextToUTC(t time.Time) string {
	switch {
	case s.agreesWithUTC(t):
		return ""
	case s.Date(t) == t.UTC().Format(time.DateOnly):
		s.Now = func() time.Time { return t }
	default:
		s.Now = nil
	}
	return s.Named().Minute(t)
}

// LocalNow returns the server's time in the operator's zone.
func (s Times) LocalNow() time.Time { return s.local(s.Now()) }

// ZoneName returns the name that the zone has at t: "CET", "UTC-03" if it has none.
func (s Times) ZoneName(t time.Time) string {
	name, _ := s.local(t).Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

func (s Times) agreesWithUTC(t time.Time) bool {
	_, offset := s.local(t).Zone()
	return offset == 0
}

func (s Times) local(t time.Time) time.Time {
	if s.Zone == nil {
		return t.UTC()
	}
	return t.In(s.Zone)
}

func (s Times) format(t time.Time, layout string) string {
	l, name := s.local(t), s.ZoneName(t)
	text := l.Format(layout)
	if s.Now == nil || s.Date(t) != s.Date(s.Now()) {
		text = l.Format(time.DateOnly) + " " + text
	}
	if s.NameZone || s.naming == nameAlways || s.naming == whereNecessary && name == "UTC" || isRepeated(l) {
		text += " " + name
	}
	return text
}

// isRepeated reports whether the clock of t's zone shows t's time twice, because it was or
// will be put back.
func isRepeated(t time.Time) bool {
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if t.Sub(start) < time.Duration(before-offset)*time.Second {
			return true
		}
	}
	if end.IsZero() {
		return false
	}
	_, after := end.Zone()
	return end.Sub(t) <= time.Duration(offset-after)*time.Second
}
