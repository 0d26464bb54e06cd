//go:build unix

package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"hdpadmin/internal/serve"
)

// health serves health checks and returns a function that gets a path.
func (s *service) health(address string, checks ...func() error) func(path string) (int, string) {
	s.t.Helper()
	l, err := serve.ListenHealth(s.t.Context(), address)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- s.ServeHealth(ctx, l, checks...) }()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, l.Addr().Network(), l.Addr().String())
	}}
	s.t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := await(s.t, done); err != nil {
			s.t.Error(err)
		}
	})
	return func(path string) (int, string) {
		s.t.Helper()
		answer, err := (&http.Client{Transport: transport, Timeout: patience}).Get("http://health" + path)
		if err != nil {
			s.t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
}

func TestHealth(t *testing.T) {
	hold := make(chan struct{})
	s := start(t, func(o *serve.Options) {
		o.Command = func(_ context.Context, x *serve.Session) int {
			printTo(x.Out, "ready\n")
			<-hold
			return 0
		}
	})
	var broken error
	get := s.health("127.0.0.1:0", func() error { return broken }, func() error { return nil })
	s.until("the service", func() bool { code, _ := get("/readyz"); return code == http.StatusOK })
	broken = errors.New("operators.toml:3: the last good operators are in force")
	if code, body := get("/readyz"); code != http.StatusServiceUnavailable || body != "operators.toml:3: the last good operators are in force\n" {
		t.Errorf("a broken operators file: %d %q", code, body)
	}
	broken = nil
	x := s.session(s.signIn(s.add("bob")))
	out, _ := x.StdoutPipe()
	_ = x.Start("anything")
	_, _ = out.Read(make([]byte, 1))
	s.stop()
	s.until("the drain", func() bool {
		code, body := get("/readyz")
		return code == 503 && body == "the service is shutting down\n"
	})
	if code, body := get("/livez"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/livez: %d %q", code, body)
	}
	if code, _ := get("/"); code != http.StatusNotFound {
		t.Errorf("/: %d", code)
	}
	close(hold)
}

func TestReadyOnlyWhileItServes(t *testing.T) {
	other := start(t)
	server, err := serve.New(serve.Options{Console: console, Command: command, HostKey: other.host, Operators: func() serve.Operators { return other }})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Server: server, t: t}
	if code, body := s.health(filepath.Join(shortDir(t), "health"))("/readyz"); code != 503 || body != "the service does not accept connections yet\n" {
		t.Errorf("%d %q", code, body)
	}
}

func TestHealthListensOnlyHere(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":9100", "192.0.2.1:9100", "[::]:0", "localhost", "localhost:x", "example.com:9100", ""} {
		if l, err := serve.ListenHealth(t.Context(), address); err == nil {
			_ = l.Close()
			t.Errorf("listens on %q", address)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := serve.ListenHealth(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
	}
	path := filepath.Join(shortDir(t), "health")
	for range 2 { // the second replaces what the first has left behind
		l, err := serve.ListenHealth(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		l.(*net.UnixListener).SetUnlinkOnClose(false)
		_ = l.Close()
	}
}

func TestMetrics(t *testing.T) {
	s := start(t)
	get := s.health("127.0.0.1:0")
	bob := s.add("bob.jones")
	k := s.console(s.signIn(bob))
	k.sees("size 80x24")
	c := s.signIn(bob)
	s.exec(c, "exit 3")
	s.exec(c, "panic")
	_, _ = s.dial(newSigner())
	s.until("the refusal", func() bool { return len(s.recorded(serve.Refused)) == 1 })
	_, text := get("/metrics")
	for _, line := range []string{
		`hdpadmin_sessions{kind="console"} 1`, `hdpadmin_sessions{kind="command"} 0`, `hdpadmin_connections 2`,
		`hdpadmin_sessions_started_total{kind="command"} 2`, `hdpadmin_sessions_ended_total{cause="program",kind="command"} 2`,
		`hdpadmin_session_seconds_count{kind="command"} 2`, `hdpadmin_refused_total{reason="key"} 1`, `hdpadmin_refused_total{reason="arriving"} 0`,
		`hdpadmin_panics_total 1`, `hdpadmin_audit_failures_total 0`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if !strings.Contains(text, "go_goroutines") || strings.Contains(text, "bob") || strings.Contains(text, "SHA256") || strings.Contains(text, "127.0.0.1") {
		t.Error("the metrics lack the process, or have a name")
	}
	if t.Failed() {
		t.Log(text)
	}
}

// systemdRole makes this binary serve for a moment as systemd would start it.
const systemdRole = "TEST_SERVE_SYSTEMD"

func underSystemd() int {
	_ = os.Setenv("LISTEN_PID", fmt.Sprint(os.Getpid())) // systemd sets it between fork and exec
	listeners, err := serve.ActivatedListeners()
	if err != nil || len(listeners) != 1 {
		_, _ = fmt.Fprintln(os.Stderr, listeners, err)
		return 1
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	server, err := serve.New(serve.Options{Console: console, Command: command, HostKey: newSigner(), Operators: func() serve.Operators { return nil }})
	if err != nil {
		return 1
	}
	reported := make(chan struct{})
	go func() {
		server.Report(ctx)
		close(reported)
	}()
	go func() { // until the test closes standard input
		_, _ = os.Stdin.Read(make([]byte, 1))
		serve.Reloading(func() {})
		_, _ = os.Stdin.Read(make([]byte, 1))
		stop()
	}()
	if err := server.Serve(ctx, listeners...); err != nil {
		return 1
	}
	<-reported
	return 0
}

func TestSystemd(t *testing.T) {
	socket := filepath.Join(shortDir(t), "notify")
	notices, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer notices.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), systemdRole+"=1", "LISTEN_FDS=1", "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=150000")
	c.ExtraFiles = []*os.File{file}
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	next := func() string {
		t.Helper()
		_ = notices.SetReadDeadline(time.Now().Add(patience))
		text := make([]byte, 200)
		n, err := notices.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(text[:n])
	}
	sees := func(want string) {
		t.Helper()
		for got := next(); !strings.HasPrefix(got, want); got = next() {
			if got != "WATCHDOG=1" {
				t.Errorf("systemd reads %q before %q", got, want)
			}
		}
	}
	sees("READY=1")
	for range 3 {
		sees("WATCHDOG=1")
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	greeting := make([]byte, 16)
	if n, err := io.ReadFull(conn, greeting); string(greeting[:n]) != "SSH-2.0-hdpadmin" {
		t.Errorf("the socket of systemd answers %q, %v", greeting[:n], err)
	}
	_, _ = in.Write([]byte("r"))
	reloading := "RELOADING=1"
	if runtime.GOOS == "linux" { // where systemd is, and wants to know when
		reloading += "\nMONOTONIC_USEC="
	}
	sees(reloading)
	sees("READY=1")
	_, _ = in.Write([]byte("s"))
	sees("STOPPING=1")
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

func TestWithoutSystemd(t *testing.T) {
	if l, err := serve.ActivatedListeners(); len(l) != 0 || err != nil {
		t.Errorf("%v, %v", l, err)
	}
	s := start(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	s.Report(ctx)
	read := false
	serve.Reloading(func() { read = true })
	if !read {
		t.Error("the files were not read")
	}
}
