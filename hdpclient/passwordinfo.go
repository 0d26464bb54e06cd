package hdpclient

import (
	"context"
	"fmt"
	"net/http"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// PasswordStatus says whether a password is valid. A value that the documents do not
// name is kept and shown as a number.
type PasswordStatus int64

// The documented values of PasswordStatus.
const (
	PasswordActive     PasswordStatus = 1
	PasswordMustChange PasswordStatus = 2 // must be changed at the next sign-in
)

// String returns "active", "must change", or the number of an unknown status.
func (s PasswordStatus) String() string {
	switch s {
	case PasswordActive:
		return "active"
	case PasswordMustChange:
		return "must change"
	}
	return fmt.Sprintf("password status %d", int64(s))
}

// PasswordInfo describes an account's password without containing it (Users API,
// "Update password info on a user account"). A PUT replaces the whole object: without
// an expiration, the server deletes it and the password never expires.
type PasswordInfo struct {
	// PasswordStatus is required by the server.
	PasswordStatus PasswordStatus `json:"passwordStatus"`
	// PasswordExpiration is when the password expires, UTC; absent or null means never.
	PasswordExpiration Opt[Timestamp] `json:"passwordExpiration,omitzero"`
	// Extra holds the properties that this package does not know, as one JSON object.
	// They are sent back verbatim, except any property named password, which is dropped
	// when it is decoded: see Withheld.
	Extra jsontext.Value `json:",embed"`

	withheld   bool
	statusForm wireForm
}

// Withheld reports whether a password was dropped from inside an unknown property.
// Sending the object back would delete that password. The object's own password does
// not count: a PUT takes none.
func (p PasswordInfo) Withheld() bool { return p.withheld }

const errNoPasswordStatus responseError = "the answer has no passwordStatus property"

// MarshalJSONTo writes the object, with the status in the form in which it came.
func (p PasswordInfo) MarshalJSONTo(enc *jsontext.Encoder) error {
	type object PasswordInfo // without this method
	return json.MarshalEncode(enc, &struct {
		PasswordStatus jsontext.Value `json:"passwordStatus"`
		object         `json:",embed"`
	}{p.statusForm.encodeInteger(int64(p.PasswordStatus)), object(p)})
}

// UnmarshalJSONFrom reads the object. The status is required, as in a PUT.
func (p *PasswordInfo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type object PasswordInfo // without this method
	type answer struct {
		object         `json:",embed"`
		PasswordStatus Opt[loose[int64]] `json:"passwordStatus"`
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
	p.PasswordStatus, p.statusForm = PasswordStatus(status.value), status.form
	var removed dropped
	p.Extra, removed = withoutPasswords(p.Extra)
	p.withheld = removed&droppedWithin != 0
	return nil
}

// PasswordInfo reads the password info of the account with this id (Users API, "Get
// password info on a user account"). It needs ViewUsers (14) and access to the
// account's tenant. An answer from a cache is ErrCached.
func (c *Client) PasswordInfo(ctx context.Context, id int64) (PasswordInfo, error) {
	return get[PasswordInfo](ctx, c, freshReadRequest("read password info", userPath(id, "/passwordinfo"), "passwordStatus"))
}

// UpdatePasswordInfo replaces the password info of the account with this id: if p has
// no expiration, the server deletes it and the password never expires (Users API,
// "Update password info on a user account"). It cannot set a password. It returns what
// the server echoes as stored, absent if the response has no body. It needs ModifyUsers
// (15) and access to the account's tenant. The request is sent once: see
// ErrOutcomeUnknown and ErrNotSent.
func (c *Client) UpdatePasswordInfo(ctx context.Context, id int64, p PasswordInfo) (Opt[PasswordInfo], error) {
	return put(ctx, c, "update password info", userPath(id, "/passwordinfo"), "passwordStatus", p)
}

// ResetPassword gives the account with this id a temporary password of at most
// MaxPasswordLength characters, which the user must change at the next sign-in (Users API, "Reset the
// password on a user account"). HDP answers without a body; any body makes the outcome
// ErrOutcomeUnknown. The documents do not say that a reset unlocks. It needs
// ModifyUsers (15) and access to the account's tenant. The request is sent once: see
// ErrOutcomeUnknown and ErrNotSent.
func (c *Client) ResetPassword(ctx context.Context, id int64, password Secret) error {
	// Built by hand, because a Secret refuses to be marshalled.
	body, err := jsontext.AppendQuote([]byte(`{"newPassword":`), password.Reveal())
	r := request{
		op: "reset password", method: http.MethodPut, path: userPath(id, "/resetpassword"),
		body: append(body, '}'), secret: password,
	}
	if err != nil || password.IsZero() {
		return r.newNotSent(responseError("the new password is empty or not UTF-8"))
	}
	a, err := c.send(ctx, r)
	if err == nil && len(a.body) > 0 {
		return r.newResponseError(a, "the answer to a reset has no body, but this one has")
	}
	return err
}
