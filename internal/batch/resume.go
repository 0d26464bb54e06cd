package batch

import (
	"context"

	"hdpadmin/internal/directory"
)

// Unfinished is a batch of which something is left, as it stands on record: see [Log].
type Unfinished struct {
	ID, Action, Reason string
	Accounts           []int64 // all that were to be written, see [Sheet.Due]
	// Writes is what is on record of an account's last write in this batch; one
	// that is not in it was not begun.
	Writes map[int64]WriteState
}

// WriteState is what is on record of the write to one account.
type WriteState string

// The kinds of Write.
const (
	NotStarted   WriteState = ""
	Written      WriteState = "done"     // applied, or differs
	Failed       WriteState = "not done" // certainly not: conflict, refused, not sent
	MaybeWritten WriteState = "open"     // an intent without an outcome, or one that is unknown
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

// Resume drafts what is left of a batch anew; what was done is not in it and is
// not written again. Once it is started, it replaces the earlier batch on record.
// It fails for an action that cannot be drafted from accounts alone, an undo.
func Resume(ctx context.Context, src directory.Source, u Unfinished, g Guard, opts ...Option) (*Preparation, error) {
	a, err := ParseAction(u.Action)
	if err != nil {
		return nil, err
	}
	preview := Preview{Action: a, Replaces: u.ID}
	return prepare(ctx, src, preview, u.Remaining(), g, func(row Row) Row { return u.recheck(a, row) }, opts), nil
}

// recheck looks at a planned row whose earlier write may have been done. To do it
// again brings about what the operator wants, except for a forced change: the
// user may have changed the password since, and would have to again.
func (u Unfinished) recheck(a Action, row Row) Row {
	switch {
	case u.Writes[row.ID] != MaybeWritten:
	case a.verb == forceChange:
		return row.withKind(MaybeDone, "may be done, and the password changed since: skipped")
	default:
		row.Notes = append(row.Notes, "earlier write: outcome unknown")
	}
	return row
}
