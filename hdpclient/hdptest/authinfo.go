package hdptest

import (
	"encoding/json"
	"net/http"
	"unicode/utf8"
)

func authInfoJSON(a *account) []byte {
	return encode(map[string][]AuthUser{"authUsers": a.allAuthUsers()})
}

// getAuthInfo answers "Get authentication information".
func (c *call) getAuthInfo() answer {
	a, no := c.authorize(permViewUsers)
	if no != nil {
		return *no
	}
	return ok(authInfoJSON(a))
}

// putAuthInfo answers "Update authentication information", which replaces the whole list.
func (c *call) putAuthInfo() answer {
	a, no := c.authorize(permModifyUsers)
	if no != nil {
		return *no
	}
	var in struct {
		AuthUsers []AuthUser `json:"authUsers"`
	}
	if err := json.Unmarshal(c.q.body, &in); err != nil || len(in.AuthUsers) == 0 {
		return c.badJSON("authUsers is required")
	}
	for _, u := range in.AuthUsers {
		if u.AuthUserName == "" || utf8.RuneCountInString(u.AuthUserName) > 128 {
			return c.badJSON("value of authUserName")
		}
		if !isServiceAvailable(u.AuthServiceID, a.tenant) {
			return c.inventedRefusal(http.StatusBadRequest, inventedForeignService)
		}
	}
	a.authUsers = in.AuthUsers
	return ok(authInfoJSON(a))
}

type authService struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	TenantID    int64  `json:"tenantId"`
	Description string `json:"description"`
	TenantName  string `json:"tenantName,omitempty"`
}

func authServices() []authService {
	return []authService{
		{ID: internalService, Name: "Internal", TenantID: 1, Description: "Internal authentication service"},
		{ID: 2, Name: "LDAP1", TenantID: 1, Description: "Corporate directory"},
		{ID: 3, Name: "SalesSSO", TenantID: 56, Description: "SAML of Sales"},
	}
}

// isServiceAvailable reports whether users of the tenant may use the service: it must
// belong to the system tenant or to theirs.
func isServiceAvailable(service, tenant int64) bool {
	for _, v := range authServices() {
		if v.ID == service {
			return v.TenantID == systemTenant || v.TenantID == tenant
		}
	}
	return false
}

// listServices answers "Get authentication services".
func (c *call) listServices() answer {
	if !c.may(permAuthService) {
		return c.permissionDenied()
	}
	all := authServices()
	if c.q.query.Get("details") == "true" {
		for i := range all {
			all[i].TenantName = c.tenantName(all[i].TenantID)
		}
	}
	return okJSON(map[string][]authService{"authServices": all})
}
