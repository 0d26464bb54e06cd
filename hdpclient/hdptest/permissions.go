package hdptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// permissionNames names the documented permissions. 24 is not documented.
func permissionNames() map[int64]string {
	return map[int64]string{
		1: "CreateDataSource", 2: "ViewDataSource", 3: "ModifyDataSource", 4: "DeleteDataSource",
		5: "UseDataSourceWithJDBC", 6: "UseDataSourceWithODBC", 7: "UseDataSourceWithOData",
		8: "WebUI", 9: "ChangePassword", 10: "SQLEditorWebUI", 11: "MgmtAPI", 12: "Administrator",
		13: "CreateUsers", 14: "ViewUsers", 15: "ModifyUsers", 16: "DeleteUsers", 17: "CreateRole",
		18: "ViewRole", 19: "ModifyRole", 20: "DeleteRole", 21: "OnBehalfOf", 22: "Configurations",
		23: "CORSwhitelist", 25: "TenantAPI", 26: "RegisterExternalAuthService", 27: "Limits",
		28: "OAuth", 29: "IPWhiteList", 30: "NoPasswordExpiration",
		// No document has ids above 30, but a newer server may.
		31: "DataSourceAudit", 47: "GatewayControl",
	}
}

func permissionIDs() []int64 {
	var ids []int64
	for id := range permissionNames() {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// listPermissions answers "Get permissions" of the Permissions API.
func (c *call) listPermissions() answer {
	if !c.may(permMgmtAPI) {
		return c.permissionDenied()
	}
	type permission struct {
		ID          int64  `json:"id"`
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	var out []permission
	for _, id := range permissionIDs() {
		name := permissionNames()[id]
		out = append(out, permission{id, name, "The " + name + " permission"})
	}
	return okJSON(map[string][]permission{"permissions": out})
}

// getPermissions answers "Get permissions on a user account".
func (c *call) getPermissions() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	return ok(appendPermissions(nil, a))
}

// putPermissions answers "Update permissions on a user account". Nobody can set their own
// (page "Working with user permissions").
func (c *call) putPermissions() answer {
	a, no := c.authorize(permModifyUsers)
	if no != nil {
		return *no
	}
	if a == c.op {
		return c.selfGrant()
	}
	after := *a
	if no := c.setPermissions(&after, string(c.q.body)); no != nil {
		return *no
	}
	if c.losesLastAdministrator(a, &after) {
		return c.inventedRefusal(http.StatusBadRequest, inventedLastAdmin)
	}
	*a = after
	return ok(appendPermissions(nil, a))
}

func (s *Server) selfGrant() answer {
	status := http.StatusForbidden
	if s.quirks[SelfGrantIs400] {
		status = http.StatusBadRequest
	}
	return s.inventedRefusal(status, inventedSelfEdit)
}

func (s *Server) losesLastAdministrator(before, after *account) bool {
	return s.isLastAdministrator(before) && !s.quirks[LastAdminUnguarded] &&
		!s.effectivePermissions(after.roles, after.permissions)[permAdministrator]
}

// setPermissions checks roles and permissions and gives them to the account. What the text
// leaves out is removed (page "Update permissions on a user account").
func (c *call) setPermissions(a *account, text string) *answer {
	refuse := func(no answer) *answer { return &no }
	o, err := parseObject(text)
	if err != nil {
		return refuse(c.badJSON(err.Error()))
	}
	var in struct {
		Roles       []int64 `json:"roles"`
		Permissions []int64 `json:"permissions"`
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return refuse(c.badJSON("not roles and permissions"))
	}
	if no := c.checkGrant(a.tenant, in.Roles, in.Permissions); no != nil {
		return no
	}
	a.roles, a.permissions, a.permissionsMore = in.Roles, in.Permissions, o.without("roles", "permissions")
	if c.quirks[UnknownDropped] {
		a.permissionsMore = nil
	}
	return nil
}

// lastUserPermission is the last one of the category that users need for their own data
// sources ("Permissions and default roles").
const lastUserPermission = permMgmtAPI

// checkGrant refuses rights that the operator may not give to a user of the tenant. They
// must have at least one role, of that tenant, and no tenant or elevated permission that the
// operator lacks (page "Providing direct access").
func (c *call) checkGrant(tenant int64, roles, permissions []int64) *answer {
	refuse := func(a answer) *answer { return &a }
	if len(roles) == 0 {
		return refuse(c.badJSON("roles is required"))
	}
	for _, id := range roles {
		r := c.role(id)
		if r == nil {
			return refuse(c.noRole(fmt.Sprint(id)))
		}
		if r.tenant != tenant {
			return refuse(c.inventedRefusal(http.StatusBadRequest, inventedForeignRole))
		}
	}
	for _, id := range permissions {
		if permissionNames()[id] == "" {
			return refuse(c.refusal(http.StatusNotFound, 222208553,
				fmt.Sprintf("There is no Permission with that id: %d", id)))
		}
	}
	for id := range c.effectivePermissions(roles, permissions) {
		if !c.may(id) && (id > lastUserPermission || c.quirks[GrantNeedsEveryPermission]) {
			return refuse(c.inventedRefusal(http.StatusForbidden, inventedElevation))
		}
	}
	return nil
}

// isLastAdministrator reports whether a is the only account with permission 12.
func (s *Server) isLastAdministrator(a *account) bool {
	if !s.effectivePermissions(a.roles, a.permissions)[permAdministrator] {
		return false
	}
	for _, id := range s.accounts.ids {
		o := s.accounts.byID[id]
		if o != a && s.effectivePermissions(o.roles, o.permissions)[permAdministrator] {
			return false
		}
	}
	return true
}

// role belongs to one tenant (page "Working with roles").
type role struct {
	id          int64
	name        string
	tenant      int64
	description string
	permissions []int64
}

func (s *Server) role(id int64) *role {
	for i := range s.roles {
		if s.roles[i].id == id {
			return &s.roles[i]
		}
	}
	return nil
}

type roleRow struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	TenantID    int64  `json:"tenantId"`
	Description string `json:"description"`
}

func (r role) row() roleRow { return roleRow{r.id, r.name, r.tenant, r.description} }

func (s *Server) usersOf(role int64) []int64 {
	users := []int64{}
	for _, id := range s.accounts.ids {
		if slices.Contains(s.accounts.byID[id].roles, role) {
			users = append(users, id)
		}
	}
	return users
}

// listRoles answers "Get roles", of one tenant if tenantID or tenantName is given.
func (c *call) listRoles() answer {
	if !c.may(permViewRole) {
		return c.permissionDenied()
	}
	wantID, wantName := c.q.query.Get("tenantID"), c.q.query.Get("tenantName")
	out := []roleRow{}
	for _, r := range c.roles {
		switch {
		case !c.canAccess(r.tenant):
		case wantID != "" && wantID != fmt.Sprint(r.tenant):
		case wantName != "" && wantName != c.tenantName(r.tenant):
		default:
			out = append(out, r.row())
		}
	}
	return okJSON(map[string][]roleRow{"roles": out})
}

// getRole answers "Get details on a role".
func (c *call) getRole() answer {
	r, no := c.authorizeRole(permViewRole)
	if no != nil {
		return *no
	}
	return okJSON(struct {
		roleRow
		Permissions []int64 `json:"permissions"`
		Users       []int64 `json:"users"`
	}{r.row(), append([]int64{}, r.permissions...), c.usersOf(r.id)})
}

// deleteRole answers "Delete a role": none of HDP's own, and none that somebody has.
func (c *call) deleteRole() answer {
	r, no := c.authorizeRole(permDeleteRole)
	switch {
	case no != nil:
		return *no
	case r.id <= roleTenantAdmin:
		return c.inventedRefusal(http.StatusBadRequest, inventedDefaultRole)
	case len(c.usersOf(r.id)) > 0 && c.quirks[RoleInUseIsNotFound]:
		return c.noRole(c.args[0])
	case len(c.usersOf(r.id)) > 0:
		return c.inventedRefusal(http.StatusBadRequest, inventedRoleInUse)
	}
	c.roles = slices.DeleteFunc(c.roles, func(other role) bool { return other.id == r.id })
	return answer{status: http.StatusNoContent}
}

// authorizeRole returns the role that the call is about, or the refusal.
func (c *call) authorizeRole(need int64) (role, *answer) {
	refuse := func(a answer) (role, *answer) { return role{}, &a }
	if !c.may(need) {
		return refuse(c.permissionDenied())
	}
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	r := c.role(id)
	switch {
	case err != nil || r == nil:
		return refuse(c.noRole(c.args[0]))
	case !c.canAccess(r.tenant):
		return refuse(c.permissionDenied())
	}
	return *r, nil
}

func (s *Server) noRole(id string) answer {
	return s.refusal(http.StatusNotFound, 222207924, "There is no Role with that id: "+id)
}
