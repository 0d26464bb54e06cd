package directory

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
		{0, "just now", "just now", "0:00 left"},
		{1, "just now", "in under 1 min", "0:01 left"},
		{s, "just now", "in under 1 min", "0:01 left"},
		{s + 1, "just now", "in under 1 min", "0:02 left"},
		{59 * s, "just now", "in under 1 min", "0:59 left"},
		{m - 1, "just now", "in under 1 min", "1:00 left"},
		{m, "1 min ago", "in 1 min", "1:00 left"},
		{12*m + 40*s, "12 min ago", "in 12 min", "12:40 left"},
		{h - s, "59 min ago", "in 59 min", "59:59 left"},
		{h - 1, "59 min ago", "in 59 min", "1 h 00 min left"},
		{h, "1 h 00 min ago", "in 1 h 00 min", "1 h 00 min left"},
		{2*h + 5*m + 59*s, "2 h 05 min ago", "in 2 h 05 min", "2 h 05 min left"},
		{24*h - s, "23 h 59 min ago", "in 23 h 59 min", "23 h 59 min left"},
		{d, "1 d ago", "in 1 d", "1 d left"},
		{2*d - 31*m, "1 d ago", "in 1 d", "1 d left"},
		{2*d - 30*m, "1 d ago", "in 2 d", "2 d left"},
		{90*d - s, "89 d ago", "in 90 d", "90 d left"},
		{364 * d, "364 d ago", "in 364 d", "364 d left"},
		{365 * d, "365 d ago", "in 365 d", "365 d left"},
		{730*d - h, "729 d ago", "in 729 d", "729 d left"},
		{730*d - s, "729 d ago", "in 2 y", "2 y left"},
		{730 * d, "2 y ago", "in 2 y", "2 y left"},
		{3652 * d, "10 y ago", "in 10 y", "10 y left"},
		{math.MaxInt64, "over 292 y ago", "in over 292 y", "over 292 y left"},

		{-s, "just now", "just now", "0:00 left"},
		{-59 * s, "just now", "just now", "0:00 left"},
		{-m, "in 1 min", "1 min ago", "0:00 left"},
		{-3 * d, "in 3 d", "3 d ago", "0:00 left"},
		{math.MinInt64, "in over 292 y", "over 292 y ago", "0:00 left"},
	} {
		if got := Ago(row.length); got != row.ago {
			t.Errorf("Ago(%v) = %q, want %q", row.length, got, row.ago)
		}
		if got := In(row.length); got != row.in {
			t.Errorf("In(%v) = %q, want %q", row.length, got, row.in)
		}
		if got := TimeLeft(row.length); got != row.left {
			t.Errorf("Left(%v) = %q, want %q", row.length, got, row.left)
		}
	}
}
