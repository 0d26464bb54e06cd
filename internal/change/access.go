package change

import "hdpadmin/hdpclient"

// RemovesAccess reports whether the plan can keep somebody from signing in: it deactivates,
// locks, forces a password change, brings the expiry forward or resets the password. Callers
// ask first, or skip the account, if nobody else could undo that.
func (p Plan) RemovesAccess() bool {
	if p.resource == PasswordReset {
		return true
	}
	if before, after, ok := p.StatusInfo(); ok {
		return after.Status != hdpclient.Active && before.Status != after.Status || p.isLock()
	}
	before, after, ok := p.PasswordInfo()
	if !ok {
		return false
	}
	return after.PasswordStatus != hdpclient.PasswordActive && before.PasswordStatus != after.PasswordStatus ||
		isEarlier(before.PasswordExpiration, after.PasswordExpiration)
}

// isEarlier reports whether the new expiry comes before the old one. An expiry that cannot be
// read may be anything, so it counts as earlier.
func isEarlier(before, after hdpclient.Opt[hdpclient.Timestamp]) bool {
	to, ends := after.Get()
	if !ends {
		return false
	}
	from, ended := before.Get()
	if !ended {
		return true
	}
	was, ok := from.Time()
	is, ok2 := to.Time()
	return from != to && (!ok || !ok2 || is.Before(was))
}

func (p Plan) isLock() bool {
	return p.resource == StatusInfo && !isLocked(p.before) && isLocked(p.after)
}
