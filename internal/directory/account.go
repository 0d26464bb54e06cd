package directory

import (
	"slices"
	"strconv"
	"time"

	"hdpadmin/hdpclient"
)

// Account is one row: what the list call says of an account ("Get user
// accounts"). It is kept small, since a server may have 100,000 of them. All
// times are UTC, to the second.
type Account struct {
	// ID is below 0 in a row of the list whose id could not be read: a number that only
	// tells it from other rows. See [Account.HasID].
	ID   int64
	Name hdpclient.Text
	// TenantID is 0 where the server does not say; 1 is the system tenant.
	TenantID int64
	// TenantName is empty where the list was read without details.
	TenantName hdpclient.Text

	// Status is known only if HasStatus; so is the lock, which is part of the
	// same object. Its zero value means inactive: never read it without asking.
	Status hdpclient.Status
	// LockedAt is zero where it is not there or cannot be read.
	LockedAt time.Time
	// LockedUntil is zero where it is not there or cannot be read, which
	// LockedUntilUnreadable tells apart.
	LockedUntil time.Time

	// PasswordStatus and PasswordExpires are known only if HasPassword.
	PasswordStatus hdpclient.PasswordStatus
	// PasswordExpires is zero where the password never expires, unless
	// PasswordExpiresUnreadable: then the server sent something that is no time.
	PasswordExpires time.Time

	// Roles are not known where the list was read without them.
	Roles Roles

	// Administrator: the role System Administrator (1) or the permission
	// Administrator (12) stands in the account itself. Another role may hold the
	// permission as well; the list does not say what is in a role.
	Administrator             bool
	HasStatus                 bool
	HasPassword               bool
	Locked                    bool // accountLocked, whatever the time; see Lock
	LockedUntilUnreadable     bool
	PasswordExpiresUnreadable bool
	// PasswordGiven: a temporary password was given, as the operator knows; the server
	// does not say so of an account.
	PasswordGiven bool

	// Auth is NotRead in rows of the list, which does not say it.
	Auth Auth
}

// HasID reports whether the account's id is known. Without it nothing can be asked of
// the server about the account.
func (a Account) HasID() bool { return a.ID > 0 }

// IDWord is the id, or "?" where it is not known.
func (a Account) IDWord() string {
	if !a.HasID() {
		return "?"
	}
	return strconv.FormatInt(a.ID, 10)
}

// Auth says who authenticates an account. HDP's own password, lock and
// expiration count for its internal service only ("Password policy").
type Auth uint8

const (
	NotRead  Auth = iota // the list does not say
	Internal             // HDP itself
	External             // other services alone
	Mixed                // both
	NoAuth               // read, and nobody is named
)

// FromUser is the row of an account as the Users API shows it. What is absent
// and what is null are the same here.
func FromUser(u hdpclient.User) Account {
	a := Account{
		ID:         u.ID,
		Name:       u.UserName,
		TenantID:   u.TenantID.Or(0),
		TenantName: u.TenantName,
	}
	if info, ok := u.StatusInfo.Get(); ok {
		a = a.WithStatus(info)
	}
	if info, ok := u.PasswordInfo.Get(); ok {
		a = a.WithPassword(info)
	}
	if info, ok := u.AuthenticationInfo.Get(); ok {
		a.Auth = authOf(info)
	}
	if p, ok := u.Permissions.Get(); ok {
		a = a.WithPermissions(p)
	}
	return a
}

// systemAdministrator is the default role of that name ("Working with roles").
const systemAdministrator = 1

// WithPermissions is the row with its roles as p says them.
func (a Account) WithPermissions(p hdpclient.Permissions) Account {
	a.Roles = RolesOf(p.Roles...)
	a.Administrator = slices.Contains(p.Roles, systemAdministrator) ||
		slices.Contains(p.Permissions, int64(hdpclient.PermissionAdministrator))
	return a
}

// WithStatus is the row with its status and lock as info says them.
func (a Account) WithStatus(info hdpclient.StatusInfo) Account {
	a.HasStatus = true
	a.Status = info.Status
	a.Locked = info.AccountLocked.Or(false)
	a.LockedAt, _ = readTime(info.AccountLockedAt)
	a.LockedUntil, a.LockedUntilUnreadable = readTime(info.AccountLockedUntil)
	return a
}

// WithPassword is the row with its password as info says it.
func (a Account) WithPassword(info hdpclient.PasswordInfo) Account {
	a.HasPassword = true
	a.PasswordStatus = info.PasswordStatus
	a.PasswordExpires, a.PasswordExpiresUnreadable = readTime(info.PasswordExpiration)
	return a
}

// readTime returns the zero time for what is not there and for what is no time;
// the second is reported, since "no expiration" and "unreadable" must not mix.
func readTime(o hdpclient.Opt[hdpclient.Timestamp]) (t time.Time, unreadable bool) {
	ts, ok := o.Get()
	if !ok {
		return time.Time{}, false
	}
	t, ok = ts.Time()
	return t, !ok
}

func authOf(info hdpclient.AuthInfo) Auth {
	internal, external := false, false
	for _, u := range info.AuthUsers {
		if u.AuthServiceID == hdpclient.InternalAuthService {
			internal = true
		} else {
			external = true
		}
	}
	switch {
	case internal && external:
		return Mixed
	case internal:
		return Internal
	case external:
		return External
	}
	return NoAuth
}
