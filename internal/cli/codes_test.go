//go:build unix

package cli_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/cli"
	"hdpadmin/internal/desk"
)

func TestEveryErrorHasItsExitCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		code int
	}{
		{nil, 0},
		{errors.New("no space left on device"), 1},
		{cli.ErrUnchanged, 1},
		{hdpclient.ErrUnavailable, 1},
		{&change.UnmetError{}, 3},
		{hdpclient.ErrUnauthorized, 4},
		{hdpclient.ErrNoCredentials, 4},
		{hdpclient.ErrForbidden, 5},
		{hdpclient.ErrRefused, 5},
		{hdpclient.ErrReadOnly, 5},
		{hdpclient.ErrOutcomeUnknown, 7},
		{hdpclient.ErrNotFound, 9},
		{&change.BusyError{By: "bob"}, 6},
		{&desk.NotFoundError{}, 9},
		{&desk.AmbiguousError{}, 9},
	} {
		for _, err := range []error{c.err, fmt.Errorf("unlock: %w", c.err)} {
			if code := cli.ExitCode(err); code != c.code && c.err != nil {
				t.Errorf("%v: exit code %d, want %d", err, code, c.code)
			}
		}
	}
}

// Wrong usage is tested in TestUsageErrors, a terminal in TestErrorsOnATerminalAreOnlyText.
func TestCommandsWithoutAServerExitWithTheSameCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := filepath.Join(dir, "audit.jsonl")
	if err := os.WriteFile(broken, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a broken log":                 {[]string{"audit", "verify", "--audit-file", broken}, 10, "BROKEN"},
		"a log that cannot be read":    {[]string{"audit", "verify", "--audit-file", dir}, 1, "not a regular file"},
		"the same, shown":              {[]string{"audit", "show", "--audit-file", dir}, 1, "not a regular file"},
		"no log, named by a flag":      {[]string{"audit", "verify", "--audit-file", broken + "x"}, 1, "does not exist"},
		"an empty log":                 {[]string{"audit", "verify"}, 0, "The audit log is empty"},
		"the doctor finds a problem":   {[]string{"doctor", "--audit-file", broken}, 10, "the items marked ! need attention"},
		"settings that exist":          {[]string{"config", "init", "--config", broken}, 1, "already exists"},
		"man pages that have no place": {[]string{"man", broken}, 1, "cannot write the man pages"},
		"no keyring":                   {[]string{"keyring", "delete", "--server", "https://hdp.example.com", "--user", "jdoe"}, 1, "the keyring is not available"},
		"no terminal for the keyring":  {[]string{"keyring", "set", "--server", "https://hdp.example.com", "--user", "jdoe"}, 2, "standard input is not one"},
		"no terminal for the console":  {[]string{"--server", "https://hdp.example.com"}, 2, "needs a terminal"},
		"no terminal for the demo":     {[]string{"demo"}, 2, "needs a terminal"},
		"version":                      {[]string{"version"}, 0, "hdpadmin"},
		"help":                         {[]string{"help", "audit", "verify"}, 0, "hash chain"},
		"exit codes":                   {[]string{"help", "exit-codes"}, 0, "128 + n"},
		"the path of the settings":     {[]string{"config", "path"}, 0, "config.toml"},
		"the settings":                 {[]string{"config", "show", "--server", "hdp.example.com"}, 0, `"https://hdp.example.com"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, c.args...)
			cmd.Env = append(cmd.Env, role+"=keyring", "TEST_KEYRING=none") // without a password, so the keyring fails
			withoutTerminal(cmd)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, c.code, c.says, out)
			}
		})
	}
}
