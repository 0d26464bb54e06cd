package hdptest

// getHealth answers "Get health check", which needs no sign-in.
func (c *call) getHealth() answer { return ok([]byte(`{"status":"active"}`)) }

// findSubject returns the user that /api/mgmt is asked about: the operator, or with ?user=
// another one, for which permission 12 is needed, or OnBehalfOf and access to the tenant.
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
		return refuse(c.noUserName())
	}
	if !c.canAccess(a.tenant) {
		return refuse(c.permissionDenied())
	}
	return a, nil
}

// whoAmI answers "Get details on the user account", with an id but no name. Its
// timestamp has a fraction.
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

// getOwnPermissions answers "Get permissions on a user account" of /api/mgmt.
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

// getVersion answers the "Version Information API".
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
