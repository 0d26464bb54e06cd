//go:build unix

package cli_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient/hdptest"
)

func TestUnlockAliceInTheDemo(t *testing.T) {
	t.Parallel()
	address := freePort(t)
	term := start(t, "demo", "--listen", address)
	awaitList(term)
	if locked := statusOfAlice(t, address)["accountLocked"]; locked != true {
		t.Fatalf("accountLocked is %v at the start", locked)
	}
	askToUnlockAlice(term)
	giveReason(term, "Unlock · alice.smith")
	pressEnter(term, "enter apply")
	term.sees("Can sign in", ", verified ")
	status := statusOfAlice(t, address)
	if locked := status["accountLocked"]; locked == true || status["status"] != 1.0 {
		t.Errorf("on the server: %v", status)
	}
	term.press("q")
	term.leaves(0)
	if c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", address); err == nil {
		_ = c.Close()
		t.Error("the demo's server still runs after the console")
	}
}

// statusOfAlice asks the server without any of our code.
func TestATerminalThatReportsNoSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env        []string
		cols, rows uint16
	}{
		{[]string{"COLUMNS=100", "LINES=30"}, 100, 30},
		{[]string{"COLUMNS=", "LINES="}, 80, 24},
	} {
		t.Run(c.env[0], func(t *testing.T) {
			t.Parallel()
			term := start(t, "demo", withoutSize(c.cols, c.rows), env(c.env...))
			fills := func(cols, rows uint16) bool {
				lines := strings.Split(term.emu.String(), "\n")
				return len(lines) == int(rows) && strings.Contains(lines[rows-1], "as of") &&
					ansi.StringWidth(strings.TrimRight(lines[1], " ")) == int(cols)
			}
			if !term.within(waitLimit, func() bool { return fills(c.cols, c.rows) }) {
				t.Fatalf("not drawn in %d×%d:\n%s", c.cols, c.rows, term.screen())
			}
			term.resize(90, 20)
			if !term.within(waitLimit, func() bool { return fills(90, 20) }) {
				t.Fatalf("not drawn in the new size:\n%s", term.screen())
			}
		})
	}
}

// Over a slow connection, Esc and the next caller's name may arrive in one packet.
func TestEscAndTheNextKeysInOnePacket(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", env("SSH_CONNECTION=192.0.2.7 50022 192.0.2.1 22"))
	awaitList(term)
	term.press("/alice.smith\r")
	term.sees("╭ alice.smith")
	term.press("\x1b/\x15ursula\r")
	term.sees("/ ursula", "The server has no account with this name")
	term.press("\x1b")
	term.press("q")
	term.leaves(0)
}

func statusOfAlice(t *testing.T, address string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/admin/users/307/statusinfo", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("d2cadmin", hdptest.AdminPassword)
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v: %s", resp.Status, err, body)
	}
	var status map[string]any
	if err := json.Unmarshal(body, &status); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return status
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestTheDemoTakesItsFlags(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", "--accounts", "50", "--seed", "7", "--latency", "10ms", "--listen", "localhost:0", "--theme", "mono", "--ascii")
	term.sees("DEMO", "50 accounts", "d2cadmin")
	if strings.Contains(term.screen(), "│") {
		t.Errorf("not in ASCII:\n%s", term.screen())
	}
	term.press("q")
	term.leaves(0)
}

func TestTheDemoStartsWithTheRequestedLogin(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", "--user", "viewer")
	term.sees("DEMO", "as of")
	if header, _, _ := strings.Cut(term.screen(), "\n"); !strings.Contains(header, "viewer") {
		t.Errorf("the header: %s", header)
	}
	term.press("q")
	term.leaves(0)
}

func TestAPortInUseIsNotAUsageError(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	term := start(t, "demo", "--listen", l.Addr().String())
	term.leaves(1)
	checkOnlyText(t, term)
	term.sees("demo server", "address already in use")
}

func TestPasswordFromStandardInputAndKeysFromTheTerminal(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, "--server", server.URL, "--user", "d2cadmin", "--password-file", "-",
		stdin(strings.NewReader(hdptest.AdminPassword+"\r\nq\n")))
	term.sees("alice.smith")
	for _, file := range []string{"cmdline", "environ"} {
		seen, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(term.cmd.Process.Pid), file))
		if err == nil && strings.Contains(string(seen), hdptest.AdminPassword) {
			t.Errorf("the password is in /proc/PID/%s", file)
		}
	}
	term.press("?")
	term.sees("List and account")
	term.press("\x1b")
	term.seesNot("List and account")
	term.press("q")
	term.leaves(0)
	if strings.Contains(term.output(), hdptest.AdminPassword) {
		t.Error("the password was printed")
	}
}

func TestPasswordFromAFileOverTLS(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithTLS())
	dir := t.TempDir()
	password, authorities := filepath.Join(dir, "password"), filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(password, []byte(hdptest.HelpdeskPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	term := start(t, "--server", server.URL, "--user", "helpdesk", "--password-file", password, "--ca-file", authorities, env("HDP_PASSWORD="))
	term.sees("alice.smith", "helpdesk")
	term.press("q")
	term.leaves(0)
}

func TestARefusedPasswordNamesItsSource(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(hdptest.AdminPassword+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []any{"--server", server.URL, "--user", "d2cadmin", "--password-file", file, env("HDP_PASSWORD=wrong-Password1")}
	shown := start(t, append([]any{"config", "show"}, at...)...)
	shown.leaves(0)
	unread := "--password-file " + file + " is not read\n"
	if !strings.Contains(printed(shown), "# password: from HDP_PASSWORD, not shown; "+unread) {
		t.Errorf("the source of the password is missing:\n%s", printed(shown))
	}
	term := start(t, at...)
	term.sees("Sign in to", "HDP_PASSWORD. The password is wrong")
	if n := len(server.Requests()); n != 1 {
		t.Errorf("%d requests for one wrong password", n)
	}
	term.press("\x03")
	term.leaves(0)
	if !strings.Contains(printed(term), "hdpadmin: using the password from HDP_PASSWORD; "+unread) {
		t.Errorf("no notice that the file is not read:\n%s", printed(term))
	}
}

func TestThePasswordPromptShowsNothing(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, "--server", server.URL, "--user", "d2cadmin", env("HDP_PASSWORD="))
	term.sees("Sign in to")
	if n := len(server.Requests()); n > 0 {
		t.Errorf("%d requests before a password is entered", n)
	}
	term.press("wrong-Password1\r")
	term.sees("The password is wrong")
	if n := len(server.Requests()); n != 1 {
		t.Errorf("%d requests for one wrong password", n)
	}
	term.press(hdptest.AdminPassword + "\r")
	term.sees("alice.smith")
	term.press("q")
	term.leaves(0)
	for _, secret := range []string{"wrong-Password1", hdptest.AdminPassword} {
		if strings.Contains(term.output(), secret) {
			t.Errorf("%s was printed", secret)
		}
	}
}

func TestResizeKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	term.press("/alic")
	term.sees("/ alic", "12 matches")
	term.resize(80, 24)
	term.until("the width of 80", func() bool {
		line, _, _ := strings.Cut(term.emu.String(), "\n")
		return strings.HasSuffix(strings.TrimRight(line, " "), "d2cadmin") && strings.Contains(term.emu.String(), "/ alic")
	})
	term.resize(30, 8)
	term.sees("hdpadmin needs 40×12")
	term.press("e")
	term.resize(120, 36)
	term.sees("/ alice", "alice.smith")
	term.press("\x03")
	term.leaves(0)
}

func TestCtrlZWithoutAShellSaysSo(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	term.press("\x1a")
	term.sees("no shell to suspend to")
	term.press("q")
	term.leaves(0)
}

// inShell starts a shell that has $HDPADMIN. Call prompt before typing: input that arrives
// before the shell reads is dropped by the console that ends.
func inShell(t *testing.T, env ...string) (term *terminal, prompt func()) {
	t.Helper()
	shell, err := exec.LookPath("dash")
	if err != nil {
		t.Skip("no dash: other shells have a line editor that changes the terminal")
	}
	hdpadmin := command(t)
	c := exec.CommandContext(t.Context(), shell, "-i")
	c.Env = append(append(hdpadmin.Env, "PS1=ready> ", "HDPADMIN="+hdpadmin.Path), env...)
	term = startCommand(t, c)
	prompts := 0
	prompt = func() {
		t.Helper()
		prompts++
		term.until("the prompt", func() bool { return strings.Count(term.emu.String(), "ready>") == prompts })
	}
	prompt()
	return term, prompt
}

func TestSuspendingAndQuittingRestoreTheShell(t *testing.T) {
	t.Parallel()
	term, prompt := inShell(t)
	atPrompt := term.state()
	term.press("$HDPADMIN demo\r")
	awaitList(term)
	term.press("\x1a")
	prompt()
	term.sees("Stopped")
	term.isRestored()
	if !reflect.DeepEqual(term.state(), atPrompt) {
		t.Error("it keeps the terminal's settings while suspended")
	}
	term.resize(100, 30)
	term.press("fg\r")
	awaitList(term)
	term.until("the new size", func() bool {
		line, _, _ := strings.Cut(term.emu.String(), "\n")
		return len([]rune(strings.TrimRight(line, " "))) == 99
	})
	term.press("?")
	term.sees("List and account")
	term.press("\x1b")
	term.seesNot("List and account")
	term.press("q")
	prompt()
	term.isRestored()
	term.press("echo \"it was $?\"\r")
	prompt()
	term.sees("it was 0")
	term.press("$HDPADMIN demo; echo \"it was $?\"\r")
	awaitList(term)
	term.press("\x03")
	prompt()
	term.until("two results", func() bool { return strings.Count(term.emu.String(), "it was 0") == 2 })
	term.press("exit\r")
	term.leaves(0)
}
