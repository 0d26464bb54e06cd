package cli

import (
	"fmt"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// verb is a command that changes one account.
type verb struct {
	name, short, long string
	question          string // %s is the account
	needsYes          bool
	done, already     string // %s is the account
	plan              func(account.Reading) (change.Plan, error)
}

func verbs() []verb {
	status := func(edit func(hdpclient.StatusInfo) hdpclient.StatusInfo) func(account.Reading) (change.Plan, error) {
		return func(r account.Reading) (change.Plan, error) {
			info, ok := r.Status.Get()
			if !ok {
				return change.Plan{}, r.StatusErr
			}
			return change.PlanStatus(change.SubjectOf(r.User), info, edit(info)), nil
		}
	}
	password := func(edit func(hdpclient.PasswordInfo) hdpclient.PasswordInfo) func(account.Reading) (change.Plan, error) {
		return func(r account.Reading) (change.Plan, error) {
			info, ok := r.Password.Get()
			if !ok {
				return change.Plan{}, r.PasswordErr
			}
			return change.PlanPassword(change.SubjectOf(r.User), info, edit(info)), nil
		}
	}
	return []verb{
		{
			name: "unlock", short: "Unlock an account", plan: status(change.Unlock), question: "Unlock %s",
			long: "unlock removes the lock of an account, and nothing else.", done: "Unlocked %s", already: "%s is not locked",
		},
		{
			name: "activate", short: "Activate an account", plan: status(change.Activate), question: "Activate %s",
			long: "activate makes an inactive account active. It does not remove a lock.", done: "Activated %s", already: "%s is already active",
		},
		{
			name: "deactivate", short: "Deactivate an account", plan: status(change.Deactivate), question: "Deactivate %s", needsYes: true,
			long: "deactivate keeps the user from signing in until the account is activated again.", done: "Deactivated %s", already: "%s is already inactive",
		},
		{
			name: "force-change", short: "Force a password change", plan: password(change.ForceChange), question: "Force a password change for %s", needsYes: true,
			long: "force-change makes the user change the password at the next sign-in.", done: "Forced a password change for %s", already: "%s already has to change the password",
		},
		{
			name: "forgive-change", short: "Cancel a forced password change", plan: password(change.CancelForcedChange), question: "Cancel the forced password change for %s", needsYes: true,
			long: "forgive-change lets the user sign in without changing the password.", done: "Cancelled the forced password change for %s", already: "%s does not have to change the password",
		},
	}
}

// asking returns the question whether to change this account.
func (v verb) asking(a account.Account) question {
	return question{text: fmt.Sprintf(v.question, naming(a)), name: a.Name, needsYes: v.needsYes}
}
