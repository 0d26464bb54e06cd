package hdpclient

import (
	"context"
	"net/http"
)

// DeleteUser deletes the account with this id (Users API, "Delete a user account"). That
// cannot be undone: ids are generated, and a password cannot be read. The documents do not
// say what becomes of the account's data sources, shares, connectors, limits and IP list.
// Deactivating it keeps everything, and ends all access as well.
//
// The page gives 204 as the status and {"success":true} as the body. Any other body makes
// the outcome ErrOutcomeUnknown. It needs DeleteUsers (16) and access to the account's
// tenant. ErrNotFound with CodeUserNotFound means that there is no such account, perhaps no
// longer; to read that back, use StatusInfo, which no cache may answer. HDP requires that one
// account keeps Administrator (12), but its documents give no code for that refusal, and do
// not say whether one may delete oneself. The request is sent once: see ErrOutcomeUnknown
// and ErrNotSent.
func (c *Client) DeleteUser(ctx context.Context, id int64) error {
	r := request{op: "delete user", method: http.MethodDelete, path: userPath(id, "")}
	a, err := c.send(ctx, r)
	if err != nil || len(a.body) == 0 {
		return err
	}
	answer, err := decode[struct {
		Success Opt[loose[bool]] `json:"success"`
	}](r, a)
	if err == nil && !answer.Success.value.value {
		return r.newResponseError(a, "the answer does not say that the account is deleted")
	}
	return err
}
