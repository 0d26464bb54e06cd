package hdptest

import "net/http"

// getHealth is "Get health check"; it needs no sign-in.
func (c *call) getHealth() answer { return ok([]byte(`{"status":"active"}`)) }

// findSubject is the user whom /api/mgmt asks about: oneself, or with ?user= one
// whom 12, or OnBehalfOf and access, allows.
func (c *call) findSubject() (*account, *answer) {
	refuse := func(a answer) (*account, *answer) { return nil, &a }
	if !c.may(permMgmtAPI) {
		return refuse(c.permissionDenied())
	}
	name := c.q.query.Get("user")
	if name == "" {
		return c.op, nil
	}
	if !c.may(permOnBehalfOf) {
		return refuse(c.permissionDenied())
	}
	a := c.accounts.find(name)
	if a == nil {
		return refuse(c.refusal(http.StatusBadRequest, 222207031, "Invalid Progress ID userName."))
	}
	if !c.canAccess(a.tenant) {
		return refuse(c.permissionDenied())
	}
	return a, nil
}

// whoAmI is "Get details on the user account": an id, no name. Its timestamp
// has a fraction.
func (c *call) whoAmI() answer {
	a, no := c.findSubject()
	if no != nil {
		return *no
	}
	out := struct {
		UserID             int64   `json:"userId"`
		PasswordExpiration *string `json:"passwordExpiration"`
		Permissions        []int64 `json:"permissions"`
	}{UserID: a.id, Permissions: sortedIDs(c.effectivePermissions(a.roles, a.permissions))}
	if t, ends := mustObject(a.password).timestamp("passwordExpiration"); ends {
		text := formatTimestamp(t) + ".0"
		out.PasswordExpiration = &text
	}
	return okJSON(out)
}

// getOwnPermissions is "Get permissions on a user account" of /api/mgmt.
func (c *call) getOwnPermissions() answer {
	a, no := c.findSubject()
	if no != nil {
		return *no
	}
	return okJSON(struct {
		UserID      int64   `json:"userId"`
		Permissions []int64 `json:"permissions"`
	}{a.id, sortedIDs(c.effectivePermissions(a.roles, a.permissions))})
}

// getVersion is the "Version Information API".
func (c *call) getVersion() answer {
	if c.quirks[VersionNeedsMgmtAPI] && !c.may(permMgmtAPI) {
		return c.permissionDenied()
	}
	return okJSON(struct {
		InstallType string
		HDPVersion  string
		WAPVersion  string
		DASVersion  string
	}{"LICENSED", "4.6.2.3430", "4.6.2.1407", "4.6.2.2113"})
}
