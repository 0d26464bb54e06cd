package account

import (
	"time"

	"hdpadmin/hdpclient"
)

// Reading is one account as it was just read, part by part. An absent part was not read
// or could not be; then its error says why, and the other parts remain valid. A plan
// for a change starts from Status and Password, which come from the endpoints that it
// writes to.
type Reading struct {
	// User is the account with details. There is no Reading without it.
	User hdpclient.User

	Status    hdpclient.Opt[hdpclient.StatusInfo]
	StatusErr error

	Password    hdpclient.Opt[hdpclient.PasswordInfo]
	PasswordErr error

	Auth    hdpclient.Opt[hdpclient.AuthInfo]
	AuthErr error

	Permissions    hdpclient.Opt[hdpclient.Permissions]
	PermissionsErr error

	// ReadAt is when it was read, by the server's clock, UTC.
	ReadAt time.Time
}

// Account returns the row of this account. A part that was read separately takes
// precedence over the same part inside User.
func (r Reading) Account() Account {
	a := FromUser(r.User)
	if info, ok := r.Status.Get(); ok {
		a = a.WithStatus(info)
	}
	if info, ok := r.Password.Get(); ok {
		a = a.WithPassword(info)
	}
	if info, ok := r.Auth.Get(); ok {
		a.Auth = authOf(info)
	}
	if p, ok := r.Permissions.Get(); ok {
		a = a.WithPermissions(p)
	}
	return a
}

// SignIns returns the account's sign-in names, nil if they could not be read.
func (r Reading) SignIns() []hdpclient.AuthUser {
	info, read := r.Auth.Get()
	if read && info.AuthUsers == nil {
		return []hdpclient.AuthUser{}
	}
	return info.AuthUsers
}
