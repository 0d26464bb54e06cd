package batch

import (
	"context"

	"hdpadmin/internal/directory"
)

// Past is a batch of which something is left, as it stands on record: see [Log].
type Past struct {
	ID, Action, Reason string
	Accounts           []int64 // all that were to be written, see [Sheet.Due]
	// Writes is what is on record of an account's last write in this batch; one
	// that is not in it was not begun.
	Writes map[int64]Write
}

// Write is what is on record of the write to one account.
type Write string

// The kinds of Write.
const (
	NotBegun Write = ""
	Written  Write = "done"     // applied, or differs
	Failed   Write = "not done" // certainly not: conflict, refused, not sent
	Open     Write = "open"     // an intent without an outcome, or one that is unknown
)

// Left returns the accounts that are not known to be done.
func (p Past) Left() []int64 {
	var left []int64
	for _, id := range p.Accounts {
		if p.Writes[id] != Written {
			left = append(left, id)
		}
	}
	return left
}

// Resume drafts what is left of a batch anew; what was done is not in it and is
// not written again. Once it is started, it replaces the earlier batch on record.
// It fails for an action that cannot be drafted from accounts alone, an undo.
func Resume(ctx context.Context, src directory.Source, p Past, g Guard, opts ...Option) (*Drafting, error) {
	a, err := ParseAction(p.Action)
	if err != nil {
		return nil, err
	}
	sheet := Sheet{Action: a, Replaces: p.ID}
	return draft(ctx, src, sheet, p.Left(), g, func(row Row) Row { return p.spoil(a, row) }, opts), nil
}

// spoil looks at a planned row whose earlier write may have been done. To do it
// again brings about what the operator wants, except for a forced change: the
// user may have changed the password since, and would have to again.
func (p Past) spoil(a Action, row Row) Row {
	switch {
	case p.Writes[row.ID] != Open:
	case a.verb == forceChange:
		return row.as(Unclear, "may have been done and the password changed since: left out")
	default:
		row.Notes = append(row.Notes, "earlier write: outcome unknown")
	}
	return row
}
