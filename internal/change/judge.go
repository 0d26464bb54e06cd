package change

import (
	"slices"
	"time"
)

// conflict is the outcome where now, read before sending, is not what the plan
// was made from.
func (o Outcome) conflict() Outcome {
	o.Kind = Conflict
	moved := o.Plan.moved(o.now)
	o.LockMoved = o.Plan.unlocks() && !slices.ContainsFunc(moved, func(e edit) bool { return !o.Plan.merelyMoves(e, o.now) })
	for _, e := range moved {
		o.Rows = append(o.Rows, o.row(e.name))
	}
	return o
}

// judged is the outcome of a write that was sent, by what has been seen of it.
// It is the one place where something sent becomes Applied.
func (o Outcome) judged() Outcome {
	o.Rows = o.strays()
	switch {
	case o.Seen == NotSeen:
		o.Kind = Unknown
	case o.answered && len(o.Rows) == 0:
		o.Kind = Applied
	case o.answered && o.Seen == SeenBefore && !o.denied():
		// The server ignored it, or a cache answered the look: nobody can tell which.
		o.Kind = Unknown
	case o.answered:
		o.Kind = Differs
	case o.Seen == SeenWanted:
		o.Kind, o.ByReading = Applied, true
	default:
		// Something else than before is no proof either: the write may still be under
		// way, or another one may have come after it.
		o.Kind = Unknown
	}
	return o
}

// strays returns a row for every property that the echo or the last look has
// otherwise than it was sent. What was sent may be written another way than the
// plan has it, and means the same.
func (o Outcome) strays() []Row {
	var rows []Row
	for _, name := range names(o.Plan.after, o.echo, o.now) {
		echoed, stored := o.asSent(name, o.echo), o.asSent(name, o.now)
		if echoed && stored {
			continue
		}
		row := o.row(name)
		switch {
		case o.echo == nil:
			row.Why = WhyNotKnown
		case echoed && same(name, row.Now, row.Saw):
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

// asSent reports whether an answer has a property as it was sent; none at all says
// nothing against it.
func (o Outcome) asSent(name string, answer object) bool {
	want, got := o.Plan.after.get(name), answer.get(name)
	return answer == nil || same(name, got, want) || o.Plan.isVolatile(name) && !missing(got) && !missing(want)
}

// denied reports whether the server's own echo says that it did not take all of it.
func (o Outcome) denied() bool {
	return slices.ContainsFunc(o.Rows, func(r Row) bool { return r.Why == NotTaken })
}

// Answered reports whether the server answered the write as done.
func (o Outcome) Answered() bool { return o.answered }

// LockedAgain reports whether the server confirmed an unlock, and a later read
// found a new lock and nothing else changed; at is when that began.
func (o Outcome) LockedAgain() (at time.Time, again bool) {
	if o.Kind != Differs || !o.Plan.unlocks() || o.echo == nil || locked(o.echo) || !locked(o.now) {
		return at, false
	}
	for _, r := range o.Rows {
		if !isLock(r.Name) || r.Why == NotTaken || r.Why == EchoOnly {
			return at, false
		}
	}
	before, readable := o.Plan.before.time(accountLockedAt)
	at, new := o.now.time(accountLockedAt)
	return at, readable && new && at.After(before)
}

// isLock reports whether a property is part of the lock.
func isLock(name string) bool {
	return name == accountLocked || name == accountLockedAt || name == accountLockedUntil
}

func (o Outcome) row(name string) Row {
	return Row{
		Name:   clean(name),
		Saw:    o.Plan.before.get(name),
		Wanted: o.Plan.after.get(name),
		Echo:   o.echo.get(name),
		Now:    o.now.get(name),
	}
}
