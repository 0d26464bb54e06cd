package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
)

// PlanFile is the plan file that an entry belongs to. The login that applies it is in Identity.
type PlanFile struct {
	Plan   string `json:"plan,omitzero"`   // its ID
	Author string `json:"author,omitzero"` // the operator who made it, else the login
}

// PlanUse says what the log knows of the use of a plan file.
type PlanUse struct {
	// First is the batch that began to apply it, zero if none has.
	First Entry
	// Batch is the newest batch of the plan: First, or one that took over what was left.
	Batch UnfinishedBatch
	// Ended is the entry that ended Batch, zero if it is unfinished.
	Ended Entry
	// Last is the last outcome of each account that was started, in any batch of the plan, "" if its
	// intent has none.
	Last map[int64]OutcomeKind
}

// IsUsed reports whether anyone has begun to apply the plan.
func (u PlanUse) IsUsed() bool { return u.First.Kind != "" }

// FindPlanUse searches the log at path, and its rotated files, for the use of a plan file. A
// missing log has no use of it.
func FindPlanUse(path, plan string) (PlanUse, error) {
	use := PlanUse{Last: map[int64]OutcomeKind{}}
	for l, err := range lines(path) {
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return PlanUse{}, wrapBatchErr("read the audit log", err)
		}
		if !bytes.Contains(l.text, []byte(plan)) {
			continue
		}
		e, err := unsealOfPlan(l.text, plan)
		if err != nil {
			return PlanUse{}, err
		}
		if e.Plan != plan {
			continue
		}
		switch e.Kind {
		case KindBatch:
			if !use.IsUsed() {
				use.First = e
			}
			use.Batch, use.Ended = UnfinishedBatch{Entry: e, Newest: e, Last: map[int64]OutcomeKind{}}, Entry{}
		case KindBatchEnded:
			if e.Batch == use.Batch.Batch {
				use.Ended = e
			}
		case KindIntent, KindOutcome:
			use.Last[e.AccountID] = e.Outcome
			if e.Batch == use.Batch.Batch {
				use.Batch.add(e)
			}
		default: // nothing else belongs to a plan file
		}
	}
	return use, nil
}

// checkUnused returns [ErrPlanUsed] if the log has a batch of the plan file. The caller holds the
// lock.
func (l *Log) checkUnused(plan string) error {
	for text, err := range linesBackwards(l.path, alreadyLocked) {
		if err != nil {
			return err
		}
		if !bytes.Contains(text, []byte(plan)) || isOfOtherKind(text, []Kind{KindBatch}) {
			continue
		}
		switch e, err := unsealOfPlan(text, plan); {
		case err != nil:
			return err
		case e.Plan == plan:
			return ErrPlanUsed
		}
	}
	return nil
}

// unsealOfPlan is unseal for a line that names a plan. If the line was altered, nobody knows whether the
// plan has been used, or for which accounts. What a crash left of a line was never acted on; it is a
// zero Entry.
func unsealOfPlan(text []byte, plan string) (Entry, error) {
	e, err := unseal(text)
	switch {
	case err == nil:
		return e, nil
	case isFragment(text):
		return Entry{}, nil
	}
	return Entry{}, fmt.Errorf("%w: an entry about plan %s; run hdpadmin audit verify", ErrBroken, plan)
}

// planOf returns the plan file that a batch of this console applies.
func (f *file) planOf(batch string) PlanFile {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.plans[batch]
}

// setPlan remembers the plan file of a batch, for the entries of its writes.
func (f *file) setPlan(batch string, p PlanFile) {
	if p.Plan == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plans[batch] = p
}
