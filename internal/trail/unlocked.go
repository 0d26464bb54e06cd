package trail

import (
	"slices"
	"strings"
	"time"

	"hdpadmin/internal/audit"
)

// askew is by how much the records of consoles on several machines may be out of
// the order of their times.
const askew = 10 * time.Minute

// Unlocked returns when each account of this server was last unlocked, by
// anybody whose console writes to this file, as far back as since. It reads the
// file from its end and no further than that; what cannot be read is left out.
func (t *Trail) Unlocked(since time.Time) map[int64]time.Time {
	server := t.identity().Server
	unlocked := map[int64]time.Time{}
	for r, err := range audit.Back(t.file.Path(), audit.KindOutcome) {
		if err != nil || r.Time.Before(since.Add(-askew)) {
			break
		}
		if r.Outcome != audit.Applied || r.Server != server || r.Time.Before(since) || !unlocks(r.Operation) {
			continue
		}
		if r.Time.After(unlocked[r.AccountID]) {
			unlocked[r.AccountID] = r.Time
		}
	}
	return unlocked
}

// unlocks reports whether an operation, such as "activate, unlock", ends a lock:
// undone, it is a lock that does.
func unlocks(operation string) bool {
	word := "unlock"
	if undone, ok := strings.CutPrefix(operation, "undo "); ok {
		operation, word = undone, "lock"
	}
	return slices.Contains(strings.Split(operation, ", "), word)
}
