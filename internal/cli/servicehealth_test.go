//go:build unix

package cli_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestTheServiceReportsItsHealth(t *testing.T) {
	s := prepareService(t, "")
	folder, err := os.MkdirTemp("", "s") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket, config := filepath.Join(folder, "health"), filepath.Join(s.home, "serve.toml")
	raw, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	s.write("serve.toml", "health = \""+socket+"\"\n"+string(raw))
	s.start()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	get := func(path string) (int, string) {
		t.Helper()
		answer, err := (&http.Client{Transport: transport, Timeout: waitLimit}).Get("http://service" + path)
		if errors.Is(err, syscall.ECONNREFUSED) { // the socket is there a moment before the service listens
			return 0, ""
		}
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}
	s.eventually("the service is ready", func() bool { code, _ := get("/readyz"); return code == http.StatusOK })

	s.write("operators.toml", "[operator.bob]\n")
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	s.eventually("it says that the operators file is wrong", func() bool {
		code, body := get("/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "operators.toml:1: ")
	})
	s.exits(0, "alice.smith", "show", "alice.smith")
	s.allow("")
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	s.eventually("it is ready again", func() bool { code, _ := get("/readyz"); return code == http.StatusOK })
	if code, body := get("/metrics"); code != http.StatusOK || !strings.Contains(body, `hdpadmin_sessions_ended_total{cause="program",kind="command"} 1`) || strings.Contains(body, "bob") {
		t.Errorf("metrics: %d %s", code, body)
	}
}
