package hdpclient

import (
	"context"
	"slices"
)

// Self is the caller's own account (Management API, "Get details on the user account").
// The server returns neither its name nor its tenant here.
type Self struct {
	UserID int64 `json:"userId"`
	// PasswordExpiration is when the password expires, UTC; absent or null means never.
	PasswordExpiration Opt[Timestamp] `json:"passwordExpiration,omitzero"`
	// Permissions are all permissions of the account, including those of its roles.
	Permissions []Permission `json:"permissions"`
}

// Has reports whether the account has the permission itself. It does not consider that
// Administrator includes every other one.
func (s Self) Has(p Permission) bool { return slices.Contains(s.Permissions, p) }

// Self reads the caller's own account. It needs MgmtAPI (11), which a helpdesk role may
// lack; the error is then ErrForbidden.
func (c *Client) Self(ctx context.Context) (Self, error) {
	r := freshReadRequest("read own account", "/api/mgmt/user", "userId") // a cache may return another account
	a, err := c.send(ctx, r)
	if err != nil {
		return Self{}, err
	}
	self, err := decode[Self](r, a)
	if err == nil && self.UserID == 0 {
		return Self{}, r.newResponseError(a, "the answer has no userId property")
	}
	return self, err
}
