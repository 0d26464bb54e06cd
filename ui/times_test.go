package ui_test

import (
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

func inZone(t *testing.T, name string) uitest.OperatorOption {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return uitest.With(func(o *ui.Options) { o.Zone = zone })
}

func TestTimesAreTheOperatorsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, hour, title                                             string
		lockedAt, expires, startOfDay, typed, relative, relativeShort string
	}{
		{
			"Europe/Berlin", "15", "History (CET)", "14:45:11, 17 min ago (13:45:11 UTC)",
			"2026-12-01 01:00:00, in 8 days", "(00:00:00 UTC)", "UTC, 01:00 CET", "2026-11-22 16:02", " CET (15:02",
		},
		{
			"America/Los_Angeles", "06", "History (PST)", "05:45:11, 17 min ago (13:45:11 UTC)",
			"2026-11-30 16:00:00, in 8 days", "(2026-12-01 00:00:00 UTC)", "UTC, 2026-11-30 16:00 PST", "2026-11-22 07:02", " PST (15:02",
		},
		{
			"America/Sao_Paulo", "11", "History (UTC-03)", "10:45:11, 17 min ago (13:45:11 UTC)",
			"2026-11-30 21:00:00, in 8 days", "(2026-12-01 00:00:00 UTC)", "UTC, 2026-11-30 21:00 UTC-03", "2026-11-22 12:02", " UTC-03 (15:02",
		},
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.On(120, 36), inZone(t, c.zone))
			op.Opens("ali")
			op.Sees("as of "+c.hour+":02", "read "+c.hour+":02:31", c.lockedAt, c.expires, c.startOfDay)
			op.Unlocks("INC-4711")
			op.Sees("✓ Unlocked alice.smith, verified " + c.hour + ":02:3")
			op.SeesNot("verified " + c.hour + ":02:31 UTC")
			op.Presses("l")
			op.Sees(c.title, c.hour+":02:3")
			op.Presses("esc")
			op.Presses("p", "tab")
			op.Sees("Expires", "2026-12-01 00:00:00  "+c.typed)
			op.Types("+1h")
			op.Sees(c.relative, c.relativeShort)
			op.Presses("ctrl+x")
			op.Sees("Since " + c.hour + ":02 (locked by you)")
		})
	}
}

func TestAnOutcomeHasTheOperatorsTime(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36), inZone(t, "Europe/Berlin"))
	op.Opens("ali")
	op.Presses("u")
	op.Server.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.CloseBefore})
	op.Presses("enter")
	op.Waits(31 * time.Second)
	op.Sees("✗ Outcome unknown", "Not stored as of 15:03:0")
}

func TestTimesGetTheirDateAtMidnight(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36), inZone(t, "Europe/Berlin"), uitest.At(time.Date(2026, 11, 22, 22, 59, 40, 0, time.UTC)))
	op.Sees("as of 23:59")
	op.Waits(70 * time.Second)
	op.Sees("as of 2026-11-22 23:59")
	op.Presses("ctrl+r")
	op.Sees("as of 00:00")
}

func TestTheHourThatComesTwiceIsNamed(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36), inZone(t, "Europe/Berlin"), uitest.At(time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)))
	op.Sees("as of 02:30 CEST")
	op.Waits(time.Hour)
	op.Presses("ctrl+r")
	op.Sees("as of 02:30 CET")
	op.Waits(time.Hour)
	op.Presses("ctrl+r")
	op.Sees("as of 03:30")
}
