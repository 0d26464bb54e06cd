package change

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
)

// Kind says how a write ended.
type Kind string

// The kinds of an [Outcome].
const (
	// Applied: the server accepted it and a later read found it stored; or the answer was lost
	// and a read found it stored (ByReading).
	Applied Kind = "applied"
	// Accepted: HDP answered a new password as documented. After a reset, the password status
	// was read back too, unless ReadErr says why not.
	Accepted Kind = "accepted"
	// Conflict: the account is no longer as it was shown. Nothing was sent.
	Conflict Kind = "conflict"
	// Refused: the server answered with its error envelope. Nothing was changed.
	Refused Kind = "refused"
	// Differs: the server answered with a 2xx, but its echo or what is stored is not what was
	// sent. Rows says what differs and, if known, why.
	Differs Kind = "differs"
	// Unknown: it was sent, and may or may not have been carried out; it may still be. Seen and
	// the rows say what the last read found. A write that the server reported as done is also
	// Unknown if a read finds everything as before.
	Unknown Kind = "unknown"
	// NotSent: the write never left this machine. Err says why.
	NotSent Kind = "not sent"
)

// Seen says what the last read found stored.
type Seen string

// What a read can find. After a Conflict, SeenOther is the reason for it.
const (
	NotSeen    Seen = "" // no read succeeded
	SeenBefore Seen = "as before"
	SeenWanted Seen = "as wanted"
	SeenOther  Seen = "something else"
)

// Why says why a property is not as it was sent, or why the echo said so.
type Why string

// The reasons of a [Row]. Only rows of a Differs have one.
const (
	WhyNotKnown  Why = ""            // there was no echo
	NotTaken     Why = "ignored"     // the server's own echo says otherwise
	AsBefore     Why = "as before"   // the echo agreed; a later read found the old value
	ChangedSince Why = "changed"     // the echo agreed; a later read found a third value
	EchoOnly     Why = "only echoed" // the echo says otherwise, the stored value agrees
)

// Row is one property that is not as it should be. After a Conflict it is one that changed
// meanwhile, else one that is not as it was sent.
type Row struct {
	Name   string // as HDP spells it, cleaned
	Saw    Value  // what the plan was made from
	Wanted Value  // what the plan sets
	Echo   Value  // what the server answered; absent also without an echo
	Now    Value  // what is stored; absent also if not known (Seen)
	Why    Why
}

// Outcome says how a write ended, and claims no more than was seen.
type Outcome struct {
	Kind Kind
	Plan Plan
	Seen Seen
	// At is the time of the last successful read, UTC: the server's, or this machine's if that
	// is not known; zero without a read. An Unknown outcome seen as before was not stored at
	// that time, and may still arrive.
	At   time.Time
	Rows []Row
	// ByReading: the answer was lost, and a read showed that the change was applied.
	ByReading bool
	// LockMoved: the plan is an unlock, and only the start and end of the lock moved, since
	// somebody keeps trying to sign in. Show Replan and ask again: to that plan, a lock that
	// moves is not a conflict.
	LockMoved bool
	// Err is why it was not sent, the server's refusal, or what came instead of an answer.
	// ReadErr is why the last read failed, nil if it did not.
	Err, ReadErr error
	// LogErr: this outcome could not be logged. Nothing more is sent until it could be.
	LogErr error

	took     time.Duration
	run      *run   // the write behind this outcome; nil if none was started
	answered bool   // with a 2xx
	echo     object // nil without one
	now      object // what the last read found; nil if NotSeen
}

// Replan applies the operator's edits to what is stored now, to be reviewed again. It is Empty
// if what is stored is already as wanted. If nothing was seen, it returns the plan unchanged.
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

// ConflictWith returns the Conflict of a plan whose account was read since the plan was made, and false if
// nothing that counts has changed there. Only Apply can tell whether an unknown property counts.
func (p Plan) ConflictWith(s hdpclient.Opt[hdpclient.StatusInfo], pw hdpclient.Opt[hdpclient.PasswordInfo], at time.Time) (Outcome, bool) {
	var stored object
	var err error
	if info, read := s.Get(); read && p.resource == StatusInfo {
		stored, err = objectOf(info)
	} else if info, read := pw.Get(); read && p.resource == PasswordInfo {
		stored, err = objectOf(info)
	}
	known := func(e edit) bool { return isKnown(e.name) }
	if err != nil || stored == nil || !slices.ContainsFunc(p.moved(stored), known) {
		return Outcome{}, false
	}
	return Outcome{Plan: p}.withRead(stored, at).asConflict(), true
}

// IsUnchanged reports whether nothing was sent because the account already is as the plan wants
// it. Rows may name more that has changed.
func (o Outcome) IsUnchanged() bool { return o.Kind == Conflict && o.Replan().Empty() }

// Took returns how long the write took until this outcome, 0 if none was started. A later
// CheckAgain does not add to it.
func (o Outcome) Took() time.Duration { return o.took }

// StatusInfo returns what the last read found stored, or false if that is not known or the plan
// is about something else.
func (o Outcome) StatusInfo() (s hdpclient.StatusInfo, ok bool) {
	ok = o.now != nil && o.Plan.resource == StatusInfo && o.now.decode(&s) == nil
	return s, ok
}

// PasswordInfo returns what the last read found stored, or false if that is not known or the
// plan is about something else.
func (o Outcome) PasswordInfo() (p hdpclient.PasswordInfo, ok bool) {
	ok = o.now != nil && o.Plan.resource == PasswordInfo && o.now.decode(&p) == nil
	return p, ok
}

// Stored returns what the last read found stored as JSON, nil if that is not known.
func (o Outcome) Stored() jsontext.Value {
	text, err := o.now.text()
	if err != nil {
		return nil
	}
	return text
}

// Rebased returns what the write replaced and by what, if that was read later than the plan was made
// and differs from it, as after a lock that moved. The intent holds the older values, since it is
// logged before that read. Otherwise it returns nil.
func (o Outcome) Rebased() (before, after jsontext.Value) {
	if !o.Plan.rebased {
		return nil, nil
	}
	before, err := o.Plan.before.text()
	after, err2 := o.Plan.after.text()
	if err != nil || err2 != nil {
		return nil, nil
	}
	return before, after
}

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
