package hdpclient

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// NewUser is an account to create ("Create a user account").
type NewUser struct {
	// UserName has at most 128 characters and must be new. The documents do not say whether
	// in the system or in the tenant, nor whether case counts.
	UserName string
	// TenantID is the account's tenant. If it is absent, HDP takes the tenant that the
	// caller's own account belongs to.
	TenantID   Opt[int64]
	StatusInfo StatusInfo
	// Password has at most MaxPasswordLength characters. The zero Secret sends none, as for
	// an account that only external services authenticate.
	Password Secret
	// PasswordInfo says whether the password must be changed, and when it expires. Absent
	// means PasswordMustChange if there is a Password, and nothing otherwise. The documents
	// do not say that HDP makes an administrator's password temporary itself.
	PasswordInfo Opt[PasswordInfo]
	// Permissions need at least one role of the account's tenant.
	Permissions Permissions
	// AuthInfo are the sign-in names. If they are absent, HDP makes one: the user name at
	// the internal service.
	AuthInfo Opt[AuthInfo]
}

// CreatedUser is the answer to a creation.
type CreatedUser struct {
	// ID is the new account's id, 0 if the answer does not contain it. The account exists
	// then too: look it up by its name.
	ID int64
	// Echo is the account as the server repeats it, without the password. It is absent if
	// the response has no body, or has the password in a property of another name.
	Echo Opt[User]
}

// CreateUser creates an account (Users API, "Create a user account"). The documents do not
// give the HTTP status of the answer: any 2xx is a success if it has no body, or one about
// this account. They show the password in it, which is dropped here.
//
// It needs CreateUsers (13) and access to the account's tenant. HDP refuses a role or a
// service of another tenant, and a tenant or elevated permission that the caller lacks. Its
// documents give no codes for these refusals, nor for a name that exists or a weak password.
// Without a name or a role, nothing is sent.
//
// The request is sent once: see ErrOutcomeUnknown and ErrNotSent. After ErrOutcomeUnknown,
// look the name up before anything else: nothing keeps a second request from creating
// another account. A cache may answer UsersByAuthName, but not StatusInfo.
func (c *Client) CreateUser(ctx context.Context, u NewUser) (CreatedUser, error) {
	r := request{op: "create user", method: http.MethodPost, path: usersPath, property: "id", secret: u.Password}
	switch {
	case u.UserName == "" || !utf8.ValidString(u.UserName):
		return CreatedUser{}, r.newNotSent(responseError("the user name is empty or not UTF-8"))
	case len(u.Permissions.Roles) == 0:
		return CreatedUser{}, r.newNotSent(errNoRole)
	}
	var err error
	if r.body, err = u.encode(); err != nil {
		return CreatedUser{}, r.newNotSent(responseError("the account cannot be written as JSON"))
	}
	a, err := c.send(ctx, r)
	if err != nil {
		return CreatedUser{}, err
	}
	return r.readCreated(a, u.UserName)
}

// readCreated reads the answer to the creation of an account with that name.
func (r request) readCreated(a response, name string) (CreatedUser, error) {
	if len(a.body) == 0 {
		return CreatedUser{ID: idFromLocation(a.location)}, nil
	}
	a.body, _ = withoutPasswords(a.body)
	echo, err := decode[User](r, a)
	switch {
	case err != nil:
		return CreatedUser{}, err
	case echo.UserName.IsZero() && echo.ID == 0:
		return CreatedUser{}, r.newResponseError(a, "the answer is not about an account")
	case !echo.UserName.IsZero() && !strings.EqualFold(echo.UserName.Raw(), name):
		return CreatedUser{}, r.newResponseError(a, "the answer is about another account")
	}
	created := CreatedUser{ID: cmp.Or(echo.ID, idFromLocation(a.location))}
	// A server that repeats the password under another name gets no further.
	if text := string(a.body); (secrets{r.secret.Reveal()}).scrub(text) == text {
		created.Echo = Some(echo)
	}
	return created, nil
}

// encode returns the body of the request. NewUser itself cannot be marshalled, like every
// Secret.
func (u NewUser) encode() ([]byte, error) {
	passwordInfo, err := u.encodePasswordInfo()
	if err != nil {
		return nil, err
	}
	return json.Marshal(&struct {
		UserName           string         `json:"userName"`
		TenantID           Opt[int64]     `json:"tenantId,omitzero"`
		StatusInfo         StatusInfo     `json:"statusInfo"`
		PasswordInfo       jsontext.Value `json:"passwordInfo,omitzero"`
		Permissions        Permissions    `json:"permissions"`
		AuthenticationInfo Opt[AuthInfo]  `json:"authenticationInfo,omitzero"`
	}{u.UserName, u.TenantID, u.StatusInfo, passwordInfo, u.Permissions, u.AuthInfo}, Verbatim())
}

// encodePasswordInfo returns the object with the password in it, nil if there is neither.
func (u NewUser) encodePasswordInfo() (jsontext.Value, error) {
	info, given := u.PasswordInfo.Get()
	switch {
	case !given && u.Password.IsZero():
		return nil, nil
	case !given:
		info.PasswordStatus = PasswordMustChange
	}
	object, err := json.Marshal(info, Verbatim())
	if err != nil || u.Password.IsZero() {
		return object, err
	}
	body, err := jsontext.AppendQuote([]byte(`{"password":`), u.Password.Reveal())
	return append(append(body, ','), object[1:]...), err
}

// idFromLocation reads the id at the end of ".../users/1234", 0 if there is none.
func idFromLocation(location string) int64 {
	u, err := url.Parse(location)
	if err != nil {
		return 0
	}
	parent, last := path.Split(u.Path)
	id, err := strconv.ParseInt(last, 10, 64)
	if err != nil || path.Base(parent) != "users" {
		return 0
	}
	return max(id, 0)
}
