//go:build unix

package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
)

func (s *service) dialRaw() net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// closes waits until the service has closed the connection.
func (s *service) closes(c net.Conn) {
	s.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		s.t.Error("the connection is still open")
	}
}

func (s *service) disconnects(c *ssh.Client) {
	s.t.Helper()
	gone := make(chan error, 1)
	go func() { gone <- c.Wait() }()
	_ = await(s.t, gone)
}

func TestHalfOpenConnectionsEnd(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.Handshake = 50 * time.Millisecond })
	silent := s.dialRaw()
	greeting := s.dialRaw()
	_, _ = greeting.Write([]byte("SSH-2.0-x\r\n"))
	slow := s.dialRaw()
	stop := make(chan struct{})
	defer close(stop)
	go func() { // one byte at a time must not buy time
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_, _ = slow.Write([]byte("S"))
			case <-stop:
				return
			}
		}
	}()
	for _, c := range []net.Conn{silent, greeting, slow} {
		s.closes(c)
	}
}

func TestUnauthenticatedConnectionsAreLimited(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.ArrivingPerAddress = 3 })
	bob := s.add("bob")
	var open []net.Conn
	for range 3 {
		c := s.dialRaw()
		if _, err := c.Read(make([]byte, 1)); err != nil { // the greeting
			t.Fatal(err)
		}
		open = append(open, c)
	}
	s.closes(s.dialRaw())
	if _, err := s.dial(bob); err == nil {
		t.Error("a fourth connection was served")
	}
	_ = open[0].Close()
	s.until("a place", func() bool { _, err := s.dial(bob); return err == nil })
	if n := strings.Count(s.log.String(), "too many connections from this address that have not signed in"); n != 1 {
		t.Errorf("%d lines in the log for one flood:\n%s", n, s.log)
	}
}

func TestAFloodBeforeTheHandshake(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.Burst, o.Limits.Rate = 20, 0.001 })
	c := s.signIn(s.add("bob"))
	var flood sync.WaitGroup
	var greeted safeBuffer
	for range 300 {
		flood.Go(func() {
			conn, err := net.Dial("tcp", s.addr)
			if err != nil {
				return
			}
			defer conn.Close()
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			if n, _ := conn.Read(make([]byte, 1)); n == 1 {
				_, _ = greeted.Write([]byte("x"))
			}
		})
	}
	for i := range 20 {
		if got := s.exec(c, fmt.Sprintf("exit %d", i)); got.code != i {
			t.Errorf("during the flood: %+v", got)
		}
	}
	flood.Wait()
	if n := len(greeted.String()); n > 20 {
		t.Errorf("%d handshakes began", n)
	}
	if n := strings.Count(s.log.String(), "msg=refused"); n < 1 || n > 3 {
		t.Errorf("%d lines in the log for one flood", n)
	}
}

func TestAConnectionInWhichNothingRunsEnds(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) { o.Limits.Start = time.Second })
	bob := s.add("bob")
	s.disconnects(s.signIn(bob))

	c := s.signIn(bob)
	s.session(c) // a channel, and no program
	s.disconnects(c)

	c = s.signIn(bob)
	if got := s.exec(c, "exit 3"); got.code != 3 {
		t.Errorf("%+v", got)
	}
	s.disconnects(c)
	s.until("the last connection", func() bool { return s.Connections() == 0 })
}

func TestAChannelInWhichNothingRunsEnds(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) { o.Limits.Start = time.Second })
	c := s.signIn(s.add("bob"))
	k := s.console(c)
	k.sees("size 80x24")
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		ssh.DiscardRequests(requests)
		close(done)
	}()
	await(t, done)
	_ = ch.Close()
	_, _ = k.keys.Write([]byte("q\n"))
	k.sees("bye")
	k.ends(0)
}

func TestAConsoleWithoutKeysEnds(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) {
		o.Limits.Idle = time.Second
		o.Console = func(ctx context.Context, x *serve.Session) int {
			tick := time.NewTicker(time.Millisecond) // output is not a key
			defer tick.Stop()
			for {
				select {
				case sig := <-x.Signals:
					return 128 + int(sig)
				case <-tick.C:
					printTo(x.Out, ".\n")
				}
			}
		}
	})
	k := s.console(s.signIn(s.add("bob")))
	began := time.Now()
	for range 15 { // keys are
		for next := time.After(100 * time.Millisecond); next != nil; {
			select {
			case <-k.lines:
			case <-next:
				next = nil
			}
		}
		_, _ = k.keys.Write([]byte("x"))
	}
	last := ""
	for line := range k.lines {
		last = line
	}
	if last != "hdpadmin: The session was idle for too long." {
		t.Errorf("the last line is %q", last)
	}
	if after := time.Since(began); after < 2*time.Second {
		t.Errorf("ended after %s, although keys were pressed", after)
	}
	k.ends(129)
}

func TestTheLongestSession(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) { o.Limits.Longest = 50 * time.Millisecond })
	if got := s.exec(s.signIn(s.add("bob")), "wait"); got.code != 129 {
		t.Errorf("%+v", got)
	}
	if e := s.recorded(serve.Ended); len(e) != 1 || e[0].Reason != "The session reached the longest time allowed." {
		t.Errorf("recorded %+v", e)
	}
}

func TestAProgramThatDoesNotEndIsCutOff(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.Longest, o.Limits.Grace = 50*time.Millisecond, 50*time.Millisecond })
	if got := s.exec(s.signIn(s.add("bob")), "stay"); got.code != 98 {
		t.Errorf("%+v", got)
	}
}

func TestAClientThatIsGone(t *testing.T) {
	ended := make(chan string, 3)
	s := start(t, func(o *serve.Options) {
		program := func(_ context.Context, x *serve.Session) int {
			printTo(x.Out, "ready\n")
			sig := await(t, x.Signals)
			for range 1000 { // a session finishes although nobody reads
				printTo(x.Out, strings.Repeat("x", 100), "\n")
			}
			ended <- sig.String()
			return 0
		}
		o.Console, o.Command = program, program
	})
	bob := s.add("bob")
	c := s.signIn(bob)
	s.console(c).sees("ready")
	x := s.session(c)
	out, _ := x.StdoutPipe()
	_ = x.Start("anything")
	_, _ = bufio.NewReader(out).ReadString('\n')
	_ = c.Close()
	for range 2 {
		if got := await(t, ended); got != "hangup" {
			t.Errorf("signal %s", got)
		}
	}
	c = s.signIn(bob) // one channel of a connection that stays
	x = s.session(c)
	out, _ = x.StdoutPipe()
	_ = x.Start("anything")
	_, _ = bufio.NewReader(out).ReadString('\n')
	_ = x.Close()
	if got := await(t, ended); got != "hangup" {
		t.Errorf("signal %s", got)
	}
	s.until("three ends", func() bool { return len(s.recorded(serve.Ended)) == 3 })
	for _, e := range s.recorded(serve.Ended) {
		if e.Reason != "The client disconnected." {
			t.Errorf("recorded %+v", e)
		}
	}
}

func TestAClientThatNoLongerAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) {
		o.Limits.KeepAlive, o.Limits.Answer = 20*time.Millisecond, time.Second
	})
	bob := s.add("bob")
	answering := s.console(s.signIn(bob))
	answering.sees("size 80x24")

	conn, c := s.dialMute(bob)
	s.console(c).sees("size 80x24")
	close(conn.mute)
	s.until("the end of the silent one", func() bool { return len(s.recorded(serve.Ended)) == 1 })
	if e := s.recorded(serve.Ended)[0]; e.Reason != "The client disconnected." {
		t.Errorf("recorded %+v", e)
	}
	_, _ = answering.keys.Write([]byte("q\n"))
	answering.sees("bye")
	answering.ends(0)
}

// TestAClientThatSendsIsNotSilent has a client that answers no question. On a slow line the question may
// still be on its way.
func TestAClientThatSendsIsNotSilent(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) {
		o.Limits.KeepAlive, o.Limits.Answer = 20*time.Millisecond, 500*time.Millisecond
	})
	in, channels, requests, err := ssh.NewClientConn(s.dialRaw(), s.addr, &ssh.ClientConfig{
		User: "helpdesk", Auth: []ssh.AuthMethod{ssh.PublicKeys(s.add("bob"))}, HostKeyCallback: ssh.FixedHostKey(s.host.PublicKey()),
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range requests { //nolint:revive // without an answer
		}
	}()
	none := make(chan *ssh.Request)
	close(none)
	k := s.console(ssh.NewClient(in, channels, none))
	k.sees("size 80x24")
	for i := range 20 {
		<-time.After(100 * time.Millisecond)
		if err := k.WindowChange(24, 81+i); err != nil {
			t.Fatalf("after %d sizes: %v", i, err)
		}
		k.sees(fmt.Sprintf("size %dx24", 81+i))
	}
	s.until("its end in silence", func() bool { return len(s.recorded(serve.Ended)) == 1 })
}

// muted is a connection that a test can make silent without closing it: it then neither reads nor
// writes.
type muted struct {
	net.Conn
	mute, closed chan struct{}
	once         sync.Once
}

func (m *muted) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	select {
	case <-m.mute:
		<-m.closed
		return 0, io.EOF
	default:
		return n, err
	}
}

func (m *muted) Write(p []byte) (int, error) {
	select {
	case <-m.mute:
		return len(p), nil
	default:
		return m.Conn.Write(p)
	}
}

func (m *muted) Close() error {
	m.once.Do(func() { close(m.closed) })
	return m.Conn.Close()
}

func (s *service) dialMute(key ssh.Signer) (*muted, *ssh.Client) {
	s.t.Helper()
	conn := s.dialRaw()
	_ = conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	m := &muted{Conn: conn, mute: make(chan struct{}), closed: make(chan struct{})}
	s.t.Cleanup(func() { _ = m.Close() })
	in, channels, requests, err := ssh.NewClientConn(m, s.addr, &ssh.ClientConfig{
		User: "helpdesk", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.FixedHostKey(s.host.PublicKey()),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return m, ssh.NewClient(in, channels, requests)
}

// TestASlowReader has clients that take nothing of an endless output: one that leaves its channel's
// window closed, and one that does not even read from the network.
func TestASlowReader(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *serve.Options) {
		o.Limits.KeepAlive, o.Limits.Answer, o.Limits.Grace = 100*time.Millisecond, 2*time.Second, 200*time.Millisecond
		flood := func(_ context.Context, x *serve.Session) int {
			block := bytes.Repeat([]byte("0123456789abcde\n"), 4<<10)
			for written := 0; ; written += len(block) {
				select {
				case sig := <-x.Signals:
					return 128 + int(sig)
				default:
				}
				if written > 16<<20 {
					t.Error("the output of a slow reader has no bound")
					return 1
				}
				if _, err := x.Out.Write(block); err != nil {
					return 141
				}
			}
		}
		o.Console = flood
		o.Command = func(ctx context.Context, x *serve.Session) int {
			if x.Args[0] == "flood" {
				return flood(ctx, x)
			}
			return command(ctx, x)
		}
	})
	carol := s.add("carol")
	bob := s.add("bob")
	closedWindow := s.signIn(bob)
	for _, pty := range []bool{false, true} {
		ch, requests, err := closedWindow.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		go ssh.DiscardRequests(requests)
		kind, payload := "exec", ssh.Marshal(struct{ Line string }{"flood"})
		if pty {
			_, _ = ch.SendRequest("pty-req", true, ssh.Marshal(struct {
				Term       string
				W, H, X, Y uint32
				Modes      string
			}{"xterm", 80, 24, 0, 0, ""}))
			kind, payload = "shell", nil
		}
		if ok, err := ch.SendRequest(kind, true, payload); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	conn, deaf := s.dialMute(bob)
	for range 4 {
		x := s.session(deaf)
		_, _ = x.StdoutPipe()
		if err := x.Start("flood"); err != nil {
			t.Fatal(err)
		}
	}
	close(conn.mute)
	s.until("six slow readers", func() bool { return len(s.recorded(serve.Began)) == 6 })
	c := s.signIn(carol)
	for i := range 50 {
		if got := s.exec(c, fmt.Sprintf("exit %d", i)); got.code != i {
			t.Errorf("next to slow readers: %+v", got)
		}
	}
	s.until("the end of those that no longer answer", func() bool { return len(s.recorded(serve.Ended)) == 54 })
	if n := len(s.Sessions()); n != 2 {
		t.Errorf("%d sessions are left, want the two whose client still answers", n)
	}
	_ = closedWindow.Close()
	s.until("the end of all", func() bool { return len(s.recorded(serve.Ended)) == 56 })
}

func TestARemovedOperatorLosesTheSessions(t *testing.T) {
	t.Parallel()
	s := start(t)
	bob, carol := s.add("bob"), s.add("carol")
	unused := s.signIn(bob)
	c := s.signIn(bob)
	k := s.console(c)
	k.sees("size 80x24")
	other := s.console(s.signIn(carol))
	other.sees("size 80x24")
	s.remove("bob")
	k.sees("signal hangup")
	k.sees("hdpadmin: Your access has changed or expired. Connect again, or ask the administrator of the service.")
	k.ends(129)
	s.disconnects(c)
	s.disconnects(unused)
	if _, err := s.dial(bob); err == nil {
		t.Error("signed in again")
	}
	_, _ = other.keys.Write([]byte("q\n"))
	other.sees("bye")
	other.ends(0)
}

func TestARemovedOperatorIsNoticedWithTime(t *testing.T) {
	s := start(t, func(o *serve.Options) { o.Limits.Recheck = 20 * time.Millisecond })
	k := s.console(s.signIn(s.add("bob")))
	k.sees("size 80x24")
	s.mu.Lock()
	clear(s.operators)
	s.mu.Unlock()
	k.sees("signal hangup")
	k.sees("hdpadmin: Your access has changed or expired. Connect again, or ask the administrator of the service.")
	k.ends(129)
}

func TestDrain(t *testing.T) {
	t.Parallel()
	finish := make(chan struct{})
	s := start(t, func(o *serve.Options) {
		o.Command = func(_ context.Context, x *serve.Session) int {
			printTo(x.Out, "ready\n")
			sig := await(t, x.Signals)
			<-finish // a write that has been sent
			printTo(x.Out, "outcome\n")
			return 128 + int(sig)
		}
	})
	var consoles []*typed
	var commands []*ssh.Session
	var outputs []*bufio.Reader
	for i := range 5 {
		key := s.add(fmt.Sprint("operator", i))
		c := s.signIn(key)
		k := s.console(c)
		k.sees("size 80x24")
		consoles = append(consoles, k)
		for range 3 {
			x := s.session(c)
			out, _ := x.StdoutPipe()
			lines := bufio.NewReader(out)
			_ = x.Start("anything")
			_, _ = lines.ReadString('\n')
			commands, outputs = append(commands, x), append(outputs, lines)
		}
	}
	arriving := s.dialRaw()
	_, _ = arriving.Read(make([]byte, 1))
	s.stop()
	for _, k := range consoles {
		k.sees("signal terminated")
		k.sees("hdpadmin: The service is shutting down.")
		k.ends(143)
	}
	s.closes(arriving)
	if c, err := net.Dial("tcp", s.addr); err == nil {
		_ = c.Close()
		t.Error("the service still accepts connections")
	}
	select {
	case err := <-s.served:
		t.Errorf("the service ended before its sessions: %v", err)
	default:
	}
	close(finish)
	for i, x := range commands {
		if line, _ := outputs[i].ReadString('\n'); line != "outcome\n" {
			t.Errorf("read %q", line)
		}
		if got := exitCode(t, x.Wait()); got != 143 {
			t.Errorf("exit code %d", got)
		}
	}
	if err := s.stopped(); err != nil {
		t.Error(err)
	}
	if e := s.recorded(serve.Ended); len(e) != 20 {
		t.Errorf("%d ends are recorded", len(e))
	}
}

func TestDrainEndsInTime(t *testing.T) {
	release := make(chan struct{})
	var left sync.WaitGroup
	left.Add(1)
	s := start(t, func(o *serve.Options) {
		o.Limits.Drain = 100 * time.Millisecond
		o.Command = func(ctx context.Context, x *serve.Session) int {
			printTo(x.Out, "ready\n")
			if x.Args[0] == "heeds" {
				<-ctx.Done()
				return 1
			}
			defer left.Done()
			<-release
			return 1
		}
	})
	c := s.signIn(s.add("bob"))
	for _, word := range []string{"heeds", "never"} {
		x := s.session(c)
		out, _ := x.StdoutPipe()
		_ = x.Start(word)
		_, _ = bufio.NewReader(out).ReadString('\n')
	}
	began := time.Now()
	if err := s.stopped(); err == nil || err.Error() != "the service stopped before every session had ended" {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	s.disconnects(c)
	close(release)
	left.Wait()
	s.until("the last end", func() bool { return len(s.recorded(serve.Ended)) == 2 })
}
