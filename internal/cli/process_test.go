package cli_test

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"hdpadmin/internal/cli"
)

func TestAMissingHOMEComesFromTheUserDatabase(t *testing.T) {
	t.Cleanup(xdg.Reload)
	for _, name := range []string{"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HDPADMIN_CONFIG"} {
		t.Setenv(name, "")
	}
	says := func(want string, args ...string) {
		t.Helper()
		if err := cli.Execute(t.Context(), args); err == nil || cli.ExitCode(err) != 2 || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q in the error", args, err, want)
		}
	}
	cli.SetHome(func() (*user.User, error) { return nil, errors.New("there is no such user") })
	says("--audit-file", "audit", "show")
	says("--config", "config", "path")
	empty := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := cli.Execute(t.Context(), []string{"audit", "show", "--audit-file", empty}); err != nil {
		t.Errorf("with --audit-file: %v", err)
	}
	home := t.TempDir()
	cli.SetHome(func() (*user.User, error) { return &user.User{HomeDir: home}, nil })
	if got, want := cli.AuditFile(), filepath.Join(xdg.StateHome, "hdpadmin", "audit.jsonl"); got != want || !strings.HasPrefix(got, home) {
		t.Errorf("the audit log is in %q, want %q in %q", got, want, home)
	}
}
