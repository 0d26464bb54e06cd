//go:build unix

package cli_test

import (
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

// In a terminal a command asks for the password, and shows nothing of it.
func TestACommandAsksForThePassword(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	term := start(t, "why", "alice.smith", "--server", s.URL, "--user", "d2cadmin")
	term.sees("Password for d2cadmin at " + s.URL)
	term.press(hdptest.AdminPassword + "\r")
	term.sees("alice.smith (id 307")
	term.leaves(0)
	if n := len(s.Requests()); n == 0 {
		t.Error("nothing was sent")
	}
	s.ResetRequests()
	term = start(t, "why", "alice.smith", "--server", s.URL, "--user", "d2cadmin")
	term.sees("Password for")
	term.press("\x03")
	term.leaves(130)
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests without a password", n)
	}
}
