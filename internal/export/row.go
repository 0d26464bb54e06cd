package export

import (
	"slices"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// cell is one field of a row. Its kind says which value counts.
type cell struct {
	name   string
	text   string
	number int64
	yes    bool
	ids    []int64
	kind   kind
}

type kind int

const (
	notKnown kind = iota
	fromServer
	word // one of ours, or a time
	boolean
	placeholder // a word instead of a time or a boolean
	number
	list
)

// cells returns the fields of an account. Every account has the same ones.
func cells(all []cell, a account.Account, now time.Time) []cell {
	all = append(all[:0],
		cell{name: "id", kind: number, number: a.ID},
		cell{name: "userName", kind: fromServer, text: a.Name.Raw()},
		cell{name: "tenantId"}, cell{name: "tenantName"},
		cell{name: "status"}, cell{name: "locked"}, cell{name: "accountLockedAt"}, cell{name: "accountLockedUntil"},
		cell{name: "passwordStatus"}, cell{name: "passwordExpired"}, cell{name: "passwordExpiration"},
		cell{name: "roles"},
	)
	const tenantID, tenantName, status, locked, lockedAt, lockedUntil, password, expired, expiration, roles = 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	setWord := func(i int, text string) {
		if text != "" {
			all[i].kind, all[i].text = word, text
		}
	}
	setBool := func(i int, yes bool, text string) { all[i].kind, all[i].yes, all[i].text = boolean, yes, text }
	setPlaceholder := func(i int, text string) { all[i].kind, all[i].text = placeholder, text }
	if !a.HasID() {
		all[0] = cell{name: "id"}
	}
	if a.TenantID != 0 {
		all[tenantID].kind, all[tenantID].number = number, a.TenantID
	}
	if !a.TenantName.IsZero() {
		all[tenantName].kind, all[tenantName].text = fromServer, a.TenantName.Raw()
	}
	if a.HasStatus {
		setWord(status, a.Status.String())
		lock := a.Lock(now)
		setBool(locked, lock == account.LockRunning || lock == account.LockNoEnd, lockWord(lock))
		setWord(lockedAt, formatTime(a.LockedAt))
		setWord(lockedUntil, formatTime(a.LockedUntil))
		if a.LockedUntilUnreadable {
			setPlaceholder(lockedUntil, "unreadable")
		}
	}
	if a.HasPassword {
		setWord(password, passwordWord(a.PasswordStatus))
		setBool(expired, a.Expired(now), yesNo(a.Expired(now)))
		setWord(expiration, formatTime(a.PasswordExpires))
		switch {
		case a.PasswordExpiresUnreadable:
			setPlaceholder(expiration, "unreadable")
			setPlaceholder(expired, "unreadable")
		case a.PasswordExpires.IsZero():
			setPlaceholder(expiration, "never")
		}
	}
	if a.Roles.Known() {
		all[roles].kind, all[roles].ids = list, slices.Collect(a.Roles.All())
	}
	return all
}

func lockWord(l account.LockState) string {
	switch l {
	case account.LockRunning, account.LockNoEnd:
		return "yes"
	case account.LockExpired:
		return "lapsed"
	case account.NotLocked:
	}
	return "no"
}

// passwordWord keeps "must reset", which programs that read exported files expect.
func passwordWord(s hdpclient.PasswordStatus) string {
	if s == hdpclient.PasswordMustChange {
		return "must reset"
	}
	return s.String()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// formatTime formats a time for spreadsheets and scripts, to the second as in HDP.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
