package file

import (
	"errors"
	"fmt"
)

// Batch describes writes of one action that are about to start.
type Batch struct {
	ID        string // in every intent and outcome of the batch
	Replaces  string // ID of the batch that it takes over, if any
	Operation string
	Reason    string
	Accounts  []int64
	PlanFile  // that it applies, if any; a batch that takes over another one has the same
}

// BeginBatch logs a batch, synced to disk, before its first write, and holds it. After an
// error none may be sent. It returns ErrTooLarge if the accounts do not fit on a line;
// 100,000 do. A batch that it replaces must be this console's own or claimed by it, else it
// returns [ErrBatchHeld] or [ErrBatchTaken]. A batch that begins a plan file returns [ErrPlanUsed]
// if the log has one that did.
func (l *Log) BeginBatch(b Batch) error {
	if b.ID == "" || len(b.Accounts) == 0 || len(b.Accounts) > maxAccounts {
		return fmt.Errorf("batch %q of %d accounts cannot be logged", b.ID, len(b.Accounts))
	}
	l.holdLease()
	e := l.newEntry(KindBatch)
	e.Batch, e.Replaces, e.Operation, e.Reason, e.Accounts = b.ID, b.Replaces, b.Operation, b.Reason, b.Accounts
	e.PlanFile = b.PlanFile
	err := l.holdBatch(b.ID)
	if err == nil {
		err = l.commitBatch(e)
	}
	if err != nil {
		l.releaseBatch(b.ID)
		return wrapBatchErr("log the batch", err)
	}
	l.setPlan(b.ID, e.PlanFile)
	l.releaseBatch(b.Replaces)
	return nil
}

// commitBatch appends the entry of a batch if it may begin.
func (l *Log) commitBatch(e *Entry) error {
	return l.commitIf(e, func() (bool, error) {
		switch {
		case e.Replaces != "":
			over, err := l.checkReplaces(e.Replaces)
			e.PlanFile = over.PlanFile
			return true, err
		case e.Plan != "":
			return true, l.checkUnused(e.Plan)
		}
		return true, nil
	})
}

// EndBatch logs that a batch must not be resumed, and why, and releases it. If that fails,
// the entry is kept as an event is.
func (l *Log) EndBatch(id, why string) error {
	e := l.newEntry(KindBatchEnded)
	e.Batch, e.PlanFile, e.Message = id, l.planOf(id), why
	if err := l.writeOrQueue(e); err != nil {
		return err
	}
	l.releaseBatch(id)
	return nil
}

// UnfinishedBatch is a batch that was neither ended nor replaced.
type UnfinishedBatch struct {
	Entry // of kind batch: what, who, when, on which server, in which session
	// Last is the last outcome of each account that was started, "" if its intent has none.
	Last map[int64]OutcomeKind
	// Newest is the newest entry of the batch that its own console wrote.
	Newest Entry
}

// add takes an intent or outcome of the batch, in log order.
func (b *UnfinishedBatch) add(e Entry) {
	b.Last[e.AccountID] = e.Outcome
	if e.Session == b.Session {
		b.Newest = e
	}
}

// UnfinishedBatches returns the batches that may have something left to do, oldest first:
// their console ended, or they stopped on their own, or they are still running (see
// [Log.IsHeld]). Lines that are not entries are skipped.
func UnfinishedBatches(path string) ([]UnfinishedBatch, error) {
	var order []string
	open := map[string]*UnfinishedBatch{}
	for e, err := range Read(path) {
		if line := (*LineError)(nil); errors.As(err, &line) {
			continue
		}
		if err != nil {
			return nil, err
		}
		switch b := open[e.Batch]; {
		case e.Kind == KindBatch:
			delete(open, e.Replaces)
			open[e.Batch] = &UnfinishedBatch{Entry: e, Newest: e, Last: map[int64]OutcomeKind{}}
			order = append(order, e.Batch)
		case b == nil:
		case e.Kind == KindBatchEnded:
			delete(open, e.Batch)
		case e.Kind == KindIntent, e.Kind == KindOutcome:
			b.add(e)
		}
	}
	var left []UnfinishedBatch
	for _, id := range order {
		if b := open[id]; b != nil {
			left = append(left, *b)
		}
	}
	return left, nil
}
