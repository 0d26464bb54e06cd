package desk

import (
	"context"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// Reset gives the account of a plan by [change.PlanReset] a temporary password, see
// [change.Writer.ResetPassword].
func (d *Desk) Reset(ctx context.Context, p change.Plan, password hdpclient.Secret) change.Outcome {
	return d.writer.ResetPassword(ctx, p, password)
}

// Unlocking is what came of the unlock after a reset.
type Unlocking struct {
	Outcome   change.Outcome // of the unlock; its Kind is "" if there was none
	NotLocked bool           // the account was not locked any more
	Err       error          // why the lock could not be read
}

// UnlockAfterReset removes the lock after a reset, with the answers that were given for the reset.
// The reset may have changed the lock, so it plans from what is stored now. It is a write of its
// own with an outcome of its own.
func (d *Desk) UnlockAfterReset(ctx context.Context, reset change.Plan) Unlocking {
	who := reset.Subject()
	info, err := d.client.StatusInfo(ctx, who.ID)
	switch {
	case err != nil:
		return Unlocking{Err: err}
	case !info.AccountLocked.Or(false):
		return Unlocking{NotLocked: true}
	}
	plan := change.PlanStatus(who, info, change.Unlock(info)).WithAnswers(reset.Answers())
	return Unlocking{Outcome: d.writer.Apply(ctx, plan)}
}
