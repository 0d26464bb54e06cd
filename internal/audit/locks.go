package audit

import (
	"slices"
	"strings"
	"time"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// clockTolerance is by how much the records of consoles on several machines may be out of
// the order of their times.
const clockTolerance = 10 * time.Minute

// LockChange is that an operator took the lock off an account, or put one on.
type LockChange struct {
	At     time.Time // UTC, by the server's clock as far as the server tells it
	By     string    // the login
	Locked bool      // put on, or set anew, by hand
}

// LockChanges returns the last such change of each account of this server, by
// anybody whose console writes to this file, as far back as since, by this machine's
// clock. It reads the file from its end and no further than that; what cannot be
// read is left out.
func (l *Log) LockChanges(since time.Time) map[int64]LockChange {
	server := l.identity().Server
	last := map[int64]LockChange{}
	for e, err := range file.ReadBackwards(l.file.Path(), file.KindOutcome) {
		if err != nil || e.Time.Before(since.Add(-clockTolerance)) {
			break
		}
		if e.Outcome != file.Applied || canonicalServer(e.Server) != server || e.Time.Before(since) {
			continue
		}
		if locked, changed := lockEffect(e.Operation); changed && storedAt(e).After(last[e.AccountID].At) {
			last[e.AccountID] = LockChange{At: storedAt(e), By: e.Login, Locked: locked}
		}
	}
	return last
}

// storedAt is when the outcome was seen. A record of an older version has the time of the
// machine that wrote it alone.
func storedAt(e file.Entry) time.Time {
	if e.StoredAt.IsZero() {
		return e.Time
	}
	return e.StoredAt
}

// LockChangeOf is what a write that was applied did to the lock, by its own plan;
// false if nothing.
func LockChangeOf(o change.Outcome, by string) (LockChange, bool) {
	locked, changed := lockEffect(o.Plan.Operation())
	return LockChange{At: o.At, By: by, Locked: locked}, changed && o.Kind == change.Applied
}

// lockEffect reports whether an operation, such as "activate, unlock" or "undo
// lock", leaves a lock, and whether it touches it at all.
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
