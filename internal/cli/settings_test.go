//go:build unix

package cli_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"

	"hdpadmin/hdpclient/hdptest"
)

// writeSettings writes a private settings file and returns a --config flag for it.
func writeSettings(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return "--config=" + file
}

func TestASettingsFileIsEnough(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithTLS())
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := writeSettings(t, fmt.Sprintf(`theme = "mono"
[profiles.prod]
server = %q
user = "helpdesk"
ca_file = "ca.pem"
password_command = ["env", "%s=print", %q, %q]
read_only = true
ascii = true
`, server.URL, role, exe, hdptest.HelpdeskPassword))
	authorities := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	_, path, _ := strings.Cut(file, "=")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "ca.pem"), authorities, 0o600); err != nil {
		t.Fatal(err)
	}
	term := start(t, file)
	term.sees("alice.smith", "helpdesk", "READ-ONLY")
	if strings.ContainsAny(term.screen(), "│╭") {
		t.Errorf("not in ASCII:\n%s", term.screen())
	}
	term.press("q")
	term.leaves(0)
	if strings.Contains(term.output(), hdptest.HelpdeskPassword) {
		t.Error("the password was printed")
	}
	for _, r := range server.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
}

func TestKeysAreSettings(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	file := writeSettings(t, fmt.Sprintf("server = %q\nuser = \"d2cadmin\"\n[keys]\nquit = [\"Q\", \"f10\"]\nfind = [\"q\", \"/\"]\n", server.URL))
	term := start(t, file, env("HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("alice.smith", "q / search")
	term.press("q")
	term.sees("esc list")
	term.press("\x1b")
	term.sees("q / search")
	term.press("Q")
	term.leaves(0)
}

func TestTheCertificateMayHaveAnotherName(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithWrongNameTLS())
	authorities := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	term := start(t, "--server", server.URL, "--user", "d2cadmin", env("HDP_PASSWORD="+hdptest.AdminPassword,
		"HDPADMIN_CA_FILE="+authorities, "HDPADMIN_SERVER_NAME=elsewhere.example.com"))
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
}

func TestTheConcurrencyWarningAppearsOnce(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, "--server", server.URL, "--user", "d2cadmin", "--concurrency", "3", env("HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
	if n := strings.Count(term.output(), "concurrency is 3"); n != 1 {
		t.Errorf("printed %d times:\n%s", n, term.screen())
	}
}

func TestAFailingPasswordCommandStartsNothing(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, writeSettings(t, fmt.Sprintf("server = %q\nuser = \"d2cadmin\"\npassword_command = [\"false\", \"geheim\"]\n", server.URL)), size(200, 20))
	term.leaves(4)
	checkOnlyText(t, term)
	if !strings.Contains(term.screen(), `password_command "false": exit status 1`) || strings.Contains(term.output(), "geheim") {
		t.Errorf("output:\n%s", term.screen())
	}
	if n := len(server.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

func TestThePasswordComesFromTheKeyring(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	keyring := env(role+"=keyring", "TEST_KEYRING=d2cadmin@"+server.URL+" "+hdptest.AdminPassword)
	term := start(t, "--server", server.URL, "--user", "d2cadmin", "--keyring", keyring)
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
	if strings.Contains(term.output(), hdptest.AdminPassword) {
		t.Error("the password was printed")
	}
	// The keyring is used only with --keyring.
	term = start(t, "--server", server.URL, "--user", "d2cadmin", keyring)
	term.sees("Sign in to")
	term.press("\x03")
	term.leaves(0)
}

func TestAHostWithoutAKeyringAsksForThePassword(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, "--server", server.URL, "--user", "d2cadmin", "--keyring", env(role+"=keyring", "TEST_KEYRING="))
	term.sees("Sign in to")
	term.press(hdptest.AdminPassword + "\r")
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
	if n := strings.Count(term.output(), "the keyring is not available: no bus; you will be asked for the password"); n != 1 {
		t.Errorf("printed %d times:\n%s", n, term.screen())
	}
}

func TestKeyringSetAndDelete(t *testing.T) {
	const account = "jdoe@https://hdp.example.com:8443"
	profile := writeSettings(t, "[profiles.prod]\nserver = \"https://hdp.example.com:8443/\"\nuser = \"jdoe\"\n")
	for name, c := range map[string]struct {
		args  []any
		keys  []string // for each prompt
		code  int
		says  string
		after string // password in the keyring at the end
	}{
		"set":                   {[]any{"set"}, []string{"geheim\r", "geheim\r"}, 0, "saved the password for " + account, "geheim"},
		"set, corrected":        {[]any{"set"}, []string{"gehexy\x7f\bim\r", "gehe\x15geheim\r"}, 0, "saved the password for " + account, "geheim"},
		"set, typed ahead":      {[]any{"set"}, []string{"gehe\u00efm\rgehe\u00efm\r"}, 0, "saved the password for " + account, "gehe\u00efm"},
		"set, pasted":           {[]any{"set"}, []string{"\tgehe\u00efm\t\r", "gehe\u00efm\t\r"}, 0, "saved the password for " + account, "gehe\u00efm"},
		"set, two table cells":  {[]any{"set"}, []string{"jdoe\tgeheim\r", "jdoe\tgeheim\r"}, 2, "contains a tab; nothing was saved", "before"},
		"set, a space":          {[]any{"set"}, []string{"geheim \r", "geheim \r"}, 0, "the password ends with a space", "geheim "},
		"set, arrow key":        {[]any{"set"}, []string{"gehe\x1b[A"}, 3, "not text was pressed; nothing was saved", "before"},
		"set, two different":    {[]any{"set"}, []string{"geheim\r", "geheimer\r"}, 3, "nothing was saved", "before"},
		"set, nothing":          {[]any{"set"}, []string{"\r"}, 3, "nothing was saved", "before"},
		"set, ctrl+d":           {[]any{"set"}, []string{"\x04"}, 3, "nothing was saved", "before"},
		"set, ctrl+c":           {[]any{"set"}, []string{"gehe\x03"}, 130, "interrupt", "before"},
		"set, another login":    {[]any{"set", "--user", "other"}, []string{"geheim\r", "geheim\r"}, 0, "saved the password for other@https", "before"},
		"delete":                {[]any{"delete"}, nil, 0, "deleted the password for " + account, ""},
		"delete, another login": {[]any{"delete", "--user", "other"}, nil, 0, "nothing to delete: the keyring has no password for other@https", "before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dump := filepath.Join(t.TempDir(), "dump")
			args := append([]any{"keyring"}, c.args...)
			term := start(t, append(args, profile, size(200, 20), env(role+"=keyring", "TEST_KEYRING="+account+" before", "TEST_KEYRING_AFTER="+dump))...)
			for i, keys := range c.keys {
				term.sees([]string{"Password for ", "Repeat password:"}[i])
				if echoes(t, term) {
					t.Error("the terminal shows what is typed")
				}
				term.press(keys)
			}
			term.leaves(c.code)
			if !strings.Contains(term.screen(), c.says) || strings.Contains(term.output(), "gehe") {
				t.Errorf("output:\n%s", term.screen())
			}
			if after, err := os.ReadFile(dump); err != nil || string(after) != c.after {
				t.Errorf("in the keyring: %q, %v", after, err)
			}
		})
	}
}

func echoes(t *testing.T, terminal *terminal) bool {
	t.Helper()
	now, err := term.GetState(terminal.slave.Fd())
	if err != nil {
		t.Fatal(err)
	}
	return now.Lflag&syscall.ECHO != 0
}

func TestASignalAtThePasswordPromptRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	term := start(t, "keyring", "set", "--server", "https://hdp.example.com", "--user", "jdoe", env(role+"=keyring", "TEST_KEYRING="))
	term.sees("Password for ")
	term.press("gehe")
	term.signal(syscall.SIGTERM)
	term.leaves(143)
	term.sees("terminated")
	if strings.Contains(term.output(), "gehe") {
		t.Errorf("shown:\n%s", term.screen())
	}
}

func TestKeyringSetRefusesAPipe(t *testing.T) {
	t.Parallel()
	_, errs, code := piped(t, "keyring", "set", "--server", "https://hdp.example.com", "--user", "jdoe")
	if code != 2 || !strings.Contains(errs, "reads the password from a terminal, and standard input is not one") {
		t.Errorf("exit code %d, errors %q", code, errs)
	}
}

func TestConfigShowInitAndPath(t *testing.T) {
	t.Parallel()
	file := writeSettings(t, "[profiles.prod]\nserver = \"https://hdp.example.com\"\npassword_command = [\"pass\", \"geheim\"]\n")
	_, path, _ := strings.Cut(file, "=")
	out, errs, code := piped(t, "config", "show", "--origin", file, "--theme", "mono")
	if code != 0 || errs != "" || strings.Contains(out, "geheim") {
		t.Errorf("exit code %d, errors %q, output:\n%s", code, errs, out)
	}
	for _, want := range []string{"# profile prod in " + path, path + ":2", "# --theme", "# default", "# password: from password_command"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if out, _, code := piped(t, "config", "path", file); code != 0 || out != path+"\n" {
		t.Errorf("exit code %d, output %q", code, out)
	}
	if _, errs, code := piped(t, "config", "init", file); code != 1 || errs != "hdpadmin: "+path+" already exists; not overwritten\n" {
		t.Errorf("exit code %d, errors %q", code, errs)
	}
	fresh := filepath.Join(t.TempDir(), "new", "config.toml")
	if out, errs, code := piped(t, "config", "init", "--config", fresh); code != 0 || out != "Created "+fresh+"\n" {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
	if _, errs, code := piped(t, "config", "show", "--config", fresh); code != 0 || errs != "" {
		t.Errorf("exit code %d, errors %q", code, errs)
	}
	out, errs, code = piped(t, "config", "show", "--concurrency", "3")
	if code != 0 || !strings.Contains(errs, "concurrency is 3") || !strings.Contains(out, "does not exist") {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}

func TestAuditShowReadsTheLogOfTheProfile(t *testing.T) {
	t.Parallel()
	file := writeSettings(t, "[profiles.a]\naudit_file = \"a.jsonl\"\n[profiles.b]\naudit_file = \"b.jsonl\"\n")
	_, path, _ := strings.Cut(file, "=")
	logFile := filepath.Join(filepath.Dir(path), "b.jsonl")
	if err := os.WriteFile(logFile, []byte("not an entry\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, _ := piped(t, "audit", "show", file, "--profile", "b")
	if !strings.Contains(out, logFile+", line 1 is not a valid entry") {
		t.Errorf("output %q, errors %q", out, errs)
	}
	out, _, _ = piped(t, "audit", "show", file, "--profile", "a")
	if strings.Contains(out, "b.jsonl") {
		t.Errorf("output %q", out)
	}
}

func TestWrongSettingsAreAUsageErrorInEveryCommand(t *testing.T) {
	t.Parallel()
	file := writeSettings(t, "them = \"dark\"\nread_only = 1\n[keys]\nunlok = \"u\"\nsort = [\"entre\", \"ctrl+i\"]\n")
	_, path, _ := strings.Cut(file, "=")
	want := "hdpadmin: 5 settings are wrong, and none of them is applied:\n" +
		"    " + path + ":1: unknown setting \"them\"; did you mean theme?\n" +
		"    " + path + ":2: read_only: must be true or false, not a number\n" +
		"    " + path + ":4: unlok: unknown action; did you mean unlock?\n" +
		"    " + path + ":5: sort: unknown key \"entre\"; did you mean enter?\n" +
		"    " + path + ":5: sort: terminals cannot tell ctrl+i from tab\n"
	for _, args := range [][]string{
		{},
		{"config", "show"},
		{"audit", "show"},
		{"audit", "verify"},
		{"keyring", "set"},
		{"keyring", "delete"},
	} {
		if out, errs, code := piped(t, append(args, file)...); code != 2 || errs != want || out != "" {
			t.Errorf("%v: exit code %d, output %q, errors:\n%s", args, code, out, errs)
		}
	}
}

func TestTheDemoIgnoresTheEnvironment(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", env("HDPADMIN_READ_ONLY=true", "HDPADMIN_THEME=wrong", "HDPADMIN_AUDIT_FILE=/nowhere/audit"))
	awaitList(term)
	if strings.Contains(term.screen(), "READ-ONLY") {
		t.Errorf("the settings had an effect:\n%s", term.screen())
	}
	term.press("q")
	term.leaves(0)
}

// An alias such as hdpadmin --profile prod works with the demo, too, and nobody takes it for prod.
func TestTheDemoSaysWhichFlagsItIgnores(t *testing.T) {
	t.Parallel()
	out, _, code := piped(t, "demo", "--help")
	if code != 0 || !strings.Contains(out, "--trouble") || strings.Contains(out, "--profile") || strings.Contains(out, "--config") || strings.Contains(out, "--server") {
		t.Errorf("exit code %d, output:\n%s", code, out)
	}
	term := start(t, "--profile", "prod", "demo", "--server", "https://hdp.example.com", "--insecure", "--config", "/nowhere/config.toml", "--read-only")
	awaitList(term)
	term.sees("DEMO", "READ-ONLY")
	term.press("q")
	term.leaves(0)
	term.sees("hdpadmin: the demo has its own server and reads no settings file; ignored: --config, --profile, --server,")
	term.sees("--insecure")
}

func TestMissingAuditEntriesAreReported(t *testing.T) {
	t.Parallel()
	logFile := filepath.Join(t.TempDir(), "not yet", "audit.jsonl")
	file := "--audit-file=" + logFile
	head := "--head=1:" + strings.Repeat("0", 64)
	says := func(args []string, wantCode int, want string) {
		t.Helper()
		out, errs, code := piped(t, args...)
		if code != wantCode || !strings.Contains(errs, want) || strings.Contains(out, "entries") {
			t.Errorf("%v: exit code %d, output %q, errors %q", args, code, out, errs)
		}
	}
	settings := writeSettings(t, fmt.Sprintf("audit_file = %q\n", logFile))
	says([]string{"audit", "show", settings}, 0, "hdpadmin: no entries yet in "+logFile+"\n")
	out, errs, code := piped(t, "audit", "verify", settings)
	if want := "The audit log is empty: no entries yet in " + logFile + "\n"; code != 0 || out != want || errs != "" {
		t.Errorf("verify: exit code %d, output %q, errors %q", code, out, errs)
	}
	says([]string{"audit", "show", file}, 1, "hdpadmin: cannot read the audit log: "+logFile+" does not exist\n")
	says([]string{"audit", "verify", file}, 1, "hdpadmin: cannot read the audit log: "+logFile+" does not exist\n")
	says([]string{"audit", "verify", file, head}, 10, "hdpadmin: the audit log is gone: "+logFile+" does not exist, but you gave a head of it")

	server := hdptest.NewServer(t, hdptest.WithTLS())
	term := start(t, "--server", server.URL, "--user", "d2cadmin", file, "--insecure", env("HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
	says([]string{"audit", "show", file, "--account", "bob"}, 0, "hdpadmin: no entries for account \"bob\" in "+logFile+"\n")
	says([]string{"audit", "show", file, "--json", "--account", "bob", "--since", "2999-01-01"}, 0, "for account \"bob\" since 2999-01-01 in ")
	if out, errs, _ := piped(t, "audit", "show", file); !strings.Contains(out, "sign-in") || errs != "" {
		t.Errorf("output %q, errors %q", out, errs)
	}
}

func TestAnUncheckedCertificateIsInTheHeaderAndTheAuditLog(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithTLS())
	logFile := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, insecure := range []bool{true, false} {
		args := []any{"--server", server.URL, "--user", "d2cadmin", "--audit-file", logFile, env("HDP_PASSWORD=" + hdptest.AdminPassword)}
		if !insecure {
			authorities := filepath.Join(t.TempDir(), "ca.pem")
			if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, "--ca-file", authorities)
		} else {
			args = append(args, "--insecure")
		}
		term := start(t, args...)
		term.sees("alice.smith")
		if strings.Contains(term.screen(), "CERTIFICATE NOT CHECKED") != insecure {
			t.Errorf("insecure: %v\n%s", insecure, term.screen())
		}
		term.press("q")
		term.leaves(0)
	}
	out, errs, code := piped(t, "audit", "show", "--audit-file", logFile)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 0 || len(lines) != 2 || !strings.HasSuffix(lines[0], "sign-in  certificate not checked") || !strings.HasSuffix(lines[1], "sign-in") {
		t.Errorf("exit code %d, errors %q, audit log:\n%s", code, errs, out)
	}
	if out, _, code := piped(t, "audit", "verify", "--audit-file", logFile); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}
