package ui_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// trickle sends that many bytes of the list and then hangs.
func trickle(bytes int) hdptest.Fault {
	return hdptest.Fault{Path: "/api/admin/users", Kind: hdptest.SlowBody, Bytes: bytes, Every: time.Hour}
}

// The first rows appear as soon as they arrive, with the progress of the list. esc stops
// reading and says so.
func TestListIsShownWhileLoading(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		op := uitest.Operator(t, uitest.On(size[0], size[1]), uitest.Hanging(1), uitest.Before(hdptest.WithAccounts(2000), hdptest.WithQuirks(hdptest.ListHasLength)),
			uitest.Given(func(s *hdptest.Server) { s.Fail(trickle(30_000)) }))
		op.Hold(0)
		op.WaitFor(regexp.MustCompile(`\d\d accounts, \d+ of \d+ kB`).MatchString)
		op.Hold(1)
		op.Sees("d2cadmin", "helpdesk", "viewer")
		op.Presses("down", "down")
		op.Shows("▸", "helpdesk")
		op.Presses("esc")
		op.Sees("Stopped: partial list, ")
		op.Hold(0)
		op.Presses("down")
		op.Sees("partial, as of 14:02")
		op.Presses("ctrl+r")
		op.Sees("as of 14:02", "of 2,000 ")
		op.SeesNot("partial")
	}
}

// On a slow connection the first row appears before a screenful has arrived.
func TestFirstRowDoesNotWaitForAScreenful(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Hanging(1), uitest.Given(func(s *hdptest.Server) { s.Fail(trickle(2000)) }))
	op.Hold(0)
	op.Sees("reading, 1 account, 2 kB", "d2cadmin")
}

// A list that is cut off every time is not reloaded for ever.
func TestFailingListIsNotReloadedForever(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Before(hdptest.WithAccounts(300)))
	op.Forgets()
	cut := op.Server.Fail(hdptest.Fault{Path: "/api/admin/users", Kind: hdptest.CutBody, Times: hdptest.Forever})
	lists := func() (n int) {
		for _, r := range op.Server.Requests() {
			if strings.HasPrefix(r.Path, "/api/admin/users?") {
				n++
			}
		}
		return n
	}
	op.Presses("ctrl+r")
	for range 300 {
		op.Waits(time.Second)
	}
	if n := lists(); n != 4 {
		t.Errorf("read %d times", n)
	}
	op.Presses("down")
	op.Sees("refresh failed: ")
	op.Presses("ctrl+r") // by hand
	if n := lists(); n != 5 {
		t.Errorf("read %d times, the last time by hand", n)
	}
	cut()
	op.Waits(time.Minute)
	if n := lists(); n != 6 {
		t.Errorf("read %d times since the server is back", n)
	}
	op.SeesNot("refresh failed")
}
