package hdpclient

import (
	"bytes"
	"context"
	"net/url"
	"reflect"
	"slices"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// User is an account in the Users API ("Get user accounts", "Get a user account"). Its
// properties depend on the call: list rows have no AuthenticationInfo, and only calls
// with details have a TenantName.
type User struct {
	ID       int64 `json:"id"`
	UserName Text  `json:"userName"`
	// TenantID is the account's tenant; 1 is the system tenant.
	TenantID   Opt[int64] `json:"tenantId,omitzero"`
	TenantName Text       `json:"tenantName,omitzero"`
	// StatusInfo is required by the documents. Some servers omit it for operators who
	// may not see it.
	StatusInfo         Opt[StatusInfo]   `json:"statusInfo,omitzero"`
	PasswordInfo       Opt[PasswordInfo] `json:"passwordInfo,omitzero"`
	Permissions        Opt[Permissions]  `json:"permissions,omitzero"`
	AuthenticationInfo Opt[AuthInfo]     `json:"authenticationInfo,omitzero"`
	// AuthUserName and AuthServiceIDs come only from a search by authentication user
	// name ("Get information on the authentication user"). That page spells the first
	// one authUsername.
	AuthUserName   Text    `json:"authUserName,omitzero,case:ignore"`
	AuthServiceIDs []int64 `json:"authServiceIds,omitzero"`
	// Unreadable names the properties that the server sent, but that could not be read.
	// Do not mistake them for absent ones. ID is 0 if the id is unreadable or below 1.
	Unreadable []string `json:"-"`
}

// UnmarshalJSONFrom reads an account. A property that is not as documented, or that appears
// twice, is skipped and named in Unreadable.
func (u *User) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	type object User // without this method
	var o object
	if value.Kind() == jsontext.KindBeginObject {
		once := jsontext.AllowDuplicateNames(false)
		if err := json.Unmarshal(value, &o, dec.Options(), once); err == nil && o.ID > 0 {
			*u = User(o)
			return nil
		}
	}
	*u, err = readUserByParts(value, dec.Options())
	return err
}

// readUserByParts reads each property separately and notes those that fail.
func readUserByParts(value jsontext.Value, opts json.Options) (User, error) {
	var u User
	if value.Kind() != jsontext.KindBeginObject {
		u.Unreadable = []string{"account"}
		return u, nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(value), opts)
	if _, err := dec.ReadToken(); err != nil {
		return u, err
	}
	read := map[any]bool{} // by target
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadToken()
		if err != nil {
			return u, err
		}
		property := name.String()
		part, err := dec.ReadValue()
		if err != nil {
			return u, err
		}
		target := u.fieldFor(property)
		if target == nil || slices.Contains(u.Unreadable, property) {
			continue
		}
		if read[target] || json.Unmarshal(part, target, opts) != nil {
			reflect.ValueOf(target).Elem().SetZero() // of two values, neither counts
			u.Unreadable = append(u.Unreadable, property)
		}
		read[target] = true
	}
	if u.ID <= 0 && !slices.Contains(u.Unreadable, "id") {
		u.Unreadable = append(u.Unreadable, "id")
	}
	u.ID = max(u.ID, 0)
	return u, nil
}

// fieldFor returns the field for a property, nil if the property is unknown.
func (u *User) fieldFor(property string) any {
	switch property {
	case "id":
		return (*looseInt)(&u.ID)
	case "userName":
		return &u.UserName
	case "tenantId":
		return (*looseOptInt)(&u.TenantID)
	case "tenantName":
		return &u.TenantName
	case "statusInfo":
		return &u.StatusInfo
	case "passwordInfo":
		return &u.PasswordInfo
	case "permissions":
		return &u.Permissions
	case "authenticationInfo":
		return &u.AuthenticationInfo
	case "authServiceIds":
		return &u.AuthServiceIDs
	}
	if strings.EqualFold(property, "authUserName") {
		return &u.AuthUserName
	}
	return nil
}

// withDetails adds the names of the tenants ("Get user accounts").
const withDetails = "details=true"

// User reads the account with this id, with details (Users API, "Get a user account").
// It needs ViewUsers (14) and access to the account's tenant.
func (c *Client) User(ctx context.Context, id int64) (User, error) {
	r := readRequest("read user", userPath(id, ""), "id")
	r.query = withDetails
	a, err := c.send(ctx, r)
	if err != nil {
		return User{}, err
	}
	u, err := decode[User](r, a)
	if err == nil && u.ID != id {
		return User{}, r.newResponseError(a, "the answer is about another account, or about none")
	}
	return u, err
}

// UsersByAuthName finds the accounts that an authentication service knows under this
// name (Users API, "Get information on the authentication user"). If there are none, it
// returns an empty slice or ErrNotFound: the documents do not say how the server
// answers.
func (c *Client) UsersByAuthName(ctx context.Context, name string) ([]User, error) {
	r := readRequest("find user by authentication name", usersPath+"/authUserName/"+url.PathEscape(name), "users")
	r.query = withDetails
	if name == "" || name == "." || name == ".." {
		// In a path these are not names: the server would return its whole list.
		return nil, r.newNotSent(responseError("the name is empty or only dots"))
	}
	return getList[User](ctx, c, r)
}
