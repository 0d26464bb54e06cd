package file

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Follower tracks the intents of a log that have no outcome yet. It is not safe for
// concurrent use.
type Follower struct {
	path    string
	seen    uint64 // the newest sequence read
	intents map[uint64]Entry
}

// NewFollower returns a Follower of the log at path. It reads nothing yet.
func NewFollower(path string) *Follower { return &Follower{path: path, intents: map[uint64]Entry{}} }

// Update reads what was written since the last Update, newest first. The first time, a log of
// 200,000 entries takes a fraction of a second; later updates take almost no time.
func (f *Follower) Update() error {
	newest, seen := uint64(0), f.seen
	closed := map[uint64]bool{}
	found := map[uint64]Entry{}
	for text, err := range linesBackwards(f.path, lockShared) {
		if err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		line, ok := readOutline(text)
		if !ok {
			continue
		}
		if newest == 0 {
			if newest = line.seq; newest < seen {
				seen = 0 // another log took its place: read it from the start
			}
		}
		if line.seq <= seen {
			break
		}
		switch {
		case line.kind == KindOutcome:
			closed[line.of] = true
		case line.kind == KindIntent && closed[line.seq]:
			delete(closed, line.seq)
		case line.kind == KindIntent:
			if e, err := unseal(text); err == nil {
				found[e.Seq] = e
			}
		}
	}
	if seen == 0 {
		clear(f.intents)
	}
	for of := range closed {
		delete(f.intents, of)
	}
	maps.Copy(f.intents, found)
	f.seen = newest
	return nil
}

// OpenIntents returns the intents without an outcome as of the last Update, oldest first.
// Their console crashed or is still running; Session and PID tell which. Only the server
// knows how they ended; see [Log.Reopen].
func (f *Follower) OpenIntents() []Entry { return sortBySeq(f.intents) }

// LogOutcomeIfNone logs an outcome that another console may be finding out at the same time:
// if the log already has one, it writes nothing and returns false. Unlike LogOutcome, it does
// not keep an outcome that cannot be written.
func (i *OpenIntent) LogOutcomeIfNone(o Outcome) (written bool, err error) {
	e := i.newOutcome(o)
	err = i.log.commitIf(e, func() (bool, error) {
		done, err := hasOutcome(i.log.path, e.Of)
		written = !done && err == nil
		return written, err
	})
	if err != nil {
		return false, err
	}
	return written, nil
}

// hasOutcome searches for the outcome of an intent. The caller holds the lock.
func hasOutcome(path string, of uint64) (bool, error) {
	for text, err := range linesBackwards(path, alreadyLocked) {
		if err != nil {
			return false, err
		}
		line, ok := readOutline(text)
		switch {
		case !ok:
		case line.kind == KindOutcome && line.of == of:
			return true, nil
		case line.seq <= of:
			return false, nil
		}
	}
	return false, nil
}

func sortBySeq(open map[uint64]Entry) []Entry {
	return slices.SortedFunc(maps.Values(open), func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
}
