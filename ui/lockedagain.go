package ui

import (
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
)

// lockMemory is how far back the audit log is searched for changes of locks.
const lockMemory = 24 * time.Hour

// rememberLocks keeps the changes of locks that the audit log knows.
func (m *entries) rememberLocks(changes map[int64]audit.LockChange) {
	for id, c := range changes {
		if c.At.After(m.lockChanges[id].At) {
			m.lockChanges[id] = c
		}
	}
}

// rememberLock keeps a change of a lock by this console.
func (m *entries) rememberLock(o change.Outcome) {
	if c, ok := audit.LockChangeOf(o, m.opts.Client.Login()); ok {
		m.lockChanges[o.Plan.Subject().ID] = c
	}
}

// lockedAgainNote returns a warning if an account is locked again after an operator unlocked it,
// and no operator is known to have locked it.
func (m *entries) lockedAgainNote(a account.Account) string {
	last, known := m.lockChanges[a.ID]
	if !known || last.Locked || !a.Locked || !a.LockedAt.After(last.At) {
		return ""
	}
	whose := "your unlock"
	if !strings.EqualFold(last.By, m.opts.Client.Login()) {
		whose = "the unlock by " + hdpclient.Clean(last.By)
	}
	return fmt.Sprintf("locked again %s after %s: something keeps trying an old password", words.Duration(a.LockedAt.Sub(last.At)), whose)
}
