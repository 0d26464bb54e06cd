// Package passwordform is the form for an account's password info: whether the password must be
// changed, and when it expires. It never holds a password. Untouched properties are sent back as they
// were read, because HDP's PUT deletes what it does not get.
package passwordform

import (
	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/form"
)

// New returns the form for a plan for password info. The fields show the values read, with the changes
// of the plan applied.
func New(plan change.Plan, times words.Times) *changeform.Model {
	before, after, _ := plan.PasswordInfo()
	status := form.NewChoice("Password", before.PasswordStatus, before.PasswordStatus.String(),
		form.Option[hdpclient.PasswordStatus]{Value: hdpclient.PasswordActive, Word: "active"},
		form.Option[hdpclient.PasswordStatus]{Value: hdpclient.PasswordMustChange, Word: "must change"})
	expires := newExpiryField(before, after, times)
	status.Select(after.PasswordStatus)

	who := plan.Subject()
	m := changeform.New("Password", func() change.Plan {
		wanted := before
		wanted.PasswordStatus, wanted.PasswordExpiration = status.Value(), expires.Value()
		return change.PlanPassword(who, before, wanted).WithReason(plan.Reason())
	}, status, expires)
	m.Rebuild = func(p change.Plan) *changeform.Model { return New(p, times) }
	return m
}

// NewExpiry returns the form for the expiry only; the rest of the password info is kept.
func NewExpiry(plan change.Plan, times words.Times) *changeform.Model {
	before, after, _ := plan.PasswordInfo()
	expires := newExpiryField(before, after, times)
	who := plan.Subject()
	m := changeform.New("Expiry", func() change.Plan {
		wanted := before
		wanted.PasswordExpiration = expires.Value()
		return change.PlanPassword(who, before, wanted).WithReason(plan.Reason())
	}, expires)
	m.Rebuild = func(p change.Plan) *changeform.Model { return NewExpiry(p, times) }
	return m
}

func newExpiryField(before, after hdpclient.PasswordInfo, times words.Times) *form.Time {
	f := form.NewTime("Expires", before.PasswordExpiration, true, times)
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
