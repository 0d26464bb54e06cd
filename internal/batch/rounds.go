package batch

import (
	"context"

	"hdpadmin/internal/directory"
)

// Rounds is a batch together with what was tried again of it: one row an account,
// with what became of it last. The zero Rounds is of none.
type Rounds struct {
	last    *Run
	results []Result
	at      map[int64]int // by id
}

// Add takes a run that has ended: the first one, or a retry of what failed.
func (r *Rounds) Add(run *Run) {
	if r.at == nil {
		r.at = map[int64]int{}
	}
	r.last = run
	for _, res := range run.Rows() {
		i, again := r.at[res.ID]
		if !again {
			i = len(r.results)
			r.at[res.ID] = i
			r.results = append(r.results, Result{})
		} else if res.Kind == NoChange {
			res.State = Unchanged // as it was to be, whoever brought it about
		}
		res.Index = i
		r.results[i] = res
	}
}

// Results are those of all accounts.
func (r *Rounds) Results() []Result { return r.results }

// Action returns what the batch does.
func (r *Rounds) Action() Action { return r.last.action }

// Reason returns the reason of the last round.
func (r *Rounds) Reason() string { return r.last.reason }

// Stopped is why the last round came to no end by itself, nil if it did.
func (r *Rounds) Stopped() error { return r.last.Progress().Stopped }

// Retry drafts anew what failed. An undo is drafted as it was: what it gives back
// is known from what it takes back alone.
func (r *Rounds) Retry(ctx context.Context, src directory.Source, g Guard, opts ...Option) (*Preparation, error) {
	p := Unfinished{ID: r.last.id, Action: r.last.action.String(), Reason: r.last.reason, Writes: map[int64]WriteState{}}
	sheet := Preview{Action: r.last.action, Replaces: r.last.id}
	for _, res := range r.results {
		if !res.Failed() {
			continue
		}
		p.Accounts = append(p.Accounts, res.ID)
		p.Writes[res.ID] = Failed
		if res.State == Unknown {
			p.Writes[res.ID] = MaybeWritten
		}
		sheet.add(res.Row)
	}
	if sheet.Action.undo {
		return wrapPreview(ctx, sheet, opts), nil
	}
	return Resume(ctx, src, p, g, opts...)
}

// Undo drafts what takes back all that was applied. Nothing is read for it: each
// plan starts from what its own write was seen to leave, so that whatever happened
// to the account since is a conflict. Rows that were not applied are not in it.
func (r *Rounds) Undo(ctx context.Context, g Guard, opts ...Option) *Preparation {
	sheet := Preview{Action: r.last.action}
	sheet.Action.undo = !sheet.Action.undo
	for _, res := range r.results {
		if res.State != Applied {
			continue
		}
		row := res.Row
		row.Account = AccountAfter(row.Account, res.Outcome)
		plan, err := res.Outcome.Undo()
		if err != nil {
			row = row.withKind(NoUndo, string(NoUndo))
			row.Err = err
		} else {
			row = row.withKind(Planned, plan.Operation())
			row.Plan = plan
			row = g.skipProtected(row)
		}
		sheet.add(row)
	}
	if row, ok := g.findLastAdministrator(sheet.Rows); ok {
		sheet.Rows[row.Index] = row
	}
	return wrapPreview(ctx, sheet, opts)
}

func (s *Preview) add(row Row) {
	row.Index = len(s.Rows)
	s.Rows = append(s.Rows, row)
}
