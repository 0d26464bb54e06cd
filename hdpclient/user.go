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

// User is an account as the Users API shows it ("Get user accounts", "Get a
// user account"). Which properties are there depends on the call: list rows have
// no AuthenticationInfo, and TenantName comes with details only.
type User struct {
	ID       int64 `json:"id"`
	UserName Text  `json:"userName"`
	// TenantID is the account's tenant; 1 is the system tenant.
	TenantID   Opt[int64] `json:"tenantId,omitzero"`
	TenantName Text       `json:"tenantName,omitzero"`
	// StatusInfo is required by the documents; absent in the answers of servers
	// that leave it out for operators without the right to see it.
	StatusInfo         Opt[StatusInfo]   `json:"statusInfo,omitzero"`
	PasswordInfo       Opt[PasswordInfo] `json:"passwordInfo,omitzero"`
	Permissions        Opt[Permissions]  `json:"permissions,omitzero"`
	AuthenticationInfo Opt[AuthInfo]     `json:"authenticationInfo,omitzero"`
	// AuthUserName and AuthServiceIDs come from a search by authentication user
	// name alone ("Get information on the authentication user"); that page spells
	// the first one authUsername.
	AuthUserName   Text    `json:"authUserName,omitzero,case:ignore"`
	AuthServiceIDs []int64 `json:"authServiceIds,omitzero"`
	// Unreadable names the properties that were there and could not be read: they
	// are absent here, and must not be taken for absent on the server. An account
	// without an id that can be read, which is above 0, has ID 0.
	Unreadable []string `json:"-"`
}

// UnmarshalJSONFrom reads an account. A property that is not as documented costs
// that property and not the account: see Unreadable.
func (u *User) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	type object User // without this method
	var o object
	if value.Kind() == jsontext.KindBeginObject {
		if err := json.Unmarshal(value, &o, dec.Options()); err == nil && o.ID > 0 {
			*u = User(o)
			return nil
		}
	}
	*u, err = readUserByParts(value, dec.Options())
	return err
}

// readUserByParts reads each property on its own and notes those that fail.
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
		if json.Unmarshal(part, target, opts) != nil {
			reflect.ValueOf(target).Elem().SetZero() // of two, not even the first counts
			u.Unreadable = append(u.Unreadable, property)
		}
	}
	if u.ID <= 0 && !slices.Contains(u.Unreadable, "id") {
		u.Unreadable = append(u.Unreadable, "id")
	}
	u.ID = max(u.ID, 0)
	return u, nil
}

// fieldFor is where a property of that name is read to, nil if it is not known.
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

// withDetails makes the answer say the tenants' names ("Get user accounts").
const withDetails = "details=true"

// User reads the account with that id, with details (Users API, "Get a user
// account"). It needs ViewUsers (14) and access to the account's tenant.
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

// UsersByAuthName finds the accounts that an authentication service knows under
// that name (Users API, "Get information on the authentication user"). None is
// an empty slice or ErrNotFound: the documents do not say which the server
// answers.
func (c *Client) UsersByAuthName(ctx context.Context, name string) ([]User, error) {
	r := readRequest("find user by authentication name", "/api/admin/users/authUserName/"+url.PathEscape(name), "users")
	r.query = withDetails
	if name == "" || name == "." || name == ".." {
		// In a path these are not names: the server would answer with its whole list.
		e := r.newError(0, 0)
		e.NotSent, e.Err = true, responseError("the name is empty or only dots")
		return nil, e
	}
	type found struct {
		Users Opt[[]User] `json:"users"`
	}
	a, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := decode[found](r, a)
	if err == nil && answer.Users.IsZero() {
		return nil, r.newResponseError(a, "the answer has no users property")
	}
	return answer.Users.Or(nil), err
}
