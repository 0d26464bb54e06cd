package hdpclient

import "context"

// UserLimits are the limits set on one account ("Get limits set on user accounts"). For a
// limit that is not among them, that of the tenant or the system applies.
type UserLimits struct {
	UserID   int64   `json:"userId"`
	UserName Text    `json:"userName"`
	Limits   []Limit `json:"limits"`
}

// Limit is a limit with its value ("Limits API"). An account can have limits 1, the rows of
// a query, and 6, its concurrent OData queries. The Web UI also offers 14 and 15.
type Limit struct {
	ID    int64 `json:"id"`
	Value int64 `json:"value"`
}

// UserLimits reads the limits of every account, also of those without any (Limits API, "Get
// limits set on user accounts"). There is no call for one account. Like similar calls, it
// seems to need Limits (27), which a helpdesk role lacks; the error is then ErrForbidden.
func (c *Client) UserLimits(ctx context.Context) ([]UserLimits, error) {
	r := readRequest("list limits of users", "/api/admin/limits/users", "userLimits")
	r.maxBody = maxUserLimits
	return getList[UserLimits](ctx, c, r)
}

// maxUserLimits is enough for half a million accounts.
const maxUserLimits = 64 << 20
