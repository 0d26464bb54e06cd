package batch

import (
	"context"
	"errors"
	"fmt"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
)

// Preview says what a batch will do and what it will skip.
type Preview struct {
	Action Action
	Rows   []Row
	// Replaces is the ID of the batch that had these accounts before, "" if none.
	Replaces string
	// File is the plan file that the rows are from, zero if they are from none.
	File PlanFile
}

// Totals counts the rows by kind.
func (p Preview) Totals() map[Kind]int {
	n := map[Kind]int{}
	for _, r := range p.Rows {
		n[r.Kind]++
	}
	return n
}

// Due returns the accounts that still need a write: those that are planned, and those that could
// not be read although they may exist.
func (p Preview) Due() []int64 {
	var due []int64
	for _, r := range p.Rows {
		if r.Kind == Planned || r.Kind == NotRead || r.Kind == Unreadable && !errors.Is(r.Err, hdpclient.ErrNotFound) {
			due = append(due, r.ID)
		}
	}
	return due
}

// accounts returns the accounts to log. A plan file is used up as a whole, and its rows are checked
// again when a run that broke off is resumed.
func (p Preview) accounts() []int64 {
	if p.File == (PlanFile{}) {
		return p.Due()
	}
	ids := make([]int64, len(p.Rows))
	for i, r := range p.Rows {
		ids[i] = r.ID
	}
	return ids
}

// countPlanned returns how many accounts the batch changes.
func (p Preview) countPlanned() (n int) {
	for _, r := range p.Rows {
		if r.Kind == Planned {
			n++
		}
	}
	return n
}

// Preparation prepares a preview.
type Preparation struct {
	*Pool[Row]
	preview Preview // without its rows
}

// Prepare reads each account once, since the list does not say how an account signs in, and a
// write starts from the answer of its own endpoint. It writes nothing. An ID that occurs twice is
// one row. It runs until everything is read, ctx ends or Stop is called. It stops on its own after
// a refused login and after several server failures in a row.
//
// A preview may be written much later: each account is read again just before.
func Prepare(ctx context.Context, src account.Source, ids []int64, a Action, g Guard, opts ...Option) *Preparation {
	return prepare(ctx, src, Preview{Action: a}, ids, g, nil, opts)
}

// prepare makes a preview of the accounts; recheck, if set, may change each planned row.
func prepare(ctx context.Context, src account.Source, preview Preview, ids []int64, g Guard, recheck func(Row) Row, opts []Option) *Preparation {
	s := settingsOf(opts)
	rows, todo := rowsOf(ids)
	failures := &breaker{limit: s.failures}
	p := &Preparation{preview: preview, Pool: newPool(s, rows, todo, job[Row]{
		process: func(ctx context.Context, row Row) (Row, error) {
			done := preview.Action.read(ctx, src, row, g)
			if recheck != nil && done.Kind == Planned {
				done = recheck(done)
			}
			return done, failures.checkRead(done.Err)
		},
		markPanicked: Row.asUnreadable,
		markNotStarted: func(row Row, err error) Row {
			row.Err = err
			return row
		},
		finish: func(rows []Row, _ error) map[int]Row {
			if row, ok := g.findLastAdministrator(rows); ok {
				return map[int]Row{row.Index: row}
			}
			return nil
		},
	})}
	p.start(ctx)
	return p
}

// rowsOf returns one row per ID, without duplicates.
func rowsOf(ids []int64) (rows []Row, todo []int) {
	seen := make(map[int64]bool, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			todo = append(todo, len(rows))
			rows = append(rows, Row{Index: len(rows), ID: id})
		}
	}
	return rows, todo
}

var errWrongAccount = errors.New("the answer is about another account")

func (a Action) read(ctx context.Context, src account.Source, row Row, g Guard) Row {
	r, err := account.Read(ctx, src, row.ID)
	if ctx.Err() != nil {
		row.Err = context.Cause(ctx)
		return row
	}
	if err == nil && r.User.ID != row.ID {
		err = fmt.Errorf("%w: asked for %d, got %d", errWrongAccount, row.ID, r.User.ID)
	}
	if err != nil {
		return row.asUnreadable(err)
	}
	planned := a.row(r, g)
	planned.Index = row.Index
	return planned
}

// wrapPreview returns a preview that needs no reading as a Preparation.
func wrapPreview(ctx context.Context, preview Preview, opts []Option) *Preparation {
	p := &Preparation{preview: preview, Pool: newPool(settingsOf(opts), preview.Rows, nil, job[Row]{
		finish: func([]Row, error) map[int]Row { return nil },
	})}
	p.start(ctx)
	return p
}

// Action returns the action that is prepared.
func (p *Preparation) Action() Action { return p.preview.Action }

// Preview returns the preview, or false until it is ready or if preparing it panicked. It includes
// the rows that were not read.
func (p *Preparation) Preview() (Preview, bool) {
	select {
	case <-p.done:
	default:
		return Preview{}, false
	}
	if p.hasPanicked() {
		return Preview{}, false
	}
	preview := p.preview
	preview.Rows = p.Rows()
	return preview, true
}
