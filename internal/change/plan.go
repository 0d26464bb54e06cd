package change

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hdpadmin/hdpclient"
)

// Subject is the account that a write is about.
type Subject struct {
	ID   int64
	Name hdpclient.Text
	// TenantID and TenantName are for the trail; both may be unknown.
	TenantID   hdpclient.Opt[int64]
	TenantName hdpclient.Text
}

// SubjectOf is the account u as the subject of a write.
func SubjectOf(u hdpclient.User) Subject {
	return Subject{ID: u.ID, Name: u.UserName, TenantID: u.TenantID, TenantName: u.TenantName}
}

// Resource is the part of an account that a write replaces: the last element of
// its path.
type Resource string

// The resources.
const (
	StatusInfo    Resource = "statusinfo"
	PasswordInfo  Resource = "passwordinfo"
	PasswordReset Resource = "resetpassword"  // written only, see [Writer.ResetPassword]
	OwnPassword   Resource = "changePassword" // written only, see [Writer.ChangeOwnPassword]
)

// The properties that have a meaning here, as HDP spells them.
const (
	status             = "status"
	accountLocked      = "accountLocked"
	accountLockedAt    = "accountLockedAt"
	accountLockedUntil = "accountLockedUntil"
	passwordStatus     = "passwordStatus"
	passwordExpiration = "passwordExpiration"
)

// Plan is one write, drawn up and not yet made: what was read, and what is to be
// there instead. It is immutable. The zero Plan changes nothing.
type Plan struct {
	subject   Subject
	resource  Resource
	before    object
	after     object
	reason    string
	batch     string
	operation string // "" where what the plan does says it
	undo      bool
	err       error // why it cannot be sent

	volatile    []string // unknown properties that change on their own, which are not compared
	suspects    []string // unknown properties that have moved once; if they do again, they are volatile
	lockMayMove bool     // the operator has seen the lock move once
}

// PlanStatus plans to replace the status info before, as it was read, by after.
func PlanStatus(s Subject, before, after hdpclient.StatusInfo) Plan {
	return planOf(s, StatusInfo, before, after)
}

// PlanPassword plans to replace the password info before, as it was read, by
// after. It cannot set a password: that is [Writer.ResetPassword].
func PlanPassword(s Subject, before, after hdpclient.PasswordInfo) Plan {
	return planOf(s, PasswordInfo, before, after)
}

// PlanReset is a password reset as a plan, for telling of one: it holds no
// password, so that Apply does not send it. See [Writer.ResetPassword].
func PlanReset(s Subject) Plan {
	return Plan{subject: s, resource: PasswordReset, operation: "reset password"}
}

// PlanOwnPassword is the change of the operator's own password as a plan, likewise.
func PlanOwnPassword(s Subject) Plan {
	return Plan{subject: s, resource: OwnPassword, operation: "change own password"}
}

// setsPassword reports whether the plan sets a password: it holds nothing that could be
// compared or read back.
func (p Plan) setsPassword() bool { return p.resource == PasswordReset || p.resource == OwnPassword }

func planOf[T interface{ Withheld() bool }](s Subject, r Resource, before, after T) Plan {
	b, err := objectOf(before)
	a, err2 := objectOf(after)
	if err := errors.Join(err, err2); err != nil {
		return Plan{subject: s, resource: r, err: err}
	}
	return newPlan(s, r, b, a)
}

// newPlan keeps of after only what differs in meaning: a property that is the
// same goes back as it was read.
func newPlan(s Subject, r Resource, before, after object) Plan {
	sent := patch(diff(before, after), before)
	slices.SortStableFunc(sent, func(a, b member) int { return cmp.Compare(rank(a.name), rank(b.name)) })
	return Plan{subject: s, resource: r, before: before, after: sent}
}

// knownProperties are the properties that hdpclient knows, in the order it sends them.
func knownProperties() []string {
	return []string{status, accountLocked, accountLockedAt, accountLockedUntil, passwordStatus, passwordExpiration}
}

func isKnown(name string) bool { return slices.Contains(knownProperties(), name) }

// rank orders properties as hdpclient sends them: those it knows, then the rest.
func rank(name string) int {
	if i := slices.Index(knownProperties(), name); i >= 0 {
		return i
	}
	return len(knownProperties())
}

// WithReason is the plan with the operator's reason, for the trail.
func (p Plan) WithReason(reason string) Plan {
	p.reason = reason
	return p
}

// InBatch is the plan as one of the batch with that id, for the trail.
func (p Plan) InBatch(id string) Plan {
	p.batch = id
	return p
}

// Subject returns the account that the plan is about.
func (p Plan) Subject() Subject { return p.subject }

// Resource returns what the plan replaces.
func (p Plan) Resource() Resource { return p.resource }

// Reason returns the operator's reason, "" if none was given.
func (p Plan) Reason() string { return p.reason }

// Batch returns the id of the batch that the plan is part of, "" if it is of
// none.
func (p Plan) Batch() string { return p.batch }

// IsUndo reports whether the plan takes back another one. One that takes back such a
// plan does not: it does once more what had been taken back.
func (p Plan) IsUndo() bool { return p.undo }

// Method returns the HTTP method of the write.
func (p Plan) Method() string { return "PUT" }

// Path returns the path of the write as the documents show it, without what a
// base URL may put before it.
func (p Plan) Path() string {
	if p.resource == OwnPassword {
		return "/api/admin/userdetails/changePassword"
	}
	return fmt.Sprintf("/api/admin/users/%d/%s", p.subject.ID, p.resource)
}

// Err returns why the plan cannot be sent whatever it changes, ErrTwice or
// ErrWithheld above all; nil if it can.
func (p Plan) Err() error { return p.err }

// Empty reports whether nothing would change. A new password is never empty.
func (p Plan) Empty() bool {
	return p.err == nil && !p.setsPassword() && len(diff(p.before, p.after)) == 0
}

// StatusInfo returns what was read and what is to be there instead; false for a
// plan of another resource.
func (p Plan) StatusInfo() (before, after hdpclient.StatusInfo, ok bool) {
	ok = p.resource == StatusInfo && p.before.decode(&before) == nil && p.after.decode(&after) == nil
	return before, after, ok
}

// PasswordInfo returns what was read and what is to be there instead; false for
// a plan of another resource.
func (p Plan) PasswordInfo() (before, after hdpclient.PasswordInfo, ok bool) {
	ok = p.resource == PasswordInfo && p.before.decode(&before) == nil && p.after.decode(&after) == nil
	return before, after, ok
}

// rebasedOn is the operator's own edits laid over what is stored now.
func (p Plan) rebasedOn(now object) Plan {
	again := newPlan(p.subject, p.resource, now, patch(p.edits(), now))
	again.reason, again.batch, again.operation, again.undo = p.reason, p.batch, p.operation, p.undo
	again.volatile, again.lockMayMove = p.volatile, p.lockMayMove
	return again
}

// edits returns what the plan changes wherever it is laid. An unlock also means lock times
// that were not there to be removed when it was planned: laid over a later lock,
// it must not leave the times of that lock behind.
func (p Plan) edits() []edit {
	edits := diff(p.before, p.after)
	if !p.isUnlock() {
		return edits
	}
	for _, name := range []string{accountLockedAt, accountLockedUntil} {
		if v := p.after.get(name); sameMeaning(name, v, Value{}) && sameMeaning(name, v, p.before.get(name)) {
			edits = append(edits, edit{name, v})
		}
	}
	return edits
}

// differences is diff without the properties that change on their own, unless one is
// missing: a value may change, but a PUT must not delete it.
func (p Plan) differences(a, b object) []edit {
	return slices.DeleteFunc(diff(a, b), func(e edit) bool {
		return p.isVolatile(e.name) && !isMissing(a.get(e.name)) && !isMissing(b.get(e.name))
	})
}

func (p Plan) isVolatile(name string) bool { return slices.Contains(p.volatile, name) }

// moved returns what is stored otherwise than the plan was made from, so that it
// must not be sent.
func (p Plan) moved(stored object) []edit {
	moved := p.differences(p.before, stored)
	if p.lockMayMove && p.isUnlock() {
		moved = slices.DeleteFunc(moved, func(e edit) bool { return p.isMovedLock(e, stored) })
	}
	return moved
}

// isMovedLock reports whether an edit that leads to stored is of a lock that only began
// again or was drawn out, as while wrong passwords keep coming. Where that made it more
// than twice as long, somebody set it.
func (p Plan) isMovedLock(e edit, stored object) bool {
	if e.name != accountLockedAt && e.name != accountLockedUntil {
		return false
	}
	began, ok := p.before.time(accountLockedAt)
	ends, ok2 := p.before.time(accountLockedUntil)
	beganAgain, ok3 := stored.time(accountLockedAt)
	endsNow, ok4 := stored.time(accountLockedUntil)
	return ok && ok2 && ok3 && ok4 && !beganAgain.Before(began) && !endsNow.Before(ends) &&
		endsNow.Sub(beganAgain) <= 2*ends.Sub(began)
}

// Volatile returns the names of the properties, cleaned, that are left out of every
// comparison because they change on their own.
func (p Plan) Volatile() []string {
	var names []string
	for _, name := range p.volatile {
		names = append(names, clean(name))
	}
	return names
}

// NotCompared says which properties those are, "" if there are none.
func (p Plan) NotCompared() string {
	if len(p.volatile) == 0 {
		return ""
	}
	return "not compared, since it changes on its own: " + strings.Join(p.Volatile(), ", ")
}

// withVolatile is the plan without the unknown properties that change on their own:
// those that had another value in each of three reads, the plan's own the first, or
// that have moved again since the operator last looked. One move alone may be a
// colleague's change, even between two reads in a row.
func (p Plan) withVolatile(first, second object) Plan {
	volatile := slices.Clone(p.volatile)
	for _, e := range p.differences(p.before, second) {
		moves := changesEachTime(e.name, p.before, first, second) || slices.Contains(p.suspects, e.name)
		if moves && !isKnown(e.name) {
			volatile = append(volatile, e.name)
		}
	}
	p.volatile = volatile
	return p
}

// changesEachTime reports whether a property is in all of three reads, each time with
// another value.
func changesEachTime(name string, a, b, c object) bool {
	x, y, z := a.get(name), b.get(name), c.get(name)
	return !isMissing(x) && !isMissing(y) && !isMissing(z) &&
		!sameMeaning(name, x, y) && !sameMeaning(name, y, z) && !sameMeaning(name, x, z)
}

func (p Plan) isUnlock() bool {
	return p.resource == StatusInfo && isLocked(p.before) && !isLocked(p.after)
}

func isLocked(o object) bool { return !sameMeaning(accountLocked, o.get(accountLocked), Value{}) }
