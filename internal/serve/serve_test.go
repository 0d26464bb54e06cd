//go:build unix

package serve_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve"
	"hdpadmin/internal/serve/access"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(controlRole); path != "" {
		os.Exit(holdControl(path))
	}
	if os.Getenv(systemdRole) != "" {
		os.Exit(underSystemd())
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for something that must happen.
const patience = 20 * time.Second

// service is a Server on the loopback, with operators that a test can take away.
type service struct {
	*serve.Server
	t      *testing.T
	addr   string
	host   ssh.Signer
	log    *safeBuffer
	stop   context.CancelFunc
	served chan error

	mu        sync.Mutex
	operators map[string]access.Operator // by the fingerprint of the key
	events    []serve.Event
	changed   chan struct{}
	failing   error // of Record
}

func newSigner() ssh.Signer {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	return signer
}

// start serves with small programs, unless change replaces them. It is stopped when the test ends.
func start(t *testing.T, change ...func(*serve.Options)) *service {
	t.Helper()
	s := &service{
		t: t, host: newSigner(), log: &safeBuffer{}, served: make(chan error, 1),
		operators: map[string]access.Operator{}, changed: make(chan struct{}),
	}
	o := serve.Options{
		Console: console, Command: command, HostKey: s.host,
		Operators: func() serve.Operators { return s },
		Log:       slog.New(slog.NewTextHandler(s.log, nil)),
		Record:    s.record,
		Limits:    serve.Limits{Drain: 5 * time.Second},
	}
	for _, c := range change {
		c(&o)
	}
	server, err := serve.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Server = server
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	go func() { s.served <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		s.stop()
		select {
		case err := <-s.served:
			s.served <- err
		case <-time.After(patience):
			t.Error("the service did not stop")
		}
		if t.Failed() {
			t.Logf("log of the service:\n%s", s.log)
		}
	})
	return s
}

// stopped stops the service and returns what Serve returned.
func (s *service) stopped() error {
	s.t.Helper()
	s.stop()
	err := await(s.t, s.served)
	s.served <- err
	return err
}

func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("waited too long")
	}
	panic("not reached")
}

// until waits for a condition that only the service's log, events or sessions show.
func (s *service) until(what string, is func() bool) {
	s.t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			s.t.Fatalf("waited too long for %s", what)
		}
	}
}

// add lets a new operator in and returns their key.
func (s *service) add(name string) ssh.Signer {
	key := newSigner()
	s.allow(key.PublicKey(), name)
	return key
}

func (s *service) allow(key ssh.PublicKey, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operators[ssh.FingerprintSHA256(key)] = access.Operator{Name: name}
}

func (s *service) remove(name string) {
	s.mu.Lock()
	for key, o := range s.operators {
		if o.Name == name {
			delete(s.operators, key)
		}
	}
	s.mu.Unlock()
	s.Recheck()
}

func (s *service) Allow(key ssh.PublicKey, from netip.Addr, _ time.Time) (access.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fingerprint := ssh.FingerprintSHA256(key)
	o, known := s.operators[fingerprint]
	switch {
	case !known:
		return access.Grant{}, &access.Refusal{Reason: "the key is not listed"}
	case o.From != nil && !o.From[0].Contains(from):
		return access.Grant{}, &access.Refusal{Reason: "not from this network", Operator: o.Name}
	}
	return access.Grant{Operator: o, Fingerprint: fingerprint}, nil
}

func (s *service) StillAllows(g access.Grant, _ netip.Addr, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.operators[g.Fingerprint]; !known {
		return &access.Refusal{Reason: "is no longer in the operators file", Operator: g.Operator.Name}
	}
	return nil
}

func (s *service) record(_ context.Context, e serve.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
	return s.failing
}

func (s *service) recorded(kind serve.EventKind) (found []serve.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// dial signs in with the keys, in this order, and closes the connection when the test ends.
func (s *service) dial(keys ...ssh.Signer) (*ssh.Client, error) {
	c, err := ssh.Dial("tcp", s.addr, &ssh.ClientConfig{
		User: "helpdesk", Auth: []ssh.AuthMethod{ssh.PublicKeys(keys...)}, HostKeyCallback: ssh.FixedHostKey(s.host.PublicKey()), Timeout: patience,
	})
	if err == nil {
		s.t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func (s *service) signIn(keys ...ssh.Signer) *ssh.Client {
	s.t.Helper()
	c, err := s.dial(keys...)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *service) session(c *ssh.Client) *ssh.Session {
	s.t.Helper()
	x, err := c.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	return x
}

// result is what a client sees of a command.
type result struct {
	out, err string
	code     int
}

func (s *service) exec(c *ssh.Client, line string) result {
	s.t.Helper()
	x := s.session(c)
	var out, errs bytes.Buffer
	x.Stdout, x.Stderr = &out, &errs
	late := time.AfterFunc(patience, func() { _ = c.Close() })
	defer late.Stop()
	err := x.Run(line)
	return result{out.String(), errs.String(), exitCode(s.t, err)}
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *ssh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	}
	t.Fatalf("no exit code: %v", err)
	return -1
}

func printTo(w io.Writer, text ...string) { _, _ = io.WriteString(w, strings.Join(text, "")) }

// console reports sizes and signals until it reads a q.
func console(ctx context.Context, x *serve.Session) int {
	tty := x.Out.(*os.File)
	keys := make(chan byte)
	go func() {
		defer close(keys)
		b := make([]byte, 1)
		for {
			if n, err := tty.Read(b); n == 0 || err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
			if b[0] == 'q' {
				return
			}
		}
	}()
	for {
		select {
		case size := <-x.Sizes:
			printTo(tty, fmt.Sprintf("size %dx%d\n", size.Width, size.Height))
		case sig := <-x.Signals:
			printTo(tty, fmt.Sprintf("signal %s\n", sig))
			return 128 + int(sig)
		case key := <-keys:
			if key == 'q' || key == 0 {
				printTo(tty, "bye\n")
				return 0
			}
			x.SetAccount("account " + string(key))
		case <-ctx.Done():
			return 1
		}
	}
}

// command does what its first word says.
func command(ctx context.Context, x *serve.Session) int {
	switch x.Args[0] {
	case "exit":
		var code int
		_, _ = fmt.Sscan(x.Args[1], &code)
		return code
	case "args":
		printTo(x.Out, fmt.Sprintf("%q", x.Args))
	case "env":
		printTo(x.Out, strings.Join(x.Environ, "\n"))
	case "cat":
		_, _ = io.Copy(x.Out, x.In)
	case "both":
		printTo(x.Out, "to out\n")
		printTo(x.Err, "to err\n")
	case "flood":
		block := bytes.Repeat([]byte("0123456789abcde\n"), 4<<10)
		for {
			if _, err := x.Out.Write(block); err != nil {
				if errors.Is(err, syscall.EPIPE) || x.PTY {
					return 141
				}
				return 1
			}
		}
	case "wait":
		printTo(x.Out, "waiting\n")
		select {
		case sig := <-x.Signals:
			return 128 + int(sig)
		case <-ctx.Done():
			return 99
		}
	case "stay":
		printTo(x.Out, "staying\n")
		<-ctx.Done()
		return 98
	case "panic":
		panic("burst")
	case "tty":
		printTo(x.Out, fmt.Sprintf("%t", x.PTY))
	default:
		printTo(x.Err, fmt.Sprintf("no command %q\n", x.Args[0]))
		return 2
	}
	return 0
}

// safeBuffer is a buffer that several goroutines write to.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
