// Package words puts numbers, durations and times into words, the same for every screen and message.
package words

import (
	"fmt"
	"math"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Ago describes how long ago something was: "just now", "17 min ago", "2 h 05 min ago",
// "9 days ago". A time more than a minute ahead reads as in [In]; up to a minute, two
// clocks may differ.
func Ago(d time.Duration) string {
	switch {
	case d.Abs() < time.Minute:
		return "just now"
	case d < 0:
		return "in " + Duration(d.Abs())
	}
	return Duration(d) + " ago"
}

// In describes how far away something is: "in under 1 min", "in 17 min", "in 9 days". A
// time in the past reads as in [Ago].
func In(d time.Duration) string {
	switch {
	case d <= 0:
		return Ago(d.Abs())
	}
	return "in " + Duration(roundAhead(d))
}

// roundAhead rounds to the hour from a day on: what was set to 90 days from now must
// still read as 90 days a moment later, not 89.
func roundAhead(d time.Duration) time.Duration {
	if d < day || d == math.MaxInt64 {
		return d
	}
	return d.Round(time.Hour)
}

// TimeLeft describes how long something will last: "12 min", "3 days", and in the last minute
// "40 s". It rounds seconds up, so that it reads "0 s" only when nothing is left.
func TimeLeft(d time.Duration) string {
	d = max(d, 0)
	if d < time.Minute {
		d = (d + time.Second - 1).Truncate(time.Second)
	}
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return Duration(roundAhead(d))
}

// NextTimeLeft returns after how long TimeLeft has changed, at most a second late.
func NextTimeLeft(d time.Duration) time.Duration {
	if d <= time.Minute {
		return time.Second
	}
	return d%time.Minute + time.Second
}

// Duration describes a duration, rounded down: "under 1 min", "17 min", "2 h 05 min", "3
// days". It counts in days up to two years, because 400 days says more than 1 year.
func Duration(d time.Duration) string {
	days := int(d / day)
	switch {
	case d == math.MaxInt64:
		// Differences of times are capped here, and 9999-12-31 is further away.
		return "over " + Plural(days/365, "year")
	case d < time.Minute:
		return "under 1 min"
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
	case days < 2*365:
		return Plural(days, "day")
	}
	return Plural(days/365, "year")
}

// ShortDuration describes a duration in at most 5 cells, rounded down. From a day on it has
// the number of [Duration], so that a row agrees with the account pane.
func ShortDuration(d time.Duration) string {
	days := int(d / day)
	switch {
	case d < time.Hour:
		return "<1 h"
	case d < day:
		return fmt.Sprintf("%d h", d/time.Hour)
	case days < 2*365:
		return fmt.Sprintf("%d d", days)
	case days < 100*365:
		return fmt.Sprintf("%d y", days/365)
	}
	return ">99 y"
}

// ShortTimeLeft describes how far away something is in at most 5 cells. From a day on it has the
// number of [In], so that a row agrees with the account pane.
func ShortTimeLeft(d time.Duration) string { return ShortDuration(roundAhead(d)) }

// RoughTimeLeft describes an estimate of how long something will take: "8 s", "17 min", "2 h 05
// min". It never reads "0 s".
func RoughTimeLeft(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds())+1)
	}
	return Duration(roundAhead(d))
}

// ExactDuration describes a duration that was set, to the second and without parts that are
// zero: "1 h 30 min", "45 s".
func ExactDuration(d time.Duration) string {
	var parts []string
	for _, part := range []struct {
		n    time.Duration
		unit string
	}{{d / time.Hour, "h"}, {d % time.Hour / time.Minute, "min"}, {d % time.Minute / time.Second, "s"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.unit))
		}
	}
	return strings.Join(parts, " ")
}

// ResponseTime describes how long an answer took: in milliseconds below ten seconds, in whole
// seconds above. Its blank is one at which no line breaks.
func ResponseTime(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1\u00a0ms"
	case d < 10*time.Second:
		return fmt.Sprintf("%d\u00a0ms", d.Milliseconds())
	}
	return fmt.Sprintf("%d\u00a0s", d/time.Second)
}
