package account

import (
	"time"

	"hdpadmin/hdpclient"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// with returns an account that can sign in, except for the changes.
func with(changes ...func(*Account)) Account {
	a := Account{
		ID: 307, Name: hdpclient.TextOf("alice"),
		HasStatus: true, Status: hdpclient.Active,
		HasPassword: true, PasswordStatus: hdpclient.PasswordActive,
		Auth: Internal,
	}
	for _, change := range changes {
		change(&a)
	}
	return a
}

func inactive(a *Account)   { a.Status = hdpclient.Inactive }
func status7(a *Account)    { a.Status = 7 }
func noStatus(a *Account)   { a.HasStatus = false; a.Status = 0; a.Locked = false }
func noPassword(a *Account) { a.HasPassword = false; a.PasswordStatus = 0 }
func locked(a *Account)     { a.Locked = true }
func unreadableLock(a *Account) {
	a.Locked, a.LockedUntilUnreadable = true, true
}
func mustChangePassword(a *Account) { a.PasswordStatus = hdpclient.PasswordMustChange }
func password7(a *Account)          { a.PasswordStatus = 7 }
func unreadableExpiry(a *Account)   { a.PasswordExpiresUnreadable = true }
func auth(by Auth) func(*Account)   { return func(a *Account) { a.Auth = by } }
func lockedFor(d time.Duration) func(*Account) {
	return func(a *Account) { a.Locked, a.LockedUntil = true, noon.Add(d) }
}

func expiresIn(d time.Duration) func(*Account) {
	return func(a *Account) { a.PasswordExpires = noon.Add(d) }
}
