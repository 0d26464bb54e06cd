package desk

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
)

// LockMemory is how far back to look in the audit log for changes of locks.
const LockMemory = 24 * time.Hour

// RememberLocks remembers the changes of locks that are in the audit log.
func (d *Desk) RememberLocks(changes map[int64]audit.LockChange) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, c := range changes {
		if c.At.After(d.locks[id].At) {
			d.locks[id] = c
		}
	}
}

// RememberLock remembers a change of a lock that was made here.
func (d *Desk) RememberLock(o change.Outcome) {
	if c, ok := audit.LockChangeOf(o, d.Who()); ok {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.locks[o.Plan.Subject().ID] = c
	}
}

// Who names the operator as the audit log does: a login may be shared by several.
func (d *Desk) Who() string { return cmp.Or(d.writer.Holder(), d.client.Login()) }

// LockedAgain returns a warning if an account is locked again after an operator unlocked it, and
// no operator is known to have locked it; else "". Something may keep trying an old password.
func (d *Desk) LockedAgain(a account.Account) string {
	d.mu.Lock()
	last, known := d.locks[a.ID]
	d.mu.Unlock()
	if !known || last.Locked || !a.Locked || !a.LockedAt.After(last.At) {
		return ""
	}
	whose := "your unlock"
	if !strings.EqualFold(last.By, d.Who()) {
		whose = "the unlock by " + hdpclient.Clean(last.By)
	}
	return fmt.Sprintf("locked again %s after %s: something keeps trying an old password", words.Duration(a.LockedAt.Sub(last.At)), whose)
}
