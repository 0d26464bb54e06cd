package audit

import (
	"slices"
	"strings"
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
	By     string    // the login
	Locked bool      // locked, or lock times set, by hand
}

// LockChanges returns the last lock change of each account of this server since the given time
// by this machine's clock, made by any operator whose console writes to this file. It reads
// backwards and only as far as needed. Entries that cannot be read are left out.
func (l *Log) LockChanges(since time.Time) map[int64]LockChange {
	server := l.identity().Server
	last := map[int64]LockChange{}
	for e, err := range file.ReadBackwards(l.file.Path(), file.KindOutcome) {
		if err != nil || e.Time.Before(since.Add(-clockTolerance)) {
			break
		}
		if e.Outcome != file.Applied || address.Canonical(e.Server) != server || e.Time.Before(since) {
			continue
		}
		if locked, changed := lockEffect(e.Operation); changed && storedAt(e).After(last[e.AccountID].At) {
			last[e.AccountID] = LockChange{At: storedAt(e), By: e.Login, Locked: locked}
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
	locked, changed := lockEffect(o.Plan.Operation())
	return LockChange{At: o.At, By: by, Locked: locked}, changed && o.Kind == change.Applied
}

// lockEffect reports whether an operation, such as "activate, unlock" or "undo lock", leaves
// a lock, and whether it touches the lock at all.
func lockEffect(operation string) (locked, changed bool) {
	operation, undone := strings.CutPrefix(operation, "undo ")
	words := strings.Split(operation, ", ")
	switch {
	case slices.Contains(words, "unlock"):
		return undone, true
	case slices.Contains(words, "lock"):
		return !undone, true
	}
	times := slices.Contains(words, "set lock times")
	return times, times
}
