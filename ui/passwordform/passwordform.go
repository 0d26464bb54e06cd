// Package passwordform is the form for an account's password info: whether the password must be
// changed, and when it expires. It never holds a password. Untouched properties are sent back as they
// were read, because HDP's PUT deletes what it does not get.
package passwordform

import (
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/form"
)

// New returns the form for a plan for password info. The fields show the values read, with the changes
// of the plan applied. now is the server's time; loc is the operator's zone, which may be nil.
func New(plan change.Plan, now func() time.Time, loc *time.Location) *changeform.Model {
	before, after, _ := plan.PasswordInfo()
	status := form.NewChoice("Password", before.PasswordStatus, before.PasswordStatus.String(),
		form.Option[hdpclient.PasswordStatus]{Value: hdpclient.PasswordActive, Word: "active"},
		form.Option[hdpclient.PasswordStatus]{Value: hdpclient.PasswordMustChange, Word: "must change"})
	expires := newExpiryField(before, after, now, loc)
	status.Select(after.PasswordStatus)

	who := plan.Subject()
	m := changeform.New("Password", func() change.Plan {
		wanted := before
		wanted.PasswordStatus, wanted.PasswordExpiration = status.Value(), expires.Value()
		return change.PlanPassword(who, before, wanted).WithReason(plan.Reason())
	}, status, expires)
	m.Rebuild = func(p change.Plan) *changeform.Model { return New(p, now, loc) }
	return m
}

// NewExpiry returns the form for the expiry only; the rest of the password info is kept. now and loc
// are as for New.
func NewExpiry(plan change.Plan, now func() time.Time, loc *time.Location) *changeform.Model {
	before, after, _ := plan.PasswordInfo()
	expires := newExpiryField(before, after, now, loc)
	who := plan.Subject()
	m := changeform.New("Expiry", func() change.Plan {
		wanted := before
		wanted.PasswordExpiration = expires.Value()
		return change.PlanPassword(who, before, wanted).WithReason(plan.Reason())
	}, expires)
	m.Rebuild = func(p change.Plan) *changeform.Model { return NewExpiry(p, now, loc) }
	return m
}

func newExpiryField(before, after hdpclient.PasswordInfo, now func() time.Time, loc *time.Location) *form.Time {
	f := form.NewTime("Expires", before.PasswordExpiration, true, now, loc)
	f.HelpText = "UTC date, +30d, tomorrow or never"
	f.Warn = func() string {
		if f.IsPast() {
			return explain.ExpiresAtOnce
		}
		return ""
	}
	f.Set(after.PasswordExpiration)
	return f
}
