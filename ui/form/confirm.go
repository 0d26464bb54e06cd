package form

import (
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Reason is the field for the reason of a change.
type Reason struct {
	*Text
	isRequired func() bool
}

// NewReason returns the field with this reason.
func NewReason(value string, isRequired func() bool) *Reason {
	return &Reason{NewText("Reason", value, 200), isRequired}
}

// Line implements Field.
func (r *Reason) Line(th theme.Theme, w int, focused bool) (string, frame.Cursor) {
	r.Hint = "optional, will be logged"
	if r.isRequired() {
		r.Hint = "required, will be logged"
	}
	return r.Text.Line(th, w, focused)
}

// NewUserName returns the field in which the operator types an account's user name to confirm a
// change to it. It applies only while isNeeded.
func NewUserName(isNeeded func() bool) *Text {
	u := NewText("User name", "", 300)
	u.Hint = "type it to confirm"
	u.Disabled = func() bool { return !isNeeded() }
	return u
}
