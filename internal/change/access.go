package change

import "hdpadmin/hdpclient"

// RemovesAccess reports whether the plan takes a way in: it deactivates, locks, forces a
// change, brings the expiry nearer or resets the password. Where that keeps out
// somebody who alone could undo it, it is asked about, or left out.
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

// isEarlier reports whether one expiry is before another, so far as both can be
// read: one that cannot may be anything.
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
