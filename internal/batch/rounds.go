package batch

import (
	"context"

	"hdpadmin/internal/account"
)

// Rounds is a batch together with its retries: one row per account, with its last result. The zero
// Rounds is empty.
type Rounds struct {
	last    *Run
	results []Result
	at      map[int64]int // index by account ID
}

// Add takes a run that has ended: the first one, or a retry of failed rows.
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
			res.State = Unchanged // the account has the wanted state, through this batch or not
		}
		res.Index = i
		r.results[i] = res
	}
}

// Results returns the results of all accounts.
func (r *Rounds) Results() []Result { return r.results }

// Action returns what the batch does.
func (r *Rounds) Action() Action { return r.last.action }

// Reason returns the reason of the last round.
func (r *Rounds) Reason() string { return r.last.answers.Reason }

// Stopped returns why the last round stopped early, nil if it did not.
func (r *Rounds) Stopped() error { return r.last.Progress().Stopped }

// Retry prepares a new preview of the failed rows. The plans of an undo are kept, since the old
// values are known only from the batch that it undoes.
func (r *Rounds) Retry(ctx context.Context, src account.Source, g Guard, opts ...Option) (*Preparation, error) {
	u := Unfinished{ID: r.last.id, Action: r.last.action.String(), Reason: r.last.answers.Reason, Writes: map[int64]WriteState{}}
	preview := Preview{Action: r.last.action, Replaces: r.last.id}
	for _, res := range r.results {
		if !res.Failed() {
			continue
		}
		u.Accounts = append(u.Accounts, res.ID)
		u.Writes[res.ID] = Failed
		if res.State == Unknown {
			u.Writes[res.ID] = MaybeWritten
		}
		preview.add(res.Row)
	}
	if preview.Action.undo {
		return wrapPreview(ctx, preview, opts), nil
	}
	return Resume(ctx, src, u, g, opts...)
}

// Undo prepares an undo of everything that was applied. It reads nothing: each plan starts from
// what its own write was seen to leave, so anything that happened to the account since is a
// conflict. Rows that were not applied are not in it.
func (r *Rounds) Undo(ctx context.Context, g Guard, opts ...Option) *Preparation {
	preview := Preview{Action: r.last.action}
	preview.Action.undo = !preview.Action.undo
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
		preview.add(row)
	}
	if row, ok := g.findLastAdministrator(preview.Rows); ok {
		preview.Rows[row.Index] = row
	}
	return wrapPreview(ctx, preview, opts)
}

func (p *Preview) add(row Row) {
	row.Index = len(p.Rows)
	p.Rows = append(p.Rows, row)
}
