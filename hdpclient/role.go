package hdpclient

import (
	"context"
	"strconv"
)

// Role is a role ("Get roles", "Get details on a role"). A role belongs to one tenant, and
// only accounts of that tenant can have it. A new tenant gets copies of the system tenant's
// roles, so names repeat; only the id is unique.
type Role struct {
	ID   int64 `json:"id"`
	Name Text  `json:"name"`
	// TenantID is the role's tenant.
	TenantID    Opt[int64] `json:"tenantId,omitzero"`
	Description Text       `json:"description,omitzero"`
	// Permissions are what the role grants, and Users the ids of the accounts that have it.
	// Only Client.Role returns them. Absent means that they are not known, not that there
	// are none.
	Permissions Opt[[]Permission] `json:"permissions,omitzero"`
	Users       Opt[[]int64]      `json:"users,omitzero"`
}

// Roles reads the roles of all tenants that the login may see, without their permissions
// (Roles API, "Get roles"). It needs ViewRole (18), which a helpdesk role may lack; the
// error is then ErrForbidden.
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	return getList[Role](ctx, c, readRequest("list roles", "/api/admin/roles", "roles"))
}

// Role reads the role with this id, with its permissions and users (Roles API, "Get details
// on a role"). It needs ViewRole (18) and access to the role's tenant. If there is no such
// role, the error is ErrNotFound with CodeRoleNotFound.
func (c *Client) Role(ctx context.Context, id int64) (Role, error) {
	r := readRequest("read role", "/api/admin/roles/"+strconv.FormatInt(id, 10), "id")
	a, err := c.send(ctx, r)
	if err != nil {
		return Role{}, err
	}
	role, err := decode[Role](r, a)
	if err == nil && role.ID != id {
		return Role{}, r.newResponseError(a, "the answer is about another role, or about none")
	}
	return role, err
}
