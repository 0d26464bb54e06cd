package hdptest

import (
	"net/http"
	"slices"
)

// putUser answers "Update a user account", which replaces all of it but the id. An absent
// passwordInfo keeps the present one: the documents do not say what becomes of it.
func (c *call) putUser() answer {
	a, no := c.authorizeWrite()
	if no != nil {
		return *no
	}
	in, no := c.readUserBody()
	if no != nil {
		return *no
	}
	after := *a
	after.userName = in.UserName
	if in.TenantID != nil && *in.TenantID != a.tenant && !c.quirks[MoveIgnored] {
		if c.quirks[MoveRefused] {
			return c.inventedRefusal(http.StatusBadRequest, inventedMove)
		}
		after.tenant = *in.TenantID
	}
	if no := c.fillUser(&after, in); no != nil {
		return *no
	}
	sameRights := slices.Equal(a.roles, after.roles) && slices.Equal(a.permissions, after.permissions)
	switch {
	case a == c.op && !sameRights:
		return c.selfGrant()
	case c.losesLastAdministrator(a, &after):
		return c.inventedRefusal(http.StatusBadRequest, inventedLastAdmin)
	}
	if in.PasswordInfo != nil {
		if no := c.setUserPassword(&after, string(in.PasswordInfo)); no != nil {
			return *no
		}
	}
	c.accounts.remove(a.id)
	*a = after
	c.accounts.add(a)
	b := append(c.appendUser(nil, a, false), `,"authenticationInfo":`...)
	return ok(append(append(b, authInfoJSON(a)...), '}'))
}
