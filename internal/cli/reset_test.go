//go:build unix

package cli_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// resetting returns a command that resets the password of carol, and the file of its audit log.
func resetting(t *testing.T, s *hdptest.Server, args ...string) (c *exec.Cmd, log string) {
	t.Helper()
	s.AddAccount(hdptest.Account{UserName: "carol"})
	c = command(t, append([]string{"reset", "carol", "--server", s.URL, "--user", "d2cadmin"}, args...)...)
	log = filepath.Join(t.TempDir(), "audit.jsonl")
	c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword, "HDPADMIN_AUDIT_FILE="+log)
	return c, log
}

// mustSignIn checks that the server accepts the login.
func mustSignIn(t *testing.T, s *hdptest.Server, user, password string) {
	t.Helper()
	c, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetCredentials(hdpclient.Credentials{User: user, Password: hdpclient.SecretOf(password)})
	if _, err := c.UsersByAuthName(t.Context(), user); errors.Is(err, hdpclient.ErrUnauthorized) {
		t.Errorf("%s cannot sign in: %v", user, err)
	}
}

func TestResetPrintsThePasswordToATerminal(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	c, log := resetting(t, s)
	term := startCommand(t, c)
	term.sees("Set a temporary password for carol (id ", "? [y/N]")
	term.press("y\r")
	term.sees("The user must", "small ")
	term.leaves(0)
	shown := regexp.MustCompile(`Temporary password of carol:\s+(\S+)\s+(small|capital|\S+) `).FindStringSubmatch(term.screen())
	if shown == nil {
		t.Fatalf("no password on the screen:\n%s", term.screen())
	}
	mustSignIn(t, s, "carol", shown[1])
	logged, err := os.ReadFile(log)
	if err != nil || !bytes.Contains(logged, []byte(`"kind":"password-revealed"`)) || bytes.Contains(logged, []byte(shown[1])) {
		t.Errorf("%v: %s", err, logged)
	}
}

func TestAPasswordIsNotLostInAFullDevice(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("this system has no /dev/full")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	c, _ := resetting(t, hdptest.NewServer(t), "--yes", "--password-to", "fd:3")
	c.ExtraFiles = []*os.File{full}
	out, err := c.CombinedOutput()
	if c.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "The password could not be written, so reset it again") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestNothingIsSentIfNobodyReadsThePassword(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(r, w *os.File){
		"no reader": func(r, _ *os.File) { _ = r.Close() },
		"full": func(_, w *os.File) {
			_ = w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
			_, _ = w.Write(make([]byte, 4<<20))
		},
	} {
		s := hdptest.NewServer(t)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		spoil(r, w)
		c, _ := resetting(t, s, "--yes", "--password-to", "fd:3")
		c.ExtraFiles = []*os.File{w}
		out, err := c.CombinedOutput()
		if c.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "nobody reads what is written to it") || len(s.Requests()) > 0 {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

func TestASignalDuringAReset(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, path string
		inForce            bool
	}{
		{"before it is sent", "GET", "/passwordpolicy", false},
		{"while it is sent", "PUT", "/resetpassword", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := hdptest.NewServer(t)
			release := s.Fail(hdptest.Fault{Method: c.method, Path: c.path, Kind: hdptest.Hang})
			defer release()
			secret := filepath.Join(t.TempDir(), "secret")
			cmd, _ := resetting(t, s, "--yes", "--password-to", secret)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Await(t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Process.Signal(syscall.SIGTERM)
			if c.inForce {
				release()
			}
			_ = cmd.Wait()
			text, err := os.ReadFile(secret)
			switch {
			case cmd.ProcessState.ExitCode() != 143:
				t.Errorf("exit code %d: %s", cmd.ProcessState.ExitCode(), out.String())
			case !c.inForce && !errors.Is(err, fs.ErrNotExist):
				t.Errorf("the file is still there: %v, %s", err, out.String())
			case c.inForce && err != nil:
				t.Error(err, out.String())
			case c.inForce:
				mustSignIn(t, s, "carol", strings.TrimSpace(string(text)))
			}
		})
	}
}

// A descriptor that hdpadmin opened may be the audit log.
func TestOnlyInheritedDescriptorsGetPasswords(t *testing.T) {
	t.Parallel()
	own, err := os.Create(filepath.Join(t.TempDir(), "own"))
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if _, err := cli.OpenDescriptor(int(own.Fd())); err == nil {
		t.Error("accepted")
	}
}

func TestDeclinedCommandsSendNothing(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	run := func(args ...string) *exec.Cmd {
		c := command(t, append(args, "--server", s.URL, "--user", "d2cadmin")...)
		c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword, "HDPADMIN_AUDIT_FILE="+log)
		return c
	}
	if out, err := run("unlock", "alice.smith").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	for _, c := range []struct {
		args []string
		asks string
	}{
		{[]string{"expire", "alice.smith", "--at", "2030-01-01"}, "Set the password expiry to 2030-01-01 00:00:00 UTC for alice.smith (id 307"},
		{[]string{"expire", "alice.smith", "--at", "2020-01-01"}, "(in the past: the password"},
		{[]string{"reset", "alice.smith", "--password-to", secret}, "Set a temporary password for alice.smith (id 307"},
		{[]string{"undo", "alice.smith"}, `Undo "unlock" of `},
	} {
		term := startCommand(t, run(c.args...))
		term.sees(c.asks, "? [y/N]")
		term.press("n\r")
		term.sees("declined; nothing was sent")
		term.leaves(3)
	}
	for _, r := range s.Requests() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/307/statusinfo") || s.Stored(307).Locked() {
			t.Errorf("sent %s %s", r.Method, r.Path)
		}
	}
	if _, err := os.Lstat(secret); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}
