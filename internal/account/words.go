package account

import (
	"fmt"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/words"
)

const day = 24 * time.Hour

// The greatest widths of a status and of a password's state in words.
const (
	StatusCells   = 10
	PasswordCells = 13
)

// StatusWord returns the account's status for a table column, at most [StatusCells]: HDP's
// status info, even if another service authenticates the account. "?" means unknown.
func (a Account) StatusWord(now time.Time) string {
	lock := a.Lock(now)
	locked := lock == LockRunning || lock == LockNoEnd
	switch {
	case !a.HasStatus:
		return "?"
	case a.Status == hdpclient.Inactive && locked:
		return "inact+lock"
	case a.Status == hdpclient.Inactive:
		return "inactive"
	case locked:
		return "locked"
	case a.Status != hdpclient.Active:
		return formatStatus(int64(a.Status))
	case lock == LockExpired:
		return "lock exp."
	}
	return "active"
}

// SummaryWord returns the status and the password in one word for a table column, at
// most [PasswordCells]: what keeps the user out, else a password that must be changed first,
// else the status.
func (a Account) SummaryWord(now time.Time) string {
	status, lock := a.StatusWord(now), a.Lock(now)
	switch {
	case a.HasStatus && a.Status != hdpclient.Active, lock == LockRunning, lock == LockNoEnd:
		return status
	case a.Auth == External, !a.HasPassword:
		return status
	case a.Expired(now), a.PasswordStatus == hdpclient.PasswordMustChange:
		return a.PasswordWord(now)
	}
	return status
}

// PasswordWord returns the state of the password for a table column, at most [PasswordCells]:
// what happens to it next. "?" means unknown, "external" that HDP does not use it.
// Days are those of now's zone.
func (a Account) PasswordWord(now time.Time) string {
	left := a.PasswordExpires.Sub(now)
	switch {
	case a.Auth == External:
		return "external"
	case !a.HasPassword:
		return "?"
	case a.Expired(now):
		return "expired " + words.ShortDuration(left.Abs())
	case a.PasswordStatus == hdpclient.PasswordMustChange:
		return "must change"
	case a.PasswordStatus != hdpclient.PasswordActive:
		return formatStatus(int64(a.PasswordStatus))
	case a.PasswordExpiresUnreadable:
		return "unreadable"
	case a.PasswordExpires.IsZero():
		return "never"
	case left >= day:
		return "expires " + words.ShortTimeLeft(left)
	case isSameDay(a.PasswordExpires, now):
		return "today"
	}
	return "tomorrow"
}

func formatStatus(status int64) string {
	word := fmt.Sprintf("status %d", status)
	if len(word) > StatusCells {
		return "unknown"
	}
	return word
}

func isSameDay(a, now time.Time) bool {
	return a.In(now.Location()).Format(time.DateOnly) == now.Format(time.DateOnly)
}
