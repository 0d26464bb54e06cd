package hdptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"
)

// createUser answers "Create a user account".
func (c *call) createUser() answer {
	if !c.may(permCreateUsers) {
		return c.permissionDenied()
	}
	a, no := c.readNewUser()
	if no != nil {
		return *no
	}
	a.id = c.accounts.nextID()
	c.accounts.add(a)
	if c.quirks[CreateAnswersLocation] {
		at := fmt.Sprintf("%s/api/admin/users/%d", c.URL, a.id)
		return answer{status: http.StatusCreated, header: http.Header{"Location": {at}}}
	}
	b := c.appendUser(nil, a, false)
	b = append(b, `,"authenticationInfo":`...)
	b = append(append(b, authInfoJSON(a)...), '}')
	if c.quirks[CreateEchoesPassword] && !a.keyless {
		o := mustObject(string(b))
		p, _ := o.get("passwordInfo")
		b = []byte(o.with("passwordInfo",
			mustObject(p).with("password", string(encode(a.secret))).String()).String())
	}
	if c.quirks[CreateAnswers201] {
		return answer{status: http.StatusCreated, body: b}
	}
	return ok(b)
}

// readNewUser reads the account in the body of a creation.
func (c *call) readNewUser() (*account, *answer) {
	in, no := c.readUserBody()
	if no != nil {
		return nil, no
	}
	a := &account{userName: in.UserName, tenant: c.op.tenant}
	if in.TenantID != nil {
		a.tenant = *in.TenantID
	}
	if no := c.fillUser(a, in); no != nil {
		return nil, no
	}
	return a, c.setUserPassword(a, string(in.PasswordInfo))
}

// userBody is the body of "Create a user account" and of "Update a user account".
type userBody struct {
	UserName           string          `json:"userName"`
	TenantID           *int64          `json:"tenantId"`
	StatusInfo         json.RawMessage `json:"statusInfo"`
	PasswordInfo       json.RawMessage `json:"passwordInfo"`
	Permissions        json.RawMessage `json:"permissions"`
	AuthenticationInfo json.RawMessage `json:"authenticationInfo"`
}

func (c *call) readUserBody() (userBody, *answer) {
	refuse := func(a answer) (userBody, *answer) { return userBody{}, &a }
	var in userBody
	if err := json.Unmarshal(c.q.body, &in); err != nil {
		return refuse(c.badJSON("not a user"))
	}
	if in.UserName == "" || utf8.RuneCountInString(in.UserName) > 128 {
		return refuse(c.badJSON("userName"))
	}
	return in, nil
}

// fillUser checks a body and gives it to an account with that name and tenant, except for
// the password.
func (c *call) fillUser(a *account, in userBody) *answer {
	refuse := func(no answer) *answer { return &no }
	switch {
	case c.tenant(a.tenant) == nil:
		return refuse(c.noTenant(fmt.Sprint(a.tenant)))
	case !c.canAccess(a.tenant):
		return refuse(c.permissionDenied())
	case c.isNameTaken(a):
		return refuse(c.inventedRefusal(http.StatusBadRequest, inventedDuplicateName))
	}
	status, why := c.checkObject(string(in.StatusInfo), statusRules())
	if why != "" {
		return refuse(c.badJSON(why))
	}
	a.status = status.String()
	if no := c.setPermissions(a, string(in.Permissions)); no != nil {
		return no
	}
	// Without this object, HDP makes one itself ("authenticationInfo Object").
	a.authUsers, a.authInfo = []AuthUser{{a.userName, internalService}}, ""
	if in.AuthenticationInfo != nil {
		return c.setAuthInfo(a, string(in.AuthenticationInfo))
	}
	return nil
}

// isNameTaken reports whether another account has the name, so that this one may not.
func (s *Server) isNameTaken(a *account) bool {
	return slices.ContainsFunc(s.accounts.named(a.userName), func(other *account) bool {
		return other.id != a.id && (other.tenant == a.tenant || !s.quirks[NamesUniquePerTenant]) &&
			(other.userName == a.userName || !s.quirks[NamesCaseSensitive])
	})
}

// setUserPassword reads the passwordInfo of a whole user, the only one that may hold a
// password. A creation in "Working with user permissions" has none: nobody can sign in with
// one then.
func (c *call) setUserPassword(a *account, text string) *answer {
	refuse := func(no answer) *answer { return &no }
	if text == "" {
		text = `{"passwordStatus":2}`
	}
	o, why := c.checkObject(text, []propertyRule{
		{"password", false, func(raw string) bool { _, is := unquote(raw); return is }},
		{"passwordStatus", false, oneOf("1", "2")},
		{"passwordExpiration", false, timestampOrNull},
	})
	if why != "" {
		return refuse(c.badJSON(why))
	}
	raw, given := o.get("password")
	secret, _ := unquote(raw)
	switch {
	case !given && a.id != 0: // it keeps the one it has
	case !given && c.quirks[CreateNeedsPassword] && a.hasInternalAuth():
		return refuse(c.inventedRefusal(http.StatusBadRequest, inventedNoPassword))
	case !given:
		a.keyless = true
	case utf8.RuneCountInString(secret) > maxPassword || !c.policyAllows(a.userName, secret):
		return refuse(c.inventedRefusal(http.StatusBadRequest, inventedWeakPassword))
	default:
		a.setSecret(secret)
	}
	o = o.without("password")
	if _, given := o.get("passwordStatus"); !given {
		o = append(object{{"passwordStatus", "2"}}, o...)
	}
	if c.quirks[CreateActivatesPassword] {
		o = o.with("passwordStatus", "1")
	}
	a.password = o.String()
	return nil
}
