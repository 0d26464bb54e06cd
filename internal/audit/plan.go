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

// BegunPlan is a plan file whose run broke off: what all runs of it have done.
type BegunPlan struct {
	batch.Unfinished
	Outcomes map[int64]file.OutcomeKind // the last one of each account that was started
}

// ClaimPlan takes over a plan file whose run broke off, and returns what has been done of it: nothing,
// with an empty ID, if nobody has begun to apply it. The error is a [PlanUsedError] if a run of it has
// ended, and that of ClaimBatch if one may still be running.
func (l *Log) ClaimPlan(id string) (BegunPlan, error) {
	begun, err := l.LookAtPlan(id)
	if err != nil || begun.ID == "" {
		return begun, err
	}
	if _, err := l.ClaimBatch(begun.ID); err != nil {
		return BegunPlan{}, err
	}
	return l.LookAtPlan(id) // other consoles may have written until now
}

// LookAtPlan is ClaimPlan for those who only look: it takes nothing over.
func (l *Log) LookAtPlan(id string) (BegunPlan, error) {
	use, err := file.FindPlanUse(l.file.Path(), id)
	switch {
	case err != nil:
		return BegunPlan{}, err
	case !use.IsUsed():
		return BegunPlan{}, nil
	case use.Ended.Kind != "":
		return BegunPlan{}, &PlanUsedError{use}
	}
	begun := BegunPlan{toUnfinishedBatch(use.Batch).Unfinished, use.Last}
	begun.Accounts = use.First.Accounts
	for id, last := range use.Last {
		begun.Writes[id] = writeState(last)
	}
	return begun, nil
}
