package hdptest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The permissions that calls require (page "Permissions and default roles").
const (
	permViewDataSource = 2
	permChangePassword = 9
	permMgmtAPI        = 11
	permAdministrator  = 12
	permCreateUsers    = 13
	permViewUsers      = 14
	permModifyUsers    = 15
	permDeleteUsers    = 16
	permViewRole       = 18
	permDeleteRole     = 20
	permOnBehalfOf     = 21
	permConfigurations = 22
	permTenantAPI      = 25
	permAuthService    = 26
	permLimits         = 27
	permIPWhiteList    = 29
	permNoExpiration   = 30
)

// call is one request by a signed-in operator. The server's lock is held.
type call struct {
	*Server
	q     *request
	now   time.Time
	op    *account
	perms map[int64]bool
	args  []string // the path segments in place of the route's {}
}

// effectivePermissions joins the explicit permissions of an account with those of its
// roles.
func (s *Server) effectivePermissions(roles, permissions []int64) map[int64]bool {
	out := map[int64]bool{}
	for _, p := range permissions {
		out[p] = true
	}
	for _, id := range roles {
		if r := s.role(id); r != nil {
			for _, p := range r.permissions {
				out[p] = true
			}
		}
	}
	return out
}

func sortedIDs(set map[int64]bool) []int64 {
	out := make([]int64, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (c *call) isAdmin() bool { return c.perms[permAdministrator] }

// may applies the rule of nearly every page: permission 12, or one of those named.
func (c *call) may(any ...int64) bool {
	return c.isAdmin() || slices.ContainsFunc(any, func(p int64) bool { return c.perms[p] })
}

// mayAll does the same for pages that name several permissions, all of which are needed.
func (c *call) mayAll(all ...int64) bool {
	return c.isAdmin() || !slices.ContainsFunc(all, func(p int64) bool { return !c.perms[p] })
}

// canAccess reports whether the operator has administrative access to a tenant.
func (c *call) canAccess(tenant int64) bool {
	return c.isAdmin() || slices.Contains(c.op.administered, tenant)
}

// authorize returns the account that the call is about, or the refusal: the operator
// needs the permission and access to the account's tenant.
func (c *call) authorize(need int64) (*account, *answer) {
	refuse := func(a answer) (*account, *answer) { return nil, &a }
	if !c.may(need) {
		return refuse(c.permissionDenied())
	}
	id, err := strconv.ParseInt(c.args[0], 10, 64)
	a := c.accounts.byID[id]
	switch {
	case err != nil || a == nil:
		return refuse(c.noUser(c.args[0]))
	case c.canAccess(a.tenant):
		return a, nil
	case c.quirks[OutsideIsNotFound]:
		return refuse(c.noUser(c.args[0]))
	case c.quirks[OutsideIsBare]:
		return refuse(answer{status: http.StatusForbidden})
	}
	return refuse(c.permissionDenied())
}

// authorizeWrite does the same for a write that operators might make to their own account.
func (c *call) authorizeWrite() (*account, *answer) {
	a, no := c.authorize(permModifyUsers)
	if no == nil && a == c.op && c.quirks[SelfEditRefused] {
		refused := c.inventedRefusal(http.StatusForbidden, inventedSelfEdit)
		return nil, &refused
	}
	return a, no
}
