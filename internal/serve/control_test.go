//go:build unix

package serve_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/internal/serve"
)

// shortDir is a private folder with a path that is short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func (s *service) control(path string) {
	s.t.Helper()
	c, err := serve.OpenControl(path)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx, s.Server) }()
	s.t.Cleanup(func() {
		stop()
		if err := await(s.t, done); err != nil {
			s.t.Error(err)
		}
		if _, err := os.Lstat(path); err == nil {
			s.t.Error("the socket is still there")
		}
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	s := start(t)
	socket := filepath.Join(shortDir(t), "run", "control")
	s.control(socket)
	if all, err := serve.ListSessions(t.Context(), socket); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	bob, carol := s.add("bob"), s.add("carol")
	k := s.console(s.signIn(bob))
	k.sees("size 80x24")
	x := s.session(s.signIn(carol))
	if err := x.Start("wait for nothing"); err != nil {
		t.Fatal(err)
	}
	_, _ = k.keys.Write([]byte("7\n"))
	var all []serve.Info
	s.until("the account", func() bool {
		var err error
		all, err = serve.ListSessions(t.Context(), socket)
		if err != nil {
			t.Fatal(err)
		}
		return len(all) == 2 && strings.HasPrefix(all[0].Account, "account")
	})
	began := s.recorded(serve.Began)
	for i, want := range []struct{ operator, command string }{{"bob", ""}, {"carol", "wait"}} {
		got := all[i]
		if got.Operator != want.operator || got.Command != want.command || got.ID != began[i].Session || got.Key != began[i].Key || got.Address != began[i].Address || got.Since.IsZero() || got.Ending {
			t.Errorf("%+v", got)
		}
	}
	if err := serve.EndSession(t.Context(), socket, "nonsense/../x"); !errors.Is(err, serve.ErrNoSession) {
		t.Errorf("an unknown session: %v", err)
	}
	if err := serve.EndSession(t.Context(), socket, all[0].ID); err != nil {
		t.Error(err)
	}
	last := ""
	for line := range k.lines {
		last = line
	}
	if last != "hdpadmin: The administrator of the service ended this session." {
		t.Errorf("the last line is %q", last)
	}
	k.ends(129)
	if all, err := serve.ListSessions(t.Context(), socket); err != nil || len(all) != 1 || all[0].Operator != "carol" {
		t.Errorf("afterwards: %+v, %v", all, err)
	}
}

func TestTheControlSocketIsPrivate(t *testing.T) {
	folder := shortDir(t)
	path := filepath.Join(folder, "new", "control")
	c, err := serve.OpenControl(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, want := range map[string]os.FileMode{path: os.ModeSocket | 0o600, filepath.Dir(path): os.ModeDir | 0o700} {
		if info, err := os.Lstat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	for mode, private := range map[os.FileMode]bool{0o755: false, 0o750: false, 0o701: false, 0o700: true} {
		open := filepath.Join(folder, mode.String())
		if err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, mode)); err != nil {
			t.Fatal(err)
		}
		c, err := serve.OpenControl(filepath.Join(open, "control"))
		if (err == nil) != private {
			t.Errorf("a folder of mode %s: %v", mode, err)
		}
		if err == nil {
			_ = c.Close()
		}
	}
}

func TestOneServicePerControlSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "control")
	if _, err := serve.ListSessions(t.Context(), path); !errors.Is(err, serve.ErrNotRunning) || !strings.Contains(err.Error(), path) {
		t.Errorf("nobody has ever listened: %v", err)
	}
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	_ = stale.Close()
	if err := serve.EndSession(t.Context(), path, "x"); !errors.Is(err, serve.ErrNotRunning) {
		t.Errorf("the service is gone: %v", err)
	}
	c, err := serve.OpenControl(path)
	if err != nil {
		t.Fatalf("after a service that is gone: %v", err)
	}
	if _, err := serve.OpenControl(path); !errors.Is(err, serve.ErrRunning) {
		t.Errorf("next to a living service: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if c, err = serve.OpenControl(path); err != nil {
		t.Fatalf("after a service that ended: %v", err)
	}
	_ = c.Close()
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serve.OpenControl(path); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("over a file: %v", err)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "precious" {
		t.Errorf("the file is gone: %v", err)
	}
}

// controlRole makes this binary hold the control socket at a path until it is killed.
const controlRole = "TEST_SERVE_CONTROL"

func holdControl(path string) int {
	if _, err := serve.OpenControl(path); err != nil {
		_, _ = os.Stdout.WriteString(err.Error() + "\n")
		return 1
	}
	_, _ = os.Stdout.WriteString("open\n")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return 0
}

func TestAKilledServiceLeavesNothingInTheWay(t *testing.T) {
	path := filepath.Join(shortDir(t), "control")
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), controlRole+"="+path)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	n, _ := out.Read(said)
	if string(said[:n]) != "open\n" {
		t.Fatalf("the other process says %q", said[:n])
	}
	if _, err := serve.OpenControl(path); !errors.Is(err, serve.ErrRunning) {
		t.Errorf("while the other process lives: %v", err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the killed process has removed its socket: %v", err)
	}
	mine, err := serve.OpenControl(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = mine.Close()
}
