package search

import (
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// with returns an account that can sign in, except for the changes.
func with(changes ...func(*account.Account)) account.Account {
	a := account.Account{
		ID: 307, Name: hdpclient.TextOf("alice"),
		HasStatus: true, Status: hdpclient.Active,
		HasPassword: true, PasswordStatus: hdpclient.PasswordActive,
		Auth: account.Internal,
	}
	for _, change := range changes {
		change(&a)
	}
	return a
}

func inactive(a *account.Account)   { a.Status = hdpclient.Inactive }
func status7(a *account.Account)    { a.Status = 7 }
func noStatus(a *account.Account)   { a.HasStatus = false; a.Status = 0; a.Locked = false }
func noPassword(a *account.Account) { a.HasPassword = false; a.PasswordStatus = 0 }
func locked(a *account.Account)     { a.Locked = true }
func unreadableLock(a *account.Account) {
	a.Locked, a.LockedUntilUnreadable = true, true
}

func mustChangePassword(a *account.Account)       { a.PasswordStatus = hdpclient.PasswordMustChange }
func password7(a *account.Account)                { a.PasswordStatus = 7 }
func unreadableExpiry(a *account.Account)         { a.PasswordExpiresUnreadable = true }
func auth(by account.Auth) func(*account.Account) { return func(a *account.Account) { a.Auth = by } }

func lockedFor(d time.Duration) func(*account.Account) {
	return func(a *account.Account) { a.Locked, a.LockedUntil = true, noon.Add(d) }
}

func expiresIn(d time.Duration) func(*account.Account) {
	return func(a *account.Account) { a.PasswordExpires = noon.Add(d) }
}
