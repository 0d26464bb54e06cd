package form

import (
	"hdpadmin/hdpclient"
	"hdpadmin/ui/theme"
)

// Reason is the field for the reason of a change.
type Reason struct {
	*Text
	// Rule returns what is wrong with a reason, or "". A nil Rule accepts any.
	Rule func(string) string
}

// NewReason returns the field with this reason.
func NewReason(value string) *Reason { return &Reason{Text: NewText("Reason", value, 200)} }

// Refusal returns what is wrong with the reason, or "".
func (r *Reason) Refusal() string {
	if r.Rule == nil {
		return ""
	}
	return r.Rule(r.Value())
}

// Line implements Field.
func (r *Reason) Line(th theme.Theme, w int, focused bool) (string, int) {
	r.Hint = "optional, will be logged"
	if r.Rule != nil && r.Rule("") != "" {
		r.Hint = "required, will be logged"
	}
	return r.Text.Line(th, w, focused)
}

// UserName is the field in which the operator types an account's user name to confirm a change to it.
type UserName struct {
	*Text
	name hdpclient.Text
}

// NewUserName returns the field for an account of this name. It applies only while isNeeded.
func NewUserName(name hdpclient.Text, isNeeded func() bool) *UserName {
	u := &UserName{NewText("User name", "", 300), name}
	u.Hint = "type it to confirm"
	u.Disabled = func() bool { return !isNeeded() }
	return u
}

// Refusal returns what is missing, or "".
func (u *UserName) Refusal() string {
	if u.IsDisabled() || u.name.IsTyped(u.Value()) {
		return ""
	}
	return "type the full user name"
}
