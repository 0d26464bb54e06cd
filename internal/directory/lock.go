package directory

import "time"

// LockState is what a lock amounts to at a given time.
type LockState int

const (
	// NotLocked also stands for an account whose status is not known.
	NotLocked LockState = iota
	// LockRunning has a known end, and that is still to come.
	LockRunning
	// LockExpired is marked as locked with an end that has passed. It locks
	// nobody out; whether HDP ever takes the mark away by itself is not
	// documented.
	LockExpired
	// LockNoEnd has no end, or one that cannot be read.
	LockNoEnd
)

// Lock says what the account's lock amounts to at now, the server's time. It
// does not ask who authenticates the account: a lock means nothing to an
// external service.
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

// Expired reports whether the password's expiration has passed at now, the
// server's time.
func (a Account) Expired(now time.Time) bool {
	return a.HasPassword && !a.PasswordExpires.IsZero() && !a.PasswordExpires.After(now)
}
