package hdptest

import "time"

// LockedUntil returns accountLockedUntil in UTC, and false where it is absent or null.
func (a Account) LockedUntil() (time.Time, bool) {
	return timestampIn(a.StatusInfo, "accountLockedUntil")
}

// PasswordExpiration returns the expiry in UTC. It is false where that is absent or null,
// so that the password never expires.
func (a Account) PasswordExpiration() (time.Time, bool) {
	return timestampIn(a.PasswordInfo, "passwordExpiration")
}

func timestampIn(text, key string) (time.Time, bool) {
	o, _ := parseObject(text)
	return o.timestamp(key)
}
