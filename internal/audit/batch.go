package audit

import (
	"time"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// BeginBatch logs a batch before its first write; see batch.Log.
func (l *Log) BeginBatch(b batch.Beginning) error {
	return l.fileLog().BeginBatch(file.Batch{
		ID: b.ID, Replaces: b.Replaces, Operation: b.Action, Reason: b.Reason, Accounts: b.Accounts,
		PlanFile: file.PlanFile{Plan: b.File.ID, Author: b.File.Author},
	})
}

// EndBatch logs that a batch must not be resumed.
func (l *Log) EndBatch(id, why string) error { return l.fileLog().EndBatch(id, why) }

// ReleaseBatch lets other consoles resume a batch that stopped; see batch.Log.
func (l *Log) ReleaseBatch(id string) { l.file.ReleaseBatch(id) }

// ReleaseBatches lets other consoles take the batches that this one runs or has claimed.
func (l *Log) ReleaseBatches() { l.file.ReleaseBatches() }

// UnfinishedBatch is a batch that another console did not finish.
type UnfinishedBatch struct {
	batch.Unfinished
	By string    // the operator of a service, else the login
	At time.Time // when it was started, UTC
}

// UnfinishedBatches returns the batches on this server that can be resumed from the log alone, oldest
// first. Those of a plan file need the file, see ClaimPlan.
func (l *Log) UnfinishedBatches() ([]UnfinishedBatch, error) {
	open, err := file.UnfinishedBatches(l.file.Path())
	if err != nil {
		return nil, err
	}
	var batches []UnfinishedBatch
	for _, b := range open {
		if b.Plan == "" && l.isAbandonedBatch(b) && !l.file.IsHeld(b.Batch) {
			batches = append(batches, toUnfinishedBatch(b))
		}
	}
	return batches, nil
}

// isAbandonedBatch judges a batch that no console holds by its newest entry, since older
// versions held no batches.
func (l *Log) isAbandonedBatch(b file.UnfinishedBatch) bool { return l.isAbandoned(b.Newest) }

// ClaimBatch takes over a batch that another console left, so that no third console is offered
// it, and returns its present state. It returns file.ErrBatchHeld or file.ErrBatchTaken if
// another console is running it, or has taken it over or ended it since it was offered.
func (l *Log) ClaimBatch(id string) (UnfinishedBatch, error) {
	b, err := l.fileLog().Claim(id, l.isAbandonedBatch)
	if err != nil {
		return UnfinishedBatch{}, err
	}
	return toUnfinishedBatch(b), nil
}

// EndUnfinishedBatch logs that another console's batch must not be resumed. It fails as
// ClaimBatch does.
func (l *Log) EndUnfinishedBatch(id, why string) error {
	if _, err := l.ClaimBatch(id); err != nil {
		return err
	}
	return l.EndBatch(id, why)
}

func toUnfinishedBatch(b file.UnfinishedBatch) UnfinishedBatch {
	past := batch.Unfinished{
		ID: b.Batch, Action: b.Operation, Reason: b.Reason,
		Accounts: b.Accounts, Writes: map[int64]batch.WriteState{},
	}
	for id, last := range b.Last {
		past.Writes[id] = writeState(last)
	}
	return UnfinishedBatch{Unfinished: past, By: b.Who(), At: b.Time}
}

// writeState derives the state of a write from its last logged outcome.
func writeState(o file.OutcomeKind) batch.WriteState {
	switch o {
	case file.Applied, file.Accepted, file.Differs:
		return batch.Written
	case "", file.Unknown:
		return batch.MaybeWritten
	default:
		return batch.Failed
	}
}
