package hdptest

import "net/http"

// health is "Get health check"; it needs no sign-in.
func (c *call) health() answer { return ok([]byte(`{"status":"active"}`)) }

// subject is the user whom /api/mgmt asks about: oneself, or with ?user= one
// whom 12, or OnBehalfOf and access, allows.
func (c *call) subject() (*account, *answer) {
	refuse := func(a answer) (*account, *answer) { return nil, &a }
	if !c.may(permMgmtAPI) {
		return refuse(c.lacksPermission())
	}
	name := c.q.query.Get("user")
	if name == "" {
		return c.op, nil
	}
	if !c.may(permOnBehalfOf) {
		return refuse(c.lacksPermission())
	}
	a := c.accounts.named(name)
	if a == nil {
		return refuse(c.refusal(http.StatusBadRequest, 222207031, "Invalid Progress ID userName."))
	}
	if !c.reaches(a.tenant) {
		return refuse(c.lacksPermission())
	}
	return a, nil
}

// whoAmI is "Get details on the user account": an id, no name. Its timestamp
// has a fraction.
func (c *call) whoAmI() answer {
	a, no := c.subject()
	if no != nil {
		return *no
	}
	out := struct {
		UserID             int64   `json:"userId"`
		PasswordExpiration *string `json:"passwordExpiration"`
		Permissions        []int64 `json:"permissions"`
	}{UserID: a.id, Permissions: sorted(c.effective(a.roles, a.permissions))}
	if t, ends := mustObject(a.password).stampOf("passwordExpiration"); ends {
		text := stamp(t) + ".0"
		out.PasswordExpiration = &text
	}
	return okJSON(out)
}

// myPermissions is "Get permissions on a user account" of /api/mgmt.
func (c *call) myPermissions() answer {
	a, no := c.subject()
	if no != nil {
		return *no
	}
	return okJSON(struct {
		UserID      int64   `json:"userId"`
		Permissions []int64 `json:"permissions"`
	}{a.id, sorted(c.effective(a.roles, a.permissions))})
}

// version is the "Version Information API".
func (c *call) version() answer {
	if c.quirks[VersionNeedsMgmtAPI] && !c.may(permMgmtAPI) {
		return c.lacksPermission()
	}
	return okJSON(struct {
		InstallType string
		HDPVersion  string
		WAPVersion  string
		DASVersion  string
	}{"LICENSED", "4.6.2.3430", "4.6.2.1407", "4.6.2.2113"})
}
