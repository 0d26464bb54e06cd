package hdptest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Request is a request that the server received, and how it was answered. It never holds
// a password.
type Request struct {
	Method string
	Path   string // with the query, as it was sent
	Time   time.Time
	Login  string    // the name in the Authorization header, valid or not
	Status int       // of the answer; 0 before that, and if none was sent
	Fault  FaultKind // that this request met; "" for none
	Cached bool      // the answer came from a [Cache]

	// Body is set for writes of statusinfo, passwordinfo, permissions, authinfo and
	// tenantsadministered. Any other body may hold a password: then Redacted is true, and
	// only its length is kept.
	Body       string
	BodyLength int
	Redacted   bool
}

// request is a request without its connection, so that a fault can still apply it after
// the client has left.
type request struct {
	method    string
	path      string // decoded
	segments  []string
	query     url.Values
	user      string
	secret    string
	signedIn  bool // it has an Authorization header
	isJSON    bool // by its Content-Type
	remote    netip.Addr
	hasCookie bool // it has our affinity cookie
	noCache   bool // it asks caches for a fresh answer
	body      []byte
	entry     *Request
}

const maxBody = 1 << 20

func (s *Server) readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	q := &request{
		method:  r.Method,
		path:    r.URL.Path,
		query:   r.URL.Query(),
		isJSON:  strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "application/json"),
		body:    body,
		noCache: r.Header.Get("Cache-Control") == "no-cache" && r.Header.Get("Pragma") == "no-cache",
	}
	for part := range strings.SplitSeq(strings.Trim(r.URL.EscapedPath(), "/"), "/") {
		plain, err := url.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		q.segments = append(q.segments, plain)
	}
	q.user, q.secret, q.signedIn = r.BasicAuth()
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		q.remote = from.Addr().Unmap()
	}
	if c, err := r.Cookie("C2S-SESSION"); err == nil && c.Value != "" {
		q.hasCookie = true
	}
	q.entry = &Request{
		Method:     r.Method,
		Path:       r.URL.RequestURI(),
		Time:       s.now(),
		Login:      q.user,
		BodyLength: len(body),
	}
	if last := q.segments[len(q.segments)-1]; slices.Contains(loggedBodies, last) && !strings.Contains(string(body), `"password"`) {
		q.entry.Body = string(body)
	} else {
		q.entry.Redacted = len(body) > 0
	}
	return q, nil
}

// loggedBodies names the resources whose bodies may be logged: they hold no password.
var loggedBodies = []string{"statusinfo", "passwordinfo", "permissions", "authinfo", "tenantsadministered"}

// requestLog keeps the latest requests in the order of their arrival.
type requestLog struct {
	entries  []*Request
	inFlight int
	peak     int
	changed  chan struct{} // closed at the next change; nil while nobody waits
}

// maxRequests bounds the memory of a demo that runs for weeks.
const maxRequests = 10000

func (l *requestLog) begin() { l.inFlight++; l.peak = max(l.peak, l.inFlight) }
func (l *requestLog) end()   { l.inFlight-- }

func (l *requestLog) notify() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// logArrival logs a request and takes the fault that it meets, if there is one.
func (s *Server) logArrival(q *request) *queuedFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.takeFault(q)
	if f != nil {
		q.entry.Fault = f.Kind
	}
	s.log.entries = append(s.log.entries, q.entry)
	if n := len(s.log.entries); n >= 2*maxRequests {
		s.log.entries = slices.Clone(s.log.entries[n-maxRequests:])
	}
	s.log.notify()
	return f
}

// logStatus logs the status. Call it before the client can see the answer.
func (s *Server) logStatus(q *request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.entry.Status = status
	s.log.notify()
}

// Requests returns the requests in the order of their arrival, even those that were
// refused or met a fault. A very long run keeps at least the last 10,000.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log.entries))
	for i, e := range s.log.entries {
		out[i] = *e
	}
	return out
}

// ResetRequests empties the log of requests and resets the peak of InFlight.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.entries = nil
	s.log.peak = s.log.inFlight
}

// InFlight returns how many requests are being answered now, and how many were at the
// same time at most since the start or since ResetRequests.
func (s *Server) InFlight() (now, peak int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.inFlight, s.log.peak
}

// Await returns the first request in the log that matches. It waits until one does, so
// that a test need not sleep.
func (s *Server) Await(ctx context.Context, match func(Request) bool) (Request, error) {
	for {
		found, changed := s.findRequest(match)
		if found != nil {
			return *found, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Request{}, ctx.Err()
		case <-s.done:
			return Request{}, errors.New("hdptest: the server was closed")
		}
	}
}

func (s *Server) findRequest(match func(Request) bool) (*Request, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.log.entries {
		if match(*e) {
			found := *e
			return &found, nil
		}
	}
	if s.log.changed == nil {
		s.log.changed = make(chan struct{})
	}
	return nil, s.log.changed
}
