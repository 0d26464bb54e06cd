package change

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
)

// Kind says how a write ended.
type Kind string

// The kinds of an [Outcome].
const (
	// Applied: the server took it and a later read found it stored; or the answer
	// was lost and a read found it stored (ByReading).
	Applied Kind = "applied"
	// Accepted: a new password was answered as HDP documents it. After a reset the
	// password status was read back too, unless LookErr says why not.
	Accepted Kind = "accepted"
	// Conflict: the account is no longer as it was shown. Nothing was sent.
	Conflict Kind = "conflict"
	// Refused: the server answered with its error envelope. Nothing was changed.
	Refused Kind = "refused"
	// Differs: the server answered with a 2xx, but its echo or what is stored is not
	// what was sent. Rows says what, and why as far as that is known.
	Differs Kind = "differs"
	// Unknown: it was sent, and whether it was carried out is not known. It may
	// still be. Seen and Now say what the last look found. So ends also what was
	// answered as done where a look finds all as before.
	Unknown Kind = "unknown"
	// NotSent: the write never left this machine. Err says why.
	NotSent Kind = "not sent"
)

// Seen says what the last look found stored.
type Seen string

// What a look can find. After a Conflict, SeenOther is what stood in the way.
const (
	NotSeen    Seen = "" // no look succeeded
	SeenBefore Seen = "as before"
	SeenWanted Seen = "as wanted"
	SeenOther  Seen = "something else"
)

// Why says why a property is not, or was said not to be, as it was sent.
type Why string

// The reasons of a [Row]. Rows of other outcomes than Differs have none.
const (
	WhyNotKnown  Why = ""            // there was no echo to tell
	NotTaken     Why = "ignored"     // the server's own echo says otherwise
	AsBefore     Why = "as before"   // the echo agreed; a later read found what was there before
	ChangedSince Why = "changed"     // the echo agreed; a later read found another value
	EchoOnly     Why = "only echoed" // the echo says otherwise, what is stored agrees
)

// Row is one property that is not as it should be. After a Conflict these are
// the properties that moved; else those that are not as they were sent.
type Row struct {
	Name   string // as HDP spells it, cleaned
	Saw    Value  // what the plan was made from
	Wanted Value  // what the plan wants there
	Echo   Value  // what the server answered, absent also if it echoed nothing
	Now    Value  // what is stored, absent also if that is not known (Seen)
	Why    Why
}

// Outcome is how a write ended, and no more than was seen of it.
type Outcome struct {
	Kind Kind
	Plan Plan
	Seen Seen
	// At is the server's time of the last look that succeeded, UTC, or this
	// machine's where the server's is not known; zero without one. Of an Unknown
	// outcome as seen before, all that is true is: not stored as of then, and may
	// still arrive.
	At   time.Time
	Rows []Row
	// ByReading: the answer was lost, and that it is Applied was found by reading.
	ByReading bool
	// LockMoved: the plan is an unlock, and all that moved is when the lock began
	// and ends, since somebody keeps trying. Show Replan and ask once more: to that
	// plan, a lock that moves on is no conflict.
	LockMoved bool
	// Err is why it was not sent, the server's refusal, or what came in place of
	// an answer. LookErr is why the last look failed, nil if it did not.
	Err, ReadErr error
	// LogErr: this outcome could not be recorded. Nothing further is sent until
	// it could be.
	LogErr error

	took     time.Duration
	run      *run   // the write that came to this; nil if nothing was begun
	answered bool   // by a 2xx
	echo     object // nil if there was none
	now      object // what the last look found; nil if NotSeen
}

// Replan returns the operator's own edits laid over what is stored now, to be
// shown and applied anew. It is Empty where what is stored already is as the
// operator wants it. Where nothing was seen, it is the plan as it was.
func (o Outcome) Replan() Plan {
	if o.now == nil {
		return o.Plan
	}
	again := o.Plan.rebasedOn(o.now)
	again.lockMayMove = again.lockMayMove || o.LockMoved
	for _, e := range o.Plan.moved(o.now) {
		if o.Kind == Conflict && !isKnown(e.name) {
			again.suspects = append(again.suspects, e.name)
		}
	}
	return again
}

// IsUnchanged reports whether nothing was sent because what is stored has become
// all that the plan wanted. Rows may tell of more that has changed.
func (o Outcome) IsUnchanged() bool { return o.Kind == Conflict && o.Replan().Empty() }

// Took returns how long the write took, from its beginning to this outcome; 0
// where none was begun. A later Look does not add to it.
func (o Outcome) Took() time.Duration { return o.took }

// StatusInfo returns what the last look found stored; false if that is not
// known or the plan was about something else.
func (o Outcome) StatusInfo() (s hdpclient.StatusInfo, ok bool) {
	ok = o.now != nil && o.Plan.resource == StatusInfo && o.now.decode(&s) == nil
	return s, ok
}

// PasswordInfo returns what the last look found stored; false if that is not
// known or the plan was about something else.
func (o Outcome) PasswordInfo() (p hdpclient.PasswordInfo, ok bool) {
	ok = o.now != nil && o.Plan.resource == PasswordInfo && o.now.decode(&p) == nil
	return p, ok
}

// Stored returns what the last look found stored as JSON, nil if that is not
// known.
func (o Outcome) Stored() jsontext.Value {
	text, err := o.now.text()
	if err != nil {
		return nil
	}
	return text
}

// withRead is o after a look that found now.
func (o Outcome) withRead(now object, at time.Time) Outcome {
	o.now, o.At, o.ReadErr = now, at, nil
	switch {
	case len(o.Plan.differences(o.Plan.after, now)) == 0:
		o.Seen = SeenWanted
	case len(o.Plan.differences(o.Plan.before, now)) == 0:
		o.Seen = SeenBefore
	default:
		o.Seen = SeenOther
	}
	return o
}
