package hdpclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// request is one call of the API.
type request struct {
	op          string
	method      string
	path        string // percent-encoded, from /api on
	query       string
	login       loginMode
	noRetry     bool   // no second attempt
	mustBeFresh bool   // a change is made of the answer, so it must not come from a cache
	property    string // a property of every answer by HDP; "" if its answers prove no login
	body        []byte // nil for a read
	secret      Secret // in body
}

func readRequest(op, path, has string) request {
	return request{op: op, method: http.MethodGet, path: path, property: has}
}

// freshReadRequest is a read that a change is made of, or checked by.
func freshReadRequest(op, path, has string) request {
	r := readRequest(op, path, has)
	r.mustBeFresh = true
	return r
}

// writeRequest is a PUT of v. Its properties go out as they came in: twice, or with
// bytes that are no UTF-8, if that is how the server keeps them.
func writeRequest(op, path, has string, v any) (request, error) {
	r := request{op: op, method: http.MethodPut, path: path, property: has}
	body, err := json.Marshal(v, verbatim())
	if err != nil {
		e := r.newError(0, 0)
		e.NotSent, e.Err = true, responseError("the object cannot be written as JSON")
		return r, e
	}
	r.body = body
	return r, nil
}

// send makes the call and returns the body of a 2xx answer: JSON for a read,
// JSON or nothing for a write. A read is tried again where that may help.
func (c *Client) send(ctx context.Context, r request) (response, error) {
	for attempt := 1; ; attempt++ {
		a, failed := c.attempt(ctx, r, attempt)
		if failed == nil {
			return a, nil
		}
		if err := c.waitToRetry(ctx, r, failed); err != nil {
			return a, err
		}
	}
}

func (c *Client) attempt(ctx context.Context, r request, attempt int) (a response, failed *Error) {
	pass, failed := c.enter(ctx, r, attempt, false)
	if failed != nil {
		return response{}, failed
	}
	defer func() { c.noteFailure(failed); pass.leave(failed) }()
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, timeoutError(c.timeout))
	defer cancel()
	start := time.Now()
	resp, failed := c.exchange(limited, ctx, r, pass, attempt)
	if failed != nil {
		return response{}, failed
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or given up
	a = readResponse(resp)
	if a.err != nil {
		a.err = contextReason(limited, ctx, a.err)
	}
	a.attempt, a.took = attempt, time.Since(start)
	failed = c.check(ctx, r, a, resp.Header, pass)
	c.log(ctx, r, resp.StatusCode, a.took, int64(len(a.body)), failed)
	return a, failed
}

// check decides whether the answer is a success, and what it says of the login.
func (c *Client) check(ctx context.Context, r request, a response, h http.Header, p *pass) *Error {
	if a.cached && r.mustComeFromHDP(a, p) {
		return r.newCachedError(a)
	}
	if a.is2xx() && a.err == nil && r.accepts(a) {
		if p.trial && r.isFromHDP(a) {
			p.markProven()
		}
		return nil
	}
	e := r.newError(a.attempt, a.took).fill(a, h, time.Now(), p.secrets.with(r.secret.Reveal()))
	switch {
	case a.status == http.StatusUnauthorized || e.Code == CodeUnauthorized:
		p.markRefused()
		e.WasAccepted = p.gate.wasAccepted()
	case e.provesLogin():
		p.markProven()
	}
	e.blameCaller(ctx)
	return e
}

// mustComeFromHDP reports whether the answer must be HDP's own: a change is made of it, or it
// would let somebody in.
func (r request) mustComeFromHDP(a response, p *pass) bool {
	switch {
	case r.method != http.MethodGet:
		return false
	case p.trial && r.login == loginRequired:
		return a.status < 500 && a.status != http.StatusUnauthorized
	}
	return r.mustBeFresh && a.is2xx()
}

// isFromHDP reports whether only HDP can have given the answer, a 2xx, once it had looked
// at the login. Proxies answer with an empty 200 or an object of their own.
func (r request) isFromHDP(a response) bool {
	if len(a.body) == 0 {
		return a.status == http.StatusNoContent
	}
	var properties map[string]jsontext.Value
	if json.Unmarshal(a.body, &properties, lenient()) != nil {
		return false
	}
	value := properties[r.property]
	_, isInteger := ReadInteger(value)
	return r.property != "" && (isInteger || value.Kind() == jsontext.KindBeginArray)
}

// accepts reports whether the body of a 2xx can be an answer to r.
func (r request) accepts(a response) bool {
	switch {
	case r.login == loginNever:
		return true // the health check's caller looks at the text
	case len(a.body) == 0:
		return r.method != http.MethodGet
	case a.body[0] != '{' || !isJSON(a.body):
		return false // null would pass for an object without any property
	}
	_, failed := parseEnvelope(a.body)
	return !failed
}

// enter waits for a place. What fails here was never sent.
func (c *Client) enter(ctx context.Context, r request, attempt int, list bool) (*pass, *Error) {
	if c.readOnly && r.method != http.MethodGet {
		e := r.newError(0, 0)
		e.NotSent, e.Err = true, ErrReadOnly
		return nil, e
	}
	p, err := c.gate.enter(ctx, r.login, list)
	if err != nil {
		e := r.newError(attempt-1, 0)
		e.NotSent, e.Err, e.WasAccepted = attempt == 1, err, c.gate.wasAccepted()
		return nil, e
	}
	return p, nil
}

// exchange sends the request and returns the answer with its body still to be
// read. ctx is the request's own context, caller the one it was made from.
func (c *Client) exchange(ctx, caller context.Context, r request, p *pass, attempt int) (*http.Response, *Error) {
	start := time.Now()
	// From the moment a request has its connection, nobody can say whether some of
	// it went out; before that, none of it has.
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	req, err := c.newRequest(httptrace.WithClientTrace(ctx, trace), r, p)
	if err != nil {
		e := r.newError(attempt-1, 0)
		e.NotSent, e.Err = true, responseError("the request cannot be built")
		return nil, e
	}
	client := &http.Client{Transport: p.transport, Jar: p.jar, CheckRedirect: p.checkRedirect}
	resp, err := client.Do(req)
	p.sent = connected.Load()
	if err != nil {
		took := time.Since(start)
		if resp != nil {
			c.clock.update(resp.Header)
		}
		e := r.newError(attempt, took)
		e.NotSent = !p.sent
		line := newConnectionError(contextReason(ctx, caller, err), p.secrets.with(r.secret.Reveal()))
		e.Err = line
		if errors.Is(err, errRedirect) {
			e.Err = line.safeError // the server is there, it is the address that is wrong
			if resp != nil {
				e.Status = resp.StatusCode
				e.Body = BodyEmpty
			}
		}
		e.blameCaller(caller)
		c.log(ctx, r, e.Status, took, 0, e)
		return nil, e
	}
	c.clock.update(resp.Header)
	c.noteResponse(resp.StatusCode)
	_, p.cached = cacheAge(resp.Header)
	unpackGzip(resp)
	decodeCharset(resp)
	return resp, nil
}

func (c *Client) newRequest(ctx context.Context, r request, p *pass) (*http.Request, error) {
	target, err := url.Parse(c.base.String() + r.path)
	if err != nil {
		return nil, err
	}
	target.RawQuery = r.query
	var body io.Reader
	if r.body != nil {
		// Behind a plain Reader and without GetBody the transport cannot send the
		// body a second time when a connection breaks under the first: over HTTP/1 it
		// fails, over HTTP/2 it repeats only what was never written.
		body = struct{ io.Reader }{bytes.NewReader(r.body)}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	if r.body != nil {
		req.ContentLength = int64(len(r.body))
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip") // unpacked here: net/http has no limit
	req.Header.Set("User-Agent", c.userAgent)
	if r.method == http.MethodGet {
		bypassCaches(req.Header)
	}
	if p.basic != "" {
		req.Header.Set("Authorization", p.basic)
	}
	return req, nil
}

// timeoutError is the cause of a context that ended because the server said nothing.
func timeoutError(d time.Duration) error {
	return fmt.Errorf("no answer within %s: %w", d, context.DeadlineExceeded)
}

// contextReason prefers the reason for which a context was ended, the caller's first,
// to what the transport makes of it.
func contextReason(ctx, caller context.Context, err error) error {
	if reason := caller.Err(); reason != nil {
		return reason
	}
	if reason := context.Cause(ctx); reason != nil {
		return reason
	}
	return err
}

// blameCaller makes an error that the caller's own context brought about say so,
// and not that the server is not available.
func (e *Error) blameCaller(caller context.Context) {
	if line, ok := errors.AsType[connectionError](e.Err); ok && caller.Err() != nil {
		e.Err = line.safeError
	}
}

// log tells of an attempt that is over. Of what came back it tells no word but
// why it was no answer, which has been cleaned of secrets.
func (c *Client) log(ctx context.Context, r request, status int, took time.Duration, size int64, failed *Error) {
	attrs := []slog.Attr{
		slog.String("method", r.method), slog.String("path", r.path),
		slog.Int("status", status), slog.Duration("took", took), slog.Int64("size", size),
	}
	if failed != nil && failed.Err != nil {
		attrs = append(attrs, slog.String("error", failed.Err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
}

// get reads the object of a call.
func get[T any](ctx context.Context, c *Client, r request) (T, error) {
	a, err := c.send(ctx, r)
	if err != nil {
		return *new(T), err
	}
	return decode[T](r, a)
}

// put makes a write and returns its echo, absent if the answer had no body.
func put[T any](ctx context.Context, c *Client, op, path, has string, v T) (Opt[T], error) {
	r, err := writeRequest(op, path, has, v)
	if err != nil {
		return Opt[T]{}, err
	}
	a, err := c.send(ctx, r)
	if err != nil || len(a.body) == 0 {
		return Opt[T]{}, err
	}
	echo, err := decode[T](r, a)
	if err != nil {
		return Opt[T]{}, err
	}
	return Some(echo), nil
}

func decode[T any](r request, a response) (T, error) {
	var v T
	if err := json.Unmarshal(a.body, &v, lenient()); err != nil {
		return *new(T), r.newResponseError(a, decodeError(err))
	}
	return v, nil
}

// newResponseError is a 2xx whose body is not what was asked for.
func (r request) newResponseError(a response, why responseError) *Error {
	e := r.newError(a.attempt, a.took)
	e.Status, e.Body, e.Err = a.status, BodyOther, why
	return e
}

func userPath(id int64, rest string) string {
	return "/api/admin/users/" + strconv.FormatInt(id, 10) + rest
}
