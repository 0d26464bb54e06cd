package change

import "hdpadmin/hdpclient"

// Each edit below changes one thing and keeps the rest, because a PUT replaces the whole
// object. HDP's documents show bodies that would do more than their title says.

// Unlock ends a lock and keeps the status. The documented body of an unlock,
// {"status":1,"accountLocked":false}, would also activate an inactive account.
func Unlock(s hdpclient.StatusInfo) hdpclient.StatusInfo {
	s.AccountLocked = hdpclient.Some(false)
	s.AccountLockedAt = hdpclient.Opt[hdpclient.Timestamp]{}
	s.AccountLockedUntil = hdpclient.Opt[hdpclient.Timestamp]{}
	return s
}

// Activate activates an account and keeps the lock: {"status":1} alone would also unlock.
func Activate(s hdpclient.StatusInfo) hdpclient.StatusInfo {
	s.Status = hdpclient.Active
	return s
}

// Deactivate deactivates an account and keeps the lock: {"status":0} alone would also unlock,
// and the lock would be gone when the account is activated again.
func Deactivate(s hdpclient.StatusInfo) hdpclient.StatusInfo {
	s.Status = hdpclient.Inactive
	return s
}

// ForceChange makes the user choose a new password at the next sign-in. It keeps the expiry:
// {"passwordStatus":2} alone would make the password never expire.
func ForceChange(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
	p.PasswordStatus = hdpclient.PasswordMustChange
	return p
}

// CancelForcedChange cancels a forced change. It keeps the expiry: {"passwordStatus":1} alone
// would make the password never expire.
func CancelForcedChange(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
	p.PasswordStatus = hdpclient.PasswordActive
	return p
}

// SetExpiry makes the password expire at t, written in the form of the present expiry. It keeps
// the password status, which the server requires: always sending 1 would cancel a forced
// change.
func SetExpiry(p hdpclient.PasswordInfo, t hdpclient.Timestamp) hdpclient.PasswordInfo {
	was, _ := p.PasswordExpiration.Get()
	p.PasswordExpiration = hdpclient.Some(t.InFormOf(was))
	return p
}

// ClearExpiry makes the password never expire. It sends null, as documented, and keeps the
// password status.
func ClearExpiry(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
	p.PasswordExpiration = hdpclient.Null[hdpclient.Timestamp]()
	return p
}
