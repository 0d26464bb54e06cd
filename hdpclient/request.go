package hdpclient

import (
	"bytes"
	"cmp"
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
	path        string // percent-encoded, from /api
	query       string
	login       loginMode
	user        string // the login that it must be sent with, "" for any
	noRetry     bool
	mustBeFresh bool   // a change depends on it, so a cache must not answer
	property    string // in every answer by HDP; "" if its answers do not prove the login
	maxBody     int64  // of the response; 0 for the usual limit
	body        []byte // nil for a read
	secret      Secret // in body
}

func readRequest(op, path, property string) request {
	return request{op: op, method: http.MethodGet, path: path, property: property}
}

// freshReadRequest returns a read that a change starts from or is checked by.
func freshReadRequest(op, path, property string) request {
	r := readRequest(op, path, property)
	r.mustBeFresh = true
	return r
}

// writeRequest returns a PUT of v. It sends properties as they came, even duplicates
// and invalid UTF-8, because that is what the server stores.
func writeRequest(op, path, property string, v any) (request, error) {
	r := request{op: op, method: http.MethodPut, path: path, property: property}
	body, err := json.Marshal(v, Verbatim())
	if err != nil {
		return r, r.newNotSent(responseError("the object cannot be written as JSON"))
	}
	r.body = body
	return r, nil
}

// send makes the call, and retries a read if that may help. The body of the 2xx
// response is JSON for a read, JSON or nothing for a write.
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
	a = readResponse(resp, cmp.Or(r.maxBody, maxBody))
	if a.err != nil {
		a.err = contextReason(limited, ctx, a.err)
	}
	a.attempt, a.took = attempt, time.Since(start)
	failed = c.check(ctx, r, a, resp.Header, pass)
	c.log(ctx, r, resp.StatusCode, a.took, int64(len(a.body)), failed)
	return a, failed
}

// check decides whether the response is a success, and what it proves about the login.
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

// mustComeFromHDP reports whether a cache must not answer: a change depends on the
// response, or it would prove a login.
func (r request) mustComeFromHDP(a response, p *pass) bool {
	switch {
	case r.method != http.MethodGet:
		return false
	case p.trial && r.login == loginRequired:
		return a.status < 500 && a.status != http.StatusUnauthorized
	}
	// Caches may keep a 404, and a deletion or a new account is checked by it.
	return r.mustBeFresh && (a.is2xx() || a.status == http.StatusNotFound)
}

// isFromHDP reports whether only HDP, after checking the login, can have sent this 2xx.
// Proxies answer with an empty 200 or with objects of their own.
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

// accepts reports whether the body of a 2xx can answer r.
func (r request) accepts(a response) bool {
	switch {
	case r.login == loginNever:
		return true // the caller of the health check reads the text
	case len(a.body) == 0:
		return r.method != http.MethodGet
	case a.body[0] != '{' || !isJSON(a.body):
		return false // null would pass as an object without properties
	}
	_, failed := parseEnvelope(a.body)
	return !failed
}

// enter waits for a slot. A request that fails here was never sent.
func (c *Client) enter(ctx context.Context, r request, attempt int, list bool) (*pass, *Error) {
	if c.readOnly && r.method != http.MethodGet {
		return nil, r.newNotSent(ErrReadOnly)
	}
	p, err := c.gate.enter(ctx, r.login, r.user, list)
	if err != nil {
		e := r.newError(attempt-1, 0)
		e.NotSent, e.Err, e.WasAccepted = attempt == 1, err, c.gate.wasAccepted()
		return nil, e
	}
	return p, nil
}

// exchange sends the request and returns the response before its body is read. ctx
// belongs to the request, caller is the context of the call.
func (c *Client) exchange(ctx, caller context.Context, r request, p *pass, attempt int) (*http.Response, *Error) {
	start := time.Now()
	// Once a request has a connection, some of it may have been sent; before that,
	// none.
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
			e.Err = line.safeError // the server answers, but the address is wrong
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
		// A plain Reader without GetBody keeps the transport from sending the body
		// again if a connection breaks: HTTP/1 fails, HTTP/2 repeats only what was
		// never written.
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
	// HDP's sample of a deletion has a body after its 204. On a connection that stays open,
	// net/http reports that on standard error, or takes it for the next response.
	req.Close = r.method == http.MethodDelete
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip") // unpacked here, because net/http has no limit
	req.Header.Set("User-Agent", c.userAgent)
	if r.method == http.MethodGet {
		bypassCaches(req.Header)
	}
	if p.basic != "" {
		req.Header.Set("Authorization", p.basic)
	}
	return req, nil
}

// timeoutError is the cause of a context that ends because the server is silent.
func timeoutError(d time.Duration) error {
	return fmt.Errorf("no answer within %s: %w", d, context.DeadlineExceeded)
}

// contextReason prefers the reason why a context ended, the caller's first, to the
// error that the transport makes of it.
func contextReason(ctx, caller context.Context, err error) error {
	if reason := caller.Err(); reason != nil {
		return reason
	}
	if reason := context.Cause(ctx); reason != nil {
		return reason
	}
	return err
}

// blameCaller replaces "server not available" if the caller's own context ended.
func (e *Error) blameCaller(caller context.Context) {
	if line, ok := errors.AsType[connectionError](e.Err); ok && caller.Err() != nil {
		e.Err = line.safeError
	}
}

// log writes one finished attempt. It logs nothing of the response but the error, which
// has been redacted.
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

func get[T any](ctx context.Context, c *Client, r request) (T, error) {
	a, err := c.send(ctx, r)
	if err != nil {
		return *new(T), err
	}
	return decode[T](r, a)
}

// getList returns the list in the property that r names. Null is an empty list.
func getList[T any](ctx context.Context, c *Client, r request) ([]T, error) {
	a, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	members, err := decode[map[string]Opt[jsontext.Value]](r, a)
	if err != nil {
		return nil, err
	}
	list := members[r.property]
	if list.IsZero() {
		return nil, r.newResponseError(a, responseError("the answer has no "+r.property+" property"))
	}
	var all []T
	if err := json.Unmarshal(list.Or(jsontext.Value("null")), &all, lenient()); err != nil {
		if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
			semantic.JSONPointer = jsontext.Pointer("/"+r.property) + semantic.JSONPointer
		}
		return nil, r.newResponseError(a, decodeError(err))
	}
	return all, nil
}

// putNotSent returns the error of a PUT that would damage the account.
func putNotSent(op, path string, why responseError) *Error {
	return request{op: op, method: http.MethodPut, path: path}.newNotSent(why)
}

// put returns the echo of a write, absent if the response has no body.
func put[T any](ctx context.Context, c *Client, op, path, property string, v T) (Opt[T], error) {
	r, err := writeRequest(op, path, property, v)
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

// newResponseError describes a 2xx without the expected body.
func (r request) newResponseError(a response, why responseError) *Error {
	e := r.newError(a.attempt, a.took)
	e.Status, e.Body, e.Err = a.status, BodyOther, why
	return e
}

const usersPath = "/api/admin/users"

func userPath(id int64, rest string) string {
	return usersPath + "/" + strconv.FormatInt(id, 10) + rest
}
