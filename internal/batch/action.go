package batch

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/change"
)

// Action is what a batch does to each account. There is none for a password reset, since a
// temporary password is given to one person. The zero Action changes nothing.
type Action struct {
	verb verb
	at   hdpclient.Timestamp // of setExpiry
	undo bool                // the action is undone
}

// verb is an action, in the words of change.Plan.Operation.
type verb string

const (
	unlock       verb = "unlock"
	activate     verb = "activate"
	deactivate   verb = "deactivate"
	forceChange  verb = "force password change"
	cancelChange verb = "forgive password change"
	setExpiry    verb = "set expiry"
	clearExpiry  verb = "clear expiry"
)

// Unlock ends locks. An inactive account remains inactive.
func Unlock() Action { return Action{verb: unlock} }

// Activate activates accounts. A locked one remains locked.
func Activate() Action { return Action{verb: activate} }

// Deactivate deactivates accounts. A locked one remains locked.
func Deactivate() Action { return Action{verb: deactivate} }

// ForceChange makes users choose a new password at the next sign-in.
func ForceChange() Action { return Action{verb: forceChange} }

// CancelForcedChange lets users sign in without changing the password.
func CancelForcedChange() Action { return Action{verb: cancelChange} }

// SetExpiry makes passwords expire at t, cut to the second.
func SetExpiry(t time.Time) Action { return Action{verb: setExpiry, at: hdpclient.At(t)} }

// ClearExpiry makes passwords never expire.
func ClearExpiry() Action { return Action{verb: clearExpiry} }

// Expiry returns when passwords will expire, and false if the action sets no such time.
func (a Action) Expiry() (time.Time, bool) {
	t, readable := a.at.Time()
	return t, readable && a.verb == setExpiry && !a.undo
}

const undoPrefix = "undo "

// String returns the action as it is logged, such as "unlock" or "set expiry 2026-12-01 00:00:00"
// (UTC).
func (a Action) String() string {
	s := string(a.verb)
	if a.verb == setExpiry {
		s += " " + a.at.String()
	}
	if a.undo {
		s = undoPrefix + s
	}
	return s
}

// ErrNoAction: the text names no action that can be prepared from the accounts alone. An undo
// cannot, since only the batch that it undoes knows the old values.
var ErrNoAction = errors.New("not a batch action")

// ParseAction reads what String wrote.
func ParseAction(s string) (Action, error) {
	for _, v := range []verb{unlock, activate, deactivate, forceChange, cancelChange, clearExpiry} {
		if s == string(v) {
			return Action{verb: v}, nil
		}
	}
	if at, ok := strings.CutPrefix(s, string(setExpiry)+" "); ok {
		t, err := time.Parse(hdpclient.TimestampLayout, at)
		if err == nil {
			return SetExpiry(t), nil
		}
	}
	return Action{}, fmt.Errorf("%w: %q", ErrNoAction, s)
}

// changesPasswordInfo distinguishes actions on the password info from those on the status info.
func (a Action) changesPasswordInfo() bool {
	return a.verb == forceChange || a.verb == cancelChange || a.verb == setExpiry || a.verb == clearExpiry
}

// MayRemoveAccess reports whether the action can keep somebody from signing in, so that it needs a
// [Guard] that knows the administrators; see [change.Plan.RemovesAccess].
func (a Action) MayRemoveAccess() bool {
	return a.undo || a.verb == deactivate || a.verb == forceChange || a.verb == setExpiry
}

// isInternalOnly reports whether the action has no meaning for an account that signs in only
// through an external service, since HDP's lock and password do not apply to it.
func (a Action) isInternalOnly() bool { return a.verb == unlock || a.changesPasswordInfo() }

// errNoInfo is why there is no plan if the server's answer was empty.
var errNoInfo = errors.New("the server returned nothing to start from")

// plan plans the write to the account as it was read. It starts from the answer of the endpoint
// that it writes to.
func (a Action) plan(r account.Reading) (change.Plan, error) {
	who := change.SubjectOf(r.User)
	if a.changesPasswordInfo() {
		before, ok := r.Password.Get()
		if !ok {
			return change.Plan{}, readErrOr(r.PasswordErr)
		}
		p := change.PlanPassword(who, before, a.editPassword(before))
		return p, p.Err()
	}
	before, ok := r.Status.Get()
	if !ok {
		return change.Plan{}, readErrOr(r.StatusErr)
	}
	p := change.PlanStatus(who, before, a.editStatus(before))
	return p, p.Err()
}

func readErrOr(err error) error {
	if err != nil {
		return err
	}
	return errNoInfo
}

func (a Action) editStatus(s hdpclient.StatusInfo) hdpclient.StatusInfo {
	switch {
	case a.verb == unlock && s.AccountLocked.Or(false): // times left by an old lock are not touched
		return change.Unlock(s)
	case a.verb == activate:
		return change.Activate(s)
	case a.verb == deactivate:
		return change.Deactivate(s)
	}
	return s
}

func (a Action) editPassword(p hdpclient.PasswordInfo) hdpclient.PasswordInfo {
	switch a.verb {
	case forceChange:
		return change.ForceChange(p)
	case cancelChange:
		return change.CancelForcedChange(p)
	case setExpiry:
		return change.SetExpiry(p, a.at)
	case clearExpiry:
		return change.ClearExpiry(p)
	default:
		return p
	}
}
