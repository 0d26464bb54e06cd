package desk

import (
	"context"
	"crypto/rand"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
	"hdpadmin/internal/temppass"
)

// WhyNoPassword says in a few words why the password of an account cannot be changed at this server,
// "" if it can.
func WhyNoPassword(a account.Account) string {
	if a.Auth == account.External {
		return "an external service manages the password"
	}
	return ""
}

// PolicyNotRead says what follows if the password policy cannot be read.
const PolicyNotRead = "The server's password policy could not be read. The password will have 12 characters from all four classes."

// NewPassword makes a temporary password for an account. It meets the policy, which is absent if it
// could not be read.
func NewPassword(policy hdpclient.Opt[hdpclient.PasswordPolicy], who change.Subject) (hdpclient.Secret, error) {
	return temppass.Generate(rand.Reader, policy, who.Name.Raw())
}

// Reset sets a temporary password for the account of a plan made by [change.PlanReset]; see
// [change.Writer.ResetPassword].
func (d *Desk) Reset(ctx context.Context, p change.Plan, password hdpclient.Secret) change.Outcome {
	return d.writer.ResetPassword(ctx, p, password)
}

// Unlocking is the result of the unlock after a reset.
type Unlocking struct {
	Outcome   change.Outcome // of the unlock; its Kind is "" if there was none
	NotLocked bool           // the account was no longer locked
	Err       error          // why the lock could not be read
}

// UnlockAfterReset removes the lock after a reset, with the answers that were given for the reset.
// The reset may have changed the lock, so the plan is made from what is stored now. The unlock is a
// separate write with its own outcome.
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
