package words

import (
	"math"
	"testing"
	"time"
)

func TestDurationsInWords(t *testing.T) {
	const s, m, h, d = time.Second, time.Minute, time.Hour, 24 * time.Hour
	for _, row := range []struct {
		length        time.Duration
		ago, in, left string
	}{
		{0, "just now", "just now", "0 s"},
		{1, "just now", "in under 1 min", "1 s"},
		{s, "just now", "in under 1 min", "1 s"},
		{s + 1, "just now", "in under 1 min", "2 s"},
		{59 * s, "just now", "in under 1 min", "59 s"},
		{m - 1, "just now", "in under 1 min", "1 min"},
		{m, "1 min ago", "in 1 min", "1 min"},
		{12*m + 40*s, "12 min ago", "in 12 min", "12 min"},
		{h - s, "59 min ago", "in 59 min", "59 min"},
		{h - 1, "59 min ago", "in 59 min", "59 min"},
		{h, "1 h 00 min ago", "in 1 h 00 min", "1 h 00 min"},
		{2*h + 5*m + 59*s, "2 h 05 min ago", "in 2 h 05 min", "2 h 05 min"},
		{24*h - s, "23 h 59 min ago", "in 23 h 59 min", "23 h 59 min"},
		{d, "1 day ago", "in 1 day", "1 day"},
		{2*d - 31*m, "1 day ago", "in 1 day", "1 day"},
		{2*d - 30*m, "1 day ago", "in 2 days", "2 days"},
		{90*d - s, "89 days ago", "in 90 days", "90 days"},
		{364 * d, "364 days ago", "in 364 days", "364 days"},
		{365 * d, "365 days ago", "in 365 days", "365 days"},
		{730*d - h, "729 days ago", "in 729 days", "729 days"},
		{730*d - s, "729 days ago", "in 2 years", "2 years"},
		{730 * d, "2 years ago", "in 2 years", "2 years"},
		{3652 * d, "10 years ago", "in 10 years", "10 years"},
		{math.MaxInt64, "over 292 years ago", "in over 292 years", "over 292 years"},

		{-s, "just now", "just now", "0 s"},
		{-59 * s, "just now", "just now", "0 s"},
		{-m, "in 1 min", "1 min ago", "0 s"},
		{-3 * d, "in 3 days", "3 days ago", "0 s"},
		{math.MinInt64, "in over 292 years", "over 292 years ago", "0 s"},
	} {
		if got := Ago(row.length); got != row.ago {
			t.Errorf("Ago(%v) = %q, want %q", row.length, got, row.ago)
		}
		if got := In(row.length); got != row.in {
			t.Errorf("In(%v) = %q, want %q", row.length, got, row.in)
		}
		if got := TimeLeft(row.length); got != row.left {
			t.Errorf("TimeLeft(%v) = %q, want %q", row.length, got, row.left)
		}
	}
}

func TestShortDuration(t *testing.T) {
	const h, d = time.Hour, 24 * time.Hour
	for _, row := range []struct {
		length      time.Duration
		short, left string
	}{
		{0, "<1 h", "<1 h"},
		{h - 1, "<1 h", "<1 h"},
		{h, "1 h", "1 h"},
		{d - 1, "23 h", "23 h"},
		{d, "1 d", "1 d"},
		{90*d - time.Second, "89 d", "90 d"},
		{100 * d, "100 d", "100 d"},
		{730*d - time.Second, "729 d", "2 y"},
		{100*365*d - h, "99 y", "99 y"},
		{100 * 365 * d, ">99 y", ">99 y"},
		{math.MaxInt64, ">99 y", ">99 y"},
	} {
		if got := ShortDuration(row.length); got != row.short {
			t.Errorf("ShortDuration(%v) = %q, want %q", row.length, got, row.short)
		}
		if got := ShortTimeLeft(row.length); got != row.left {
			t.Errorf("ShortTimeLeft(%v) = %q, want %q", row.length, got, row.left)
		}
	}
}

func TestRoughTimeLeft(t *testing.T) {
	const s, m = time.Second, time.Minute
	for d, want := range map[time.Duration]string{
		1: "1 s", s: "2 s", 59*s + 1: "60 s", m: "1 min", 125 * m: "2 h 05 min", 48*60*m - s: "2 days",
	} {
		if got := RoughTimeLeft(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestExactDuration(t *testing.T) {
	const s, m, h = time.Second, time.Minute, time.Hour
	for d, want := range map[time.Duration]string{
		45 * s: "45 s", 15 * m: "15 min", 90 * s: "1 min 30 s", 8 * h: "8 h", 90 * m: "1 h 30 min", 25*h + 1*s: "25 h 1 s",
	} {
		if got := ExactDuration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestResponseTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		999 * time.Microsecond: "<1\u00a0ms", 340 * time.Millisecond: "340\u00a0ms",
		10*time.Second - 1: "9999\u00a0ms", 10 * time.Second: "10\u00a0s", 90 * time.Second: "90\u00a0s",
	} {
		if got := ResponseTime(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestNextTimeLeft(t *testing.T) {
	const s, m, h = time.Second, time.Minute, time.Hour
	for _, left := range []time.Duration{s, 59 * s, m, m + 1, m + s, 2 * m, 12*m + 40*s, 12*m + 400*time.Millisecond, h, 2*h + 5*m + 59*s} {
		next := NextTimeLeft(left)
		if TimeLeft(left-next) == TimeLeft(left) {
			t.Errorf("%v: nothing changes in %v", left, next)
		}
		if early := next - s - 1; early > 0 && TimeLeft(left-early) != TimeLeft(left) {
			t.Errorf("%v: changes more than a second before %v", left, next)
		}
	}
}
