//go:build unix

package cli_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/serve"
)

// sshService is a running hdpadmin serve, with a home for the ssh of an operator called bob.
type sshService struct {
	*hdptest.Server
	t          testing.TB
	cmd        *exec.Cmd
	home       string // of the service and of ssh
	port       string
	operators  string // path of the operators file
	exe        string // of the service, "" for this binary
	publicKeys map[string]string

	ended chan struct{}
	mu    sync.Mutex
	log   bytes.Buffer
}

// startService starts hdpadmin serve for a server of its own. bob is part of his table in the operators
// file, and signs in to HDP as d2cadmin.
func startService(t *testing.T, bob string) *sshService {
	t.Helper()
	s := prepareService(t, bob)
	s.start()
	return s
}

// sshRequired is set by .ci/run, which installs OpenSSH: there, no test of it may be skipped.
const sshRequired = "TEST_SSH_REQUIRED"

// prepareService writes the files of a service.
func prepareService(t testing.TB, bob string, opts ...hdptest.Option) *sshService {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		if os.Getenv(sshRequired) != "" {
			t.Fatal(err)
		}
		t.Skip("no ssh: install openssh-client")
	}
	s := &sshService{Server: hdptest.NewServer(t, opts...), t: t, home: t.TempDir(), publicKeys: map[string]string{}, ended: make(chan struct{})}
	if err := os.Chmod(s.home, 0o700); err != nil {
		t.Fatal(err)
	}
	s.operators = s.write("operators.toml", "")
	s.write("serve.toml", fmt.Sprintf("listen = [\"127.0.0.1:0\"]\nhost_key = %q\ncontrol = %q\n[limits]\nsessions_per_operator = 30\n[settings]\nserver = %q\naudit_file = %q\n",
		filepath.Join(s.home, "host_key"), s.control(), s.URL, s.auditFile()))
	s.makeKey("bob")
	s.allow(bob)
	return s
}

func (s *sshService) control() string { return filepath.Join(s.home, "run", "control") }

func (s *sshService) auditFile() string { return filepath.Join(s.home, "audit.jsonl") }

func (s *sshService) write(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.home, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// makeKey makes the key of an operator.
func (s *sshService) makeKey(name string) {
	s.t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(name, string(pem.EncodeToMemory(block)))
	s.publicKeys[name] = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

// allow writes the operators file: bob, with these lines in his table.
func (s *sshService) allow(bob string) {
	s.t.Helper()
	if !strings.Contains(bob, "login") {
		bob += "\nlogin = \"d2cadmin\""
	}
	s.write("operators.toml", fmt.Sprintf("[operators.bob]\nkeys = [%q]\n%s\n", s.publicKeys["bob"], bob))
}

// start starts the service and waits until it listens.
func (s *sshService) start() {
	s.t.Helper()
	c := command(s.t, "serve", "--config", filepath.Join(s.home, "serve.toml"))
	if s.exe != "" {
		c.Path = s.exe
	}
	out, err := c.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	c.Stderr = s
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.cmd = c
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Host key: ") {
		if at, is := strings.CutPrefix(lines.Text(), "Listening on "); is {
			_, s.port, _ = net.SplitHostPort(strings.TrimSuffix(at, "."))
		}
	}
	go func() {
		defer close(s.ended)
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()
	}()
	s.t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		s.waitForEnd()
		if s.t.Failed() {
			s.t.Logf("the service's log:\n%s", s.logged())
		}
	})
	if s.port == "" {
		s.waitForEnd()
		s.t.Fatalf("the service does not listen:\n%s", s.logged())
	}
	raw, err := os.ReadFile(filepath.Join(s.home, "host_key"))
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := ssh.ParsePrivateKey(raw)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("known_hosts", fmt.Sprintf("[127.0.0.1]:%s %s", s.port, ssh.MarshalAuthorizedKey(key.PublicKey())))
}

// Write takes what the service logs.
func (s *sshService) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *sshService) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// waitForEnd waits until the service has ended, and kills it if that takes too long.
func (s *sshService) waitForEnd() {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(waitLimit):
		s.t.Error("the service does not end")
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

// eventually waits until something holds.
func (s *sshService) eventually(what string, holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(waitLimit); !holds(); {
		if time.Now().After(end) {
			s.t.Fatalf("never: %s\n%s", what, s.logged())
		}
		<-time.After(10 * time.Millisecond)
	}
}

// ssh returns the ssh of bob. -tt and the like come before "--", which stands for the host.
func (s *sshService) ssh(args ...string) *exec.Cmd {
	all := []string{
		"-F", "none", "-o", "UserKnownHostsFile=" + filepath.Join(s.home, "known_hosts"), "-o", "GlobalKnownHostsFile=none",
		"-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
		"-i", filepath.Join(s.home, "bob"), "-p", s.port,
	}
	for _, a := range args {
		if a == "--" {
			a = "helpdesk@127.0.0.1"
		}
		all = append(all, a)
	}
	c := exec.CommandContext(s.t.Context(), "ssh", all...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "TERM=xterm-256color"}
	c.WaitDelay = waitLimit
	return c
}

// runs runs a command as bob, with his password on standard input.
func (s *sshService) runs(args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	return s.runsWith(adminLine, args...)
}

func (s *sshService) runsWith(stdin string, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	c := s.ssh(append([]string{"--"}, args...)...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &errs
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// exits runs a command and checks its exit code and a part of what it prints.
func (s *sshService) exits(code int, says string, args ...string) {
	s.t.Helper()
	out, errs, got := s.runs(args...)
	if got != code || !strings.Contains(out+errs, says) {
		s.t.Errorf("%q: exit code %d, want %d with %q\n%s%s", args, got, code, says, out, errs)
	}
}

// entries returns the audit log.
func (s *sshService) entries() (all []file.Entry) {
	s.t.Helper()
	for e, err := range file.Read(s.auditFile()) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// outcomes returns the entries about changes.
func (s *sshService) outcomes() (all []file.Entry) {
	s.t.Helper()
	for _, e := range s.entries() {
		if e.Kind == file.KindOutcome {
			all = append(all, e)
		}
	}
	return all
}

func TestServiceRunsCommands(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	s.exits(0, "alice.smith (id ", "why", "alice.smith")
	s.exits(0, "Unlocked alice.smith", "unlock", "alice.smith", "--reason", "INC-1")
	s.exits(0, "is not locked", "unlock", "alice.smith")
	s.exits(3, "missing: --yes", "deactivate", "alice.smith")
	s.exits(9, "ssh HOST find searches", "unlock", "nobody")
	s.exits(2, "is not available over SSH", "config", "show")
	s.exits(2, "cannot read or write your files", "unlock", "--from", "/etc/passwd")
	s.exits(4, "password_command", "unlock", "--from", "-", "--yes")
	s.exits(2, "is not available over SSH", "serve")
	if _, _, code := s.runsWith("wrong\n", "why", "alice.smith"); code != 4 {
		t.Errorf("a wrong password: exit code %d", code)
	}

	var kinds []string
	for _, e := range s.entries() {
		kinds = append(kinds, string(e.Kind))
		if e.Operator != "bob" || !strings.HasPrefix(e.Key, "SHA256:") || !strings.HasPrefix(e.Address, "127.0.0.1:") {
			t.Errorf("%s: operator %q, key %q, address %q", e.Kind, e.Operator, e.Key, e.Address)
		}
	}
	if done := s.outcomes(); len(done) != 1 || done[0].Outcome != file.Applied || done[0].Login != "d2cadmin" {
		t.Errorf("outcomes %v in %v", done, kinds)
	}
}

func TestServiceOpensTheConsole(t *testing.T) {
	t.Parallel()
	s := startService(t, "time_zone = \"Europe/Berlin\"")
	ssh := startCommand(t, s.ssh("-tt", "--"))
	ssh.sees("Password")
	ssh.press(hdptest.AdminPassword + "\r")
	ssh.sees("alice.smith", "d2cadmin")
	ssh.press("/alice.smith\r")
	s.eventually("the administrator sees the account", func() bool {
		all, err := serve.ListSessions(t.Context(), s.control())
		return err == nil && len(all) == 1 && all[0].Account == "alice.smith"
	})
	ssh.press("q")
	ssh.leaves(0)
	ssh.isRestored()
}

func TestServiceAsksForThePassword(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	ssh := startCommand(t, s.ssh("-tt", "--", "deactivate", "alice.smith"))
	ssh.sees("Password for d2cadmin")
	ssh.press(hdptest.AdminPassword + "\r")
	ssh.sees("Deactivate alice.smith")
	ssh.press("n\r")
	ssh.leaves(3)
	if strings.Contains(ssh.output(), hdptest.AdminPassword) {
		t.Error("the password is echoed")
	}
}

func TestServiceHoldsOperatorsToTheirVerbs(t *testing.T) {
	t.Parallel()
	s := startService(t, fmt.Sprintf("verbs = [\"why\", \"unlock\"]\npassword_command = [\"echo\", %q]", hdptest.AdminPassword))
	s.exits(5, "you may not use deactivate here", "deactivate", "alice.smith", "--yes")
	s.exits(5, "you may not use list here", "list")
	ssh := startCommand(t, s.ssh("-tt", "--"))
	ssh.leaves(5)
	s.exits(0, "", "why", "alice.smith")
	out, errs, code := s.runsWith("alice.smith\n", "unlock", "--from", "-", "--yes")
	if code != 0 {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// The console is the same program, so that a verb which a command is refused must be refused there, too.
// Every session may keep its standard input in memory at the same time.
func TestServiceBoundsStandardInput(t *testing.T) {
	t.Parallel()
	s := startService(t, fmt.Sprintf("password_command = [\"echo\", %q]", hdptest.AdminPassword))
	endless := strings.Repeat("alice.smith\n", 2<<20)
	for _, command := range [][]string{{"unlock", "--from", "-", "--yes"}, {"apply", "-", "--yes"}} {
		if _, errs, code := s.runsWith(endless, command...); code == 0 || !strings.Contains(errs, "no more than 16 MiB") {
			t.Errorf("%q: exit code %d\n%s", command, code, errs)
		}
	}
}

func TestServedConsoleIsHeldToTheVerbs(t *testing.T) {
	t.Parallel()
	s := startService(t, fmt.Sprintf("verbs = [\"console\", \"find\"]\npassword_command = [\"echo\", %q]", hdptest.AdminPassword))
	ssh := startCommand(t, s.ssh("-tt", "--"))
	ssh.sees("alice.smith")
	ssh.press("/alice.smith\r")
	ssh.sees("Locked")
	ssh.press("u")
	ssh.sees("you may not unlock accounts here")
	ssh.press("q")
	ssh.leaves(0)
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// hang makes the answers to changes wait until release is called.
func (s *sshService) hang(changes int) (release func()) {
	s.t.Helper()
	release = s.Fail(hdptest.Fault{Method: "PUT", Path: "/statusinfo", Kind: hdptest.Hang, Times: changes})
	s.t.Cleanup(release)
	return release
}

// sent waits until so many changes have been sent.
func (s *sshService) sent(changes int) {
	s.t.Helper()
	s.eventually(fmt.Sprintf("%d changes are sent", changes), func() bool {
		n := 0
		for _, r := range s.Requests() {
			if r.Method == "PUT" {
				n++
			}
		}
		return n == changes
	})
}

func TestAKilledClientsChangeGetsItsOutcome(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	release := s.hang(1)
	c := s.ssh("--", "unlock", "alice.smith", "--reason", "INC-1")
	c.Stdin = strings.NewReader(adminLine)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s.sent(1)
	_ = c.Process.Kill()
	_ = c.Wait()
	s.eventually("the session ends", func() bool {
		all, err := serve.ListSessions(t.Context(), s.control())
		if err != nil {
			t.Fatal(err)
		}
		return len(all) == 1 && all[0].Ending && all[0].Operator == "bob" && all[0].Account == "alice.smith"
	})
	release()
	s.eventually("the outcome is in the audit log", func() bool { return len(s.outcomes()) == 1 })
	if o := s.outcomes()[0]; o.Outcome != file.Applied || o.Operator != "bob" {
		t.Errorf("outcome %s by %s", o.Outcome, o.Operator)
	}
	s.exits(0, "", "why", "alice.smith")
}

func TestServiceStopsWithChangesInProgress(t *testing.T) {
	t.Parallel()
	const sessions = 20
	s := startService(t, "")
	release := s.hang(sessions)
	var clients []*exec.Cmd
	var outputs []*bytes.Buffer
	for i := range sessions {
		name := fmt.Sprintf("locked-%d", i)
		s.AddAccount(hdptest.Account{UserName: name, StatusInfo: `{"status":1,"accountLocked":true}`})
		c, out := s.ssh("--", "unlock", name), new(bytes.Buffer)
		c.Stdin, c.Stdout, c.Stderr = strings.NewReader(adminLine), out, out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		clients, outputs = append(clients, c), append(outputs, out)
	}
	s.sent(sessions)
	console := startCommand(t, s.ssh("-tt", "--"))
	console.sees("Password")
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	s.eventually("nobody can connect", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	release()
	for i, c := range clients {
		if _ = c.Wait(); c.ProcessState.ExitCode() != 128+int(syscall.SIGTERM) || !strings.Contains(outputs[i].String(), "Unlocked locked-") {
			t.Errorf("exit code %d\n%s", c.ProcessState.ExitCode(), outputs[i])
		}
	}
	console.leaves(128 + int(syscall.SIGTERM))
	s.waitForEnd()
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the service exits with %d", code)
	}
	s.sent(sessions)
	for _, o := range s.outcomes() {
		if o.Outcome != file.Applied {
			t.Errorf("%s: %s", o.AccountName, o.Outcome)
		}
	}
	if n := len(s.outcomes()); n != sessions {
		t.Errorf("%d outcomes", n)
	}
}

func TestServiceDropsAnOperator(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	console := startCommand(t, s.ssh("-tt", "--"))
	console.sees("Password")
	s.write("operators.toml", "[operators.bob]\n") // it is wrong, so that the last good one stays in force
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	s.eventually("the service says so", func() bool { return strings.Contains(s.logged(), "the last good version stays in force") })
	s.exits(0, "", "why", "alice.smith")
	s.makeKey("alice")
	s.write("operators.toml", fmt.Sprintf("[operators.alice]\nkeys = [%q]\n", s.publicKeys["alice"]))
	_ = s.cmd.Process.Signal(syscall.SIGHUP)
	console.leaves(128 + int(syscall.SIGHUP))
	if _, _, code := s.runs("why", "alice.smith"); code != 255 {
		t.Errorf("bob runs a command, exit code %d", code)
	}
}

func TestServiceDoesNotStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(s *sshService)
		says  []string
	}{
		"no configuration": {
			func(s *sshService) { _ = os.Remove(filepath.Join(s.home, "serve.toml")) },
			[]string{"serve.toml does not exist", "hdpadmin serve init"},
		},
		"a wrong configuration": {func(s *sshService) { s.write("serve.toml", "lisen = []\n") }, []string{"serve.toml:1: ", "did you mean listen?"}},
		"no operators":          {func(s *sshService) { s.write("operators.toml", "") }, []string{"operators.toml", "add a table such as [operators.bob]"}},
		"a host key that others can read": {
			func(s *sshService) {
				key := s.write("host_key", "")
				if err := os.Chmod(key, 0o644); err != nil {
					s.t.Fatal(err)
				}
			},
			[]string{"other users can read the host key", "chmod 600"},
		},
		"an address in use": {
			func(s *sshService) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					s.t.Fatal(err)
				}
				s.t.Cleanup(func() { _ = l.Close() })
				text, _ := os.ReadFile(filepath.Join(s.home, "serve.toml"))
				s.write("serve.toml", strings.Replace(string(text), "127.0.0.1:0", l.Addr().String(), 1))
			},
			[]string{"cannot listen on 127.0.0.1:", "another program uses it", "serve.toml"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := prepareService(t, "")
			c.spoil(s)
			_, stderr, code := piped(t, "serve", "--config", filepath.Join(s.home, "serve.toml"))
			if code != 1 {
				t.Errorf("exit code %d", code)
			}
			for _, text := range c.says {
				if !strings.Contains(stderr, text) {
					t.Errorf("it does not say %q:\n%s", text, stderr)
				}
			}
		})
	}
}

// Sessions with one login read one list, and each sees at once what another changes.
func TestSessionsShareTheList(t *testing.T) {
	t.Parallel()
	s := startService(t, fmt.Sprintf("password_command = [\"echo\", %q]", hdptest.AdminPassword))
	var consoles []*terminal
	for range 2 {
		ssh := startCommand(t, s.ssh("-tt", "--"))
		ssh.sees("anna.lind", "d2cadmin")
		ssh.press("2G") // the locked accounts; alice.smith is not the last one
		ssh.seesNot("anna.lind")
		ssh.sees("alice.smith")
		consoles = append(consoles, ssh)
	}
	s.exits(0, "Unlocked alice.smith", "unlock", "alice.smith", "--reason", "INC-1")
	for _, ssh := range consoles {
		ssh.seesNot("alice.smith")
	}
	s.exits(0, "carla.mendes", "list")
	reads := 0
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.Path, "/api/admin/users?") {
			reads++
		}
	}
	if reads != 1 {
		t.Errorf("the list was read %d times", reads)
	}
	for _, ssh := range consoles {
		ssh.press("q")
		ssh.leaves(0)
	}
}

func TestAKilledServiceFindsOutWhatItSent(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	release := s.Fail(hdptest.Fault{Method: "PUT", Path: "/statusinfo", Kind: hdptest.ApplyOnRelease})
	t.Cleanup(release)
	c := s.ssh("--", "unlock", "alice.smith", "--reason", "INC-1")
	c.Stdin = strings.NewReader(adminLine)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s.sent(1)
	_ = s.cmd.Process.Kill()
	s.waitForEnd()
	if err := c.Wait(); err == nil {
		t.Error("the client does not notice")
	}
	release()
	if n := len(s.outcomes()); n != 0 {
		t.Fatalf("%d outcomes", n)
	}

	s.ended = make(chan struct{})
	s.start()
	const named = `msg="a change has no known outcome; the next command that signs in to HDP looks it up" account=alice.smith id=307 operation=unlock operator=bob `
	s.eventually("it names the change", func() bool { return strings.Contains(s.logged(), named) })
	s.exits(0, "", "whoami")
	if done := s.outcomes(); len(done) != 1 || done[0].Outcome != file.Applied || done[0].Login != "d2cadmin" || done[0].Operator != "bob" {
		t.Fatalf("the first session after the start has not looked it up: %v", done)
	}
	s.ResetRequests()
	s.exits(0, "", "whoami")
	for _, r := range s.Requests() {
		if strings.HasSuffix(r.Path, "/307/statusinfo") {
			t.Errorf("it is looked up again: %v", r)
		}
	}
	s.exits(0, "", "deactivate", "alice.smith", "--yes", "--reason", "INC-2")
	done := s.outcomes()
	if len(done) != 2 || done[0].Outcome != file.Applied || done[1].Outcome != file.Applied || done[0].Of == 0 {
		t.Fatalf("outcomes: %v", done)
	}
	for _, e := range s.entries() {
		if e.Kind == file.KindIntent && e.Seq == done[0].Of && e.Reason != "INC-1" {
			t.Errorf("the first outcome is that of %v", e)
		}
	}
}

func TestSessionsShareTheTriesOfALogin(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	s.ResetRequests()
	for _, password := range []string{"wrong-1", "wrong-2", "wrong-3", hdptest.AdminPassword} {
		if _, errs, code := s.runsWith(password+"\n", "why", "alice.smith"); code != 4 {
			t.Errorf("%s: exit code %d\n%s", password, code, errs)
		}
	}
	refused := 0
	for _, r := range s.Requests() {
		if r.Status == 401 {
			refused++
		}
	}
	if refused != 2 {
		t.Errorf("HDP has refused %d passwords, and the third may lock the account", refused)
	}
}

func TestSessionsChangeAnAccountOneAtATime(t *testing.T) {
	t.Parallel()
	s := startService(t, "")
	release := s.hang(1)
	first := s.ssh("--", "unlock", "alice.smith")
	first.Stdin = strings.NewReader(adminLine)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	s.sent(1)
	s.exits(6, "bob is changing alice.smith", "deactivate", "alice.smith", "--yes")
	s.AddAccount(hdptest.Account{UserName: "carol"})
	s.exits(0, "Deactivated carol", "deactivate", "carol", "--yes")
	release()
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	s.exits(0, "Deactivated alice.smith", "deactivate", "alice.smith", "--yes")
}
