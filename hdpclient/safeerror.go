package hdpclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// safeError is an error of another library as this package lets it out: its text
// cleaned of secrets, and of what lies below only what a caller may ask for.
type safeError struct {
	text string
	errs []error
}

func (c *safeError) Error() string   { return c.text }
func (c *safeError) Unwrap() []error { return c.errs }

// newSafeError is why there was no answer, or no whole one. The libraries'
// own errors quote what the server sent and where it redirected to, so none of
// them is passed on whole.
func newSafeError(err error, secrets secrets) *safeError {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // what it adds is the URL, with its query
	}
	c := &safeError{text: secrets.scrub(TextOf(err.Error()).String())}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, http.ErrSchemeMismatch, errRedirect} {
		if errors.Is(err, known) {
			c.errs = append(c.errs, known)
		}
	}
	keep[*tls.CertificateVerificationError](c, err)
	keep[x509.UnknownAuthorityError](c, err)
	keep[x509.HostnameError](c, err)
	keep[x509.CertificateInvalidError](c, err)
	keep[tls.RecordHeaderError](c, err)
	keep[*net.OpError](c, err)
	keep[*net.DNSError](c, err)
	keep[*ProxyError](c, err)
	return c
}

func keep[E error](c *safeError, err error) {
	if found, ok := errors.AsType[E](err); ok {
		c.errs = append(c.errs, found)
	}
}

// decodeError is why an answer is not the object that was asked for. The JSON
// library's error may quote a value, and the value may be a password: only the
// place is told.
func decodeError(err error) responseError {
	semantic, placed := errors.AsType[*json.SemanticError](err)
	own, ours := errors.AsType[responseError](err)
	switch {
	case placed && (!ours || own == errDuplicate):
		what := cmp.Or(own, "has the wrong type")
		return "the answer's " + responseError(TextOf(string(semantic.JSONPointer)).String()) + " " + what
	case ours:
		return own
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(syntactic, io.ErrUnexpectedEOF) {
		return responseError("the answer is cut short")
	}
	return responseError("the answer is not the expected JSON")
}

// responseError says what is wrong with an answer, in words that quote none of it.
type responseError string

func (e responseError) Error() string { return string(e) }
