package account

import (
	"slices"
	"strconv"
	"time"

	"hdpadmin/hdpclient"
)

// Account is one row of the list call ("Get user accounts"). It is small, because a
// server may have 100,000 accounts. All times are UTC, to the second.
type Account struct {
	// ID is negative if the server's id could not be read; it then only tells rows
	// apart. See [Account.HasID].
	ID   int64
	Name hdpclient.Text
	// TenantID is 0 if the server does not say; 1 is the system tenant.
	TenantID int64
	// TenantName is empty if the list was read without details.
	TenantName hdpclient.Text

	// Status and the lock are part of one object and known only if HasStatus. The zero
	// Status means inactive, so check HasStatus first.
	Status hdpclient.Status
	// LockedAt is zero if it is absent or unreadable.
	LockedAt time.Time
	// LockedUntil is zero if it is absent, or unreadable as LockedUntilUnreadable says.
	LockedUntil time.Time

	// PasswordStatus and PasswordExpires are known only if HasPassword.
	PasswordStatus hdpclient.PasswordStatus
	// PasswordExpires is zero if the password never expires. With
	// PasswordExpiresUnreadable, the server's value is not a time.
	PasswordExpires time.Time

	// Roles are unknown if the list was read without them.
	Roles Roles

	// Administrator means that the account itself has the role System Administrator (1)
	// or the permission Administrator (12). Another role may grant the permission as
	// well, but the list does not show the permissions of roles.
	Administrator             bool
	HasStatus                 bool
	HasPassword               bool
	Locked                    bool // accountLocked, whatever the time; see Lock
	LockedUntilUnreadable     bool
	PasswordExpiresUnreadable bool
	// HasTemporaryPassword means that the operator set a temporary password. The server does
	// not report this.
	HasTemporaryPassword bool

	// Auth is NotRead in rows of the list, which does not contain it.
	Auth Auth
}

// HasID reports whether the account's id is known. Without it, the server cannot be
// asked about the account.
func (a Account) HasID() bool { return a.ID > 0 }

// IDWord returns the id, or "?" if it is unknown.
func (a Account) IDWord() string {
	if !a.HasID() {
		return "?"
	}
	return strconv.FormatInt(a.ID, 10)
}

// Auth says who authenticates an account. HDP's own password, lock and expiration apply
// to its internal service only ("Password policy").
type Auth uint8

const (
	NotRead  Auth = iota // the list does not say
	Internal             // HDP itself
	External             // only other services
	Mixed                // both
	NoAuth               // read, but the account has no sign-in names
)

// FromUser returns the row of an account from the Users API. It treats absent and null
// alike.
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

// systemAdministrator is the id of the default role of this name ("Working with
// roles").
const systemAdministrator = 1

// WithPermissions returns the row with the roles in p.
func (a Account) WithPermissions(p hdpclient.Permissions) Account {
	a.Roles = RolesOf(p.Roles...)
	a.Administrator = slices.Contains(p.Roles, systemAdministrator) ||
		slices.Contains(p.Permissions, int64(hdpclient.PermissionAdministrator))
	return a
}

// WithStatus returns the row with the status and the lock in info.
func (a Account) WithStatus(info hdpclient.StatusInfo) Account {
	a.HasStatus = true
	a.Status = info.Status
	a.Locked = info.AccountLocked.Or(false)
	a.LockedAt, _ = readTime(info.AccountLockedAt)
	a.LockedUntil, a.LockedUntilUnreadable = readTime(info.AccountLockedUntil)
	return a
}

// WithPassword returns the row with the password status and expiration in info.
func (a Account) WithPassword(info hdpclient.PasswordInfo) Account {
	a.HasPassword = true
	a.PasswordStatus = info.PasswordStatus
	a.PasswordExpires, a.PasswordExpiresUnreadable = readTime(info.PasswordExpiration)
	return a
}

// WithStatusOf returns the row with the status and the lock of another row.
func (a Account) WithStatusOf(b Account) Account {
	a.HasStatus, a.Status, a.Locked, a.LockedAt = b.HasStatus, b.Status, b.Locked, b.LockedAt
	a.LockedUntil, a.LockedUntilUnreadable = b.LockedUntil, b.LockedUntilUnreadable
	return a
}

// WithPasswordOf returns the row with the password status and expiration of another row.
func (a Account) WithPasswordOf(b Account) Account {
	a.HasPassword, a.PasswordStatus = b.HasPassword, b.PasswordStatus
	a.PasswordExpires, a.PasswordExpiresUnreadable = b.PasswordExpires, b.PasswordExpiresUnreadable
	return a
}

// Completed returns the row with the tenant name and the roles of an older row of the account, if
// it lacks them.
func (a Account) Completed(old Account) Account {
	if a.TenantName.IsZero() && a.TenantID == old.TenantID {
		a.TenantName = old.TenantName
	}
	if !a.Roles.Known() {
		a.Roles = old.Roles
		a.Administrator = a.Administrator || old.Administrator
	}
	return a
}

// readTime returns the zero time for an absent or unreadable time. It reports the
// latter, because "no expiration" and "unreadable" must not be confused.
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
