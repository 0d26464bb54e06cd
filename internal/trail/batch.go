package trail

import (
	"time"

	"hdpadmin/internal/audit"
	"hdpadmin/internal/batch"
)

// BatchBegun puts a batch on record before the first of its writes; see
// batch.Log.
func (t *Trail) BatchBegun(id, replaces, action, reason string, accounts []int64) error {
	return t.as().Batch(audit.Batch{ID: id, Replaces: replaces, Operation: action, Reason: reason, Accounts: accounts})
}

// BatchEnded records that nothing of a batch is to be resumed.
func (t *Trail) BatchEnded(id, why string) error { return t.as().BatchEnded(id, why) }

// LeftBatch is a batch that another console did not bring to its end.
type LeftBatch struct {
	batch.Past
	By string    // the login
	At time.Time // when it was begun, UTC
}

// LeftBatches returns the batches on this server that can be resumed: those
// whose console is gone, oldest first.
func (t *Trail) LeftBatches() ([]LeftBatch, error) {
	open, err := audit.OpenBatches(t.file.Path())
	if err != nil {
		return nil, err
	}
	var left []LeftBatch
	for _, b := range open {
		if !t.abandoned(b.Record) {
			continue
		}
		past := batch.Past{
			ID: b.Batch, Action: b.Operation, Reason: b.Reason,
			Accounts: b.Accounts, Writes: map[int64]batch.Write{},
		}
		for id, last := range b.Last {
			past.Writes[id] = written(last)
		}
		left = append(left, LeftBatch{Past: past, By: b.Login, At: b.Time})
	}
	return left, nil
}

// written is what the last outcome on record says of a write.
func written(o audit.OutcomeKind) batch.Write {
	switch o {
	case audit.Applied, audit.Accepted, audit.Differs:
		return batch.Written
	case "", audit.Unknown:
		return batch.Open
	default:
		return batch.Failed
	}
}
