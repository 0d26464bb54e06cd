package batch

import (
	"context"
	"errors"
	"fmt"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/directory"
)

// Preview is a whole draft: what a batch is going to do, and what not.
type Preview struct {
	Action Action
	Rows   []Row
	// Replaces is the id of the batch whose accounts these were, "" if of none.
	Replaces string
}

// Totals counts the rows by kind.
func (p Preview) Totals() map[Kind]int {
	n := map[Kind]int{}
	for _, r := range p.Rows {
		n[r.Kind]++
	}
	return n
}

// Due returns the accounts that are not done before something is written: those
// that are planned, and those that could not be read though they may be there.
func (p Preview) Due() []int64 {
	var due []int64
	for _, r := range p.Rows {
		if r.Kind == Planned || r.Kind == NotRead || r.Kind == Unreadable && !errors.Is(r.Err, hdpclient.ErrNotFound) {
			due = append(due, r.ID)
		}
	}
	return due
}

// Preparation is a draft that is being made.
type Preparation struct {
	*Pool[Row]
	preview Preview // without its rows
}

// Prepare reads each account once, since the list does not say who authenticates
// whom and a write starts from what its own endpoint said. It writes nothing. An
// id that is there twice is one row. It goes on until it is read to its end, ctx
// ends or Stop is called; it stops by itself after a refused login and when the
// server fails several times in a row.
//
// A draft may be written long after: each account is read again just before.
func Prepare(ctx context.Context, src directory.Source, ids []int64, a Action, g Guard, opts ...Option) *Preparation {
	return prepare(ctx, src, Preview{Action: a}, ids, g, nil, opts)
}

// prepare makes a sheet of the accounts; spoil, if it is set, has the last word on
// each row that is planned.
func prepare(ctx context.Context, src directory.Source, preview Preview, ids []int64, g Guard, recheck func(Row) Row, opts []Option) *Preparation {
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

// rowsOf is a row for each id, once.
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

// errWrongAccount is why an answer is not believed.
var errWrongAccount = errors.New("the answer is about another account")

// read is the row of an account that is read now.
func (a Action) read(ctx context.Context, src directory.Source, row Row, g Guard) Row {
	r, err := directory.Read(ctx, src, row.ID)
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

// wrapPreview is a draft for which nothing has to be read.
func wrapPreview(ctx context.Context, preview Preview, opts []Option) *Preparation {
	p := &Preparation{preview: preview, Pool: newPool(settingsOf(opts), preview.Rows, nil, job[Row]{
		finish: func([]Row, error) map[int]Row { return nil },
	})}
	p.start(ctx)
	return p
}

// Action returns what the draft is of.
func (p *Preparation) Action() Action { return p.preview.Action }

// Preview returns the draft, and false until it has ended, or where it broke off
// with a panic. Rows that were not read are in it as such.
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
