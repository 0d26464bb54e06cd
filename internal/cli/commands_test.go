//go:build unix

package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// In a terminal, a command asks for the password and does not echo it.
func TestCommandAsksForThePassword(t *testing.T) {
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

// A required reason that is not given ends the command before it asks anything else.
func TestCommandAsksForTheReason(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	id := s.AddAccount(hdptest.Account{UserName: "bob.kovac"})
	for _, c := range []struct {
		answer string
		code   int
	}{{"\r", 3}, {"INC-1\r", 0}} {
		term := start(t, "deactivate", "bob.kovac", "--server", s.URL, "--user", "d2cadmin", env("HDPADMIN_REQUIRE_REASON=true"))
		term.sees("Password for")
		term.press(hdptest.AdminPassword + "\r")
		term.sees("Reason:")
		term.press(c.answer)
		if c.code != 0 {
			term.sees("nothing was sent: a reason is required")
			term.seesNot("[y/N]")
		} else {
			term.sees("? [y/N]")
			term.press("y\r")
		}
		term.leaves(c.code)
		if got := s.Stored(id).Status(); got != min(c.code, 1) {
			t.Errorf("%q: status %d", c.answer, got)
		}
	}
}

func TestCommandAsksBeforeRemovingAccess(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	id := s.AddAccount(hdptest.Account{UserName: "bob.kovac"})
	for _, c := range []struct {
		answer string
		code   int
		status int
	}{{"n\r", 3, 1}, {"\r", 3, 1}, {"\x03", 130, 1}, {"\x04", 3, 1}, {"yes\r", 0, 0}} {
		term := start(t, "deactivate", "bob.kovac", "--server", s.URL, "--user", "d2cadmin")
		term.sees("Password for")
		term.press(hdptest.AdminPassword + "\r")
		term.sees("Deactivate bob.kovac (id ", "? [y/N]")
		term.press(c.answer)
		term.leaves(c.code)
		if got := s.Stored(id).Status(); got != c.status {
			t.Errorf("%q: status %d", c.answer, got)
		}
	}
}

func TestNothingIsAskedIfTheEnvironmentForbidsIt(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	id := s.AddAccount(hdptest.Account{UserName: "bob.kovac"})
	for _, variable := range []string{"CI=true", "HDPADMIN_NO_INPUT=yes"} {
		term := start(t, "deactivate", "bob.kovac", "--server", s.URL, "--user", "d2cadmin", env("HDP_PASSWORD="+hdptest.AdminPassword, variable))
		term.sees("missing: --yes")
		term.leaves(3)
	}
	if s.Stored(id).Status() != 1 {
		t.Error("bob.kovac is inactive")
	}
}

func TestSignalBeforeTheWriteSendsNothing(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	release := s.Fail(hdptest.Fault{Method: "GET", Path: "/statusinfo", Kind: hdptest.Hang, Times: hdptest.Forever})
	defer release()
	term := start(t, "unlock", "alice.smith", "--server", s.URL, "--user", "d2cadmin")
	term.sees("Password for")
	term.press(hdptest.AdminPassword + "\r")
	if _, err := s.Await(t.Context(), func(r hdptest.Request) bool { return strings.HasSuffix(r.Path, "/statusinfo") }); err != nil {
		t.Fatal(err)
	}
	term.signal(syscall.SIGTERM)
	term.leaves(143)
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			t.Errorf("sent %s %s", r.Method, r.Path)
		}
	}
}

func TestASignalInJSON(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"unlock alice.smith --json", "why alice.smith --ndjson", "show alice.smith --json", "find 307 --jq .", "list --ndjson", "whoami --json"} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			s := hdptest.NewServer(t)
			hangs := func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }
			for _, path := range []string{"/statusinfo", "/passwordinfo", "/api/admin/users", "/api/mgmt/user", "/api/admin/users/307"} {
				defer s.Fail(hdptest.Fault{Method: "GET", Path: path, Kind: hdptest.Hang, Times: hdptest.Forever})()
			}
			c := command(t, append(strings.Fields(args), "--server", s.URL, "--user", "d2cadmin")...)
			c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Await(t.Context(), hangs); err != nil {
				t.Fatal(err)
			}
			_ = c.Process.Signal(syscall.SIGINT)
			_ = c.Wait()
			var failure struct {
				Error struct {
					Code    int
					Message string
				}
			}
			if err := json.Unmarshal(stderr.Bytes(), &failure); err != nil || c.ProcessState.ExitCode() != 130 ||
				failure.Error.Code != 130 || failure.Error.Message != "ended by a signal: interrupt" {
				t.Errorf("exit code %d, %v: %s", c.ProcessState.ExitCode(), err, stderr.String())
			}
			if stdout.Len() > 0 {
				t.Errorf("on standard output: %s", stdout.String())
			}
		})
	}
}

func TestNothingIsAskedInJSON(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	term := start(t, "unlock", "alice.smith", "--json", "--server", s.URL, "--user", "d2cadmin")
	term.sees(`"code": 4`)
	term.leaves(4)
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests without a password", n)
	}
}

// Somebody else was faster.
func TestADocumentHasTheAccountAsItWasLastRead(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	release := s.Fail(hdptest.Fault{Method: "GET", Path: "/statusinfo", Kind: hdptest.Hang, Skip: 1})
	defer release()
	c := command(t, "unlock", "alice.smith", "--json", "--server", s.URL, "--user", "d2cadmin")
	c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
	var stdout bytes.Buffer
	c.Stdout = &stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Await(t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		t.Fatal(err)
	}
	s.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
	release()
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
	var document struct {
		Changed bool
		Outcome string
		Account struct{ Locked bool }
	}
	if err := json.Unmarshal(stdout.Bytes(), &document); err != nil || document.Changed || document.Outcome != "unchanged" || document.Account.Locked {
		t.Errorf("%v: %s", err, stdout.String())
	}
}

func TestASignalDuringTheWriteWaitsForTheAnswer(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	release := s.Fail(hdptest.Fault{Method: "PUT", Path: "/statusinfo", Kind: hdptest.Hang})
	defer release()
	c := command(t, "unlock", "alice.smith", "--json", "--server", s.URL, "--user", "d2cadmin")
	c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Await(t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		t.Fatal(err)
	}
	_ = c.Process.Signal(syscall.SIGINT)
	time.AfterFunc(200*time.Millisecond, release) // after the signal; before it, the outcome is the same
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != 130 || !strings.Contains(stdout.String(), `"outcome": "applied"`) || stderr.Len() > 0 || s.Stored(307).Locked() {
		t.Errorf("exit code %d, %s%s", code, stdout.String(), stderr.String())
	}
}

// What a command has printed may not be all that went wrong.
func TestAnErrorNextToASilentOneIsPrintedInJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{cli.ErrUnchanged, ""},
		{errors.Join(cli.ErrUnchanged, errors.New("no space left")), `"message": "no space left"`},
	} {
		var stderr bytes.Buffer
		err := cli.InJSON(&stderr, c.err)
		if err.Error() != "" || cli.ExitCode(err) != 1 || !strings.Contains(stderr.String(), c.want) || (c.want == "") != (stderr.Len() == 0) {
			t.Errorf("%q: %v, %s", c.err, err, stderr.String())
		}
	}
}
