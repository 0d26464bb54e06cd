//go:build unix

package cli_test

import (
	"context"
	"crypto/ed25519"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	sshserve "hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
)

// everyone lets every key in as bob.
type everyone struct{}

func (everyone) Allow(key ssh.PublicKey, _ netip.Addr, _ time.Time) (access.Grant, error) {
	return access.Grant{Operator: access.Operator{Name: "bob"}, Fingerprint: ssh.FingerprintSHA256(key)}, nil
}

func (everyone) StillAllows(access.Grant, netip.Addr, time.Time) error { return nil }

func newSSHKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestServeSessions(t *testing.T) {
	folder, err := os.MkdirTemp("", "s") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	config := filepath.Join(folder, "serve.toml")
	if err := os.WriteFile(config, []byte("control = \"run/control\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hdpadmin := func(args ...string) (out string, code int) {
		c := command(t, append(args, "--config", config)...)
		raw, err := c.CombinedOutput()
		if err != nil && c.ProcessState == nil {
			t.Fatal(err)
		}
		return string(raw), c.ProcessState.ExitCode()
	}
	if out, code := hdpadmin("serve", "sessions"); code != 1 || !strings.Contains(out, "the service is not running: no answer at "+folder+"/run/control. Use --config if") {
		t.Errorf("without a service: %d %s", code, out)
	}

	began := make(chan struct{})
	host := newSSHKey(t)
	program := func(_ context.Context, x *sshserve.Session) int {
		x.SetAccount("alice\x1b[31m.smith")
		close(began)
		return int(<-x.Signals)
	}
	server, err := sshserve.New(sshserve.Options{Console: program, Command: program, Operators: func() sshserve.Operators { return everyone{} }, HostKey: host})
	if err != nil {
		t.Fatal(err)
	}
	control, err := sshserve.OpenControl(filepath.Join(folder, "run", "control"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- control.Serve(ctx, server) }()
	go func() { ended <- server.Serve(ctx, l) }()
	defer func() {
		stop()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}()
	if out, code := hdpadmin("serve", "sessions"); code != 0 || out != "Nobody is signed in.\n" {
		t.Errorf("without sessions: %d %s", code, out)
	}

	client, err := ssh.Dial("tcp", l.Addr().String(), &ssh.ClientConfig{
		User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(newSSHKey(t))}, HostKeyCallback: ssh.FixedHostKey(host.PublicKey()),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Start("unlock alice.smith"); err != nil {
		t.Fatal(err)
	}
	<-began
	out, code := hdpadmin("serve", "sessions")
	row := regexp.MustCompile(`^ID      OPERATOR  SINCE                    FROM       RUNS    ACCOUNT
([0-9a-f]{6})  bob       \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  127\.0\.0\.1  unlock  (\S.*)\n$`).FindStringSubmatch(out)
	if code != 0 || row == nil || strings.Contains(out, "\x1b") || !strings.Contains(row[2], "alice") {
		t.Fatalf("one session: %d %q", code, out)
	}
	if out, code := hdpadmin("serve", "sessions", "end", "nobody"); code != 1 || !strings.Contains(out, `there is no session "nobody"; hdpadmin serve sessions --config `) {
		t.Errorf("an unknown session: %d %s", code, out)
	}
	if out, code := hdpadmin("serve", "sessions", "end"); code != 2 || !strings.Contains(out, "end takes the ID of a session") {
		t.Errorf("no session: %d %s", code, out)
	}
	if out, code := hdpadmin("serve", "sessions", "end", row[1]); code != 0 || out != "Asked session "+row[1]+" to end.\n" {
		t.Errorf("end: %d %s", code, out)
	}
	if err := session.Wait(); err == nil || !strings.Contains(err.Error(), "status 1") {
		t.Errorf("the session ended with %v, want the number of SIGHUP", err)
	}
}
