package hdpclient

import "context"

// SystemTenant is the id of the tenant above all others ("Get tenants").
const SystemTenant = 1

// Tenant is a tenant ("Get tenants"). Two may have the same name; only the id is
// unique.
type Tenant struct {
	ID   int64 `json:"id"`
	Name Text  `json:"name"`
}

// Tenants reads the tenants. It needs TenantAPI (25), which a helpdesk role may lack;
// the error is then ErrForbidden. The list of users contains the names as well.
func (c *Client) Tenants(ctx context.Context) ([]Tenant, error) {
	r := readRequest("list tenants", "/api/admin/tenants", "tenants")
	type list struct {
		Tenants Opt[[]Tenant] `json:"tenants"`
	}
	a, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := decode[list](r, a)
	if err == nil && answer.Tenants.IsZero() {
		return nil, r.newResponseError(a, "the answer has no tenants property")
	}
	return answer.Tenants.Or(nil), err
}
