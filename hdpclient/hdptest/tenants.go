package hdptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// systemTenant is the parent of the other tenants (page "Get tenants").
const systemTenant = 1

// tenant is identified by its id: two may have the same name.
type tenant struct {
	id          int64
	name        string
	description string
}

func (s *Server) tenant(id int64) *tenant {
	for i := range s.tenants {
		if s.tenants[i].id == id {
			return &s.tenants[i]
		}
	}
	return nil
}

func (s *Server) tenantName(id int64) string {
	if t := s.tenant(id); t != nil {
		return t.name
	}
	return ""
}

func (s *Server) noTenant(id string) answer {
	return s.refusal(http.StatusNotFound, 222208573, "There is no Tenant with that id: "+id+".")
}

// listTenants answers "Get tenants".
func (c *call) listTenants() answer {
	if !c.may(permTenantAPI) {
		return c.permissionDenied()
	}
	type row struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	out := []row{}
	for _, t := range c.tenants {
		if c.canAccess(t.id) {
			out = append(out, row{t.id, t.name})
		}
	}
	return okJSON(map[string][]row{"tenants": out})
}

// authorizeTenant returns the tenant that the call is about, or the refusal.
func (c *call) authorizeTenant() (*tenant, *answer) {
	refuse := func(a answer) (*tenant, *answer) { return nil, &a }
	if !c.may(permTenantAPI) {
		return refuse(c.permissionDenied())
	}
	for i := range c.tenants {
		if t := &c.tenants[i]; fmt.Sprint(t.id) == c.args[0] {
			if !c.canAccess(t.id) {
				return refuse(c.permissionDenied())
			}
			return t, nil
		}
	}
	return refuse(c.noTenant(c.args[0]))
}

// getTenant answers "Get information on a tenant". Roles and admins need details=true.
func (c *call) getTenant() answer {
	t, no := c.authorizeTenant()
	if no != nil {
		return *no
	}
	out := struct {
		ID           int64   `json:"id"`
		Name         string  `json:"name"`
		Description  string  `json:"description"`
		ParentTenant *int64  `json:"parentTenant"`
		Status       int     `json:"status"`
		Roles        []int64 `json:"roles,omitempty"`
		Admins       []int64 `json:"admins,omitempty"`
	}{ID: t.id, Name: t.name, Description: t.description, Status: 1}
	if t.id != systemTenant {
		parent := int64(systemTenant)
		out.ParentTenant = &parent
	}
	if c.q.query.Get("details") == "true" {
		for _, r := range c.roles {
			if r.tenant == t.id {
				out.Roles = append(out.Roles, r.id)
			}
		}
		out.Admins = c.adminsOf(t.id)
	}
	return okJSON(out)
}

func (c *call) adminsOf(tenant int64) []int64 {
	out := []int64{}
	for _, id := range c.accounts.ids {
		if slices.Contains(c.accounts.byID[id].administered, tenant) {
			out = append(out, id)
		}
	}
	return out
}

// getTenantAdmins answers "Get the list of administrators" of a tenant.
func (c *call) getTenantAdmins() answer {
	t, no := c.authorizeTenant()
	if no != nil {
		return *no
	}
	return okJSON(map[string][]int64{"admins": c.adminsOf(t.id)})
}

// getTenantsAdministered answers "Get tenants administered".
func (c *call) getTenantsAdministered() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	return ok(administeredJSON(a))
}

func administeredJSON(a *account) []byte {
	return append(appendIDs([]byte(`{"tenantsAdministered":`), a.administered), '}')
}

// putTenantsAdministered answers "Update tenants administered", which needs permission 12,
// or 25 and 15.
func (c *call) putTenantsAdministered() answer {
	a, no := c.authorize(permModifyUsers)
	if no != nil {
		return *no
	}
	if !c.may(permTenantAPI) {
		return c.permissionDenied()
	}
	var in struct {
		TenantsAdministered *[]int64 `json:"tenantsAdministered"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || in.TenantsAdministered == nil {
		return c.badJSON("tenantsAdministered is required")
	}
	for _, id := range *in.TenantsAdministered {
		switch {
		case c.tenant(id) == nil:
			return c.noTenant(fmt.Sprint(id))
		case !c.canAccess(id), a.tenant != systemTenant && a.tenant != id:
			// Users of a child tenant can administer only that one.
			return c.permissionDenied()
		}
	}
	a.administered = *in.TenantsAdministered
	return ok(administeredJSON(a))
}
