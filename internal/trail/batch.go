package trail

import "hdpadmin/internal/audit"

// BatchBegun puts a batch on record before the first of its writes; see
// batch.Log.
func (t *Trail) BatchBegun(id, replaces, action, reason string, accounts []int64) error {
	return t.as().Batch(audit.Batch{ID: id, Replaces: replaces, Operation: action, Reason: reason, Accounts: accounts})
}

// BatchEnded records that nothing of a batch is to be resumed.
func (t *Trail) BatchEnded(id, why string) error { return t.as().BatchEnded(id, why) }
