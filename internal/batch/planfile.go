package batch

import (
	"context"
	"maps"
	"strings"

	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// PlanFile says which plan file a batch applies. The zero PlanFile is none.
type PlanFile struct {
	ID     string // also the ID of the first batch that applies it
	Author string // the operator who made it, else the login
}

// PlannedRow is one row of a plan file: an account, what it was like and what will change.
type PlannedRow struct {
	ID       int64
	UserName string
	Plan     change.Summary
}

// PrepareFile prepares the rows of a plan file, to be written now by an operator who may not be the
// one who planned them. Each account is read again and the change planned again. A row is written
// only if both are still as in the file, so neither an account that changed since nor a file whose
// edits do something else than its action can surprise the one who read the file.
//
// past is the part of the file that was started before, the zero Unfinished if none was: what is
// done is not in the preview.
func PrepareFile(ctx context.Context, src account.Source, f PlanFile, a Action, rows []PlannedRow, past Unfinished, g Guard, opts ...Option) *Preparation {
	planned := make(map[int64]PlannedRow, len(rows))
	var due []int64
	for _, row := range rows {
		planned[row.ID] = row
		if past.Writes[row.ID] != Written {
			due = append(due, row.ID)
		}
	}
	preview := Preview{Action: a, Replaces: past.ID, File: f}
	return prepare(ctx, src, preview, due, g, func(row Row) Row {
		again := func() Row { return a.read(ctx, src, row, g) }
		return past.recheck(a, planned[row.ID].recheck(row, again))
	}, opts)
}

// recheck compares a row that was planned again with the row of the file.
func (p PlannedRow) recheck(row Row, again func() Row) Row {
	if row.Account.Name.Raw() != p.UserName && strings.ToValidUTF8(row.Account.Name.Raw(), "\uFFFD") != p.UserName {
		return row.withKind(Changed, "has another user name than in the plan file")
	}
	want, got := p.Plan, row.Plan.Summary()
	if want.Before == got.Before && !maps.Equal(want.Others, got.Others) {
		// Only properties that hdpclient does not know have changed. Another read shows which of them
		// do so on their own.
		if row = again(); row.Kind != Planned {
			return row
		}
		second := row.Plan.Summary()
		volatile := want.Volatile(got, second)
		want, got = want.Without(volatile), second.Without(volatile)
	}
	switch {
	case want.Before != got.Before || !maps.Equal(want.Others, got.Others):
		return row.withKind(Changed, "changed after it was planned")
	case !want.Same(got):
		return row.withKind(Changed, "the plan file has another change")
	}
	return row
}
