// Package statusform is the form for an account's status info: its status, and its lock with the
// times. Untouched properties are sent back as they were read, because HDP's PUT deletes what it does
// not get.
package statusform

import (
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/words"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/form"
)

// New returns the form for a plan for status info. The fields show the values read, with the changes
// of the plan applied.
func New(plan change.Plan, times words.Times) *changeform.Model {
	before, after, _ := plan.StatusInfo()
	f := fields{
		before: before,
		status: form.NewChoice("Status", before.Status, before.Status.String(),
			form.Option[hdpclient.Status]{Value: hdpclient.Active, Word: "active"},
			form.Option[hdpclient.Status]{Value: hdpclient.Inactive, Word: "inactive"}),
		locked: form.NewChoice("Locked", before.AccountLocked.Or(false), "",
			form.Option[bool]{Value: true, Word: "yes"},
			form.Option[bool]{Value: false, Word: "no"}),
		at:    form.NewTime("Locked at", before.AccountLockedAt, false, times),
		until: form.NewTime("Locked until", before.AccountLockedUntil, false, times),
	}
	for _, t := range []*form.Time{f.at, f.until} {
		t.Disabled, t.DisabledText, t.Hint = f.removesLock, "removed by unlocking", "not set"
		t.HelpText = "UTC date, +30m or tomorrow; empty to remove"
	}
	f.at.Warn = func() string { at, _ := f.cautions(times.Now()); return at }
	f.until.Warn = func() string { _, until := f.cautions(times.Now()); return until }
	f.status.Select(after.Status)
	f.locked.Select(after.AccountLocked.Or(false))
	f.at.Set(after.AccountLockedAt)
	f.until.Set(after.AccountLockedUntil)

	who := plan.Subject()
	m := changeform.New("Status",
		func() change.Plan { return change.PlanStatus(who, before, f.wanted()).WithReason(plan.Reason()) },
		f.status, f.locked, f.at, f.until)
	m.Rebuild = func(p change.Plan) *changeform.Model { return New(p, times) }
	return m
}

type fields struct {
	before    hdpclient.StatusInfo
	status    *form.Choice[hdpclient.Status]
	locked    *form.Choice[bool]
	at, until *form.Time
}

// removesLock reports whether the form unlocks the account, which also removes the times of the lock.
func (f fields) removesLock() bool { return f.locked.Dirty() && !f.locked.Value() }

func (f fields) wanted() hdpclient.StatusInfo {
	after := f.before
	if f.removesLock() {
		after = change.Unlock(after)
	} else {
		if f.locked.Dirty() {
			after.AccountLocked = hdpclient.Some(f.locked.Value())
		}
		after.AccountLockedAt, after.AccountLockedUntil = f.at.Value(), f.until.Value()
	}
	after.Status = f.status.Value()
	return after
}

// cautions returns warnings for the two times of a lock that the operator changes. HDP's documents
// forbid none of these values.
func (f fields) cautions(now time.Time) (at, until string) {
	if !f.locked.Dirty() && !f.at.Dirty() && !f.until.Dirty() {
		return "", ""
	}
	after := f.wanted()
	began, begins := timeOf(after.AccountLockedAt)
	end, ends := timeOf(after.AccountLockedUntil)
	switch {
	case !after.AccountLocked.Or(false) && ends:
		return "", notLocked
	case !after.AccountLocked.Or(false) && begins:
		return notLocked, ""
	case !after.AccountLocked.Or(false):
		return "", ""
	}
	if begins && began.After(now) {
		at = "in the future: HDP does not document the effect"
	}
	switch {
	case ends && !end.After(now):
		until = "in the past: this lock has no effect"
	case ends && begins && !end.After(began):
		until = "ends before the lock begins"
	}
	return at, until
}

const notLocked = "not locked: a time alone has no effect"

// timeOf returns the time, and false if there is none or it cannot be read.
func timeOf(o hdpclient.Opt[hdpclient.Timestamp]) (time.Time, bool) {
	ts, some := o.Get()
	t, readable := ts.Time()
	return t, some && readable
}
