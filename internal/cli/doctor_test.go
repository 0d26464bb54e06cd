//go:build unix

package cli_test

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

func TestDoctorPrintsWhatABugReportNeedsAndNoSecrets(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithTLS())
	authorities := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	file := writeSettings(t, fmt.Sprintf("server = %q\nuser = \"jdoe\"\npassword_command = [\"pass\", \"geheim\"]\nkeyring = true\nca_file = %q\n", server.URL, authorities))
	term := start(t, "doctor", file, size(200, 100), env(
		role+"=keyring", "TEST_KEYRING=jdoe@"+server.URL+" geheim", "HDP_PASSWORD=geheim",
		"HTTPS_PROXY=http://jdoe:geheim@proxy.example.com:3128", "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22", "TERM_PROGRAM=a\x1b]2;evil\x07b"))
	term.leaves(0)
	checkOnlyText(t, term)
	for _, want := range []string{
		"hdpadmin        (devel)", "built with      go", "TERM            xterm-256color", "SSH_CONNECTION  set",
		"colours         TrueColor", "output          terminal, 200×100 cells",
		"user = \"jdoe\"", "config.toml:2\n", "password_command = [\"pass\", …] # 1 more, not shown", "from HDP_PASSWORD, not shown",
		"ca_file         " + authorities + ": -rw-------, ", "no entries yet", "holds the password of jdoe@" + server.URL,
		"Connection      TLS 1.3, certificate until ", "HDP             running",
	} {
		if !strings.Contains(printed(term), want) {
			t.Errorf("%q is not in the report:\n%s", want, printed(term))
		}
	}
	if strings.Contains(term.output(), "geheim") {
		t.Errorf("a secret is in the report:\n%s", term.output())
	}
	for _, r := range server.Requests() {
		if r.Login != "" {
			t.Errorf("it signed in: %s %s", r.Method, r.Path)
		}
	}
}

func TestDoctorExitsWith1IfSomethingIsWrong(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(broken, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"settings":     {[]string{writeSettings(t, "theme = \"drak\"\n")}, `theme: "drak" is not one of`},
		"audit log":    {[]string{"--audit-file", broken}, "! BROKEN at "},
		"keyring":      {[]string{"--server", "https://localhost:1", "--user", "jdoe", "--keyring"}, "! the keyring"},
		"server":       {[]string{"--server", "https://localhost:1"}, "! Connection      The connection was refused"},
		"certificates": {[]string{"--server", "https://localhost:1", "--ca-file", broken + "x"}, "! CA file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, append([]string{"doctor"}, c.args...)...)
			cmd.Env = append(cmd.Env, role+"=keyring", "TEST_KEYRING=none") // without a password, so the keyring fails
			withoutTerminal(cmd)
			out, err := cmd.Output()
			if code := cmd.ProcessState.ExitCode(); code != 10 || !strings.Contains(string(out), c.want) {
				t.Errorf("exit code %d, %v; missing %q:\n%s", code, err, c.want, out)
			}
		})
	}
}

func TestDoctorLimitsEveryWait(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	defer server.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: hdptest.Hang})()
	var out strings.Builder
	err := cli.Examine(t.Context(), map[string]string{
		"server": server.URL, "config": os.DevNull, "audit_file": filepath.Join(t.TempDir(), "audit.jsonl"),
	}, &out, 300*time.Millisecond)
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(out.String(), "! ") {
		t.Errorf("%v:\n%s", err, &out)
	}
}

func TestDoctorNamesNoKeys(t *testing.T) {
	t.Parallel()
	for kind, want := range map[hdptest.FaultKind]string{
		hdptest.HTML502: "502 Bad Gateway” Run the command again.\n",
		hdptest.Hang:    "The server did not answer in time.\n",
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := hdptest.NewServer(t)
			defer server.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: kind, Times: hdptest.Forever})()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			var out strings.Builder
			_ = cli.Examine(ctx, map[string]string{
				"server": server.URL, "config": os.DevNull, "audit_file": filepath.Join(t.TempDir(), "audit.jsonl"), "timeout": "500ms",
			}, &out, 5*time.Second)
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is missing:\n%s", want, &out)
			}
		})
	}
}
