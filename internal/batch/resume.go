package batch

import (
	"context"

	"hdpadmin/internal/account"
)

// Unfinished is a batch with something left to do, as the audit log has it: see [Log].
type Unfinished struct {
	ID, Action, Reason string
	Accounts           []int64 // all that were due, see [Preview.Due]
	// Writes is the state of each account's last write in this batch. An account that is missing
	// was not started.
	Writes map[int64]WriteState
}

// WriteState is what the audit log says about the write to one account.
type WriteState string

// The states of a write.
const (
	NotStarted   WriteState = ""
	Written      WriteState = "done"     // applied, or differs
	Failed       WriteState = "not done" // certainly not written: conflict, refused, not sent
	MaybeWritten WriteState = "open"     // an intent without an outcome, or an unknown one
)

// Remaining returns the accounts that are not known to be done.
func (u Unfinished) Remaining() []int64 {
	var left []int64
	for _, id := range u.Accounts {
		if u.Writes[id] != Written {
			left = append(left, id)
		}
	}
	return left
}

// Resume prepares a new preview of what is left of a batch; what is done is not in it. Once
// started, it replaces the earlier batch in the audit log. It fails for an undo, which cannot be
// prepared from the accounts alone.
func Resume(ctx context.Context, src account.Source, u Unfinished, g Guard, opts ...Option) (*Preparation, error) {
	a, err := ParseAction(u.Action)
	if err != nil {
		return nil, err
	}
	preview := Preview{Action: a, Replaces: u.ID}
	return prepare(ctx, src, preview, u.Remaining(), g, func(row Row) Row { return u.recheck(a, row) }, opts), nil
}

// recheck handles a planned row whose earlier write may have been done. Writing again is harmless,
// except for a forced change: the user may have changed the password since, and would have to
// change it again.
func (u Unfinished) recheck(a Action, row Row) Row {
	switch {
	case u.Writes[row.ID] != MaybeWritten:
	case a.verb == forceChange:
		return row.withKind(MaybeDone, "outcome unknown: the user may have changed the password since, skipped")
	default:
		row.Notes = append(row.Notes, "earlier write: outcome unknown")
	}
	return row
}
