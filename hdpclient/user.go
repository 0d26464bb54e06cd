package hdpclient

import "github.com/go-json-experiment/json/jsontext"

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
}

// Permissions are an account's roles and the permissions it has beside them
// ("permissions Object"). What it may do is the union of both; the roles' own
// permissions are not in here.
type Permissions struct {
	Roles       []int64        `json:"roles"`
	Permissions []int64        `json:"permissions,omitzero"`
	Extra       jsontext.Value `json:",embed"`
}

// InternalAuthService is the id of HDP's own authentication service. Its
// passwords, locks and expirations are the ones this API shows; those of every
// other service are kept elsewhere.
const InternalAuthService = 1

// AuthInfo says who authenticates the account ("authenticationInfo Object").
type AuthInfo struct {
	AuthUsers []AuthUser     `json:"authUsers"`
	Extra     jsontext.Value `json:",embed"`
}

// AuthUser is one name under which an authentication service knows the account.
// For an external service "*" may stand for every name.
type AuthUser struct {
	AuthUserName  Text  `json:"authUserName,case:ignore"`
	AuthServiceID int64 `json:"authServiceId"`
}

// Permission is the number of a right ("Permissions and default roles").
type Permission int64

// The permissions that looking after accounts needs.
const (
	PermissionMgmtAPI       Permission = 11 // own details
	PermissionAdministrator Permission = 12 // everything, in every tenant
	PermissionViewUsers     Permission = 14 // read the accounts of one's tenants
	PermissionModifyUsers   Permission = 15 // change the accounts of one's tenants
)
