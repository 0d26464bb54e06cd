package audit

import (
	"time"

	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
)

// BatchBegun puts a batch on record before the first of its writes; see
// batch.Log.
func (t *Trail) BatchBegun(id, replaces, action, reason string, accounts []int64) error {
	return t.as().Batch(file.Batch{ID: id, Replaces: replaces, Operation: action, Reason: reason, Accounts: accounts})
}

// BatchEnded records that nothing of a batch is to be resumed.
func (t *Trail) BatchEnded(id, why string) error { return t.as().BatchEnded(id, why) }

// BatchLeft lets other consoles resume a batch that stopped; see batch.Log.
func (t *Trail) BatchLeft(id string) { t.file.ReleaseBatch(id) }

// ReleaseBatches lets other consoles have the batches that this one runs or has claimed.
func (t *Trail) ReleaseBatches() { t.file.ReleaseBatches() }

// LeftBatch is a batch that another console did not finish.
type LeftBatch struct {
	batch.Past
	By string    // the login
	At time.Time // when it was begun, UTC
}

// LeftBatches returns the batches on this server that can be resumed, oldest first.
func (t *Trail) LeftBatches() ([]LeftBatch, error) {
	open, err := file.OpenBatches(t.file.Path())
	if err != nil {
		return nil, err
	}
	var left []LeftBatch
	for _, b := range open {
		if t.isLeft(b) && !t.file.IsHeld(b.Batch) {
			left = append(left, leftBatch(b))
		}
	}
	return left, nil
}

// isLeft judges a batch that no console holds, by its newest entry: consoles of older
// versions hold none.
func (t *Trail) isLeft(b file.OpenBatch) bool { return t.abandoned(b.Newest) }

// ClaimBatch takes over a batch that another console left, so that no other one is offered it,
// and returns it as it is now. The error is audit.ErrHeld or audit.ErrTaken if another console
// runs it, has taken it over or has ended it since it was offered.
func (t *Trail) ClaimBatch(id string) (LeftBatch, error) {
	b, err := t.as().Claim(id, t.isLeft)
	if err != nil {
		return LeftBatch{}, err
	}
	return leftBatch(b), nil
}

// EndLeftBatch records that nothing of another console's batch is to be resumed. It fails as
// ClaimBatch does.
func (t *Trail) EndLeftBatch(id, why string) error {
	if _, err := t.ClaimBatch(id); err != nil {
		return err
	}
	return t.BatchEnded(id, why)
}

func leftBatch(b file.OpenBatch) LeftBatch {
	past := batch.Past{
		ID: b.Batch, Action: b.Operation, Reason: b.Reason,
		Accounts: b.Accounts, Writes: map[int64]batch.Write{},
	}
	for id, last := range b.Last {
		past.Writes[id] = written(last)
	}
	return LeftBatch{Past: past, By: b.Login, At: b.Time}
}

// written is what the last outcome on record says of a write.
func written(o file.OutcomeKind) batch.Write {
	switch o {
	case file.Applied, file.Accepted, file.Differs:
		return batch.Written
	case "", file.Unknown:
		return batch.Open
	default:
		return batch.Failed
	}
}
