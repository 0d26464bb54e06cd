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
	return getList[Tenant](ctx, c, readRequest("list tenants", "/api/admin/tenants", "tenants"))
}

// TenantsAdministered reads the ids of the tenants that the account with this id has
// administrative access to (Users API, "Get tenants administered"). Its permissions for
// accounts and roles count in these tenants only, unless it has Administrator (12). The call
// needs ViewUsers (14) and access to the account's own tenant.
func (c *Client) TenantsAdministered(ctx context.Context, id int64) ([]int64, error) {
	return getList[int64](ctx, c, readRequest("read tenants administered", userPath(id, "/tenantsadministered"), "tenantsAdministered"))
}
