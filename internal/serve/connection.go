package serve

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"hdpadmin/internal/serve/access"
)

// connection is one on which an operator has signed in.
type connection struct {
	server        *Server
	ssh           ssh.Conn
	heard         *heard
	remote, local netip.AddrPort
	grant         access.Grant
	unused        *time.Timer // closes a connection in which nothing runs

	mu       sync.Mutex
	channels int // open ones, whether or not something runs in them
	sessions map[*Session]bool
	ending   bool
}

// serveConnection serves a connection from its handshake to its end. It calls arrived when the
// connection has signed in, or is lost.
func (s *Server) serveConnection(ctx context.Context, conn net.Conn, remote netip.AddrPort, arrived func()) {
	defer arrived()
	heard := &heard{Conn: conn}
	_ = conn.SetDeadline(time.Now().Add(s.limits.Handshake))
	in, channels, requests, err := s.signIn(ctx, heard, remote)
	if err != nil {
		return
	}
	_ = conn.SetDeadline(time.Time{})
	grant, _ := in.Permissions.ExtraData[grantOf{}].(access.Grant)
	c := &connection{
		server: s, ssh: in, heard: heard, remote: remote, local: addressOf(conn.LocalAddr()), grant: grant,
		sessions: map[*Session]bool{},
	}
	if reason := s.enter(c); reason != "" {
		s.metrics.refused.WithLabelValues(refusedConnection).Inc()
		s.log.Warn("closed a connection", "address", remote.Addr().String(), "operator", grant.Operator.Name, "reason", reason)
		_ = in.Close()
		return
	}
	arrived()
	c.unused = time.AfterFunc(s.limits.Start, c.closeUnused)
	stop := make(chan struct{})
	defer func() {
		close(stop)
		c.unused.Stop()
		c.close()
		s.leave(c)
	}()
	s.run("requests of a connection", func() { ssh.DiscardRequests(requests) }) // refuses them
	s.run("keepalive", func() { c.keepAlive(stop) })
	for offered := range channels {
		c.open(ctx, offered)
	}
}

// grantOf is the key of the grant in the permissions of a connection.
type grantOf struct{}

// signIn shakes hands. The grant in the permissions is that of the key that signed: a client may
// offer others before.
func (s *Server) signIn(ctx context.Context, conn net.Conn, remote netip.AddrPort) (*ssh.ServerConn, <-chan ssh.NewChannel, <-chan *ssh.Request, error) {
	var last attempt
	config := &ssh.ServerConfig{
		ServerVersion: "SSH-2.0-hdpadmin",
		// Without RSA signatures over SHA-1.
		PublicKeyAuthAlgorithms: []string{
			ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256,
			ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512,
		},
		PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			grant, err := s.options.Operators().Allow(key, remote.Addr(), time.Now())
			last.note(meta.User(), key, grant, err)
			if err != nil {
				return nil, err
			}
			return &ssh.Permissions{ExtraData: map[any]any{grantOf{}: grant}}, nil
		},
	}
	config.AddHostKey(s.options.HostKey)
	in, channels, requests, err := ssh.NewServerConn(conn, config)
	if err == nil {
		return in, channels, requests, nil
	}
	if last.key == "" {
		s.log.Info("client left before offering a key", "address", remote.Addr().String(), "port", remote.Port(), "user", forLog(last.user))
		return nil, nil, nil, err
	}
	s.metrics.refused.WithLabelValues(refusedKey).Inc()
	s.logRefusal(remote, last.user, last.key, last.reason)
	refused := Event{Kind: Refused, Operator: last.operator, Key: last.key, Address: remote, Reason: last.reason}
	if err := s.options.Record(ctx, refused); err != nil {
		s.metrics.unrecorded.Inc()
		s.log.Error("cannot write a refusal to the audit log", "error", err)
	}
	return nil, nil, nil, err
}

// attempt is what a client tried last, and the refusal that says most about it.
type attempt struct {
	user, key, operator, reason string
	telling                     int // how much the reason says about the operator's mistake
}

func (a *attempt) note(user string, key ssh.PublicKey, g access.Grant, err error) {
	var refused *access.Refusal
	operator, reason, telling := "", "", 1
	if _, is := key.(*ssh.Certificate); is {
		telling = 2 // ssh offers its key again, alone
	}
	switch {
	case err == nil:
		operator, reason = g.Operator.Name, "the client did not prove that it owns the key"
	case errors.As(err, &refused):
		operator, reason = refused.Operator, refused.Reason
	default:
		reason = err.Error()
	}
	a.user = user
	if operator != "" {
		telling = 3
	}
	if telling < a.telling {
		return // an unknown key after the operator's own
	}
	a.key, a.operator, a.reason, a.telling = ssh.FingerprintSHA256(keyOf(key)), operator, reason, telling
}

func keyOf(key ssh.PublicKey) ssh.PublicKey {
	if cert, is := key.(*ssh.Certificate); is {
		return cert.Key
	}
	return key
}

// enter returns why a connection may not stay. The bounds leave room for a session to say so itself.
func (s *Server) enter(c *connection) string {
	const room = 5
	s.mu.Lock()
	defer s.mu.Unlock()
	same := 0
	for other := range s.connections {
		if other.grant.Operator.Name == c.grant.Operator.Name {
			same++
		}
	}
	switch {
	case s.draining:
		return "the service is shutting down"
	case len(s.connections) >= s.limits.Sessions+room:
		return "too many connections"
	case same >= s.limits.SessionsPerOperator+room:
		return "the operator has too many connections"
	}
	s.connections[c] = true
	return ""
}

func (s *Server) leave(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connections, c)
}

// open accepts a channel for a session, and nothing else.
func (c *connection) open(ctx context.Context, offered ssh.NewChannel) {
	if offered.ChannelType() != "session" {
		_ = offered.Reject(ssh.Prohibited, "hdpadmin does not forward connections")
		return
	}
	if !c.reserve() {
		_ = offered.Reject(ssh.ResourceShortage, "too many sessions on this connection, or the connection is closing")
		return
	}
	ch, requests, err := offered.Accept()
	if err != nil {
		c.release()
		return
	}
	c.server.run("channel", func() {
		defer c.release()
		newChannel(c, ch).serve(ctx, requests)
	})
}

func (c *connection) reserve() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	// As many again may be about to close: their clients have not answered yet.
	if c.ending || c.channels >= 2*(c.server.limits.Commands+1) {
		return false
	}
	c.channels++
	return true
}

func (c *connection) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.channels--
}

// admit returns why a session may not begin, in words for the operator.
func (c *connection) admit(x *Session) string {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	same := 0
	for _, other := range s.sessions {
		if other.Grant.Operator.Name == x.Grant.Operator.Name {
			same++
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	consoles := 0
	for other := range c.sessions {
		if other.isConsole() {
			consoles++
		}
	}
	switch {
	case s.draining:
		return stopping.String()
	case c.ending:
		return "This connection is closing."
	case len(s.sessions) >= s.limits.Sessions:
		return "The service has reached its limit of sessions. Try again later."
	case same >= s.limits.SessionsPerOperator:
		return "You have too many sessions open. Close one of them."
	case x.isConsole() && consoles > 0:
		return "This connection already has a console. Open another connection for a second one."
	case !x.isConsole() && len(c.sessions)-consoles >= s.limits.Commands:
		return "This connection runs too many commands at once. Wait until one has finished."
	}
	for x.ID = newID(); s.sessions[x.ID] != nil; x.ID = newID() { //nolint:revive // until it is unique
	}
	s.sessions[x.ID] = x
	c.sessions[x] = true
	c.unused.Stop()
	return ""
}

// dismiss forgets a session that is over.
func (c *connection) dismiss(x *Session) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(s.sessions, x.ID)
	delete(c.sessions, x)
	switch {
	case len(c.sessions) > 0:
	case c.ending:
		c.closeSoon()
	default:
		c.unused.Reset(s.limits.Start)
	}
}

// closeUnused closes the connection unless a session has just begun.
func (c *connection) closeUnused() {
	c.mu.Lock()
	used := len(c.sessions) > 0
	c.ending = c.ending || !used
	c.mu.Unlock()
	if !used {
		c.close()
	}
}

// closeSoon gives the client time to read the end of its last session and to leave.
func (c *connection) closeSoon() { c.unused.Reset(min(time.Second, c.server.limits.Start)) }

// end asks every session of the connection to end, and then closes it.
func (c *connection) end(sig syscall.Signal, why cause) {
	c.mu.Lock()
	c.ending = true
	all := make([]*Session, 0, len(c.sessions))
	for x := range c.sessions {
		all = append(all, x)
	}
	c.mu.Unlock()
	for _, x := range all {
		x.end(sig, why)
	}
	if len(all) == 0 {
		c.close()
	}
}

func (c *connection) close() { _ = c.ssh.Close() }

// heard is a connection that knows when the client sent something last.
type heard struct {
	net.Conn
	last atomic.Int64 // in nanoseconds of Unix time
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	if n > 0 {
		h.last.Store(time.Now().UnixNano())
	}
	return n, err
}

func (h *heard) silence() time.Duration { return time.Since(time.Unix(0, h.last.Load())) }

// keepAlive closes the connection of a client that neither answers nor sends anything else. On a slow
// line, the question waits behind the output of a session, but the client confirms that it reads. Until
// the connection is closed, nothing that waits for the client can end.
func (c *connection) keepAlive(stop <-chan struct{}) {
	ticker := time.NewTicker(c.server.limits.KeepAlive)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		answered := make(chan error, 1)
		c.server.run("keepalive", func() {
			_, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil)
			answered <- err
		})
		if !c.awaitAnswer(answered) {
			return
		}
	}
}

func (c *connection) awaitAnswer(answered <-chan error) bool {
	for {
		patience := time.NewTimer(c.server.limits.Answer)
		select {
		case err := <-answered:
			patience.Stop()
			return err == nil
		case <-patience.C:
		}
		if c.heard.silence() >= c.server.limits.Answer {
			c.server.log.Info("client no longer answers", "address", c.remote.Addr().String(), "operator", c.grant.Operator.Name)
			c.close()
			return false
		}
	}
}
