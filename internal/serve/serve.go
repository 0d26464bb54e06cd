// Package serve is the SSH service: connections, sessions, their bounds and their end. What runs in
// a session comes from its caller, and who may sign in from package access. It speaks the protocol
// with golang.org/x/crypto/ssh.
package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/panics"
	"hdpadmin/internal/serve/access"
)

// Operators decides who may sign in. [access.Operators] does it with the operators file.
type Operators interface {
	Allow(key ssh.PublicKey, from netip.Addr, now time.Time) (access.Grant, error)
	StillAllows(g access.Grant, from netip.Addr, now time.Time) error
}

var _ Operators = (*access.Operators)(nil)

// Options are the parts of a Server. Limits, Log and Record may be left out.
type Options struct {
	// Console and Command run in a session and return its exit code. Their context is canceled when
	// the session is over and has had its time to finish; before that, Session.Signals asks for it.
	Console, Command func(context.Context, *Session) int

	Operators func() Operators // those in force now
	HostKey   ssh.Signer
	Limits    Limits
	Log       *slog.Logger

	// Record writes an event into the audit log. A session whose beginning cannot be recorded does
	// not begin.
	Record func(context.Context, Event) error
}

// EventKind says what an Event is about.
type EventKind int

// The kinds of events.
const (
	Began   EventKind = iota // a session
	Ended                    // a session
	Refused                  // a sign-in
)

// Event is something for the audit log.
type Event struct {
	Kind     EventKind
	Session  string // its id; "" for a refused sign-in
	Operator string // "" if a refused key belongs to nobody
	Key      string // its fingerprint, or "cert 4711 of CA"; "" if none was offered
	Address  netip.AddrPort
	Command  string    // its first word; "" for a console
	Since    time.Time // when the session began
	Reason   string    // of a refusal, or of the end if it was not the program's own
	ExitCode int       // at the end
}

// Server is the SSH service.
type Server struct {
	options  Options
	limits   Limits
	log      *slog.Logger
	arrivals *arrivals
	metrics  *metrics

	mu          sync.Mutex
	serving     bool
	draining    bool
	arriving    map[net.Conn]bool
	connections map[*connection]bool
	sessions    map[string]*Session
	tasks       sync.WaitGroup
}

// New returns a Server that serves nobody yet.
func New(o Options) (*Server, error) {
	if o.Console == nil || o.Command == nil || o.Operators == nil || o.HostKey == nil {
		return nil, errors.New("the SSH service lacks a console, commands, operators or a host key")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Record == nil {
		o.Record = func(context.Context, Event) error { return nil }
	}
	limits := o.Limits.withDefaults()
	s := &Server{
		options: o, limits: limits, log: o.Log, arrivals: newArrivals(limits),
		arriving: map[net.Conn]bool{}, connections: map[*connection]bool{}, sessions: map[string]*Session{},
	}
	s.metrics = newMetrics(s)
	return s, nil
}

// Serve accepts connections until the context ends, and then drains: sessions are asked to end and
// have Limits.Drain for it. It closes the listeners. A Server serves once.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	s.mu.Lock()
	s.serving = true
	s.mu.Unlock()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	sessions, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var accepting sync.WaitGroup
	for _, l := range listeners {
		accepting.Go(func() {
			if err := s.accept(ctx, sessions, l); err != nil {
				stop(err)
			}
		})
	}
	accepting.Go(func() { s.recheckRegularly(ctx) })
	<-ctx.Done()
	for _, l := range listeners {
		_ = l.Close()
	}
	accepting.Wait()
	err := s.drain(sessions, end)
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		err = errors.Join(cause, err)
	}
	return err
}

// accept returns an error if the listener fails for good. It survives a lack of file descriptors.
func (s *Server) accept(ctx, sessions context.Context, l net.Listener) error {
	const firstWait, longestWait = 5 * time.Millisecond, time.Second
	wait := firstWait
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			wait = firstWait
			s.welcome(sessions, conn)
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the listener was closed on purpose
		case isPassing(err):
			s.log.Warn("cannot accept a connection; trying again", "error", err)
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
			wait = min(2*wait, longestWait)
		default:
			return err
		}
	}
}

func isPassing(err error) bool {
	for _, known := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED, syscall.ENOBUFS, syscall.ENOMEM, syscall.EINTR} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// welcome begins the handshake of a connection, unless there are too many.
func (s *Server) welcome(ctx context.Context, conn net.Conn) {
	remote := addressOf(conn.RemoteAddr())
	left, refused := s.arrivals.admit(remote.Addr(), time.Now())
	if refused != nil {
		_ = conn.Close()
		s.metrics.refused.WithLabelValues(refusedArriving).Inc()
		if !refused.again {
			s.logRefusal(remote, "", "", refused.reason)
		}
		return
	}
	s.mu.Lock()
	if s.draining {
		s.mu.Unlock()
		left()
		_ = conn.Close()
		return
	}
	s.arriving[conn] = true
	s.mu.Unlock()
	s.run("connection", func() {
		defer conn.Close() //nolint:errcheck // nothing is left to send
		s.serveConnection(ctx, conn, remote, sync.OnceFunc(func() {
			left()
			s.mu.Lock()
			delete(s.arriving, conn)
			s.mu.Unlock()
		}))
	})
}

func addressOf(a net.Addr) netip.AddrPort {
	if tcp, is := a.(*net.TCPAddr); is {
		p := tcp.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}

// run starts a goroutine whose panic ends only what it does.
func (s *Server) run(what string, task func()) {
	s.tasks.Go(func() {
		if report := panics.Catch(task); report != "" {
			s.metrics.panics.Inc()
			s.log.Error("panic in the SSH service", "in", what, "report", report)
		}
	})
}

// logRefusal writes the line that a program such as fail2ban finds addresses in. The address comes
// first, and nothing that a client chose can look like one.
func (s *Server) logRefusal(from netip.AddrPort, user, key, reason string) {
	s.log.Warn("refused", "address", from.Addr().String(), "port", from.Port(), "user", forLog(user), "key", key, "reason", reason)
}

// Recheck ends the sessions of operators that may no longer be signed in. Call it when the operators
// have changed.
func (s *Server) Recheck() {
	operators, now := s.options.Operators(), time.Now()
	for _, c := range s.allConnections() {
		if err := operators.StillAllows(c.grant, c.remote.Addr(), now); err != nil {
			s.log.Warn("an operator lost access", "operator", c.grant.Operator.Name, "reason", err.Error())
			c.end(syscall.SIGHUP, notAllowed)
		}
	}
}

// recheckRegularly notices what changes with the time, such as a grant that expires.
func (s *Server) recheckRegularly(ctx context.Context) {
	ticker := time.NewTicker(s.limits.Recheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.Recheck()
		}
	}
}

func (s *Server) allConnections() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*connection, 0, len(s.connections))
	for c := range s.connections {
		all = append(all, c)
	}
	return all
}

// Connections returns the number of connections on which an operator has signed in.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// drain asks every session to end, waits for them, and closes what is left before the deadline.
func (s *Server) drain(ctx context.Context, cut func()) error {
	ctx, cancel := context.WithTimeout(ctx, s.limits.Drain)
	defer cancel()
	s.mu.Lock()
	s.draining = true
	for conn := range s.arriving {
		_ = conn.Close()
	}
	s.mu.Unlock()
	for _, c := range s.allConnections() {
		c.end(syscall.SIGTERM, stopping)
	}
	closing := time.AfterFunc(s.limits.Drain*9/10, func() {
		for _, c := range s.allConnections() {
			s.log.Warn("closing a connection whose sessions did not end in time", "address", c.remote.Addr().String(), "operator", c.grant.Operator.Name)
			c.close()
		}
		cut()
	})
	defer closing.Stop()
	done := make(chan struct{})
	go func() {
		s.tasks.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New("the service stopped before every session had ended")
	}
}
