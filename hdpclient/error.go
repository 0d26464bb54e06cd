package hdpclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What went wrong, for [errors.Is]. One error may be several of these: a login
// that is latched is both ErrUnauthorized and ErrNotSent.
var (
	// ErrNotFound: the server knows no such account, tenant or the like. It is
	// said by HDP, never by a proxy: a bare 404 is not this.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized: the login was refused. HDP says so for a locked or expired
	// login too.
	ErrUnauthorized = errors.New("login refused")
	// ErrForbidden: the login was accepted and may not do this.
	ErrForbidden = errors.New("not permitted")
	// ErrUnavailable: 429, 502, 503, 504, or no answer for a reason that is not
	// the caller's.
	ErrUnavailable = errors.New("server not available")
	// ErrUnproven: not sent, since the login was tried meanwhile by a request whose
	// answer does not tell whether it is right. The next call tries it again.
	ErrUnproven = errors.New("the login was tried once, and the answer does not say whether it is right")
	// ErrOutcomeUnknown: a write was sent, or may have been, and was answered
	// neither by a 2xx nor by a 4xx with HDP's envelope. It may have happened, and
	// it may still happen.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotSent: the request certainly never left this machine.
	ErrNotSent = errors.New("not sent")
	// ErrNoCredentials: the call needs a login and the client has none.
	ErrNoCredentials = errors.New("no credentials")
	// ErrReadOnly: the client was made with WithReadOnly, and the call writes. It is
	// ErrNotSent as well.
	ErrReadOnly = errors.New("read-only")
	// ErrCached: a read that a change would be made of, or checked by, was answered
	// from a cache. What it says may be long past.
	ErrCached = errors.New("answered from a cache")
	// ErrRefused: a 4xx with HDP's envelope. Nothing was changed.
	ErrRefused = errors.New("refused")
)

// The envelope codes that mean the same wherever they are seen. The documents
// never pair a code with one HTTP status, so the code is looked at first.
const (
	CodeUserNotFound = "222207916" // "There is no User with that id: 123."
	CodeForbidden    = "222208103" // "You lack the permissions to access this url."
	CodeUnauthorized = "222206007" // "Invalid user ID or password."
)

// BodyKind says what the body of an answer was, where it was not the object
// that was asked for.
type BodyKind uint8

// The kinds of body.
const (
	BodyNone     BodyKind = iota // there was no answer
	BodyEnvelope                 // HDP's own error envelope
	BodyEmpty                    // an answer without a body
	BodyHTML                     // a page, of a proxy mostly
	BodyCut                      // ends in the middle
	BodyTooLarge                 // larger than this client reads
	BodyOther                    // text, or JSON that is not HDP's
)

// String returns the kind in plain words.
func (k BodyKind) String() string {
	switch k {
	case BodyNone:
		return "no answer"
	case BodyEnvelope:
		return "error envelope"
	case BodyEmpty:
		return "empty body"
	case BodyHTML:
		return "HTML page"
	case BodyCut:
		return "body cut short"
	case BodyTooLarge:
		return "body too large"
	default:
		return "unexpected body"
	}
}

// Error is what every call of a [Client] returns when it did not succeed. It
// holds no password and no credentials, neither ours nor one that the server
// repeated.
type Error struct {
	Op     string // "read status info"
	Method string // GET or PUT
	Path   string // as sent, percent-encoded, without the query
	Status int    // the HTTP status; 0 when there was no answer

	Code    string // of the envelope, a number as a rule; "" when there was none
	Lang    string // of the envelope's message, "en-US"
	Message Text   // of the envelope
	Body    BodyKind
	// Snippet is the beginning of what a foreign body shows a reader, the title of
	// an HTML page; about 200 bytes. Answers to writes have none, since they may
	// repeat a password.
	Snippet Text

	// RetryAfter is how long the server asked to be left alone, 0 if it did not.
	RetryAfter time.Duration
	Took       time.Duration // of the last attempt
	Attempts   int           // requests sent or tried, 0 when none was
	// NotSent is true when the request certainly never left this machine. A write
	// that is not marked so may have reached the server.
	NotSent bool
	// WasAccepted is true when the server refuses a login that it accepted before: its
	// session may have ended.
	WasAccepted bool
	// Err is the cause on this side, nil when the server's answer says it all.
	Err error

	unproven bool // see pass.leave
}

// Error returns one line, for a log: the operation, the request, the answer.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", e.Op, e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP %d", e.Status)
	}
	switch {
	case e.Body == BodyEnvelope:
		fmt.Fprintf(&b, ": %s (%s)", e.Message, TextOf(e.Code))
	case e.Status != 0 && (e.Body != BodyOther || e.Err == nil):
		fmt.Fprintf(&b, ": %s", e.Body)
		if !e.Snippet.IsZero() {
			fmt.Fprintf(&b, " %q", e.Snippet.String())
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %s", e.Err)
	}
	if e.NotSent {
		b.WriteString(" (not sent)")
	} else if e.isWrite() && errors.Is(e, ErrOutcomeUnknown) {
		b.WriteString(" (outcome unknown)")
	}
	return b.String()
}

// Unwrap returns the cause: a context error, an error of crypto/x509 or net, or
// one of this package.
func (e *Error) Unwrap() error { return e.Err }

// Is tells [errors.Is] which of the sentinels this error is.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return e.Code == CodeUserNotFound ||
			e.Status == http.StatusNotFound && e.Body == BodyEnvelope && !e.isForbidden() && !e.isUnauthorized()
	case ErrUnauthorized:
		return e.isUnauthorized()
	case ErrForbidden:
		return e.isForbidden()
	case ErrUnavailable:
		return isUnavailableStatus(e.Status)
	case ErrNotSent:
		return e.NotSent
	case ErrRefused:
		return e.isRefused()
	case ErrOutcomeUnknown:
		return e.isWrite() && !e.NotSent && !e.isRefused()
	}
	return false
}

func (e *Error) isUnauthorized() bool {
	return e.Code == CodeUnauthorized || e.Status == http.StatusUnauthorized && e.Code != CodeForbidden
}

func (e *Error) isForbidden() bool {
	return e.Code == CodeForbidden ||
		e.Status == http.StatusForbidden && e.Code != CodeUnauthorized && e.Code != CodeUserNotFound
}

// HasOwnReason reports whether HDP does not permit it for a reason that its documents
// do not name: what it is about, the right, the login or its password, is in the
// message alone.
func (e *Error) HasOwnReason() bool {
	return e.isForbidden() && e.Code != "" && e.Code != CodeForbidden
}

// MayBeAboutLogin reports whether the refusal is, or may be, about the login and its
// password: HDP does not document how it refuses a locked or expired one.
func (e *Error) MayBeAboutLogin() bool {
	return e.isUnauthorized() || e.isRefused() && !e.provesLogin()
}

// provesLogin reports whether the refusal is one that HDP makes only once it has
// accepted the login.
func (e *Error) provesLogin() bool {
	return e.isRefused() && (e.Is(ErrNotFound) && isHDPCode(e.Code) || e.Code == CodeForbidden)
}

func (e *Error) isRefused() bool {
	return e.Status >= 400 && e.Status < 500 && e.Body == BodyEnvelope
}

func (e *Error) isWrite() bool { return e.Method != http.MethodGet && e.Method != http.MethodHead }

func isUnavailableStatus(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
