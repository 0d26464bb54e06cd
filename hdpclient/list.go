package hdpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The limits of a list. The rows yielded before a limit is reached are incomplete.
const (
	maxRows = 2_000_000
	maxList = 1 << 30 // bytes after decompression

	errTooManyRows limitError = "the list has more than 2,000,000 accounts"
	errListTooLong limitError = "the list is larger than 1 GiB"
)

// UsersOptions are the settings of [Client.Users].
type UsersOptions struct {
	// Progress, if set, receives the number of bytes read so far and the total, -1 if
	// the server did not say. The goroutine that ranges over the accounts calls it
	// between them.
	Progress func(read, total int64)
	// Login, if set, is the only login that the list is read with. If the client has another
	// one by the time the request is sent, the error is ErrLoginChanged.
	Login string
}

// Users reads all accounts that the login may see, in the server's order and without
// AuthenticationInfo (Users API, "Get user accounts", with details). It yields accounts
// while the response arrives. If the list ends early, it yields an error last: a list
// without an error is complete. It retries only before the first account.
//
// The list occupies one request slot while the caller ranges over it. With
// WithMaxInFlight(1), another call from inside the loop blocks forever.
func (c *Client) Users(ctx context.Context, opts UsersOptions) iter.Seq2[User, error] {
	return func(yield func(User, error) bool) {
		r := readRequest("list users", usersPath, "users")
		r.query, r.user = withDetails, opts.Login
		for attempt := 1; ; attempt++ {
			l := list{request: r, opts: opts, yield: yield}
			failed := c.attemptList(ctx, &l, attempt)
			if failed == nil || l.stopped {
				return
			}
			var err error = failed
			if l.yielded == 0 {
				if err = c.waitToRetry(ctx, r, failed); err == nil {
					continue
				}
			}
			yield(User{}, err)
			return
		}
	}
}

// list is one attempt to read the list.
type list struct {
	request
	opts    UsersOptions
	yield   func(User, error) bool
	yielded int
	stopped bool // by the reader
}

func (c *Client) attemptList(ctx context.Context, l *list, attempt int) (failed *Error) {
	pass, failed := c.enter(ctx, l.request, attempt, true)
	if failed != nil {
		return failed
	}
	defer func() { c.noteFailure(failed); pass.leave(failed) }()
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The list may take any time, as long as bytes keep arriving.
	watchdog := time.AfterFunc(c.timeout, func() { cancel(timeoutError(c.timeout)) })
	defer watchdog.Stop()
	start := time.Now()
	resp, failed := c.exchange(limited, ctx, l.request, pass, attempt)
	if failed != nil {
		return failed
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end, or given up
	if resp.StatusCode != http.StatusOK {
		a := readResponse(resp, maxBody)
		if a.err != nil {
			a.err = contextReason(limited, ctx, a.err)
		}
		a.attempt, a.took = attempt, time.Since(start)
		if a.is2xx() { // 204, 206: not the list
			failed = l.newResponseError(a, "the answer is not a complete list")
		} else {
			failed = c.check(ctx, l.request, a, resp.Header, pass)
		}
		c.log(ctx, l.request, resp.StatusCode, a.took, int64(len(a.body)), failed)
		return failed
	}
	if pass.trial && pass.cached {
		age, _ := cacheAge(resp.Header)
		failed = l.newCachedError(response{status: resp.StatusCode, age: age, attempt: attempt, took: time.Since(start)})
		c.log(ctx, l.request, resp.StatusCode, failed.Took, 0, failed)
		return failed
	}
	watchdog.Stop()
	body := &listBody{
		body: resp.Body, total: resp.ContentLength, progress: l.opts.Progress,
		html: isHTML(resp.Header), watchdog: watchdog, silence: c.timeout,
	}
	err := l.decode(body, pass)
	took := time.Since(start)
	if err != nil && !l.stopped {
		failed = l.newListError(ctx, limited, err, body, pass, attempt, took)
	}
	c.log(ctx, l.request, resp.StatusCode, took, body.read, failed)
	return failed
}

// newListError describes a list that began with 200 and is incomplete.
func (l *list) newListError(ctx, limited context.Context, err error, body *listBody, p *pass, attempt int, took time.Duration) *Error {
	if envelope, ok := errors.AsType[*listRefusal](err); ok {
		e := l.newError(attempt, took)
		e.Status, e.Body = http.StatusOK, BodyEnvelope
		e.Code, e.Lang = p.secrets.scrub(envelope.code), p.secrets.scrub(envelope.lang)
		e.Message = TextOf(p.secrets.scrub(envelope.message.Raw()))
		if e.isUnauthorized() {
			p.markRefused()
			e.WasAccepted = p.gate.wasAccepted()
		}
		return e
	}
	a := response{status: http.StatusOK, attempt: attempt, took: took}
	e := l.newResponseError(a, decodeError(err))
	switch {
	case errors.Is(err, errTooLarge):
		e.Body, e.Err = BodyTooLarge, err
	case errors.Is(body.err, errTooLarge):
		e.Body, e.Err = BodyTooLarge, body.err
	case body.err != nil:
		e.Body = BodyCut
		e.Err = newConnectionError(contextReason(limited, ctx, body.err), p.secrets)
		e.blameCaller(ctx)
	case body.read == 0, len(body.start) == 0 && errors.Is(err, io.EOF):
		e.Body = BodyEmpty
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Body = BodyCut
	default:
		a.body, a.html = body.start, body.html
		if a.bodyKind() == BodyHTML {
			e.Body, e.Err = BodyHTML, nil
			e.Snippet = a.snippet(p.secrets)
		}
	}
	return e
}

// listRefusal is an error envelope instead of the list, under status 200.
type listRefusal struct{ envelope }

func (*listRefusal) Error() string { return "error envelope" }

// decode yields the accounts of {"users":[…]} and skips other properties. It returns
// nil only at the end of a complete object.
func (l *list) decode(body *listBody, p *pass) error {
	buffered := bufio.NewReaderSize(body, 64<<10)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = buffered.Discard(len(byteOrderMark))
	}
	// The bytes received so far are enough to recognise an HTML page.
	start, _ := buffered.Peek(min(buffered.Buffered(), 4<<10))
	body.start = bytes.TrimSpace(bytes.Clone(start))
	dec := jsontext.NewDecoder(buffered, lenient())
	if kind := dec.PeekKind(); kind != jsontext.KindBeginObject {
		if err := dec.SkipValue(); err != nil {
			return err
		}
		return responseError("the answer is not a JSON object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	seen := false
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		switch property := name.String(); {
		case property == "users" && seen:
			return responseError("the answer has two lists of users")
		case property == "users":
			seen = true
			if err := l.decodeRows(dec, p); err != nil || l.stopped {
				return err
			}
		case property == "error":
			value, err := dec.ReadValue()
			if err != nil {
				return err
			}
			if env, ok := parseEnvelope([]byte(`{"error":` + string(value) + `}`)); ok {
				return &listRefusal{env}
			}
		default:
			if err := dec.SkipValue(); err != nil {
				return err
			}
		}
	}
	if _, err := dec.ReadToken(); err != nil { // the closing brace
		return err
	}
	if !seen {
		return responseError("the answer has no users property")
	}
	// Reading to the end detects a response shorter than its Content-Length.
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return responseError("the answer continues after the list")
	}
	return body.err
}

func (l *list) decodeRows(dec *jsontext.Decoder, p *pass) error {
	switch dec.PeekKind() {
	case jsontext.KindNull:
		p.markProven()
		return dec.SkipValue()
	case jsontext.KindBeginArray:
	default:
		return responseError("users is not a list")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	p.markProven()
	for kind := dec.PeekKind(); kind != jsontext.KindEndArray; kind = dec.PeekKind() {
		if l.yielded == maxRows {
			return errTooManyRows
		}
		var u User
		if err := json.UnmarshalDecode(dec, &u); err != nil {
			return err
		}
		l.yielded++
		if !l.yield(u, nil) {
			l.stopped = true
			return nil
		}
	}
	_, err := dec.ReadToken()
	return err
}

// listBody reads and counts the body, and ends it after too long a silence.
type listBody struct {
	body     io.Reader
	start    []byte
	html     bool
	read     int64
	total    int64
	progress func(read, total int64)
	watchdog *time.Timer
	silence  time.Duration
	err      error // why it ended early, nil if it did not
}

func (b *listBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err // the decoder overlooks an error that comes with bytes
	}
	// The timer runs only while reading. The reader may take any time between rows.
	b.watchdog.Reset(b.silence)
	n, err := b.body.Read(p)
	b.watchdog.Stop()
	b.read += int64(n)
	if b.read > maxList {
		err = errListTooLong
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	if b.progress != nil && n > 0 {
		b.progress(b.read, b.total)
	}
	return n, err
}
