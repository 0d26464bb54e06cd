package hdpclient

import (
	"context"
	"slices"
)

// Self is the acting account as it sees itself (Management API, "Get details on
// the user account"). The server tells neither its name nor its tenant here.
type Self struct {
	UserID int64 `json:"userId"`
	// PasswordExpiration is when the password expires, UTC; absent or null: never.
	PasswordExpiration Opt[Timestamp] `json:"passwordExpiration,omitzero"`
	// Permissions are all that the account has, those of its roles included.
	Permissions []Permission `json:"permissions"`
}

// Has reports whether the account has the permission itself. Administrator
// stands for every other one, which is not counted here.
func (s Self) Has(p Permission) bool { return slices.Contains(s.Permissions, p) }

// Self reads the acting account. It needs MgmtAPI (11), which a helpdesk role
// may lack: then the error is ErrForbidden.
func (c *Client) Self(ctx context.Context) (Self, error) {
	r := freshReadRequest("read own account", "/api/mgmt/user", "userId") // a cache may hold somebody else's
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
