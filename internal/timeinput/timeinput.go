// Package timeinput reads the times that operators enter. It turns input such as
// "2026-12-01 08:00", "+30d" or "never" into a UTC time. Forms and commands use it.
package timeinput

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Input is a time that the operator entered.
type Input struct {
	Never bool      // the property is to be null
	Time  time.Time // UTC, to the second; zero if Never
}

// Parse reads s, which may be
//
//	2026-12-01 08:00:00   that time, UTC; the seconds may be left out
//	2026-12-01T08:00+01:00   with Z or an offset: that time, converted to UTC
//	1798148093000         milliseconds since 1970
//	2026-12-01            00:00:00 UTC of that day
//	+30d                  30 × 24 hours after now; also w, h and m (minutes)
//	tomorrow, today       00:00:00 UTC of that day
//	never                 no time at all
//
// The error tells the operator what is wrong.
func Parse(s string, now time.Time) (Input, error) {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	now = now.UTC()
	switch {
	case s == "":
		return Input{}, errors.New("enter a date, +30d, tomorrow or never")
	case s == "never":
		return Input{Never: true}, nil
	case s == "today":
		return Input{Time: startOfDay(now)}, nil
	case s == "tomorrow":
		return Input{Time: startOfDay(now).AddDate(0, 0, 1)}, nil
	case s[0] == '+':
		return parseRelative(s, now)
	}
	return parseDate(s)
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func parseRelative(s string, now time.Time) (Input, error) {
	digits, unit := s[1:], time.Duration(0)
	for suffix, d := range map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if rest, ok := strings.CutSuffix(digits, suffix); ok {
			digits, unit = strings.TrimSpace(rest), d
			break
		}
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || unit == 0 {
		return Input{}, fmt.Errorf("%q must be + and a number, then w, d, h or m, as in +30d", s)
	}
	if time.Duration(n) > 100*365*24*time.Hour/unit {
		return Input{}, fmt.Errorf("%q is more than a hundred years ahead", s)
	}
	return Input{Time: now.Add(time.Duration(n) * unit).Truncate(time.Second)}, nil
}

// shortZone matches an offset without a colon after a time of day.
var shortZone = regexp.MustCompile(`(:\d\d(?:[.,]\d+)? ?[+-]\d\d)(\d\d)?$`)

// addZoneColon writes the offset of a time as +01:00.
func addZoneColon(s string) string {
	return shortZone.ReplaceAllStringFunc(s, func(end string) string {
		parts := shortZone.FindStringSubmatch(end)
		return parts[1] + ":" + cmp.Or(parts[2], "00")
	})
}

// leastMillis is the smallest number read as milliseconds since 1970, a time in March
// 1973. Smaller numbers may be seconds.
const leastMillis = 100_000_000_000

func parseDate(s string) (Input, error) {
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil && ms >= leastMillis && time.UnixMilli(ms).UTC().Year() <= 9999 {
		return Input{Time: time.UnixMilli(ms).UTC().Truncate(time.Second)}, nil
	}
	iso := addZoneColon(strings.ToUpper(strings.Replace(s, "t", " ", 1)))
	for _, layout := range []string{
		"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05",
		"2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00",
		"2006-01-02 15:04 Z07:00", "2006-01-02 15:04:05 Z07:00",
	} {
		t, err := time.Parse(layout, iso)
		if err != nil {
			if why := explainOutOfRange(err, s); why != nil {
				return Input{}, why
			}
			continue
		}
		t = t.UTC()
		// The API writes years with four digits, and an offset may push a time beyond
		// them.
		if t.Year() < 1 || t.Year() > 9999 {
			return Input{}, fmt.Errorf("%s is out of range: the year must have four digits", s)
		}
		return Input{Time: t.Truncate(time.Second)}, nil
	}
	return Input{}, fmt.Errorf("%q is not a time: use YYYY-MM-DD HH:mm, +30d, tomorrow or never", s)
}

// explainOutOfRange returns an error for a well-formed date that does not exist, nil
// for other errors.
func explainOutOfRange(err error, s string) error {
	var bad *time.ParseError
	if !errors.As(err, &bad) || !strings.Contains(bad.Message, "out of range") {
		return nil
	}
	part := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(bad.Message, ": "), " out of range"))
	switch part {
	case "day", "month":
		return fmt.Errorf("%s is not a date: there is no such %s", s, part)
	case "hour", "minute", "second":
		return fmt.Errorf("%s is not a time of day: there is no such %s", s, part)
	}
	return fmt.Errorf("%s is out of range", s)
}
