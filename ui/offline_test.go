package ui_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// Tests of losing the server and getting it back.

func loseServer(op *uitest.Op) {
	op.Server.Fail(hdptest.Fault{Kind: hdptest.CloseBefore, Times: hdptest.Forever})
}

func TestServerGoesOfflineAndComesBack(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Opens("alice.smith")
	op.Waits(time.Minute)
	op.Forgets()
	op.Waits(time.Hour)
	op.Sends() // nothing while all is well

	loseServer(op)
	op.Presses("enter")
	op.Sees("offline since 15:03, data as of 14:02", "alice.smith", "Sales (56)")
	op.Presses("u")
	op.Sees("u: no answer since 15:03 UTC")
	op.Presses("esc", "esc") // listed accounts can still be read
	op.Shows("carla.mendes Sales")

	op.Forgets()
	op.Waits(5 * time.Minute)
	asked := op.Sent()
	if n := len(asked); n < 8 || n > 12 || slices.ContainsFunc(asked, func(s string) bool { return s != "GET /api/healthcheck" }) {
		t.Errorf("probes in five minutes: %q", asked)
	}
	for _, r := range op.Server.Requests() {
		if r.Login != "" {
			t.Error("the probe contains the login")
		}
	}
	op.Server.ClearFaults()
	op.Waits(time.Minute)
	op.Sees("✓ The server is back", "d2cadmin")
	op.SeesNot("no answer")
	op.Forgets()
	op.Waits(time.Hour)
	op.Sends()
}

// When a proxy answered a write in HDP's place, the outcome dialog says so. That the server is
// back must not replace it.
func TestUnknownOutcomeStaysOnScreenWhenTheServerIsBack(t *testing.T) {
	t.Parallel()
	// The write, and every read-back of the next seven seconds.
	lose := func(op *uitest.Op) {
		op.Opens("307")
		op.Presses("u")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.HTML502})
		op.Server.Fail(hdptest.Fault{Path: "/307/statusinfo", Kind: hdptest.Unavailable503, RetryAfter: "60", Skip: 1, Times: 4})
		op.Presses("enter")
	}
	t.Run("in a dialog", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		lose(op)
		for range 12 {
			op.Waits(3 * time.Second)
			op.SeesNot("The server is back")
		}
		op.Sees("✗ Outcome unknown", "Not stored as of 14:03:0")
	})
	t.Run("in the status line", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		lose(op)
		op.Waits(4 * time.Second)
		op.Presses("esc")
		op.Server.Fail(hdptest.Fault{Kind: hdptest.Unavailable503, RetryAfter: "60", Times: hdptest.Forever})
		op.Waits(26 * time.Second)
		op.Sees("offline since", "alice.smith: unlock: stored values not known")
		op.Server.ClearFaults()
		op.Waits(time.Minute)
		op.SeesNot("offline since")
		op.Sees("alice.smith: unlock: stored values not known")
	})
}

func TestFailedReadsAreRepeatedOnceTheServerIsBack(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	loseServer(op)
	op.Presses("ctrl+r")
	op.Sees("offline since 14:02, data as of 14:02")
	op.Waits(10 * time.Minute)
	op.Server.ClearFaults()
	op.Waits(time.Minute)
	op.Presses("down")
	op.Sees("as of 14:12")
}

func TestNoProbeAfterARefusedLogin(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Server.SetPassword(1, "Other-Word9")
	op.Presses("ctrl+r")
	op.Sees("Sign in to")
	loseServer(op)
	op.Signs("Other-Word9")
	op.Sees("offline since")
	op.Forgets()
	op.Waits(10 * time.Minute)
	op.Sends()
}

func TestNoProbeWhileLocked(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	loseServer(op)
	op.Presses("ctrl+r", "ctrl+x")
	op.Forgets()
	op.Waits(10 * time.Minute)
	op.Sends()
	op.Server.ClearFaults()
	op.Signs(hdptest.AdminPassword)
	op.Sees("alice.smith")
	op.SeesNot("no answer")
}

// The login is still there, because the write needs it.
func TestNoProbeWhileLockedOverAWrite(t *testing.T) {
	t.Parallel()
	op, _ := unlockAndLeave(t, true, hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang})
	loseServer(op)
	op.Presses("ctrl+r")
	op.Sees("offline since")
	op.Presses("ctrl+x")
	op.Forgets()
	op.Waits(10 * time.Minute)
	op.Sends()
}

func TestUnprovenLoginIsNotRetriedAutomatically(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
		s.Fail(hdptest.Fault{Path: "/api/admin/users", Kind: hdptest.HTML502})
	}))
	op.Sees("No answer from HDP")
	op.Forgets()
	op.Waits(10 * time.Second)
	op.Sees("The server is back. Press ctrl+r to sign in.")
	op.Sends("GET /api/healthcheck")
	op.Presses("ctrl+r")
	op.Sees("1 of 38")
}

func TestNothingIsSentWhileOffline(t *testing.T) {
	t.Parallel()
	for name, opens := range map[string]func(*uitest.Op){
		"a change, tried once before": func(op *uitest.Op) {
			op.Presses("u", "x")
			loseServer(op)
			op.Presses("enter", "esc")
		},
		"a reset": func(op *uitest.Op) {
			loseServer(op)
			op.Presses("r")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.On(120, 36))
			op.Opens("alice.smith")
			opens(op)
			op.Sees("offline since 14:02")
			op.Forgets()
			op.Presses("enter")
			op.Sees("Not sent: no answer since 14:02 UTC")
			op.Sends("GET /api/healthcheck")
			op.Server.ClearFaults()
			op.Waits(10 * time.Second)
			op.SeesNot("offline since", "Not sent")
			op.Sees("The server is back. Nothing was sent; press enter again.")
			op.Presses("enter")
			if w := op.Writes(); len(w) == 0 {
				t.Error("it cannot be sent once the server is back")
			}
		})
	}
}

func TestBatchDoesNotStartWhileOffline(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne())
	op.Server.Fail(hdptest.Fault{Kind: hdptest.CloseBefore, Skip: 30, Times: hdptest.Forever})
	op.Presses("2", "*", "u")
	op.Sees("offline since 14:02", "10 of 37 will change, 5 could not be read, 22 not read.")
	op.Types("INC-4711")
	op.Forgets()
	op.Presses("enter")
	op.Sees("Not sent: no answer since 14:02 UTC")
	op.Sends("GET /api/healthcheck")
	op.Server.ClearFaults()
	op.Waits(10 * time.Second)
	op.SeesNot("offline since", "Not sent")
	op.Sees("Reason    INC-4711")
	op.Presses("enter")
	op.Looks()
	op.Sees("10 applied")
}

func TestOffline(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "lost", do: func(op *uitest.Op) {
			op.Opens("alice.smith")
			op.Waits(time.Minute)
			loseServer(op)
			op.Presses("enter", "u")
		}},
	} {
		s.run(t)
	}
}
