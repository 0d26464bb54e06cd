//go:build unix

package cli_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
	"hdpadmin/internal/desk"
)

// served runs a command in a session of the SSH service whose operator is bob. By default he signs in
// as d2cadmin with the password on standard input.
type served struct {
	*hdptest.Server
	cli.ServedSession
	t *testing.T
}

func newServed(t *testing.T) *served {
	t.Helper()
	s := hdptest.NewServer(t)
	return &served{s, cli.ServedSession{
		Login: "d2cadmin", Server: s.URL, AuditFile: filepath.Join(t.TempDir(), "audit.jsonl"),
	}, t}
}

func (s *served) run(stdin string, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	var out, errs bytes.Buffer
	x := s.ServedSession
	x.Stdin, x.Stdout, x.Stderr = strings.NewReader(stdin), &out, &errs
	code = x.Run(s.t.Context(), args...)
	return out.String(), errs.String(), code
}

// exits runs a command and checks its exit code and a part of what it prints to standard error.
func (s *served) exits(code int, says, stdin string, args ...string) (stdout string) {
	s.t.Helper()
	out, errs, got := s.run(stdin, args...)
	if got != code || !strings.Contains(errs, says) {
		s.t.Errorf("%q: exit code %d, want %d with %q\n%s%s", args, got, code, says, out, errs)
	}
	return out
}

const adminLine = hdptest.AdminPassword + "\n"

func TestServedCommands(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	if out := s.exits(0, "", adminLine, "why", "alice.smith"); !strings.HasPrefix(out, "alice.smith (id ") {
		t.Error(out)
	}
	for _, stdin := range []string{hdptest.AdminPassword, "\ufeff" + hdptest.AdminPassword + "\r\n", adminLine + "and more\n"} {
		s.exits(0, "", stdin, "whoami")
	}
	s.exits(0, "", adminLine, "find", "--json", "ali")
	s.exits(0, "", adminLine, "list", "--time-zone", "Europe/Berlin", "--expiring-within", "3")
	s.exits(3, "--yes", adminLine, "deactivate", "alice.smith")
	s.exits(0, "", adminLine, "deactivate", "alice.smith", "--yes", "--reason", "INC-1")
	s.exits(5, "read_only", adminLine, "activate", "alice.smith", "--read-only")
	s.exits(9, "nobody", adminLine, "unlock", "nobody")
	s.exits(4, "", "wrong\n", "why", "alice.smith")
	s.exits(0, "", "", "version")
	s.exits(0, "", "", "help")
	s.exits(0, "", "", "help", "exit-codes")
	if out := s.exits(0, "", "", "help", "unlock"); !strings.Contains(out, "As in the console, hdpadmin reads") {
		t.Error(out)
	}
}

func TestServedCommandsUseNothingOfTheHost(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	file := filepath.Join(t.TempDir(), "accounts.txt")
	if err := os.WriteFile(file, []byte("alice.smith\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.ResetRequests()
	const noFiles = "cannot read or write your files"
	for _, c := range []struct {
		says string
		args []string
	}{
		{"files of the host", []string{"config", "show", "--origin"}},
		{"files of the host", []string{"keyring", "set"}},
		{"files of the host", []string{"man", file}},
		{"not available over SSH", []string{"demo", "--accounts", "3"}},
		{"not available over SSH", []string{"completion", "bash"}},
		{"not available over SSH", []string{"serve"}},
		{"files of the host", []string{"doctor"}},
		{"files of the host", []string{"audit", "show"}},
		{"no line mode", []string{"plain"}},
		{"not available over SSH", []string{"__complete", "why", ""}},
		{"not available over SSH", []string{"--time-zone", "UTC", "__complete", "why", ""}},
		{"not available over SSH", []string{"--time-zone", "UTC", "__completeNoDesc", "find", "--log-file", "/"}},
		{"unknown command", []string{"unlok", "x"}},
		{"Run ssh HOST help for usage", []string{"unlok", "x"}},
		{"Run ssh HOST help for usage", []string{"keyring"}},
		{"Run ssh HOST unlock --help for usage", []string{"unlock"}},
		{"without a command", []string{"console"}},
		{"without a command", []string{"--"}},
		{noFiles, []string{"unlock", "--from", file}},
		{noFiles, []string{"plan", "unlock", "alice.smith", "-o", file + ".json"}},
		{noFiles, []string{"plan", "show", file}},
		{noFiles, []string{"apply", file, "--yes"}},
		{noFiles, []string{"reset", "alice.smith", "--yes", "--password-to", file + ".new"}},
		{noFiles, []string{"reset", "alice.smith", "--yes", "--password-to", "fd:3"}},
		{"use ssh -t", []string{"reset", "alice.smith", "--yes"}},
		{"part of JSON", []string{"reset", "alice.smith", "--yes", "--json", "--password-to", "-"}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--server", "http://127.0.0.1:1"}},
		{"configuration of the service decides", []string{"--profile", "prod", "why", "alice.smith"}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--config", file}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--user", "jdoe"}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--insecure"}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--password-file", "-"}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--audit-file", file}},
		{"configuration of the service decides", []string{"why", "alice.smith", "--log-file", file}},
		{"run jq on your side", []string{"why", "alice.smith", "--jq", "[range(1e12)]"}},
		{"only be switched on", []string{"why", "alice.smith", "--read-only=false"}},
	} {
		s.exits(2, c.says, adminLine, c.args...)
	}
	if out := s.exits(2, `"code": 2`, adminLine, "why", "alice.smith", "--json", "--server", "x"); out != "" {
		t.Errorf("printed %q", out)
	}
	if n := len(s.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
	if left, _ := os.ReadDir(filepath.Dir(file)); len(left) != 1 {
		t.Errorf("files were made: %v", left)
	}
}

func TestServedVerbs(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.Verbs = []string{"why", "apply", "plan", "force-change"}
	s.PasswordCommand = []string{"echo", hdptest.AdminPassword}
	s.exits(5, "you may not use deactivate here; you may use: why, apply, plan, force-change", "", "deactivate", "alice.smith", "--yes")
	s.exits(5, `"code": 5`, "", "list", "--json")
	s.exits(5, "you may not use console here", "")
	s.exits(0, "", "", "why", "alice.smith")
	s.exits(0, "", "", "help", "deactivate")
	plan := s.exits(0, "", "", "plan", "deactivate", "alice.smith", "-o", "-")
	s.exits(5, "you may not deactivate accounts here", plan, "apply", "-", "--yes")
	plan = s.exits(0, "", "", "plan", "force-change", "alice.smith", "-o", "-")
	s.exits(0, "", plan, "plan", "show", "-")
	s.exits(0, "", plan, "apply", "-", "--yes")
}

// A plan names the operators who made and applied it, since a login may be shared.
func TestServedPlansNameTheOperator(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.PasswordCommand = []string{"echo", hdptest.AdminPassword}
	plan := s.exits(0, "", "", "plan", "deactivate", "alice.smith", "-o", "-")
	if out := s.exits(0, "", plan, "plan", "show", "-"); !strings.Contains(out, "Made by bob at ") {
		t.Error(out)
	}
	s.exits(0, "", plan, "apply", "-", "--yes")
	s.exits(1, "was applied by bob at ", plan, "apply", "-", "--yes")
	if out := s.exits(0, "", plan, "plan", "show", "-"); !strings.Contains(out, "Applied by bob at ") {
		t.Error(out)
	}
}

func TestServedPasswords(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.ResetRequests()
	s.exits(4, "no HDP password: the password from standard input is empty", "", "why", "alice.smith")
	s.exits(4, "is longer than", strings.Repeat("x", 1<<20), "why", "alice.smith")
	s.exits(4, "password_command", adminLine+"alice.smith\n", "unlock", "--from", "-", "--yes")
	s.exits(4, "password_command", "{}", "apply", "-", "--yes")
	if n := len(s.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
	s.PasswordCommand = []string{"echo", hdptest.AdminPassword}
	s.exits(0, "", "alice.smith\n", "unlock", "--from", "-", "--yes")
	s.PasswordCommand = []string{"false"}
	s.exits(4, "password_command", adminLine, "why", "alice.smith")
	s.PasswordCommand, s.Login = nil, ""
	s.exits(4, "use --user", adminLine, "why", "alice.smith")
	s.exits(0, "", adminLine, "why", "alice.smith", "--user", "d2cadmin")
}

func TestServedReset(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	id, _ := s.Find("alice.smith")
	out, errs, code := s.run(adminLine, "reset", "alice.smith", "--yes", "--password-to", "-")
	if code != 0 || strings.Count(out, "\n") != 1 || !strings.Contains(errs, "The password is on standard output.") {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}
	if password := strings.TrimSuffix(out, "\n"); !s.CheckPassword(id, password) || strings.Contains(errs, password) {
		t.Errorf("the password is not %q", password)
	}
}

func TestServedCommandEndsWithoutAPassword(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	in, never := io.Pipe()
	defer never.Close()
	var out, errs bytes.Buffer
	x := s.ServedSession
	x.Stdin, x.Stdout, x.Stderr = in, &out, &errs
	ended := make(chan int)
	go func() { ended <- x.Run(t.Context(), "why", "alice.smith") }()
	_ = never.CloseWithError(io.ErrUnexpectedEOF)
	if code := <-ended; code != 4 {
		t.Errorf("exit code %d\n%s", code, &errs)
	}
}

// Commands in a row with one login read the list once. A wrong password gets nothing of it.
func TestServedCommandsShareTheList(t *testing.T) {
	t.Parallel()
	s := newServed(t)
	s.Lists = desk.NewLists()
	reads := func() (n int) {
		for _, r := range s.Requests() {
			if strings.HasPrefix(r.Path, "/api/admin/users?") && r.Status == 200 {
				n++
			}
		}
		return n
	}
	first := s.exits(0, "", adminLine, "list", "--csv")
	if again := s.exits(0, "", adminLine, "list", "--csv"); again != first {
		t.Errorf("the second list is another one:\n%s", again)
	}
	if out := s.exits(4, "", "wrong\n", "list"); out != "" {
		t.Errorf("a wrong password got\n%s", out)
	}
	s.exits(0, "", adminLine, "unlock", "alice.smith")
	if out := s.exits(0, "", adminLine, "list", "--view", "locked"); strings.Contains(out, "alice.smith") {
		t.Errorf("still locked:\n%s", out)
	}
	if n := reads(); n != 1 {
		t.Errorf("the list was read %d times", n)
	}
}

type panickingReader struct{}

func (panickingReader) Read([]byte) (int, error) { panic("out of order") }

// In a goroutine of its own, it would end the whole service.
func TestAPanicWhileReadingAnAnswerEndsOnlyItsSession(t *testing.T) {
	defer func() {
		if report, _ := recover().(string); !strings.Contains(report, "out of order") {
			t.Errorf("recovered %q", report)
		}
	}()
	answer, err := cli.Ask(t.Context(), panickingReader{})
	t.Errorf("%q, %v", answer, err)
}
