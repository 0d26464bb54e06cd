package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
)

// verb is a command that changes one account.
type verb struct {
	name, short, long string
	question          string // %s is the account
	needsYes          bool
	done, already     string // %s is the account
	did, was          string // the same of a row of a batch, and after a number of rows
	action            batch.Action
	plan              func(account.Reading) (change.Plan, error)
	example           string // "" for the usual one

	// addFlags adds flags of its own, and complete returns the verb as they say; nil: it has none.
	// The times of day that it names are in the zone of times.
	addFlags func(*pflag.FlagSet)
	complete func(v verb, times words.Times) (verb, error)
}

func verbs() []verb {
	return []verb{
		{
			name: "unlock", short: "Unlock an account", plan: planStatus(change.Unlock), question: "Unlock %s",
			long: "unlock removes the lock of an account, and nothing else.", done: "Unlocked %s", already: "%s is not locked",
			action: batch.Unlock(), did: "unlocked", was: "already unlocked",
		},
		{
			name: "activate", short: "Activate an account", plan: planStatus(change.Activate), question: "Activate %s",
			long: "activate makes an inactive account active. It does not remove a lock.", done: "Activated %s", already: "%s is already active",
			action: batch.Activate(), did: "activated", was: "already active",
		},
		{
			name: "deactivate", short: "Deactivate an account", plan: planStatus(change.Deactivate), question: "Deactivate %s", needsYes: true,
			long: "deactivate keeps the user from signing in until the account is activated again.", done: "Deactivated %s", already: "%s is already inactive",
			action: batch.Deactivate(), did: "deactivated", was: "already inactive",
		},
		{
			name: "force-change", short: "Force a password change", plan: planPassword(change.ForceChange), question: "Force a password change for %s", needsYes: true,
			long: "force-change makes the user change the password at the next sign-in.", done: "Forced a password change for %s", already: "%s already has to change the password",
			action: batch.ForceChange(), did: "forced to change the password", was: "already forced to change the password",
		},
		{
			name: "forgive-change", short: "Cancel a forced password change", plan: planPassword(change.CancelForcedChange), question: "Cancel the forced password change for %s", needsYes: true,
			long: "forgive-change lets the user sign in without changing the password.", done: "Cancelled the forced password change for %s", already: "%s does not have to change the password",
			action: batch.CancelForcedChange(), did: "no longer forced to change the password", was: "not forced to change the password",
		},
		expireVerb(),
	}
}

func planStatus(edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) func(account.Reading) (change.Plan, error) {
	return func(r account.Reading) (change.Plan, error) {
		info, ok := r.Status.Get()
		if !ok {
			return change.Plan{}, r.StatusErr
		}
		return change.PlanStatus(change.SubjectOf(r.User), info, edit(info)), nil
	}
}

func planPassword(edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo) func(account.Reading) (change.Plan, error) {
	return func(r account.Reading) (change.Plan, error) {
		info, ok := r.Password.Get()
		if !ok {
			return change.Plan{}, r.PasswordErr
		}
		return change.PlanPassword(change.SubjectOf(r.User), info, edit(info)), nil
	}
}

// completed returns the verb as its flags say.
func (v verb) completed(times words.Times) (verb, error) {
	if v.complete == nil {
		return v, nil
	}
	return v.complete(v, times)
}

// verbOf returns the verb for an action that was planned.
func verbOf(a batch.Action, times words.Times) (verb, error) {
	for _, v := range verbs() {
		if v.complete == nil && v.action == a {
			return v, nil
		}
	}
	at, sets := a.Expiry()
	o := expireOptions{never: !sets}
	if sets {
		o.at = at.Format(time.RFC3339)
	}
	v, err := o.complete(expireVerb(), times)
	if err == nil && v.action != a {
		err = fmt.Errorf("%w: %s", batch.ErrNoAction, a)
	}
	return v, err
}

// asking returns the question whether to change this account.
func (v verb) asking(a account.Account) question {
	return question{text: fmt.Sprintf(v.question, naming(a)), name: a.Name, needsYes: v.needsYes}
}

// inSentence returns the effects of a plan, as the audit log has them, in words that fit after "would".
func inSentence(effects string) string {
	return strings.NewReplacer(
		string(change.ForcesChange), "force a password change",
		string(change.CancelsChange), "cancel the forced password change",
		string(change.SetsExpiry), "set the password expiry",
		string(change.ClearsExpiry), "remove the password expiry",
	).Replace(effects)
}
