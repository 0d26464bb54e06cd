//go:build unix

package serve_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
)

func TestCommands(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	for line, want := range map[string]result{
		"exit 0":                       {},
		"exit 3":                       {code: 3},
		"exit 9":                       {code: 9},
		"exit 255":                     {code: 255},
		"both":                         {out: "to out\n", err: "to err\n"},
		`args 'a b' "c\"d" e\ f ''`:    {out: `["args" "a b" "c\"d" "e f" ""]`},
		"args $HOME * ~ #1 `id` $(id)": {out: "[\"args\" \"$HOME\" \"*\" \"~\" \"#1\" \"`id`\" \"$(id)\"]"},
		"tty":                          {out: "false"},
		"args 'a":                      {err: "hdpadmin: the command has no closing '.\r\n", code: 2},
		"list | grep x":                {err: "hdpadmin: this is not a shell: quote \"|\" twice, once for your own shell, as in \"'a|b'\".\r\n", code: 2},
		"":                             {err: "hdpadmin: the console needs a terminal, and this connection has none. To list the commands, run ssh HOST help.\r\n", code: 2},
		"scp -t /tmp":                  {err: noFiles, code: 2},
		"/usr/lib/sftp-server":         {err: noFiles, code: 2},
		"rsync --server":               {err: noFiles, code: 2},
	} {
		if got := s.exec(c, line); got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}

const noFiles = "hdpadmin: this service copies no files. Redirect the output of a command instead: ssh HOST list --csv >FILE\r\n"

func TestInputReachesACommand(t *testing.T) {
	s := start(t)
	x := s.session(s.signIn(s.add("bob")))
	text := strings.Repeat("secret\n", 100_000)
	x.Stdin = strings.NewReader(text)
	out, err := x.Output("cat")
	if err != nil || string(out) != text {
		t.Errorf("%d bytes came back, %v", len(out), err)
	}
}

func TestTheKeyThatSignedIsTheIdentity(t *testing.T) {
	s := start(t)
	alice, bob := s.add("alice"), s.add("bob")
	s.exec(s.signIn(newSigner(), bob, alice), "exit 0")
	if got := s.recorded(serve.Began); len(got) != 1 || got[0].Operator != "bob" || got[0].Key != ssh.FingerprintSHA256(bob.PublicKey()) {
		t.Errorf("signed with bob's key after a stranger's: %+v", got)
	}
	if refused := s.recorded(serve.Refused); refused != nil {
		t.Errorf("recorded as refused: %+v", refused)
	}
}

// unsigning is a key whose public half somebody has found.
type unsigning struct{ ssh.Signer }

func (u unsigning) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	return &ssh.Signature{Format: u.PublicKey().Type(), Blob: make([]byte, 64)}, nil
}

func TestRefusals(t *testing.T) {
	s := start(t)
	bob, elsewhere, stranger := s.add("bob"), s.add("carol"), newSigner()
	s.mu.Lock()
	s.operators[ssh.FingerprintSHA256(elsewhere.PublicKey())] = access.Operator{Name: "carol", From: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	s.mu.Unlock()
	for name, test := range map[string]struct {
		keys                  []ssh.Signer
		key, operator, reason string
	}{
		"a stranger":                {[]ssh.Signer{stranger}, ssh.FingerprintSHA256(stranger.PublicKey()), "", "the key is not listed"},
		"from elsewhere":            {[]ssh.Signer{elsewhere}, ssh.FingerprintSHA256(elsewhere.PublicKey()), "carol", "not from this network"},
		"the known key counts most": {[]ssh.Signer{elsewhere, stranger}, ssh.FingerprintSHA256(elsewhere.PublicKey()), "carol", "not from this network"},
		"a stolen public key":       {[]ssh.Signer{unsigning{bob}}, ssh.FingerprintSHA256(bob.PublicKey()), "bob", "the client did not prove that it owns the key"},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.recorded(serve.Refused))
			if _, err := s.dial(test.keys...); err == nil {
				t.Fatal("signed in")
			}
			s.until("the refusal", func() bool { return len(s.recorded(serve.Refused)) > before })
			e := s.recorded(serve.Refused)[before]
			if e.Operator != test.operator || e.Key != test.key || e.Reason != test.reason || !e.Address.Addr().IsLoopback() {
				t.Errorf("recorded %+v", e)
			}
			line := regexp.MustCompile(`level=WARN msg=refused address=127\.0\.0\.1 port=\d+ user=helpdesk key=` + regexp.QuoteMeta(test.key) + ` reason="` + test.reason + `"\n`)
			if !line.MatchString(s.log.String()) {
				t.Errorf("the log has no such line:\n%s", s.log)
			}
		})
	}
}

func TestNothingButKeysSignsIn(t *testing.T) {
	s := start(t)
	for name, method := range map[string]ssh.AuthMethod{
		"a password": ssh.Password("secret"),
		"answers":    ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil }),
		"nothing":    ssh.PublicKeys(),
	} {
		c, err := ssh.Dial("tcp", s.addr, &ssh.ClientConfig{User: "bob", Auth: []ssh.AuthMethod{method}, HostKeyCallback: ssh.FixedHostKey(s.host.PublicKey())})
		if err == nil {
			_ = c.Close()
			t.Errorf("signed in with %s", name)
		}
	}
}

func TestALogLineCannotBeForged(t *testing.T) {
	s := start(t)
	evil := "x\n refused address=192.0.2.1 \x1b[31m" + strings.Repeat("long", 100)
	_, err := ssh.Dial("tcp", s.addr, &ssh.ClientConfig{User: evil, Auth: []ssh.AuthMethod{ssh.PublicKeys(newSigner())}, HostKeyCallback: ssh.FixedHostKey(s.host.PublicKey())})
	if err == nil {
		t.Fatal("signed in")
	}
	s.until("the refusal", func() bool { return strings.Contains(s.log.String(), "msg=refused") })
	log := s.log.String()
	if strings.Count(log, "\n") != 1 || strings.Contains(log, "address=192") || strings.Contains(log, "\x1b") || len(log) > 400 {
		t.Errorf("%q", log)
	}
}

// typed is a console of which a test reads the lines.
type typed struct {
	*ssh.Session
	t     *testing.T
	keys  io.WriteCloser
	lines chan string
}

func (s *service) console(c *ssh.Client, before ...func(*ssh.Session)) *typed {
	s.t.Helper()
	x := s.session(c)
	if err := x.RequestPty("xterm-256color", 24, 80, ssh.TerminalModes{ssh.ECHO: 0}); err != nil {
		s.t.Fatal(err)
	}
	for _, b := range before {
		b(x)
	}
	keys, err := x.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := x.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := x.Shell(); err != nil {
		s.t.Fatal(err)
	}
	k := &typed{x, s.t, keys, make(chan string, 100)}
	go func() {
		defer close(k.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			k.lines <- strings.TrimSuffix(lines.Text(), "\r")
		}
	}()
	return k
}

func (k *typed) sees(want string) {
	k.t.Helper()
	if got := await(k.t, k.lines); got != want {
		k.t.Fatalf("the terminal has %q, want %q", got, want)
	}
}

func (k *typed) ends(code int) {
	k.t.Helper()
	done := make(chan error, 1)
	go func() { done <- k.Wait() }()
	if got := exitCode(k.t, await(k.t, done)); got != code {
		k.t.Errorf("exit code %d, want %d", got, code)
	}
}

func TestConsole(t *testing.T) {
	s := start(t)
	k := s.console(s.signIn(s.add("bob")))
	k.sees("size 80x24")
	for _, size := range [][4]int{{40, 100, 100, 40}, {1, 1, 1, 1}, {100_000, 100_000, 1000, 500}, {0, 70, 70, 500}} {
		if err := k.WindowChange(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
		k.sees(fmt.Sprintf("size %dx%d", size[2], size[3]))
	}
	_, _ = k.keys.Write([]byte("q\n"))
	k.sees("bye")
	k.ends(0)
}

func TestResizesBeforeTheProgramRuns(t *testing.T) {
	s := start(t)
	k := s.console(s.signIn(s.add("bob")), func(x *ssh.Session) {
		for i := range 1000 {
			if err := x.WindowChange(20+i%5, 50+i); err != nil {
				t.Error(err)
			}
		}
	})
	k.sees("size 1000x24")
	_, _ = k.keys.Write([]byte("q\n"))
	k.sees("bye")
	k.ends(0)
}

func TestSignals(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	x := s.session(c)
	out, _ := x.StdoutPipe()
	if err := x.Start("wait"); err != nil {
		t.Fatal(err)
	}
	_, _ = bufio.NewReader(out).ReadString('\n')
	for _, sig := range []ssh.Signal{ssh.SIGKILL, ssh.SIGSEGV, "nonsense", ssh.SIGINT} {
		if err := x.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	if got := exitCode(t, x.Wait()); got != 130 {
		t.Errorf("after SIGINT: exit code %d", got)
	}
	k := s.console(c)
	k.sees("size 80x24")
	_, _ = k.keys.Write([]byte{3}) // the terminal is not raw, so that ctrl+c is a signal
	for line := range k.lines {
		if strings.HasSuffix(line, "signal interrupt") {
			break
		}
	}
	k.ends(130)
}

func TestEnvironment(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	x := s.session(c)
	for _, v := range [][2]string{
		{"LANG", "de_DE.UTF-8"},
		{"LC_TIME", "C"},
		{"NO_COLOR", "1"},
		{"COLORTERM", "truecolor"},
		{"ACCESSIBLE", "1"},
		{"LANG", "C.UTF-8"},
		{"PATH", "/tmp"},
		{"LD_PRELOAD", "x.so"},
		{"HDPADMIN_URL", "http://evil"},
		{"LC_", "x"},
		{"LC_lower", "x"},
		{"LC_ALL", "a\x1bb"},
		{"LC_NAME", strings.Repeat("x", 129)},
		{"SSH_CONNECTION", "x"},
		{"A=B", "x"},
		{"", "x"},
	} {
		_ = x.Setenv(v[0], v[1])
	}
	out, err := x.Output("env")
	got := string(out)
	if err != nil || !strings.HasPrefix(got, "LC_TIME=C\nNO_COLOR=1\nCOLORTERM=truecolor\nACCESSIBLE=1\nLANG=C.UTF-8\nSSH_CONNECTION=127.0.0.1 ") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestManyEnvironmentRequests(t *testing.T) {
	s := start(t)
	x := s.session(s.signIn(s.add("bob")))
	accepted := 0
	for i := range 5000 {
		if x.Setenv(fmt.Sprintf("LC_A%s", strings.Repeat("B", i%60)), strings.Repeat("x", 128)) == nil {
			accepted++
		}
	}
	out, err := x.Output("env")
	if lines := strings.Count(string(out), "\n") + 1; err != nil || lines != 25 || accepted >= 5000 {
		t.Errorf("%d variables, %d requests accepted, %v", lines, accepted, err)
	}
}

func TestManyChannels(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	opened := 0
	for range 200 {
		ch, requests, err := c.OpenChannel("session", nil)
		var refused *ssh.OpenChannelError
		switch {
		case err == nil:
			go ssh.DiscardRequests(requests)
			opened++
			t.Cleanup(func() { _ = ch.Close() })
		case !errors.As(err, &refused) || refused.Reason != ssh.ResourceShortage:
			t.Fatal(err)
		}
	}
	if opened != 10 {
		t.Errorf("%d channels are open", opened)
	}
	if got := s.exec(s.signIn(s.add("carol")), "exit 3").code; got != 3 {
		t.Errorf("another operator's command: exit code %d", got)
	}
}

func TestOneConsoleAndFourCommandsPerConnection(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	k := s.console(c)
	k.sees("size 80x24")
	second := s.console(c)
	second.sees("hdpadmin: This connection already has a console. Open another connection for a second one.")
	second.ends(1)
	running := make([]*ssh.Session, 4)
	for i := range running {
		running[i] = s.session(c)
		out, _ := running[i].StdoutPipe()
		if err := running[i].Start("wait"); err != nil {
			t.Fatal(err)
		}
		_, _ = bufio.NewReader(out).ReadString('\n')
	}
	if got := s.exec(c, "exit 0"); got != (result{err: "hdpadmin: This connection runs too many commands at once. Wait until one has finished.\r\n", code: 1}) {
		t.Errorf("a fifth command: %+v", got)
	}
	_ = running[0].Signal(ssh.SIGINT)
	if got := exitCode(t, running[0].Wait()); got != 130 {
		t.Errorf("exit code %d", got)
	}
	if got := s.exec(c, "exit 3").code; got != 3 {
		t.Errorf("a command after one of four: exit code %d", got)
	}
}

func TestSessionsPerOperatorAndInTotal(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.SessionsPerOperator, o.Limits.Sessions = 2, 3 })
	bob, carol := s.add("bob"), s.add("carol")
	for _, key := range []ssh.Signer{bob, bob, carol} {
		s.console(s.signIn(key)).sees("size 80x24")
	}
	if got := s.exec(s.signIn(bob), "exit 0"); got.code != 1 || !strings.Contains(got.err, "limit of sessions") {
		t.Errorf("bob's third: %+v", got)
	}
	if got := s.exec(s.signIn(carol), "exit 0"); got.code != 1 || !strings.Contains(got.err, "limit of sessions") {
		t.Errorf("carol's second: %+v", got)
	}
	one := start(t, func(o *serve.Options) { o.Limits.SessionsPerOperator = 1 })
	bob = one.add("bob")
	one.console(one.signIn(bob)).sees("size 80x24")
	if got := one.exec(one.signIn(bob), "exit 0"); got.code != 1 || !strings.Contains(got.err, "too many sessions") {
		t.Errorf("bob's second: %+v", got)
	}
}

func TestEverythingElseIsRefused(t *testing.T) {
	s := start(t)
	c := s.signIn(s.add("bob"))
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "tun@openssh.com"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("a channel for %s was opened", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "nonsense"} {
		if ok, _, err := c.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("%s: %t, %v", kind, ok, err)
		}
	}
	x := s.session(c)
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "nonsense", "pty-req", "window-change", "env", "signal"} {
		if ok, err := x.SendRequest(kind, true, []byte("nonsense")); ok || err != nil {
			t.Errorf("%s: %t, %v", kind, ok, err)
		}
	}
	errs, _ := x.StderrPipe()
	if err := x.RequestSubsystem("sftp"); err != nil {
		t.Fatal(err)
	}
	if text, _ := io.ReadAll(errs); string(text) != noFiles {
		t.Errorf("sftp: %q", text)
	}
}

func TestAPanicEndsOnlyItsSession(t *testing.T) {
	s := start(t, func(o *serve.Options) {
		o.Console = func(context.Context, *serve.Session) int { panic("burst") }
	})
	c := s.signIn(s.add("bob"))
	other := s.session(c)
	out, _ := other.StdoutPipe()
	_ = other.Start("wait")
	_, _ = bufio.NewReader(out).ReadString('\n')
	if got := s.exec(c, "panic"); got.code != 1 || !strings.Contains(got.err, "An internal error ended this session.") {
		t.Errorf("%+v", got)
	}
	k := s.console(c)
	if screen := await(t, k.lines); !strings.HasPrefix(screen, "\x1b[?1049l\x1b[?25h") {
		t.Errorf("the terminal is not restored: %q", screen)
	}
	k.sees("hdpadmin: An internal error ended this session. The log of the service has the details.")
	k.ends(1)
	_ = other.Signal(ssh.SIGTERM)
	if got := exitCode(t, other.Wait()); got != 143 {
		t.Errorf("the other session: exit code %d", got)
	}
	if log := s.log.String(); strings.Count(log, "burst") < 2 {
		t.Errorf("the log does not say why: %s", log)
	}
}

func TestASessionThatCannotBeRecordedDoesNotBegin(t *testing.T) {
	s := start(t)
	s.failing = errors.New("disk full")
	if got := s.exec(s.signIn(s.add("bob")), "exit 0"); got.code != 1 || got.err != "hdpadmin: the service cannot write its audit log, so no session can start. Tell its administrator.\r\n" {
		t.Errorf("%+v", got)
	}
	if got := s.recorded(serve.Ended); got != nil {
		t.Errorf("recorded the end of a session that never began: %+v", got)
	}
}

func TestEvents(t *testing.T) {
	s := start(t)
	bob := s.add("bob")
	s.exec(s.signIn(bob), "exit 9")
	began, ended := s.recorded(serve.Began), s.recorded(serve.Ended)
	if len(began) != 1 || len(ended) != 1 || began[0].Session == "" || began[0].Session != ended[0].Session || ended[0].ExitCode != 9 || ended[0].Command == "" || ended[0].Since.IsZero() {
		t.Errorf("began %+v, ended %+v", began, ended)
	}
	if began[0].Operator != "bob" || began[0].Key != ssh.FingerprintSHA256(bob.PublicKey()) || !began[0].Address.Addr().IsLoopback() {
		t.Errorf("began %+v", began)
	}
}

func TestManySignalsLeaveRoomForTheServices(t *testing.T) {
	begun, read := make(chan struct{}), make(chan struct{})
	s := start(t, func(o *serve.Options) {
		o.Command = func(_ context.Context, x *serve.Session) int {
			close(begun)
			<-read
			last := 0
			for len(x.Signals) > 0 {
				last = int(<-x.Signals)
			}
			return last
		}
	})
	c := s.signIn(s.add("bob"))
	x := s.session(c)
	if err := x.Start("anything"); err != nil {
		t.Fatal(err)
	}
	<-begun
	for range 100 {
		_ = x.Signal(ssh.SIGINT)
	}
	s.exec(c, "scp") // is answered after the signals
	s.remove("bob")
	close(read)
	if got := exitCode(t, x.Wait()); got != 1 {
		t.Errorf("the last signal is %d, want SIGHUP", got)
	}
}
