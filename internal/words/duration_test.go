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
		{m - 1, "just now", "in under 1 min", "1 min 00 s"},
		{m, "1 min ago", "in 1 min", "1 min 00 s"},
		{12*m + 40*s, "12 min ago", "in 12 min", "12 min 40 s"},
		{h - s, "59 min ago", "in 59 min", "59 min 59 s"},
		{h - 1, "59 min ago", "in 59 min", "1 h 00 min"},
		{h, "1 h 00 min ago", "in 1 h 00 min", "1 h 00 min"},
		{2*h + 5*m + 59*s, "2 h 05 min ago", "in 2 h 05 min", "2 h 05 min"},
		{24*h - s, "23 h 59 min ago", "in 23 h 59 min", "23 h 59 min"},
		{d, "1 d ago", "in 1 d", "1 d"},
		{2*d - 31*m, "1 d ago", "in 1 d", "1 d"},
		{2*d - 30*m, "1 d ago", "in 2 d", "2 d"},
		{90*d - s, "89 d ago", "in 90 d", "90 d"},
		{364 * d, "364 d ago", "in 364 d", "364 d"},
		{365 * d, "365 d ago", "in 365 d", "365 d"},
		{730*d - h, "729 d ago", "in 729 d", "729 d"},
		{730*d - s, "729 d ago", "in 2 y", "2 y"},
		{730 * d, "2 y ago", "in 2 y", "2 y"},
		{3652 * d, "10 y ago", "in 10 y", "10 y"},
		{math.MaxInt64, "over 292 y ago", "in over 292 y", "over 292 y"},

		{-s, "just now", "just now", "0 s"},
		{-59 * s, "just now", "just now", "0 s"},
		{-m, "in 1 min", "1 min ago", "0 s"},
		{-3 * d, "in 3 d", "3 d ago", "0 s"},
		{math.MinInt64, "in over 292 y", "over 292 y ago", "0 s"},
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
		{100 * d, "100d", "100d"},
		{730*d - time.Second, "729d", "2 y"},
		{100*365*d - h, "99 y", "99 y"},
		{100 * 365 * d, ">99y", ">99y"},
		{math.MaxInt64, ">99y", ">99y"},
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
		1: "1 s", s: "2 s", 59*s + 1: "60 s", m: "1 min", 125 * m: "2 h 05 min", 48*60*m - s: "2 d",
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
