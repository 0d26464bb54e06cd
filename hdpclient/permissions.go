package hdpclient

import (
	"context"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Permissions are an account's roles and its additional permissions ("permissions
// Object"). The account may do what either grants; the permissions of the roles are not
// included.
type Permissions struct {
	Roles       []int64        `json:"roles"`
	Permissions []int64        `json:"permissions,omitzero"`
	Extra       jsontext.Value `json:",embed"`
}

// UnmarshalJSONFrom reads the object.
func (p *Permissions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type object Permissions // without this method
	var o object
	if err := json.UnmarshalDecode(dec, &o); err != nil {
		return err
	}
	*p = Permissions(o)
	p.Extra, _ = withoutPasswords(p.Extra)
	return nil
}

// Permissions reads the roles and permissions of the account with this id (Users API,
// "Get permissions on a user account"). It needs ViewUsers (14) and access to the
// account's tenant.
func (c *Client) Permissions(ctx context.Context, id int64) (Permissions, error) {
	return get[Permissions](ctx, c, readRequest("read permissions", userPath(id, "/permissions"), "roles"))
}
