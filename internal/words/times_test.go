package words

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones must not depend on the machine
)

func timesIn(t *testing.T, zone string, now time.Time) Times {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return Times{Zone: loc, Now: func() time.Time { return now }}
}

func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTimesAreTheOperatorsOwn(t *testing.T) {
	now := "2026-11-22 14:02:31"
	for _, row := range []struct {
		name, zone, at        string
		second, minute, exact string
	}{
		{"today", "Europe/Berlin", now, "15:02:31", "15:02", "15:02:31 (14:02:31 UTC)"},
		{"today in UTC, yesterday here", "America/Los_Angeles", "2026-11-22 07:59:59", "2026-11-21 23:59:59", "2026-11-21 23:59", "2026-11-21 23:59:59 (2026-11-22 07:59:59 UTC)"},
		{"the first second of today", "America/Los_Angeles", "2026-11-22 08:00:00", "00:00:00", "00:00", "00:00:00 (08:00:00 UTC)"},
		{"the last second of today", "Europe/Berlin", "2026-11-22 22:59:59", "23:59:59", "23:59", "23:59:59 (22:59:59 UTC)"},
		{"tomorrow here, today in UTC", "Europe/Berlin", "2026-11-22 23:00:00", "2026-11-23 00:00:00", "2026-11-23 00:00", "2026-11-23 00:00:00 (2026-11-22 23:00:00 UTC)"},
		{"in summer", "Europe/Berlin", "2026-07-01 12:00:00", "2026-07-01 14:00:00", "2026-07-01 14:00", "2026-07-01 14:00:00 (12:00:00 UTC)"},
		{"half an hour", "Asia/Kolkata", now, "19:32:31", "19:32", "19:32:31 (14:02:31 UTC)"},
		{"a machine in UTC", "UTC", now, "14:02:31 UTC", "14:02 UTC", "14:02:31 UTC"},
		{"on another day", "UTC", "2026-11-21 14:02:31", "2026-11-21 14:02:31 UTC", "2026-11-21 14:02 UTC", "2026-11-21 14:02:31 UTC"},
		{"London in winter", "Europe/London", now, "14:02:31", "14:02", "14:02:31 UTC"},
		{"London in summer", "Europe/London", "2026-07-01 12:00:00", "2026-07-01 13:00:00", "2026-07-01 13:00", "2026-07-01 13:00:00 (12:00:00 UTC)"},
	} {
		t.Run(row.name, func(t *testing.T) {
			times, at := timesIn(t, row.zone, utc(t, now)), utc(t, row.at)
			if got := times.Second(at); got != row.second {
				t.Errorf("to the second %q, want %q", got, row.second)
			}
			if got := times.Minute(at); got != row.minute {
				t.Errorf("to the minute %q, want %q", got, row.minute)
			}
			if got := times.ExactText(at); got != row.exact {
				t.Errorf("exact %q, want %q", got, row.exact)
			}
		})
	}
}

func TestTheHourThatComesTwiceNamesItsZone(t *testing.T) {
	for _, row := range []struct{ zone, at, want string }{
		{"Europe/Berlin", "2026-10-24 23:59:59", "01:59:59"},
		{"Europe/Berlin", "2026-10-25 00:00:00", "02:00:00 CEST"},
		{"Europe/Berlin", "2026-10-25 00:59:59", "02:59:59 CEST"},
		{"Europe/Berlin", "2026-10-25 01:00:00", "02:00:00 CET"},
		{"Europe/Berlin", "2026-10-25 01:59:59", "02:59:59 CET"},
		{"Europe/Berlin", "2026-10-25 02:00:00", "03:00:00"},
		{"America/New_York", "2026-11-01 04:59:59", "00:59:59"},
		{"America/New_York", "2026-11-01 05:30:00", "01:30:00 EDT"},
		{"America/New_York", "2026-11-01 06:30:00", "01:30:00 EST"},
		{"America/New_York", "2026-11-01 07:00:00", "02:00:00"},
		// In spring an hour is left out, and none comes twice.
		{"Europe/Berlin", "2026-03-29 00:59:59", "01:59:59"},
		{"Europe/Berlin", "2026-03-29 01:00:00", "03:00:00"},
	} {
		at := utc(t, row.at)
		times := timesIn(t, row.zone, at)
		if got := times.Second(at); got != row.want {
			t.Errorf("%s at %s: %q, want %q", row.zone, row.at, got, row.want)
		}
		if got := times.Bare().Second(at); got != row.want {
			t.Errorf("%s at %s under a heading: %q, want %q", row.zone, row.at, got, row.want)
		}
	}
}

func TestDifferentTimesNeverLookTheSame(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/London", "UTC"} {
		seen := map[string]time.Time{}
		times := timesIn(t, zone, utc(t, "2026-11-01 05:00:00"))
		for at := utc(t, "2026-03-01 00:00:00"); at.Year() == 2026; at = at.Add(10 * time.Minute) {
			text := times.Minute(at)
			if other, found := seen[text]; found {
				t.Fatalf("%s: %s and %s are both %q", zone, other, at, text)
			}
			seen[text] = at
		}
	}
}

func TestTimeNextToUTC(t *testing.T) {
	for zone, want := range map[string]string{
		"UTC": "", "Europe/London": "", "Europe/Berlin": "2026-11-23 00:30 CET", "America/New_York": "18:30 EST",
	} {
		times := timesIn(t, zone, utc(t, "2026-11-22 14:02:31"))
		if got := times.NextToUTC(utc(t, "2026-11-22 23:30:00")); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
}

func TestZonesAreNamed(t *testing.T) {
	now := utc(t, "2026-11-22 14:02:31")
	for zone, want := range map[string]string{
		"UTC": "14:02 UTC", "Europe/Berlin": "15:02 CET", "America/Sao_Paulo": "11:02 UTC-03", "Asia/Kathmandu": "19:47 UTC+0545",
	} {
		if got := timesIn(t, zone, now).Named().Minute(now); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
	if got := (Times{Now: func() time.Time { return now }}).Bare().Second(now); got != "14:02:31" {
		t.Errorf("under a heading that names UTC: %q", got)
	}
	if got := (Times{}).Second(now); got != "2026-11-22 14:02:31 UTC" {
		t.Errorf("the zero value: %q", got)
	}
}

func TestZoneIsNamedEveryTime(t *testing.T) {
	now := utc(t, "2026-11-22 14:02:31")
	times := timesIn(t, "Europe/Berlin", now)
	times.NameZone = true
	for got, want := range map[string]string{
		times.Second(now): "15:02:31 CET", times.Minute(now): "15:02 CET", times.Bare().Minute(now): "15:02 CET",
		times.ExactText(now): "15:02:31 CET (14:02:31 UTC)", times.UnderZone().Second(now): "15:02:31",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (Times{Zone: time.UTC}).UnderZone().Minute(now); got != "2026-11-22 14:02" {
		t.Errorf("under a title that names UTC: %q", got)
	}
}
