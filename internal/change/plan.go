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
	// TenantID and TenantName are for the audit log; both may be unknown.
	TenantID   hdpclient.Opt[int64]
	TenantName hdpclient.Text
}

// SubjectOf returns the account u as the subject of a write.
func SubjectOf(u hdpclient.User) Subject {
	return Subject{ID: u.ID, Name: u.UserName, TenantID: u.TenantID, TenantName: u.TenantName}
}

// Resource is the part of an account that a write replaces: the last element of its path.
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

// Plan is one write that has not been made: what was read, and what it changes that to. It is
// immutable. The zero Plan changes nothing.
type Plan struct {
	subject   Subject
	resource  Resource
	before    object
	after     object
	answers   Answers
	batch     string
	batchSize int    // how many accounts the batch changes, 0 if their number need not be typed
	operation string // "" if it follows from the properties
	undoes    Effects
	err       error // why it cannot be sent

	protection string // why the account's name must be typed, "" if it need not
	guarded    bool   // protection has been decided

	volatile    []string // unknown properties that change on their own and are not compared
	suspects    []string // unknown properties that have moved once; if they do again, they are volatile
	lockMayMove bool     // the operator has seen the lock move once
	rebased     bool     // onto what was read just before sending, so the intent holds older values
}

// PlanStatus plans to replace the status info before, as it was read, by after.
func PlanStatus(s Subject, before, after hdpclient.StatusInfo) Plan {
	return planOf(s, StatusInfo, before, after)
}

// PlanPassword plans to replace the password info before, as it was read, by after. It cannot
// set a password: use [Writer.ResetPassword].
func PlanPassword(s Subject, before, after hdpclient.PasswordInfo) Plan {
	return planOf(s, PasswordInfo, before, after)
}

// PlanReset describes a password reset as a plan. It holds no password, so Apply does not send
// it; use [Writer.ResetPassword].
func PlanReset(s Subject) Plan {
	return Plan{subject: s, resource: PasswordReset, operation: "reset password"}
}

// planOwnPassword describes the change of the operator's own password as a plan. It holds no
// password; use [Writer.ChangeOwnPassword].
func planOwnPassword(s Subject) Plan {
	return Plan{subject: s, resource: OwnPassword, operation: "change own password"}
}

// setsPassword reports whether the plan sets a password, so that there is nothing to compare or
// to read back.
func (p Plan) setsPassword() bool { return p.resource == PasswordReset || p.resource == OwnPassword }

func planOf[T interface{ Withheld() bool }](s Subject, r Resource, before, after T) Plan {
	b, err := objectOf(before)
	a, err2 := objectOf(after)
	if err := errors.Join(err, err2); err != nil {
		return Plan{subject: s, resource: r, err: err}
	}
	return newPlan(s, r, b, a)
}

// newPlan keeps only those changes of after that differ in meaning. A property with the same
// meaning is sent back as it was read.
func newPlan(s Subject, r Resource, before, after object) Plan {
	sent := patch(diff(before, after), before)
	slices.SortStableFunc(sent, func(a, b member) int { return cmp.Compare(rank(a.name), rank(b.name)) })
	return Plan{subject: s, resource: r, before: before, after: sent}
}

// knownProperties lists the properties that hdpclient knows, in the order it sends them.
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

// WithReason returns the plan with the operator's reason, for the audit log.
func (p Plan) WithReason(reason string) Plan {
	p.answers.Reason = reason
	return p
}

// WithAnswers returns the plan with what the operator gave to confirm it.
func (p Plan) WithAnswers(a Answers) Plan {
	p.answers = a
	return p
}

// Guarded returns the plan after a look at whether its account needs protection: why says why its
// name must be typed, "" if it need not.
func (p Plan) Guarded(why string) Plan {
	p.protection, p.guarded = why, true
	return p
}

// InBatch returns the plan as part of the batch with that ID, which changes so many accounts; 0 if
// their number need not be typed, because they have been read in a plan file.
func (p Plan) InBatch(id string, accounts int) Plan {
	p.batch, p.batchSize = id, accounts
	return p
}

// Subject returns the account that the plan is about.
func (p Plan) Subject() Subject { return p.subject }

// Resource returns what the plan replaces.
func (p Plan) Resource() Resource { return p.resource }

// Reason returns the operator's reason, "" if none was given.
func (p Plan) Reason() string { return p.answers.Reason }

// Answers returns what the operator gave to confirm the plan.
func (p Plan) Answers() Answers { return p.answers }

// Batch returns the ID of the batch that the plan belongs to, "" if none.
func (p Plan) Batch() string { return p.batch }

// Method returns the HTTP method of the write.
func (p Plan) Method() string { return "PUT" }

// Path returns the path of the write as HDP documents it, without the prefix of a base URL.
func (p Plan) Path() string {
	if p.resource == OwnPassword {
		return "/api/admin/userdetails/changePassword"
	}
	return pathOf(p.subject.ID, p.resource)
}

func pathOf(id int64, r Resource) string { return fmt.Sprintf("/api/admin/users/%d/%s", id, r) }

// Err returns why the plan can never be sent, mostly ErrDuplicate or ErrWithheld; nil if it can.
func (p Plan) Err() error { return p.err }

// Empty reports whether nothing would change. A new password is never empty.
func (p Plan) Empty() bool {
	return p.err == nil && !p.setsPassword() && len(diff(p.before, p.after)) == 0
}

// StatusInfo returns what was read and what replaces it, or false for a plan of another resource.
func (p Plan) StatusInfo() (before, after hdpclient.StatusInfo, ok bool) {
	ok = p.resource == StatusInfo && p.before.decode(&before) == nil && p.after.decode(&after) == nil
	return before, after, ok
}

// PasswordInfo returns what was read and what replaces it, or false for a plan of another
// resource.
func (p Plan) PasswordInfo() (before, after hdpclient.PasswordInfo, ok bool) {
	ok = p.resource == PasswordInfo && p.before.decode(&before) == nil && p.after.decode(&after) == nil
	return before, after, ok
}

// rebasedOn applies the operator's edits to what is stored now.
func (p Plan) rebasedOn(now object) Plan {
	again := newPlan(p.subject, p.resource, now, patch(p.edits(), now))
	again.answers, again.batch, again.batchSize, again.operation, again.undoes = p.answers, p.batch, p.batchSize, p.operation, p.undoes
	again.protection, again.guarded = p.protection, p.guarded
	again.volatile, again.lockMayMove = p.volatile, p.lockMayMove
	return again
}

// edits returns what the plan changes in any object. An unlock includes the lock times even if
// there were none when it was planned: applied to a later lock, it must not leave its times.
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

// differences is diff without the properties that change on their own, unless one is missing:
// its value may change, but a PUT must not delete it.
func (p Plan) differences(a, b object) []edit {
	return slices.DeleteFunc(diff(a, b), func(e edit) bool {
		return p.isVolatile(e.name) && !isMissing(a.get(e.name)) && !isMissing(b.get(e.name))
	})
}

func (p Plan) isVolatile(name string) bool { return slices.Contains(p.volatile, name) }

// moved returns what has changed since the plan was made, so that the plan must not be sent.
func (p Plan) moved(stored object) []edit {
	moved := p.differences(p.before, stored)
	if p.lockMayMove && p.isUnlock() {
		moved = slices.DeleteFunc(moved, func(e edit) bool { return p.isMovedLock(e, stored) })
	}
	return moved
}

// isMovedLock reports whether an edit that leads to stored belongs to a lock that only started
// again or was extended, as happens while wrong passwords keep coming. If that made it more than
// twice as long, somebody set it.
func (p Plan) isMovedLock(e edit, stored object) bool {
	if e.name != accountLockedAt && e.name != accountLockedUntil {
		return false
	}
	began, ok := p.before.get(accountLockedAt).time()
	ends, ok2 := p.before.get(accountLockedUntil).time()
	beganAgain, ok3 := stored.get(accountLockedAt).time()
	endsNow, ok4 := stored.get(accountLockedUntil).time()
	return ok && ok2 && ok3 && ok4 && !beganAgain.Before(began) && !endsNow.Before(ends) &&
		endsNow.Sub(beganAgain) <= 2*ends.Sub(began)
}

// Volatile returns the names, cleaned, of the properties that are not compared because they
// change on their own.
func (p Plan) Volatile() []string {
	var names []string
	for _, name := range p.volatile {
		names = append(names, hdpclient.Clean(name))
	}
	return names
}

// NotCompared says which properties are not compared, "" if there are none.
func (p Plan) NotCompared() string {
	if len(p.volatile) == 0 {
		return ""
	}
	return "not compared, since it changes on its own: " + strings.Join(p.Volatile(), ", ")
}

// withVolatile excludes from comparison the unknown properties that change on their own: those
// with another value in each of three reads, the plan's own first, and those that have changed
// again since the operator last looked. A single change may be a colleague's, even between two
// reads in a row.
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

// changesEachTime reports whether a property is in all three reads, with a different value in
// each.
func changesEachTime(name string, a, b, c object) bool {
	x, y, z := a.get(name), b.get(name), c.get(name)
	return !isMissing(x) && !isMissing(y) && !isMissing(z) &&
		!sameMeaning(name, x, y) && !sameMeaning(name, y, z) && !sameMeaning(name, x, z)
}

func (p Plan) isUnlock() bool {
	return p.resource == StatusInfo && isLocked(p.before) && !isLocked(p.after)
}

func isLocked(o object) bool { return !sameMeaning(accountLocked, o.get(accountLocked), Value{}) }
