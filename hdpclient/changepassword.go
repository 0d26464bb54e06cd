package hdpclient

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxPasswordLength is the most characters that the API accepts in a new password. A
// policy may allow more.
const MaxPasswordLength = 32

// ChangePassword changes the password of c's own login from current to next, at most
// MaxPasswordLength characters (User Details API, "Change password"). It needs ChangePassword (9) or
// Administrator (12). An account that must change its password can still call it.
//
// It returns the server's new password info, absent if the response has no body. c
// keeps using the old password; call SetCredentials to change that. The request is sent
// once: see ErrOutcomeUnknown and ErrNotSent. A refusal may concern the login,
// ErrUnauthorized, or the new password.
func (c *Client) ChangePassword(ctx context.Context, current, next Secret) (Opt[PasswordInfo], error) {
	r := request{
		op: "change own password", method: http.MethodPut, path: "/api/admin/userdetails/changePassword",
		property: "passwordStatus", secret: next,
	}
	// Built by hand, because a Secret refuses to be marshalled.
	body, err := jsontext.AppendQuote([]byte(`{"currentPassword":`), current.Reveal())
	body, err2 := jsontext.AppendQuote(append(body, `,"newPassword":`...), next.Reveal())
	if err != nil || err2 != nil || current.IsZero() || next.IsZero() {
		return Opt[PasswordInfo]{}, r.newNotSent(responseError("a password is empty or not UTF-8"))
	}
	r.body = append(body, '}')
	a, err := c.send(ctx, r)
	if err != nil || len(a.body) == 0 {
		return Opt[PasswordInfo]{}, err
	}
	// HDP answers with the password info. Any other object comes from another program
	// and may be its error.
	info, err := decode[PasswordInfo](r, a)
	if err != nil {
		return Opt[PasswordInfo]{}, err
	}
	return Some(info), nil
}
