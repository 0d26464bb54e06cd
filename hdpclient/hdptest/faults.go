package hdptest

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// A Kind says how an exchange goes wrong.
type FaultKind string

const (
	// Status answers Fault.Status with Fault.Body; an empty body by default.
	// Nothing is applied unless Fault.Applied.
	Status FaultKind = "status"
	// HTML502 is a proxy's "502 Bad Gateway" page. Fault.Applied: behind it
	// the server has done the work.
	HTML502 FaultKind = "html 502"
	// Unavailable503 is a proxy's 503 page, with Retry-After if it is set.
	Unavailable503 FaultKind = "unavailable 503"
	// TooMany is 429 with Retry-After, by default 1 second.
	TooMany FaultKind = "too many"
	// Redirect points to Fault.Location, by default another host, with
	// Fault.Status, by default 307.
	Redirect FaultKind = "redirect"
	// CloseBefore closes the connection; nothing is applied. Go's transport
	// may repeat a GET on a connection that was in use before: Times counts
	// each attempt.
	CloseBefore FaultKind = "close before"
	// Reset is CloseBefore with a TCP reset.
	Reset FaultKind = "reset"
	// CloseAfterApply does the work and closes the connection unanswered.
	CloseAfterApply FaultKind = "close after apply"
	// ApplyLate closes the connection and does the work only after the client
	// has looked: after Fault.Looks GETs (by default 1) of the same resource,
	// for a password reset of passwordinfo.
	ApplyLate FaultKind = "apply late"
	// ApplyOnRelease closes the connection and does the work when the fault is
	// released.
	ApplyOnRelease FaultKind = "apply on release"
	// Hang does not answer until the fault is released, and then does as if
	// nothing had been; a client that has left by then is not served at all.
	Hang FaultKind = "hang"
	// CutBody does the work and breaks off in the middle of the answer.
	// Fault.Chunked: without Content-Length.
	CutBody FaultKind = "cut body"
	// SlowBody sends Fault.Bytes (by default 64) every Fault.Every (by default
	// 10 ms).
	SlowBody FaultKind = "slow body"
	// BOM puts a byte order mark before the body.
	BOM FaultKind = "byte order mark"
)

// FaultKinds lists every kind, for a test that tries a client under each.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Status, HTML502, Unavailable503, TooMany, Redirect, CloseBefore, Reset, CloseAfterApply,
		ApplyLate, ApplyOnRelease, Hang, CutBody, SlowBody, BOM,
	}
}

// A Fault waits for requests and spoils them. Faults are tried in the order in
// which they were given; one request meets one fault.
type Fault struct {
	Method string // "" for any
	// Path is the end of the path ("/statusinfo", "/api/admin/users"), or with
	// a * a pattern of the whole ("/api/admin/users/*/statusinfo"); "" for any.
	Path string
	Kind FaultKind
	// Skip lets that many matching requests pass first.
	Skip int
	// Times is how many requests it meets: 0 is one, Forever all.
	Times int

	Status      int
	Body        string
	ContentType string // of Body; by default JSON if it starts like it, else HTML
	Applied     bool
	RetryAfter  string
	Location    string
	Chunked     bool
	Reads       int
	Bytes       int
	Every       time.Duration
}

// Forever is for Fault.Times.
const Forever = -1

type queuedFault struct {
	Fault
	left       int
	skip       int
	held       []*request
	released   chan struct{}
	isReleased bool
}

type lateWrite struct {
	q     *request
	reads int
}

// Fail queues a fault. The function it returns releases it: what hangs goes
// on, what waits to be applied is applied, and it meets no further request.
func (s *Server) Fail(f Fault) (release func()) {
	if !slices.Contains(FaultKinds(), f.Kind) {
		panic("hdptest: no kind of fault " + string(f.Kind))
	}
	if f.Kind == Status && f.Status == 0 {
		panic("hdptest: Fault.Status is not set")
	}
	w := &queuedFault{Fault: f, left: f.Times, skip: f.Skip, released: make(chan struct{})}
	if w.left == 0 {
		w.left = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, w)
	return func() { s.release(w) }
}

// ClearFaults forgets every fault that is queued. What hangs already is let go.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	all := slices.Clone(s.faults)
	s.mu.Unlock()
	for _, f := range all {
		s.release(f)
	}
}

func (s *Server) release(f *queuedFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(o *queuedFault) bool { return o == f })
	if f.isReleased {
		return
	}
	f.isReleased = true
	close(f.released)
	for _, q := range f.held {
		s.applyLocked(q)
	}
	f.held = nil
}

// takeFault finds the fault for a request; the lock is held.
func (s *Server) takeFault(q *request) *queuedFault {
	for i, f := range s.faults {
		if !f.matches(q) {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.left > 0 {
			if f.left--; f.left == 0 {
				s.faults = slices.Delete(slices.Clone(s.faults), i, i+1)
			}
		}
		return f
	}
	return nil
}

func (f *queuedFault) matches(q *request) bool {
	if f.Method != "" && f.Method != q.method {
		return false
	}
	if strings.Contains(f.Path, "*") {
		whole, _ := path.Match(f.Path, q.path)
		return whole
	}
	return strings.HasSuffix(q.path, f.Path)
}

// postpone keeps a write until its resource has been looked at.
func (s *Server) postpone(q *request, looks int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := q.path
	if at, reset := strings.CutSuffix(key, "/resetpassword"); reset {
		key = at + "/passwordinfo"
	}
	s.late[key] = append(s.late[key], lateWrite{q, max(looks, 1)})
}

// applyPostponed applies the writes that waited for this look; the lock is held, and
// the look has its answer already.
func (s *Server) applyPostponed(path string) {
	if len(s.late[path]) == 0 {
		return
	}
	var waiting []lateWrite
	for _, w := range s.late[path] {
		if w.reads--; w.reads > 0 {
			waiting = append(waiting, w)
			continue
		}
		s.applyLocked(w.q)
	}
	if waiting == nil {
		delete(s.late, path)
		return
	}
	s.late[path] = waiting
}

// applyLocked does the work of a request whose client will hear nothing.
func (s *Server) applyLocked(q *request) {
	if !s.closed {
		_ = s.answerLocked(q)
	}
}

// makeAnswer is the answer of a kind that is an answer.
func (f *queuedFault) makeAnswer(q *request) answer {
	var a answer
	switch f.Kind {
	case HTML502:
		a = htmlPage(http.StatusBadGateway, "502 Bad Gateway")
	case Unavailable503:
		a = htmlPage(http.StatusServiceUnavailable, "503 Service Temporarily Unavailable")
	case TooMany:
		a = answer{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"1"}}}
	case Redirect:
		to := f.Location
		if to == "" {
			to = "https://elsewhere.invalid" + q.path
		}
		a = answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {to}}}
	default:
		a = answer{status: f.Status, header: http.Header{}}
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	if f.Status != 0 {
		a.status = f.Status
	}
	if f.RetryAfter != "" {
		a.header.Set("Retry-After", f.RetryAfter)
	}
	if f.Body != "" {
		a.body = []byte(f.Body)
		kind := f.ContentType
		if kind == "" && strings.HasPrefix(f.Body, "{") {
			kind = "application/json;charset=UTF-8"
		} else if kind == "" {
			kind = "text/html;charset=utf-8"
		}
		a.header.Set("Content-Type", kind)
	}
	return a
}
