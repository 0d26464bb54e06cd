package audit

import (
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// PlanUsedError says that a plan file has been applied before. It is a [file.ErrPlanUsed].
type PlanUsedError struct{ Use file.PlanUse }

func (e *PlanUsedError) Error() string { return file.ErrPlanUsed.Error() }

// Unwrap returns the error for errors.Is.
func (e *PlanUsedError) Unwrap() error { return file.ErrPlanUsed }

// ClaimPlan takes over a plan file whose run broke off, and returns what has been done of it. It
// returns false if nobody has begun to apply it, a [PlanUsedError] if a run of it has ended, and the
// errors of ClaimBatch if one may still be running.
func (l *Log) ClaimPlan(id string) (past batch.Unfinished, begun bool, err error) {
	use, err := file.FindPlanUse(l.file.Path(), id)
	switch {
	case err != nil:
		return past, false, err
	case !use.IsUsed():
		return past, false, nil
	case use.Ended.Kind != "":
		return past, true, &PlanUsedError{use}
	}
	if _, err := l.ClaimBatch(use.Batch.Batch); err != nil {
		return past, true, err
	}
	if use, err = file.FindPlanUse(l.file.Path(), id); err != nil { // other consoles may have written until now
		return past, true, err
	}
	past = toUnfinishedBatch(use.Batch).Unfinished
	past.Accounts = use.First.Accounts
	for id, last := range use.Last {
		past.Writes[id] = writeState(last)
	}
	return past, true, nil
}
