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
	AuthUsers []AuthUser     `json:"authUsers"`
	Extra     jsontext.Value `json:",embed"`
}

// AuthUser is one name under which an authentication service knows the account. For an
// external service, "*" may mean every name.
type AuthUser struct {
	AuthUserName  Text  `json:"authUserName,case:ignore"`
	AuthServiceID int64 `json:"authServiceId"`
}

// UnmarshalJSONFrom reads the object.
func (i *AuthInfo) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type object AuthInfo // without this method
	var o object
	if err := json.UnmarshalDecode(dec, &o); err != nil {
		return err
	}
	*i = AuthInfo(o)
	i.Extra, _ = withoutPasswords(i.Extra)
	return nil
}

// AuthInfo reads who authenticates the account with this id (Users API, "Get
// authentication information"). It needs ViewUsers (14) and access to the account's
// tenant.
func (c *Client) AuthInfo(ctx context.Context, id int64) (AuthInfo, error) {
	return get[AuthInfo](ctx, c, readRequest("read authentication info", userPath(id, "/authinfo"), "authUsers"))
}

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
// services", with details). The documents end before its permission: like its sisters, it
// seems to need RegisterExternalAuthService (26), which a helpdesk role lacks. The error is
// then ErrForbidden.
func (c *Client) AuthServices(ctx context.Context) ([]AuthService, error) {
	r := readRequest("list authentication services", "/api/admin/auth/services", "authServices")
	r.query = withDetails
	return getList[AuthService](ctx, c, r)
}
