package change

import (
	"slices"
	"time"

	"hdpadmin/hdpclient"
)

// asConflict returns the outcome of a write that was not sent because the account, as read
// before sending, is not what the plan was made from.
func (o Outcome) asConflict() Outcome {
	o.Kind = Conflict
	moved := o.Plan.moved(o.now)
	o.LockMoved = o.Plan.isUnlock() && !slices.ContainsFunc(moved, func(e edit) bool { return !o.Plan.isMovedLock(e, o.now) })
	for _, e := range moved {
		o.Rows = append(o.Rows, o.newRow(e.name))
	}
	return o
}

// judge decides the outcome of a write that was sent, by what has been seen of it. Only here
// does a sent write become Applied.
func (o Outcome) judge() Outcome {
	o.Rows = o.mismatches()
	switch {
	case o.Seen == NotSeen:
		o.Kind = Unknown
	case o.answered && len(o.Rows) == 0:
		o.Kind = Applied
	case o.answered && o.Seen == SeenBefore && !o.isDenied():
		// The server ignored it, or a cache answered the read. There is no way to tell which.
		o.Kind = Unknown
	case o.answered:
		o.Kind = Differs
	case o.Seen == SeenWanted:
		o.Kind, o.ByReading = Applied, true
	default:
		// A third value proves nothing either: the write may still be running, or another
		// write may have followed it.
		o.Kind = Unknown
	}
	return o
}

// mismatches returns a row for every property that the echo or the last read has otherwise than
// it was sent. The server may spell a value differently as long as it means the same.
func (o Outcome) mismatches() []Row {
	var rows []Row
	for _, name := range names(o.Plan.after, o.echo, o.now) {
		echoed, stored := o.isAsSent(name, o.echo), o.isAsSent(name, o.now)
		if echoed && stored {
			continue
		}
		row := o.newRow(name)
		switch {
		case o.echo == nil:
			row.Why = WhyNotKnown
		case echoed && sameMeaning(name, row.Now, row.Saw):
			row.Why = AsBefore
		case echoed:
			row.Why = ChangedSince
		case stored && o.now != nil:
			row.Why = EchoOnly
		default:
			row.Why = NotTaken
		}
		rows = append(rows, row)
	}
	return rows
}

// isAsSent reports whether an answer has a property as it was sent. A missing answer does not
// contradict it.
func (o Outcome) isAsSent(name string, answer object) bool {
	want, got := o.Plan.after.get(name), answer.get(name)
	return answer == nil || sameMeaning(name, got, want) || o.Plan.isVolatile(name) && !isMissing(got) && !isMissing(want)
}

// isDenied reports whether the server's own echo says that it did not accept all of the write.
func (o Outcome) isDenied() bool {
	return slices.ContainsFunc(o.Rows, func(r Row) bool { return r.Why == NotTaken })
}

// Answered reports whether the server reported success.
func (o Outcome) Answered() bool { return o.answered }

// LockedAgain reports whether the server confirmed an unlock, and a later read found a new lock
// and no other change. at is when the new lock began.
func (o Outcome) LockedAgain() (at time.Time, again bool) {
	if o.Kind != Differs || !o.Plan.isUnlock() || o.echo == nil || isLocked(o.echo) || !isLocked(o.now) {
		return at, false
	}
	for _, r := range o.Rows {
		if !isLockProperty(r.Name) || r.Why == NotTaken || r.Why == EchoOnly {
			return at, false
		}
	}
	before, readable := o.Plan.before.get(accountLockedAt).time()
	at, new := o.now.get(accountLockedAt).time()
	return at, readable && new && at.After(before)
}

func isLockProperty(name string) bool {
	return name == accountLocked || name == accountLockedAt || name == accountLockedUntil
}

func (o Outcome) newRow(name string) Row {
	return Row{
		Name:   hdpclient.Clean(name),
		Saw:    o.Plan.before.get(name),
		Wanted: o.Plan.after.get(name),
		Echo:   o.echo.get(name),
		Now:    o.now.get(name),
	}
}
