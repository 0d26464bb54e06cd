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
