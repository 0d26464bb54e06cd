package hdpclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Errors to test for with [errors.Is]. One error may match several: one for a login
// that was refused earlier is both ErrUnauthorized and ErrNotSent.
var (
	// ErrNotFound means that HDP knows no such account, role, tenant or the like:
	// [Error.Code] says which. A write may fail because of a role that it names. A 404
	// without HDP's envelope, such as a proxy's, does not match.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized means that the login was refused. HDP also refuses a locked or
	// expired login this way.
	ErrUnauthorized = errors.New("login refused")
	// ErrForbidden means that the login was accepted but lacks the permission.
	ErrForbidden = errors.New("not permitted")
	// ErrUnavailable means 429, 502, 503 or 504, or no answer, unless the caller's
	// context ended.
	ErrUnavailable = errors.New("server not available")
	// ErrUnproven means that the request was not sent: while it waited, another request
	// tried the login without learning whether it is right. The next call tries again.
	ErrUnproven = errors.New("the login was tried once, and the answer does not say whether it is right")
	// ErrOutcomeUnknown means that a write was or may have been sent, and that the
	// answer was neither a 2xx nor a 4xx with HDP's envelope. The write may have
	// happened or may still happen.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotSent means that the request certainly never left this machine.
	ErrNotSent = errors.New("not sent")
	// ErrLoginChanged means that the request was not sent: while it waited, the client got
	// another login.
	ErrLoginChanged = errors.New("the login changed while the request waited")
	// ErrNoCredentials means that the call needs a login and the client has none.
	ErrNoCredentials = errors.New("no credentials")
	// ErrReadOnly means that a client made with WithReadOnly was asked to write. It
	// matches ErrNotSent as well.
	ErrReadOnly = errors.New("read-only")
	// ErrCached means that a cache answered a read that a change starts from or is
	// checked by. The answer may be out of date.
	ErrCached = errors.New("answered from a cache")
	// ErrRefused means a 4xx with HDP's envelope. Nothing was changed.
	ErrRefused = errors.New("refused")
)

// Envelope codes that mean the same in every response. The documents tie no code to one
// HTTP status, so the code takes precedence.
const (
	CodeUserNotFound       = "222207916" // "There is no User with that id: 123."
	CodeRoleNotFound       = "222207924" // "There is no Role with that id: 1234"
	CodePermissionNotFound = "222208553" // "There is no Permission with that id: 1234"
	CodeTenantNotFound     = "222208573" // "There is no Tenant with that id: 22."
	CodeForbidden          = "222208103" // "You lack the permissions to access this url."
	CodeUnauthorized       = "222206007" // "Invalid user ID or password."
)

func isNotFoundCode(code string) bool {
	switch code {
	case CodeUserNotFound, CodeRoleNotFound, CodePermissionNotFound, CodeTenantNotFound:
		return true
	}
	return false
}

// BodyKind says what a response contained instead of the requested object.
type BodyKind uint8

// The kinds of body.
const (
	BodyNone     BodyKind = iota // there was no answer
	BodyEnvelope                 // HDP's own error envelope
	BodyEmpty                    // an answer without a body
	BodyHTML                     // a page, mostly a proxy's
	BodyCut                      // it ends too early
	BodyTooLarge                 // larger than this client reads
	BodyOther                    // text, or JSON that is not as documented
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

// Error is the error of every call of a [Client]. It contains no password and no
// credentials, not even those that the server repeated.
type Error struct {
	Op     string // such as "read status info"
	Method string
	Path   string // as sent, percent-encoded, without the query
	Status int    // the HTTP status; 0 if there was no answer

	Code    string // of the envelope, normally a number; "" if there was none
	Lang    string // of the envelope's message, such as "en-US"
	Message Text   // of the envelope
	Body    BodyKind
	// Snippet is the visible beginning of an unexpected body, about 200 bytes, or the
	// title of an HTML page. It is empty for writes, whose answers may repeat a
	// password.
	Snippet Text

	// RetryAfter is how long the server asked the client to wait, 0 if it did not ask.
	RetryAfter time.Duration
	Took       time.Duration // of the last attempt
	Attempts   int           // the requests sent or tried, 0 for none
	// NotSent is true if the request certainly never left this machine. Otherwise a
	// write may have reached the server.
	NotSent bool
	// WasAccepted is true if the server refuses a login that it accepted before, for
	// example because its session ended.
	WasAccepted bool
	// Err is the cause on the client's side, nil if the server's answer is the error.
	Err error

	unproven bool // see pass.leave
}

// Error returns one line for a log: the operation, the request and the answer.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", e.Op, e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP %d", e.Status)
	}
	switch {
	case e.Body == BodyEnvelope:
		fmt.Fprintf(&b, ": %s (%s)", e.Message, Clean(e.Code))
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

// Unwrap returns the cause: an error of context, crypto/x509, net or this package.
func (e *Error) Unwrap() error { return e.Err }

// Is matches the sentinel errors of this package.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return isNotFoundCode(e.Code) ||
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
		e.Status == http.StatusForbidden && e.Code != CodeUnauthorized && !isNotFoundCode(e.Code)
}

// HasOwnReason reports whether HDP denies the call with a code that its documents do
// not explain. Only the message says whether it concerns the permission, the login or
// the password.
func (e *Error) HasOwnReason() bool {
	return e.isForbidden() && e.Code != "" && e.Code != CodeForbidden
}

// MayBeAboutLogin reports whether the refusal concerns, or may concern, the login and
// its password: HDP does not document how it refuses a locked or expired one.
func (e *Error) MayBeAboutLogin() bool {
	return e.isUnauthorized() || e.isRefused() && !e.provesLogin()
}

// provesLogin reports whether HDP makes this refusal only after it has accepted the
// login.
func (e *Error) provesLogin() bool {
	return e.isRefused() && (e.Is(ErrNotFound) && isHDPCode(e.Code) || e.Code == CodeForbidden)
}

func (e *Error) isRefused() bool {
	return e.Status >= 400 && e.Status < 500 && e.Body == BodyEnvelope
}

func (e *Error) isWrite() bool { return e.Method != http.MethodGet && e.Method != http.MethodHead }

func isUnavailableStatus(status int) bool {
	return status == http.StatusTooManyRequests || isGatewayStatus(status)
}
