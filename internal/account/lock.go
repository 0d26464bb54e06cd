package account

import "time"

// LockState is the effect of a lock at a given time.
type LockState int

const (
	// NotLocked includes accounts with an unknown status.
	NotLocked LockState = iota
	// LockRunning has an end that is still to come.
	LockRunning
	// LockExpired is flagged as locked, but its end has passed. It keeps nobody out;
	// the documents do not say whether HDP ever clears the flag.
	LockExpired
	// LockNoEnd has no end, or an unreadable one.
	LockNoEnd
)

// Lock returns the state of the account's lock at now, the server's time. It does not
// consider that external services ignore the lock.
func (a Account) Lock(now time.Time) LockState {
	switch {
	case !a.HasStatus || !a.Locked:
		return NotLocked
	case a.LockedUntil.IsZero():
		return LockNoEnd
	case a.LockedUntil.After(now):
		return LockRunning
	}
	return LockExpired
}

// Expired reports whether the password has expired at now, the server's time.
func (a Account) Expired(now time.Time) bool {
	return a.HasPassword && !a.PasswordExpires.IsZero() && !a.PasswordExpires.After(now)
}
