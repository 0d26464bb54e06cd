package hdpclient

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	maxBody    = 1 << 20 // of all responses but lists of every account
	maxSnippet = 200
)

// errTooLarge matches every limitError.
const errTooLarge responseError = "the answer is larger than this client reads"

// limitError names the limit that a response exceeds.
type limitError string

func (e limitError) Error() string { return string(e) }

// Is makes every limitError an errTooLarge.
func (limitError) Is(target error) bool { return target == errTooLarge }

// response holds a response that was read to its end.
type response struct {
	status   int
	body     []byte // without a byte order mark and surrounding blanks
	html     bool   // by its Content-Type
	location string
	err      error // why the body is incomplete, nil if it is complete

	cached bool          // it says that it comes from a cache
	age    time.Duration // how long the cache has kept it, 0 if unknown

	attempt int
	took    time.Duration
}

func readResponse(resp *http.Response, limit int64) response {
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		body, err = body[:limit], errTooLarge
	}
	age, cached := cacheAge(resp.Header)
	return response{
		cached:   cached,
		age:      age,
		status:   resp.StatusCode,
		body:     bytes.TrimSpace(bytes.TrimPrefix(body, []byte(byteOrderMark))),
		html:     isHTML(resp.Header),
		location: resp.Header.Get("Location"),
		err:      err,
	}
}

const byteOrderMark = "\xef\xbb\xbf"

func isHTML(h http.Header) bool {
	return strings.Contains(strings.ToLower(h.Get("Content-Type")), "html")
}

func (a response) is2xx() bool { return a.status >= 200 && a.status < 300 }

// bodyKind classifies a body that is not an envelope.
func (a response) bodyKind() BodyKind {
	switch {
	case errors.Is(a.err, errTooLarge):
		return BodyTooLarge
	case a.err != nil:
		return BodyCut
	case len(a.body) == 0:
		return BodyEmpty
	case a.looksHTML():
		return BodyHTML
	case (a.body[0] == '{' || a.body[0] == '[') && endsEarly(a.body):
		return BodyCut
	}
	return BodyOther
}

func (a response) looksHTML() bool {
	start := bytes.ToLower(a.body[:min(len(a.body), 256)])
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html")) ||
		a.html && bytes.HasPrefix(start, []byte("<"))
}

func endsEarly(body []byte) bool {
	_, err := jsontext.NewDecoder(bytes.NewReader(body), lenient()).ReadValue()
	return errors.Is(err, io.ErrUnexpectedEOF)
}

var (
	htmlTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlHidden = regexp.MustCompile(`(?is)<(script|style|head)\b.*?</(script|style|head)>|<!--.*?-->|<[^>]*>`)
)

// snippet returns what a reader of an unexpected body sees first.
func (a response) snippet(secrets secrets) Text {
	text := string(a.body[:min(len(a.body), 16<<10)])
	if a.bodyKind() == BodyHTML {
		if title := htmlTitle.FindStringSubmatch(text); title != nil && strings.TrimSpace(title[1]) != "" {
			text = title[1]
		} else {
			text = htmlHidden.ReplaceAllString(text, " ")
		}
		text = html.UnescapeString(text)
	}
	text = secrets.scrub(strings.Join(strings.Fields(text), " "))
	if len(text) > maxSnippet {
		end := maxSnippet
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	return TextOf(text)
}

// newError returns an error without the response's details.
func (r request) newError(attempt int, took time.Duration) *Error {
	return &Error{Op: r.op, Method: r.method, Path: r.path, Attempts: attempt, Took: took}
}

// newNotSent describes a request that is refused here.
func (r request) newNotSent(why error) *Error {
	e := r.newError(0, 0)
	e.NotSent, e.Err = true, why
	return e
}

// fill adds what the response says.
func (e *Error) fill(a response, header http.Header, now time.Time, secrets secrets) *Error {
	e.Status = a.status
	e.RetryAfter = retryAfter(header, now)
	if a.err != nil {
		e.Body, e.Err = a.bodyKind(), a.err
		if e.Body == BodyCut {
			// The rest is missing, which is a failure of the connection.
			e.Err = newConnectionError(a.err, secrets)
		}
	}
	if env, ok := parseEnvelope(a.body); ok && !errors.Is(a.err, errTooLarge) {
		e.Body, e.Err = BodyEnvelope, nil
		e.Code, e.Lang = secrets.scrub(env.code), secrets.scrub(env.lang)
		// The server repeats what it could not read: "Invalid JSON Input: {0}".
		e.Message = TextOf(secrets.scrub(env.message.Raw()))
		return e
	}
	e.Body = a.bodyKind()
	if !e.isWrite() && !a.mayHoldAccount() {
		e.Snippet = a.snippet(secrets)
	}
	return e
}

// mayHoldAccount reports whether the body may be part of an account, and thus private.
func (a response) mayHoldAccount() bool {
	return a.is2xx() && len(a.body) > 0 && (a.body[0] == '{' || a.body[0] == '[')
}

// retryAfter reads the header in seconds or as a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(value); err == nil {
		if sent, err := http.ParseTime(h.Get("Date")); err == nil {
			now = sent // by the same clock
		}
		return max(0, date.Sub(now))
	}
	return 0
}

// connectionError is a failure below HTTP: no response, or an incomplete one.
type connectionError struct {
	*safeError
	broken bool // refused, reset or closed
}

func newConnectionError(err error, secrets secrets) connectionError {
	return connectionError{safeError: newSafeError(err, secrets), broken: isBrokenConnection(err)}
}

func (connectionError) Is(target error) bool { return target == ErrUnavailable }

func (e connectionError) Unwrap() []error { return e.errs }

var errRedirect = errors.New("redirected")

// checkRedirect makes a redirected trial use a new connection.
func (p *pass) checkRedirect(req *http.Request, via []*http.Request) error {
	if p.trial {
		p.transport.CloseIdleConnections()
	}
	return redirectPolicy(req, via)
}

// redirectPolicy follows redirects of reads within the same server. Basic credentials
// must not go elsewhere, and a redirected write would become another request.
func redirectPolicy(req *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case first.Method != http.MethodGet:
		return http.ErrUseLastResponse
	case req.URL.Scheme != first.URL.Scheme || !strings.EqualFold(req.URL.Host, first.URL.Host):
		return fmt.Errorf("%w to %s://%s", errRedirect, req.URL.Scheme, req.URL.Host)
	case len(via) > 5:
		return fmt.Errorf("%w more than 5 times", errRedirect)
	}
	return nil
}
