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
	// Roles are the ids of roles of the account's tenant. Nil means absent or null: an
	// account needs at least one.
	Roles []int64
	// Permissions is nil if absent or null, which means none. It is sent back even if it is
	// empty.
	Permissions []int64
	// Extra holds the properties that this package does not know, as one JSON object.
	// They are sent back verbatim, except those named as a password: see Withheld.
	Extra jsontext.Value

	withheld bool
}

// Withheld reports whether a property named as a password was dropped. Sending the
// object back would delete it.
func (p Permissions) Withheld() bool { return p.withheld }

// MarshalJSONTo writes the object, always with both lists: a PUT of the roles alone would
// delete the permissions.
func (p Permissions) MarshalJSONTo(enc *jsontext.Encoder) error {
	return json.MarshalEncode(enc, &struct {
		Roles       []int64        `json:"roles"`
		Permissions []int64        `json:"permissions"`
		Extra       jsontext.Value `json:",embed"`
	}{p.Roles, p.Permissions, p.Extra})
}

// UnmarshalJSONFrom reads the object.
func (p *Permissions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var wire struct {
		Roles       Opt[[]int64]   `json:"roles"`
		Permissions Opt[[]int64]   `json:"permissions"`
		Extra       jsontext.Value `json:",embed"`
	}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	extra, removed := withoutPasswords(wire.Extra)
	*p = Permissions{Roles: wire.Roles.Or(nil), Permissions: wire.Permissions.Or(nil), Extra: extra, withheld: removed != 0}
	return nil
}

// Permissions reads the roles and permissions of the account with this id (Users API,
// "Get permissions on a user account"). It needs ViewUsers (14) and access to the
// account's tenant. An answer from a cache is ErrCached.
func (c *Client) Permissions(ctx context.Context, id int64) (Permissions, error) {
	return get[Permissions](ctx, c, freshReadRequest("read permissions", userPath(id, "/permissions"), "roles"))
}

// UpdatePermissions replaces the roles and permissions of the account with this id (Users
// API, "Update permissions on a user account"). Both lists are always sent, because the
// server removes what is left out. It returns what the server echoes as stored, absent if
// the response has no body.
//
// It needs ModifyUsers (15) and access to the account's tenant. HDP refuses a role of
// another tenant, a tenant or elevated permission that the caller lacks, and any change to
// the caller's own account. Its documents give no codes for these refusals. ErrNotFound may
// concern a role or a permission. Without any role, nothing is sent. The request is sent
// once: see ErrOutcomeUnknown and ErrNotSent.
func (c *Client) UpdatePermissions(ctx context.Context, id int64, p Permissions) (Opt[Permissions], error) {
	const op = "update permissions"
	path := userPath(id, "/permissions")
	if len(p.Roles) == 0 {
		return Opt[Permissions]{}, putNotSent(op, path, errNoRole)
	}
	return put(ctx, c, op, path, "roles", p)
}

const errNoRole responseError = "an account needs at least one role"
