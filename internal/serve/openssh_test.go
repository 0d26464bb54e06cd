//go:build unix

package serve_test

import (
	"bufio"
	"bytes"
	"context"
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
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
)

// sshRequired is set by .ci/run, which installs OpenSSH: there, no test of it may be skipped.
const sshRequired = "TEST_SSH_REQUIRED"

// openssh runs the OpenSSH client with a home, keys and known hosts of its own.
type openssh struct {
	*service
	home, port string
}

func (s *service) openssh() *openssh {
	s.t.Helper()
	for _, program := range []string{"ssh", "ssh-keygen", "scp", "sftp"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv(sshRequired) != "" {
				s.t.Fatal(err)
			}
			s.t.Skipf("no %s: install openssh-client", program)
		}
	}
	o := &openssh{service: s, home: s.t.TempDir()}
	_, o.port, _ = net.SplitHostPort(s.addr)
	o.write("known_hosts", fmt.Sprintf("[127.0.0.1]:%s %s", o.port, ssh.MarshalAuthorizedKey(s.host.PublicKey())))
	return o
}

func (o *openssh) write(name, text string) string {
	o.t.Helper()
	path := filepath.Join(o.home, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// key makes a key, of an operator unless the name is empty, and returns its file.
func (o *openssh) key(file, operator string) string {
	o.t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		o.t.Fatal(err)
	}
	signed, err := ssh.NewPublicKey(public)
	if err != nil {
		o.t.Fatal(err)
	}
	if operator != "" {
		o.allow(signed, operator)
	}
	o.write(file+".pub", string(ssh.MarshalAuthorizedKey(signed)))
	return o.write(file, string(pem.EncodeToMemory(block)))
}

// command runs ssh, scp or sftp. ssh gets the destination before the arguments that follow "--".
func (o *openssh) command(program, key string, args ...string) *exec.Cmd {
	all := []string{
		"-F", "none", "-o", "UserKnownHostsFile=" + filepath.Join(o.home, "known_hosts"), "-o", "GlobalKnownHostsFile=none",
		"-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityFile=" + key, "-o", "Port=" + o.port,
	}
	for _, a := range args {
		if a == "--" {
			a = "helpdesk@127.0.0.1"
		}
		all = append(all, a)
	}
	c := exec.Command(program, all...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + o.home, "LANG=C.UTF-8", "TERM=xterm-256color"}
	c.WaitDelay = patience
	return c
}

func (o *openssh) runs(c *exec.Cmd) result {
	o.t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	late := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	defer late.Stop()
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		o.t.Fatal(err)
	}
	return result{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

func TestOpenSSHCommands(t *testing.T) {
	o := start(t).openssh()
	key := o.key("bob", "bob")
	for _, test := range []struct {
		args []string
		want result
	}{
		{[]string{"--", "exit", "0"}, result{}},
		{[]string{"--", "exit 3"}, result{code: 3}},
		{[]string{"--", "exit", "9"}, result{code: 9}},
		{[]string{"--", "both"}, result{out: "to out\n", err: "to err\n"}},
		{[]string{"--", "tty"}, result{out: "false"}},
		{[]string{"-tt", "--", "tty"}, result{out: "true"}},
		{[]string{"-tt", "--", "exit", "9"}, result{code: 9}},
		{[]string{"--", "args", "'a b'", "c"}, result{out: `["args" "a b" "c"]`}},
		{[]string{"--", "list | grep x"}, result{err: "hdpadmin: this is not a shell: quote \"|\" twice, once for your own shell, as in \"'a|b'\".\r\n", code: 2}},
		{[]string{"-T", "--"}, result{err: "hdpadmin: the console needs a terminal, and this connection has none. To list the commands, run ssh HOST help.\r\n", code: 2}},
		{[]string{"-s", "--", "netconf"}, result{err: noFiles, code: 2}},
	} {
		got := o.runs(o.command("ssh", key, test.args...))
		got.err = strings.ReplaceAll(got.err, "Connection to 127.0.0.1 closed.\r\n", "")
		if got != test.want {
			t.Errorf("ssh %q: %+v, want %+v", test.args, got, test.want)
		}
	}
	c := o.command("ssh", key, "--", "cat")
	c.Stdin = strings.NewReader("secret\n")
	if got := o.runs(c); got.out != "secret\n" || got.code != 0 {
		t.Errorf("standard input: %+v", got)
	}
	c = o.command("ssh", key, "-o", "SendEnv=LANG", "-o", "SendEnv=HOME", "-o", "SetEnv=LC_ALL=C PATH=/tmp", "--", "env")
	if got := o.runs(c); !strings.HasPrefix(got.out, "LANG=C.UTF-8\nLC_ALL=C\nSSH_CONNECTION=127.0.0.1 ") {
		t.Errorf("environment: %+v", got)
	}
}

func TestOpenSSHKeys(t *testing.T) {
	o := start(t).openssh()
	bob, alice, stranger := o.key("bob", "bob"), o.key("alice", "alice"), o.key("stranger", "")
	if got := o.runs(o.command("ssh", stranger, "--", "exit 0")); got.code != 255 || !strings.Contains(got.err, "Permission denied (publickey).") {
		t.Errorf("a stranger: %+v", got)
	}
	if got := o.runs(o.command("ssh", stranger, "-o", "PreferredAuthentications=password,keyboard-interactive", "--", "exit 0")); got.code != 255 || !strings.Contains(got.err, "Permission denied (publickey).") {
		t.Errorf("without a key: %+v", got)
	}
	o.until("a refusal", func() bool { return len(o.recorded(serve.Refused)) == 1 })
	if got := o.runs(o.command("ssh", stranger, "-i", bob, "--", "exit 3")); got.code != 3 {
		t.Errorf("bob's key after a stranger's: %+v", got)
	}
	// Only the public half of alice's key is there. ssh offers it, and cannot sign.
	if err := os.Remove(alice); err != nil {
		t.Fatal(err)
	}
	if got := o.runs(o.command("ssh", alice, "-v", "-i", bob, "--", "exit 3")); got.code != 3 || !strings.Contains(got.err, "Server accepts key: "+alice) {
		t.Errorf("bob's key after alice's, which bob does not own: %+v", got)
	}
	for _, e := range o.recorded(serve.Began) {
		if e.Operator != "bob" {
			t.Errorf("began as %s", e.Operator)
		}
	}
	o.remove("bob")
	if got := o.runs(o.command("ssh", bob, "--", "exit 0")); got.code != 255 {
		t.Errorf("after bob was removed: %+v", got)
	}
}

// window is a terminal in which ssh runs.
type window struct {
	*os.File
	ssh   *exec.Cmd
	o     *openssh
	lines chan string
}

func (o *openssh) window(width, height uint16, c *exec.Cmd) *window {
	o.t.Helper()
	f, err := pty.StartWithSize(c, &pty.Winsize{Cols: width, Rows: height})
	if err != nil {
		o.t.Fatal(err)
	}
	w := &window{f, c, o, make(chan string, 1000)}
	go func() {
		defer close(w.lines)
		for lines := bufio.NewScanner(f); lines.Scan(); {
			w.lines <- strings.TrimSuffix(lines.Text(), "\r")
		}
	}()
	o.t.Cleanup(func() {
		_ = c.Process.Kill()
		for range w.lines { //nolint:revive // until the terminal is closed
		}
		_ = c.Wait()
		_ = f.Close()
	})
	return w
}

func (w *window) sees(want string) {
	w.o.t.Helper()
	for {
		switch line, open := w.line(); {
		case !open:
			w.o.t.Fatalf("ssh ended before %q", want)
		case strings.Contains(line, want):
			return
		}
	}
}

func (w *window) line() (string, bool) {
	w.o.t.Helper()
	select {
	case line, open := <-w.lines:
		return line, open
	case <-time.After(patience):
		w.o.t.Fatal("waited too long")
		return "", false
	}
}

func (w *window) exits(code int) {
	w.o.t.Helper()
	done := make(chan error, 1)
	go func() { done <- w.ssh.Wait() }()
	_ = await(w.o.t, done)
	if got := w.ssh.ProcessState.ExitCode(); got != code {
		w.o.t.Errorf("ssh exits with %d, want %d", got, code)
	}
}

func TestOpenSSHConsole(t *testing.T) {
	o := start(t).openssh()
	w := o.window(100, 30, o.command("ssh", o.key("bob", "bob"), "--"))
	w.sees("size 100x30")
	_ = pty.Setsize(w.File, &pty.Winsize{Cols: 70, Rows: 20})
	w.sees("size 70x20")
	_, _ = w.WriteString("q\n")
	w.sees("bye")
	w.exits(0)

	w = o.window(80, 24, o.command("ssh", o.key("carol", "carol"), "--"))
	w.sees("size 80x24")
	_, _ = w.Write([]byte{3})
	w.sees("signal interrupt")
	w.exits(130)
}

func TestOpenSSHSharedConnection(t *testing.T) {
	o := start(t).openssh()
	key, socket := o.key("bob", "bob"), filepath.Join(o.home, "s")
	w := o.window(80, 24, o.command("ssh", key, "-M", "-S", socket, "--"))
	w.sees("size 80x24")
	for i := range 20 {
		if got := o.runs(o.command("ssh", key, "-S", socket, "--", fmt.Sprint("exit ", i))); got.code != i {
			t.Errorf("command %d: %+v", i, got)
		}
	}
	if n := o.Connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
	_, _ = w.WriteString("q\n")
	w.exits(0)
}

func TestOpenSSHForwardsNothing(t *testing.T) {
	o := start(t).openssh()
	key := o.key("bob", "bob")
	for name, c := range map[string]*exec.Cmd{
		"a remote port":   o.command("ssh", key, "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "--", "exit 0"),
		"a remote socket": o.command("ssh", key, "-o", "ExitOnForwardFailure=yes", "-R", "/tmp/hdpadmin-test-socket:127.0.0.1:1", "--", "exit 0"),
		"standard input":  o.command("ssh", key, "-W", "127.0.0.1:1", "--"),
		"a tunnel":        o.command("ssh", key, "-o", "ExitOnForwardFailure=yes", "-o", "Tunnel=yes", "--", "exit 0"),
	} {
		if got := o.runs(c); got.code != 255 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	agent, err := net.Listen("unix", filepath.Join(o.home, "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	go func() {
		for {
			c, err := agent.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	c := o.command("ssh", key, "-A", "-v", "--", "env")
	c.Env = append(c.Env, "SSH_AUTH_SOCK="+agent.Addr().String())
	if got := o.runs(c); got.code != 0 || !strings.Contains(got.err, "Requesting authentication agent forwarding") || strings.Contains(got.out, "SSH_AUTH_SOCK") {
		t.Errorf("agent: %+v", got)
	}
}

func TestOpenSSHCopiesNoFiles(t *testing.T) {
	o := start(t).openssh()
	key := o.key("bob", "bob")
	file := o.write("file", "text")
	batch := o.write("batch", "put "+file+"\n")
	for name, c := range map[string]*exec.Cmd{
		"scp":         o.command("scp", key, file, "helpdesk@127.0.0.1:/tmp/hdpadmin-test-file"),
		"old scp":     o.command("scp", key, "-O", file, "helpdesk@127.0.0.1:/tmp/hdpadmin-test-file"),
		"scp to here": o.command("scp", key, "-O", "helpdesk@127.0.0.1:/etc/passwd", o.home),
		"sftp":        o.command("sftp", key, "-b", batch, "--"),
	} {
		if got := o.runs(c); got.code == 0 || !strings.Contains(got.err, "this service copies no files") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, err := os.Stat("/tmp/hdpadmin-test-file"); err == nil {
		t.Error("the file was copied")
	}
}

// TestOpenSSHIsKilled kills the client in the middle of a write, whose outcome must not be lost.
func TestOpenSSHIsKilled(t *testing.T) {
	outcomes := make(chan string, 2)
	s := start(t, func(opts *serve.Options) {
		program := func(_ context.Context, x *serve.Session) int {
			printTo(x.Out, "sent\n")
			sig := await(t, x.Signals)
			outcomes <- sig.String()
			return 0
		}
		opts.Console, opts.Command = program, program
	})
	o := s.openssh()
	key := o.key("bob", "bob")
	w := o.window(80, 24, o.command("ssh", key, "--"))
	w.sees("sent")
	c := o.command("ssh", key, "--", "unlock alice")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "sent\n" {
		t.Errorf("read %q", line)
	}
	_, _ = w.ssh.Process.Kill(), c.Process.Kill()
	for range 2 {
		if got := await(t, outcomes); got != "hangup" {
			t.Errorf("signal %s", got)
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = c.Wait()
	o.until("the end of the sessions", func() bool { return len(o.recorded(serve.Ended)) == 2 })
}

func TestOpenSSHDrain(t *testing.T) {
	o := start(t, func(opts *serve.Options) { opts.Limits.SessionsPerOperator = 20 }).openssh()
	key := o.key("bob", "bob")
	var windows []*window
	for range 20 {
		windows = append(windows, o.window(80, 24, o.command("ssh", key, "--")))
	}
	for _, w := range windows {
		w.sees("size 80x24")
	}
	o.stop()
	for _, w := range windows {
		w.sees("signal terminated")
		w.sees("hdpadmin: The service is shutting down.")
		w.exits(143)
	}
	if err := o.stopped(); err != nil {
		t.Error(err)
	}
}

func TestOpenSSHOperatorIsRemoved(t *testing.T) {
	o := start(t).openssh()
	w := o.window(80, 24, o.command("ssh", o.key("bob", "bob"), "--"))
	w.sees("size 80x24")
	o.remove("bob")
	w.sees("hdpadmin: Your access has changed or expired. Connect again, or ask the administrator of the service.")
	w.exits(129)
}
