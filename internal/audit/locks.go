package audit

import (
	"slices"
	"time"

	"hdpadmin/internal/address"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// clockTolerance is how far entries of consoles on several machines may be out of time order.
const clockTolerance = 10 * time.Minute

// LockChange says that an operator locked or unlocked an account.
type LockChange struct {
	At     time.Time // UTC, by the server's clock if known
	By     string    // the operator of a service, else the login
	Locked bool      // locked, or lock times set, by hand
}

// LockChanges returns the last lock change of each account of this server since the given time
// by this machine's clock, made by any operator whose console writes to this file.
func (l *Log) LockChanges(since time.Time) map[int64]LockChange {
	return LockChanges(l.file.Path(), l.identity().Server, since)
}

// LockChanges does the same for a file that is not open. It reads backwards and only as far as
// needed. Entries that cannot be read are left out.
func LockChanges(path, server string, since time.Time) map[int64]LockChange {
	server = address.Canonical(server)
	last := map[int64]LockChange{}
	for e, err := range file.ReadBackwards(path, file.KindOutcome) {
		if err != nil || e.Time.Before(since.Add(-clockTolerance)) {
			break
		}
		if e.Outcome != file.Applied || address.Canonical(e.Server) != server || e.Time.Before(since) {
			continue
		}
		if locked, changed := lockEffectOf(e.Operation); changed && storedAt(e).After(last[e.AccountID].At) {
			last[e.AccountID] = LockChange{At: storedAt(e), By: e.Who(), Locked: locked}
		}
	}
	return last
}

// storedAt returns when the outcome was read. Entries of older versions have only the time of
// the machine that wrote them.
func storedAt(e file.Entry) time.Time {
	if e.StoredAt.IsZero() {
		return e.Time
	}
	return e.StoredAt
}

// LockChangeOf returns what an applied write did to the lock according to its plan, or false
// if it did nothing to it.
func LockChangeOf(o change.Outcome, by string) (LockChange, bool) {
	locked, changed := lockEffect(o.Plan.Effects())
	return LockChange{At: o.At, By: by, Locked: locked}, changed && o.Kind == change.Applied
}

// lockEffectOf does the same for an operation in the log, such as "activate, unlock" or "undo lock".
func lockEffectOf(operation string) (locked, changed bool) {
	effects, undone := change.ParseOperation(operation)
	locked, changed = lockEffect(effects)
	if undone && !slices.Contains(effects, change.SetsLockTimes) {
		locked = changed && !locked
	}
	return locked, changed
}

// lockEffect reports whether the effects leave a lock, and whether they touch the lock at all.
func lockEffect(effects []change.Effect) (locked, changed bool) {
	switch {
	case slices.Contains(effects, change.Unlocks):
		return false, true
	case slices.Contains(effects, change.LocksAccount):
		return true, true
	}
	times := slices.Contains(effects, change.SetsLockTimes)
	return times, times
}
