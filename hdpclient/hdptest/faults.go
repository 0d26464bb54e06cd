package hdptest

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// FaultKind says how an exchange goes wrong.
type FaultKind string

const (
	// Status answers with Fault.Status and Fault.Body, by default an empty one. Nothing is
	// applied unless Fault.Applied is set.
	Status FaultKind = "status"
	// HTML502 answers with a proxy's "502 Bad Gateway" page. With Fault.Applied, the server
	// behind the proxy has applied the request.
	HTML502 FaultKind = "html 502"
	// Unavailable503 answers with a proxy's 503 page, and Retry-After if it is set.
	Unavailable503 FaultKind = "unavailable 503"
	// TooMany answers 429 with Retry-After, by default 1 second.
	TooMany FaultKind = "too many"
	// Redirect answers with Fault.Status, by default 307, and points to Fault.Location, by
	// default on another host.
	Redirect FaultKind = "redirect"
	// CloseBefore closes the connection and applies nothing. Go's transport may repeat a
	// GET on a connection that it reuses: Times counts each attempt.
	CloseBefore FaultKind = "close before"
	// Reset does the same with a TCP reset.
	Reset FaultKind = "reset"
	// CloseAfterApply applies the request and closes the connection without an answer.
	CloseAfterApply FaultKind = "close after apply"
	// ApplyLate closes the connection and applies the request only after Fault.Reads GETs
	// (by default 1) of the same resource: for a password reset of passwordinfo, for a new
	// account of the list or of any authUserName, for a deletion of anything of the account.
	ApplyLate FaultKind = "apply late"
	// ApplyOnRelease closes the connection and applies the request when the fault is
	// released.
	ApplyOnRelease FaultKind = "apply on release"
	// Hang does not answer until the fault is released, and then serves the request as
	// usual. If the client has left by then, nothing is applied.
	Hang FaultKind = "hang"
	// CutBody applies the request and closes the connection in the middle of the answer,
	// with Fault.Chunked one without Content-Length.
	CutBody FaultKind = "cut body"
	// SlowBody sends Fault.Bytes (by default 64) every Fault.Every (by default 10 ms).
	SlowBody FaultKind = "slow body"
	// BOM puts a byte order mark before the body.
	BOM FaultKind = "byte order mark"
)

// FaultKinds returns every kind, for a test that tries each of them.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Status, HTML502, Unavailable503, TooMany, Redirect, CloseBefore, Reset, CloseAfterApply,
		ApplyLate, ApplyOnRelease, Hang, CutBody, SlowBody, BOM,
	}
}

// Fault makes requests go wrong. Faults are tried in the order in which they were queued,
// and a request meets one of them at most.
type Fault struct {
	Method string // "" for any
	// Path matches the end of a path ("/statusinfo", "/api/admin/users"), or all of it where
	// it has a * ("/api/admin/users/*/statusinfo"). "" matches any.
	Path string
	Kind FaultKind
	// Skip is the number of matching requests to let pass first.
	Skip int
	// Times is the number of requests to spoil: 0 means one, Forever all.
	Times int

	Status      int
	Body        string
	ContentType string // of Body; by default JSON if that starts with {, else HTML
	Applied     bool
	RetryAfter  string
	Location    string
	Chunked     bool
	Reads       int
	Bytes       int
	Every       time.Duration
}

// Forever is a value for Fault.Times.
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

// Fail queues a fault. Release ends it: hanging requests are answered, waiting ones are
// applied, and no other request meets it. Fail panics on an unknown kind.
func (s *Server) Fail(f Fault) (release func()) {
	if !slices.Contains(FaultKinds(), f.Kind) {
		panic("hdptest: unknown kind of fault " + string(f.Kind))
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

// ClearFaults releases every fault that is still queued, and what hangs because of it.
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

// takeFault uses up the fault for a request, if there is one. The lock is held.
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

// postpone keeps a write until its resource has been read that often.
func (s *Server) postpone(q *request, reads int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := q.path
	if at, reset := strings.CutSuffix(key, "/resetpassword"); reset {
		key = at + "/passwordinfo"
	}
	s.late[key] = append(s.late[key], lateWrite{q, max(reads, 1)})
}

const usersPath = "/api/admin/users"

// applyPostponed applies the writes that waited for this read. The read must have its
// answer already, and the lock is held.
func (s *Server) applyPostponed(path string) {
	s.countRead(path)
	under, isOfUser := strings.CutPrefix(path, usersPath+"/")
	if !isOfUser {
		return
	}
	switch id, rest, _ := strings.Cut(under, "/"); {
	case id == "authUserName":
		s.countRead(usersPath)
	case rest != "":
		s.countRead(usersPath + "/" + id)
	}
}

// countRead applies the writes to the resource that have waited for enough reads.
func (s *Server) countRead(resource string) {
	var waiting []lateWrite
	for _, w := range s.late[resource] {
		if w.reads--; w.reads > 0 {
			waiting = append(waiting, w)
			continue
		}
		s.applyLocked(w.q)
	}
	if waiting == nil {
		delete(s.late, resource)
		return
	}
	s.late[resource] = waiting
}

// applyLocked applies a request that gets no answer. The lock is held.
func (s *Server) applyLocked(q *request) {
	if !s.closed {
		_ = s.answerLocked(q)
	}
}

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
