package hdptest

import (
	"encoding/json"
	"net/http"
	"unicode/utf8"
)

func authInfoJSON(a *account) []byte {
	if a.authInfo != "" {
		return []byte(a.authInfo)
	}
	return encode(map[string][]AuthUser{"authUsers": a.allAuthUsers()})
}

// lacksAuthInfo reports whether the object was never set and HDP makes none itself.
func (s *Server) lacksAuthInfo(a *account) bool {
	return s.quirks[AuthInfoMissing] && len(a.authUsers) == 0
}

// getAuthInfo answers "Get authentication information".
func (c *call) getAuthInfo() answer {
	a, no := c.authorize(permViewUsers)
	switch {
	case no != nil:
		return *no
	case c.lacksAuthInfo(a):
		return ok([]byte(`{}`))
	}
	return ok(authInfoJSON(a))
}

// putAuthInfo answers "Update authentication information", which replaces the whole list.
func (c *call) putAuthInfo() answer {
	a, no := c.authorize(permModifyUsers)
	if no != nil {
		return *no
	}
	if no := c.setAuthInfo(a, string(c.q.body)); no != nil {
		return *no
	}
	return ok(authInfoJSON(a))
}

// setAuthInfo checks an authenticationInfo and gives it to the account.
func (c *call) setAuthInfo(a *account, text string) *answer {
	refuse := func(no answer) *answer { return &no }
	o, err := parseObject(text)
	if err != nil {
		return refuse(c.badJSON(err.Error()))
	}
	var in struct {
		AuthUsers []AuthUser `json:"authUsers"`
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil || len(in.AuthUsers) == 0 {
		return refuse(c.badJSON("authUsers is required"))
	}
	for _, u := range in.AuthUsers {
		if u.AuthUserName == "" || utf8.RuneCountInString(u.AuthUserName) > 128 {
			return refuse(c.badJSON("value of authUserName"))
		}
		if !isServiceAvailable(u.AuthServiceID, a.tenant) {
			return refuse(c.inventedRefusal(http.StatusBadRequest, inventedForeignService))
		}
		if c.quirks[SignInNamesUnique] && c.isSignInTaken(u, a) {
			return refuse(c.inventedRefusal(http.StatusBadRequest, inventedSignInTaken))
		}
	}
	a.authUsers, a.authInfo = in.AuthUsers, o.String()
	if c.quirks[UnknownDropped] {
		a.authInfo = ""
	}
	return nil
}

// isSignInTaken reports whether an account other than a has the sign-in name.
func (s *Server) isSignInTaken(u AuthUser, a *account) bool {
	for _, id := range s.accounts.ids {
		if other := s.accounts.byID[id]; id != a.id && other.signsInAs(u.AuthUserName, u.AuthServiceID) {
			return true
		}
	}
	return false
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
