package hdptest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a running HDP server. Its methods are safe for concurrent use.
type Server struct {
	URL string // scheme://host:port, without a trailing slash

	cert  *x509.Certificate
	clock func() time.Time
	http  *http.Server

	served   chan struct{} // closed when the listener is
	done     chan struct{} // closed when Close begins
	conns    sync.WaitGroup
	handlers sync.WaitGroup

	mu            sync.Mutex // guards the fields below
	closed        bool
	latency       time.Duration
	quirks        map[Quirk]bool
	accounts      accounts
	orphans       []DataSource
	tenants       []tenant
	roles         []role
	policy        Policy
	limits        map[int64]int64 // only those that were set
	configs       []configuration
	faults        []*queuedFault
	cache         *cache // nil for none
	late          map[string][]lateWrite
	log           requestLog
	cookies       int
	volatile      string // see SetVolatile
	volatileValue int    // of the last answer

	visited map[int64]bool // accounts that the colleague has changed; nil without a colleague
}

// TB has the methods of testing.TB that NewServer needs. Importing testing would give the
// demo its flags.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// NewServer starts a server that closes at the end of the test.
func NewServer(tb TB, opts ...Option) *Server {
	tb.Helper()
	s, err := Start(opts...)
	if err != nil {
		tb.Fatalf("hdptest: %v", err)
		return nil
	}
	tb.Cleanup(s.Close)
	return s
}

// Start starts a server. The caller must close it.
func Start(opts ...Option) (*Server, error) {
	set := defaults()
	for _, o := range opts {
		o(&set)
	}
	if err := set.validate(); err != nil {
		return nil, err
	}
	s := &Server{
		clock:   set.clock,
		served:  make(chan struct{}),
		done:    make(chan struct{}),
		latency: set.latency,
		quirks:  map[Quirk]bool{},
		policy:  set.policy,
		limits:  map[int64]int64{},
		configs: defaultConfigurations(set.policy),
		late:    map[string][]lateWrite{},
	}
	for _, q := range set.quirks {
		s.quirks[q] = true
	}
	s.tenants, s.roles = seedTenants()
	s.accounts = seedAccounts(set.accounts, set.seed, s.now(), s.roles)
	for _, t := range set.troubles {
		s.startTrouble(t)
	}
	if err := s.listen(set); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) listen(set settings) error {
	l, err := net.Listen("tcp", set.address)
	if err != nil {
		return err
	}
	s.URL = "http://" + l.Addr().String()
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serveHTTP),
		ReadHeaderTimeout: time.Minute,
		// Only HTTP/1: faults take over the connection, which HTTP/2 does not allow.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ErrorLog:     log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.conns.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.conns.Done()
			}
		},
	}
	if set.tls != tlsNone {
		pair, err := newCertificate(set.tls)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		s.URL = "https://" + l.Addr().String()
		s.cert = pair.Leaf
		l = tls.NewListener(l, &tls.Config{
			Certificates: []tls.Certificate{pair},
			MinVersion:   tls.VersionTLS12,
		})
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(l) // returns once Close is called
	}()
	return nil
}

// Close stops the server and drops clients that wait for an answer. All its goroutines
// have ended when it returns. It may be called again.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
	}
	s.mu.Unlock()
	_ = s.http.Close()
	<-s.served
	s.conns.Wait()
	s.handlers.Wait()
}

// Certificate returns the server's certificate, for a pool of roots. It is nil without TLS.
func (s *Server) Certificate() *x509.Certificate { return s.cert }

// SetLatency sets the delay of every answer, starting with the next request.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

func (s *Server) now() time.Time { return s.clock().UTC() }

// beginRequest counts a request and returns its latency, or false if the server closes.
func (s *Server) beginRequest() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, false
	}
	s.handlers.Add(1)
	s.log.begin()
	return s.latency, true
}

func (s *Server) endRequest() {
	s.mu.Lock()
	s.log.end()
	s.mu.Unlock()
	s.handlers.Done()
}

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	latency, open := s.beginRequest()
	if !open {
		panic(http.ErrAbortHandler)
	}
	defer s.endRequest()
	q, err := s.readRequest(w, r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	f := s.logArrival(q)
	if !s.sleep(r.Context(), latency) {
		panic(http.ErrAbortHandler)
	}
	if f != nil {
		s.injectFault(w, r, q, f)
		return
	}
	s.writeAnswer(w, q, s.answerThroughCache(q))
}

// sleep waits for d. It returns false early if the client leaves or the server closes.
func (s *Server) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.done:
		return false
	}
}

func (s *Server) writeAnswer(w http.ResponseWriter, q *request, a answer) {
	if a.hasLength {
		a = a.buffered()
	}
	s.setHeaders(w.Header(), q, a)
	s.logStatus(q, a.status)
	if a.stream != nil {
		w.WriteHeader(a.status)
		if a.stream(w) != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	if a.status == http.StatusNoContent && len(a.body) > 0 {
		writeRaw(w, a)
		return
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// writeRaw sends a 204 with a body, which net/http refuses to do.
func writeRaw(w http.ResponseWriter, a answer) {
	header := w.Header().Clone()
	header.Set("Content-Length", fmt.Sprint(len(a.body)))
	c := hijack(w)
	if c == nil {
		return
	}
	var all bytes.Buffer
	_, _ = fmt.Fprintf(&all, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = header.Write(&all)
	_, _ = fmt.Fprintf(&all, "\r\n%s", a.body)
	_, _ = c.Write(all.Bytes())
	_ = c.Close()
}

func (s *Server) setHeaders(h http.Header, q *request, a answer) {
	for k, v := range a.header {
		h[k] = v
	}
	if (len(a.body) > 0 || a.stream != nil) && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json;charset=UTF-8")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h.Set("Date", s.now().Format(http.TimeFormat))
	if s.quirks[NoDate] {
		h["Date"] = nil // or net/http adds its own
	}
	if !q.hasCookie {
		s.cookies++
		h.Set("Set-Cookie", fmt.Sprintf("C2S-SESSION=node1.%06d; Path=/; HttpOnly", s.cookies))
	}
}
