package audit

import (
	"time"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// BeginBatch puts a batch on record before the first of its writes; see
// batch.Log.
func (t *Log) BeginBatch(id, replaces, action, reason string, accounts []int64) error {
	return t.fileLog().BeginBatch(file.Batch{ID: id, Replaces: replaces, Operation: action, Reason: reason, Accounts: accounts})
}

// EndBatch records that nothing of a batch is to be resumed.
func (t *Log) EndBatch(id, why string) error { return t.fileLog().EndBatch(id, why) }

// ReleaseBatch lets other consoles resume a batch that stopped; see batch.Log.
func (t *Log) ReleaseBatch(id string) { t.file.ReleaseBatch(id) }

// ReleaseBatches lets other consoles have the batches that this one runs or has claimed.
func (t *Log) ReleaseBatches() { t.file.ReleaseBatches() }

// UnfinishedBatch is a batch that another console did not finish.
type UnfinishedBatch struct {
	batch.Unfinished
	By string    // the login
	At time.Time // when it was begun, UTC
}

// UnfinishedBatches returns the batches on this server that can be resumed, oldest first.
func (t *Log) UnfinishedBatches() ([]UnfinishedBatch, error) {
	open, err := file.UnfinishedBatches(t.file.Path())
	if err != nil {
		return nil, err
	}
	var left []UnfinishedBatch
	for _, b := range open {
		if t.isAbandonedBatch(b) && !t.file.IsHeld(b.Batch) {
			left = append(left, toUnfinishedBatch(b))
		}
	}
	return left, nil
}

// isAbandonedBatch judges a batch that no console holds, by its newest entry: consoles of older
// versions hold none.
func (t *Log) isAbandonedBatch(b file.UnfinishedBatch) bool { return t.isAbandoned(b.Newest) }

// ClaimBatch takes over a batch that another console left, so that no other one is offered it,
// and returns it as it is now. The error is audit.ErrHeld or audit.ErrTaken if another console
// runs it, has taken it over or has ended it since it was offered.
func (t *Log) ClaimBatch(id string) (UnfinishedBatch, error) {
	b, err := t.fileLog().Claim(id, t.isAbandonedBatch)
	if err != nil {
		return UnfinishedBatch{}, err
	}
	return toUnfinishedBatch(b), nil
}

// EndUnfinishedBatch records that nothing of another console's batch is to be resumed. It fails as
// ClaimBatch does.
func (t *Log) EndUnfinishedBatch(id, why string) error {
	if _, err := t.ClaimBatch(id); err != nil {
		return err
	}
	return t.EndBatch(id, why)
}

func toUnfinishedBatch(b file.UnfinishedBatch) UnfinishedBatch {
	past := batch.Unfinished{
		ID: b.Batch, Action: b.Operation, Reason: b.Reason,
		Accounts: b.Accounts, Writes: map[int64]batch.WriteState{},
	}
	for id, last := range b.Last {
		past.Writes[id] = writeState(last)
	}
	return UnfinishedBatch{Unfinished: past, By: b.Login, At: b.Time}
}

// writeState is what the last outcome on record says of a write.
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
