package clock_test

import (
	"testing"
	"time"

	"hdpadmin/ui/clock"
)

func TestSystemTellsTheGivenTimeInUTC(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 22, 15, 2, 31, 0, cet)

	got := clock.System(func() time.Time { return at }).Now()

	if !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("Now() = %v, want %v in UTC", got, at)
	}
}

func TestSystemWithoutAFunctionTellsThisMachinesTime(t *testing.T) {
	before := time.Now()
	got := clock.System(nil).Now()
	if got.Before(before.Truncate(0)) || got.After(time.Now()) || got.Location() != time.UTC {
		t.Errorf("Now() = %v, want the time after %v, in UTC", got, before)
	}
}

func TestAfterDeliversTheMessage(t *testing.T) {
	type rested struct{ generation int }

	cmd := clock.System(nil).After(time.Millisecond, rested{7})

	if got := cmd(); got != (rested{7}) {
		t.Errorf("delivered %#v, want %#v", got, rested{7})
	}
}

func TestNothingWaitsOnceTheConsoleHasEnded(t *testing.T) {
	ended := make(chan struct{})
	cmd := clock.SystemUntil(ended, nil).After(time.Hour, "late")
	close(ended)

	if got := cmd(); got != nil {
		t.Errorf("delivered %#v", got)
	}
}

func TestElapsedCountsSleepAndIgnoresAClockSetBack(t *testing.T) {
	awake := time.Now()
	wall := awake.Round(0)
	for name, c := range map[string]struct {
		from, to time.Time
		want     time.Duration
	}{
		"awake":                {awake, awake.Add(time.Minute), time.Minute},
		"slept, by the wall":   {wall, wall.Add(time.Hour), time.Hour},
		"nothing":              {awake, awake, 0},
		"the wall clock jumps": {awake, wall.Add(time.Hour), time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clock.Elapsed(c.from, c.to); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
