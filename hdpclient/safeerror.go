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

// safeError is an error of another library that is safe to return: its text is
// redacted, and it unwraps only to errors that a caller may ask for.
type safeError struct {
	text string
	errs []error
}

func (c *safeError) Error() string   { return c.text }
func (c *safeError) Unwrap() []error { return c.errs }

// newSafeError explains a missing or incomplete response. It passes no library error on
// unchanged, since those quote the server's answer and its redirects.
func newSafeError(err error, secrets secrets) *safeError {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // it adds only the URL with its query
	}
	c := &safeError{text: secrets.scrub(Clean(err.Error()))}
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

// decodeError explains why a response is not the requested object. It names only the
// place, because the JSON library's error may quote a password.
func decodeError(err error) responseError {
	semantic, placed := errors.AsType[*json.SemanticError](err)
	own, ours := errors.AsType[responseError](err)
	switch {
	case placed && (!ours || own == errDuplicate):
		what := cmp.Or(own, "has the wrong type")
		return "the answer's " + responseError(Clean(string(semantic.JSONPointer))) + " " + what
	case ours:
		return own
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(syntactic, io.ErrUnexpectedEOF) {
		return responseError("the answer is cut short")
	}
	return responseError("the answer is not the expected JSON")
}

// responseError says what is wrong with a response without quoting it.
type responseError string

func (e responseError) Error() string { return string(e) }
