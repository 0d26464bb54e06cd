package hdpclient

import (
	"errors"
	"fmt"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// PasswordStatus says whether a password is in force. A value that the
// documents do not name is kept and shown as it is.
type PasswordStatus int64

// The documented values of PasswordStatus.
const (
	PasswordActive    PasswordStatus = 1
	PasswordMustReset PasswordStatus = 2 // to be changed at the next sign-in
)

// String returns "active", "must reset", or the number of an unknown status.
func (s PasswordStatus) String() string {
	switch s {
	case PasswordActive:
		return "active"
	case PasswordMustReset:
		return "must reset"
	}
	return fmt.Sprintf("password status %d", int64(s))
}

// PasswordInfo is what is known of an account's password, never the password
// (Users API, "Update password info on a user account"). A PUT replaces it
// whole: an expiration left out is deleted, and the password then never expires.
type PasswordInfo struct {
	// PasswordStatus is required by the server.
	PasswordStatus PasswordStatus `json:"passwordStatus"`
	// PasswordExpiration is when the password expires, UTC; absent or null:
	// never.
	PasswordExpiration Opt[Timestamp] `json:"passwordExpiration,omitzero"`
	// Extra holds the properties that this package does not know, as one JSON
	// object. They are sent back verbatim; a property named password never is,
	// it is dropped where it is decoded.
	Extra jsontext.Value `json:",embed"`
}

var errNoPasswordStatus = errors.New("the answer has no passwordStatus property")

// UnmarshalJSONFrom reads the object. The status is required, as in a PUT.
func (p *PasswordInfo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type object PasswordInfo // without this method
	type answer struct {
		object         `json:",embed"`
		PasswordStatus Opt[PasswordStatus] `json:"passwordStatus"`
		// The server may echo a clear password ("Providing direct access", sample of
		// the create call). Named here, it does not become part of Extra.
		Password discard `json:"password,case:ignore"`
	}
	var a answer
	if err := json.UnmarshalDecode(dec, &a); err != nil {
		return err
	}
	status, ok := a.PasswordStatus.Get()
	if !ok {
		return errNoPasswordStatus
	}
	*p = PasswordInfo(a.object)
	p.PasswordStatus = status
	return nil
}

// discard reads any value and keeps nothing of it.
type discard struct{}

func (discard) UnmarshalJSONFrom(dec *jsontext.Decoder) error { return dec.SkipValue() }
