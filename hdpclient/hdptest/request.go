package hdptest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Request is what a client asked and what it was told. It never holds a
// password.
type Request struct {
	Method string
	Path   string // with the query, as it was sent
	Time   time.Time
	Login  string    // the name in the Authorization header, whoever that is
	Status int       // of the answer; 0 while there is none, or when none was sent
	Fault  FaultKind // that met this request; "" for none
	Cached bool      // a [Cache] answered

	// Body is the body of a write of statusinfo, passwordinfo, permissions,
	// authinfo or tenantsadministered. Of any other, where a password may
	// stand, Redacted is true and BodyLength alone tells something.
	Body       string
	BodyLength int
	Redacted   bool
}

// request is a request as the handlers take it: apart from the connection, so
// that a fault can apply it when the client has long gone.
type request struct {
	method    string
	path      string // decoded
	segments  []string
	query     url.Values
	user      string
	secret    string
	signedIn  bool // there is an Authorization header
	isJSON    bool // the content type says so
	hasCookie bool // the client sent our cookie back
	noCache   bool // the client asks caches to let it through
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

// loggedBodies are the resources whose body cannot hold a password.
var loggedBodies = []string{"statusinfo", "passwordinfo", "permissions", "authinfo", "tenantsadministered"}

// requestLog keeps the last requests in the order of their arrival.
type requestLog struct {
	entries  []*Request
	inFlight int
	peak     int
	changed  chan struct{} // closed and replaced at every change; nil when none waits
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

// logArrival writes a request into the log and takes the fault that waits for it.
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

// logStatus notes the status before the client can see it.
func (s *Server) logStatus(q *request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.entry.Status = status
	s.log.notify()
}

// Requests returns what has arrived, in order, faults and refusals included;
// of a very long run, the last 10,000 at least.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log.entries))
	for i, e := range s.log.entries {
		out[i] = *e
	}
	return out
}

// ResetRequests forgets the requests so far, and the peak of InFlight.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.entries = nil
	s.log.peak = s.log.inFlight
}

// InFlight is how many requests are being answered now, and how many were at
// once at most since the start or ResetRequests.
func (s *Server) InFlight() (now, peak int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.inFlight, s.log.peak
}

// Await returns the first request in the log that matches, waiting for it to
// arrive or to be answered. It is how a test waits without sleeping.
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
