package words

import (
	"testing"
	"time"
)

func TestLocalTimeIsShownWhereItDiffers(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 59, 58, 0, time.UTC)
	cet := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		name string
		loc  *time.Location
		want string
	}{
		{"no zone", nil, ""},
		{"UTC", time.UTC, ""},
		{"London in winter", time.FixedZone("GMT", 0), ""},
		{"past midnight there", cet, "2026-11-23 00:59 CET"},
		{"same day there", time.FixedZone("EST", -5*3600), "18:59 EST"},
	} {
		if got := Local(at, c.loc); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
