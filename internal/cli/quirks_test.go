//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// Under every quirk, what a command claims is what the server has stored. No such command meets a
// quirk of the lifecycle, so those are tested together.
func TestCommandsUnderEveryQuirk(t *testing.T) {
	t.Parallel()
	lifecycle := hdptest.LifecycleQuirks()
	sets := [][]hdptest.Quirk{lifecycle}
	for _, quirk := range hdptest.Quirks() {
		if !slices.Contains(lifecycle, quirk) {
			sets = append(sets, []hdptest.Quirk{quirk})
		}
	}
	for _, quirks := range sets {
		t.Run(string(quirks[0]), func(t *testing.T) {
			t.Parallel()
			s := hdptest.NewServer(t, hdptest.WithQuirks(quirks...))
			folder := signInFolder(t)
			password := filepath.Join(folder, "password")
			for _, c := range []struct {
				args string
				id   int64
				is   func(hdptest.Account) bool // whether the change is stored
			}{
				{"unlock alice.smith", 307, func(a hdptest.Account) bool { return !a.Locked() }},
				{"deactivate farid.haddad --yes", 331, func(a hdptest.Account) bool { return a.Status() == 0 }},
				{"expire anna.lind --at 2031-05-06 --yes", 301, func(a hdptest.Account) bool { return strings.Contains(a.PasswordInfo, "2031-05-06 00:00:00") }},
				{"reset carla.mendes --yes --password-to " + password, 311, func(a hdptest.Account) bool {
					typed, err := os.ReadFile(password)
					return err == nil && s.CheckPassword(a.ID, strings.TrimSuffix(string(typed), "\n"))
				}},
			} {
				was := c.is(s.Stored(c.id))
				code, document := changes(t, s, folder, c.args)
				after := s.Stored(c.id)
				if code != 0 || document.Outcome != "applied" || !document.Changed || !c.is(after) || was {
					t.Errorf("%s: exit code %d, %+v, stored: %s%s", c.args, code, document, after.StatusInfo, after.PasswordInfo)
				}
			}
		})
	}
}

// claimed is what the document of a change claims.
type claimed struct {
	Changed bool
	Outcome string
	Message string
}

// signInFolder returns a folder for inProcess, with d2cadmin's password.
func signInFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "own"), []byte(hdptest.AdminPassword), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// inFolder runs a command in this process, signed in as d2cadmin, with the audit log in the folder.
func inFolder(t *testing.T, s *hdptest.Server, folder, args string) (code int, stdout, stderr string) {
	t.Helper()
	return inProcess(t.Context(), s, "d2cadmin", filepath.Join(folder, "own"), filepath.Join(folder, "audit.jsonl"), args)
}

// inProcess runs a command in this process, and makes it wait for nothing.
func inProcess(ctx context.Context, s *hdptest.Server, user, passwordFile, log, args string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	err := cli.Run(ctx, append(strings.Fields(args), "--server", s.URL, "--user", user, "--password-file", passwordFile, "--audit-file", log), &out, &errs, new(quickClock))
	if err != nil && err.Error() != "" {
		errs.WriteString(err.Error()) // Main prints it
	}
	return cli.ExitCode(err), out.String(), errs.String()
}

// changes runs a command that changes an account, in this process.
func changes(t *testing.T, s *hdptest.Server, folder, args string) (code int, document claimed) {
	t.Helper()
	code, stdout, stderr := inFolder(t, s, folder, args+" --json")
	if stdout != "" {
		if err := json.Unmarshal([]byte(stdout), &document); err != nil {
			t.Fatalf("%s: %v: %s", args, err, stdout)
		}
	}
	if (code == 0) != (stderr == "") {
		t.Errorf("%s: exit code %d, %s", args, code, stderr)
	}
	return code, document
}
