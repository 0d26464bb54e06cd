package batch

// Undo is the sheet that takes back what a batch applied. Nothing is read for it:
// each plan starts from what its own write was seen to leave, so that whatever
// happened to the account since is a conflict. Rows that were not applied are not
// in it.
func Undo(r *Run, g Guard) Sheet {
	a := r.action
	a.undo = !a.undo
	sheet := Sheet{Action: a}
	for _, res := range r.Rows() {
		if res.State != Applied {
			continue
		}
		row := res.Row
		row.Index, row.Account = len(sheet.Rows), After(row.Account, res.Outcome)
		plan, err := res.Outcome.Undo()
		if err != nil {
			row = row.as(NoUndo, string(NoUndo))
			row.Err = err
		} else {
			row = row.as(Planned, plan.Operation())
			row.Plan = plan
			row = g.alone(row)
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	if row, ok := g.together(sheet.Rows); ok {
		sheet.Rows[row.Index] = row
	}
	return sheet
}
