package hdpclient

import (
	"context"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// InternalAuthService is the id of HDP's own authentication service. The passwords,
// locks and expirations in this API are those of this service; external services keep
// their own.
const InternalAuthService = 1

// AuthInfo says which services authenticate the account ("authenticationInfo Object").
type AuthInfo struct {
	// AuthUsers is nil if absent or null. A new account without the object gets its user
	// name at the internal service.
	AuthUsers []AuthUser
	// Extra holds the properties that this package does not know, as one JSON object.
	// They are sent back verbatim, except those named as a password: see Withheld.
	Extra jsontext.Value

	withheld bool
}

// AuthUser is one name under which an authentication service knows the account. For an
// external service, "*" may mean every name.
type AuthUser struct {
	AuthUserName  Text
	AuthServiceID int64
	Extra         jsontext.Value // as in AuthInfo

	nameForm, serviceForm wireForm
}

// MarshalJSONTo writes the object, with name and service in the form in which they came.
func (u AuthUser) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, &struct {
		AuthUserName  jsontext.Value `json:"authUserName"`
		AuthServiceID jsontext.Value `json:"authServiceId"`
		Extra         jsontext.Value `json:",embed"`
	}{u.nameForm.encodeText(u.AuthUserName), u.serviceForm.encodeInteger(u.AuthServiceID), u.Extra})
}

// UnmarshalJSONFrom reads the object. Name and service are required, as in a PUT.
func (u *AuthUser) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		AuthUserName  Opt[looseText]    `json:"authUserName,case:ignore"`
		AuthServiceID Opt[loose[int64]] `json:"authServiceId"`
		Extra         jsontext.Value    `json:",embed"`
	}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	name, named := wire.AuthUserName.Get()
	service, served := wire.AuthServiceID.Get()
	if !named || !served {
		return errNoAuthUser
	}
	*u = AuthUser{name.text, service.value, wire.Extra, name.form, service.form}
	return nil
}

const errNoAuthUser responseError = "the answer has a sign-in name without its name or its service"

// Withheld reports whether a property named as a password was dropped. Sending the
// object back would delete it.
func (i AuthInfo) Withheld() bool { return i.withheld }

// MarshalJSONTo writes the object.
func (i AuthInfo) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, &struct {
		AuthUsers []AuthUser     `json:"authUsers"`
		Extra     jsontext.Value `json:",embed"`
	}{i.AuthUsers, i.Extra})
}

// UnmarshalJSONFrom reads the object.
func (i *AuthInfo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		AuthUsers Opt[[]AuthUser] `json:"authUsers"`
		Extra     jsontext.Value  `json:",embed"`
	}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	extra, removed := withoutPasswords(wire.Extra)
	*i = AuthInfo{AuthUsers: wire.AuthUsers.Or(nil), Extra: extra}
	for k := range i.AuthUsers {
		u := &i.AuthUsers[k]
		var more dropped
		u.Extra, more = withoutPasswords(u.Extra)
		removed |= more
	}
	i.withheld = removed != 0
	return nil
}

// AuthInfo reads who authenticates the account with this id (Users API, "Get
// authentication information"). It needs ViewUsers (14) and access to the account's
// tenant. An answer from a cache is ErrCached.
func (c *Client) AuthInfo(ctx context.Context, id int64) (AuthInfo, error) {
	return get[AuthInfo](ctx, c, freshReadRequest("read authentication info", userPath(id, "/authinfo"), "authUsers"))
}

// UpdateAuthInfo replaces the sign-in names of the account with this id: the server
// removes those that are left out (Users API, "Update authentication information"). It
// returns what the server echoes as stored, absent if the response has no body.
//
// It needs ModifyUsers (15) and access to the account's tenant. A service must belong to
// the system tenant or to the account's; a name has at most 128 characters. HDP's documents
// give no codes for these refusals, and do not say whether two accounts may share a name at
// a service. Without any name, nothing is sent, because nobody could sign in. The request is
// sent once: see ErrOutcomeUnknown and ErrNotSent.
func (c *Client) UpdateAuthInfo(ctx context.Context, id int64, i AuthInfo) (Opt[AuthInfo], error) {
	const op = "update authentication info"
	path := userPath(id, "/authinfo")
	if len(i.AuthUsers) == 0 {
		return Opt[AuthInfo]{}, putNotSent(op, path, errNoSignInName)
	}
	return put(ctx, c, op, path, "authUsers", i)
}

const errNoSignInName responseError = "an account needs at least one sign-in name"

// AuthService is an authentication service ("Get authentication services"). A service of
// the system tenant serves the accounts of all tenants, any other only those of its own.
type AuthService struct {
	ID         int64      `json:"id"`
	Name       Text       `json:"name"`
	TenantID   Opt[int64] `json:"tenantId,omitzero"`
	TenantName Text       `json:"tenantName,omitzero"`
	// Description says what kind of service it is, if anything does: the list has no type.
	Description Text `json:"description,omitzero"`
}

// AuthServices reads the authentication services (Authentication API, "Get authentication
// services", with details). We have not seen the part of that page that names the permissions.
// Like similar calls, it seems to need RegisterExternalAuthService (26), which a helpdesk
// role lacks. The error is then ErrForbidden.
func (c *Client) AuthServices(ctx context.Context) ([]AuthService, error) {
	r := readRequest("list authentication services", "/api/admin/auth/services", "authServices")
	r.query = withDetails
	return getList[AuthService](ctx, c, r)
}
