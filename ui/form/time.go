package form

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/timeinput"
)

// Time is a text field that holds a time of an HDP object. It is seldom corrected and
// mostly set anew: what is typed or pasted first takes the place of what was read, unless
// another key, an arrow or backspace, was there before. What the operator
// types is turned into a time at the moment it is typed, so that "+30d" means
// the same when it is shown and when it is sent.
type Time struct {
	*Text
	first   hdpclient.Opt[hdpclient.Timestamp]
	now     func() time.Time
	typed   timeinput.Input
	typeErr error
	never   bool
}

// Never, as the text of a Time, says that the property is null.
const never = "never"

// NewTime returns a field with the property's value in it. Where withNever is
// true a property that is absent or null reads "never", and the field may not be
// empty; otherwise it is empty, and an empty field leaves the property out. now
// is the server's time; loc, which may be nil, the operator's zone.
func NewTime(label string, value hdpclient.Opt[hdpclient.Timestamp], withNever bool, now func() time.Time, loc *time.Location) *Time {
	f := &Time{first: value, now: now, never: withNever}
	f.Text = NewText(label, f.text(value), 40)
	f.replaced = true
	f.Check = func(string) string { return f.wrong() }
	f.Asides = func(s string) []string { return f.asides(s, loc) }
	return f
}

// asides say what the text comes to: in full, without the local time, and as
// short as it can be said.
func (f *Time) asides(s string, loc *time.Location) []string {
	in := f.typed
	if !f.Dirty() {
		ts, ok := f.first.Get()
		t, readable := ts.Time()
		if !ok || !readable {
			return nil
		}
		in = timeinput.Input{Time: t}
	}
	if in.Never {
		return nil
	}
	full, short := "UTC", ""
	if in.Time.Format(time.DateTime) != s {
		full, short = timeinput.UTC(in.Time), in.Time.Format("2006-01-02 15:04")
	}
	asides := []string{full}
	if local := timeinput.Local(in.Time, loc); local != "" {
		asides = []string{full + ", " + local, full}
	}
	if short != "" {
		asides = append(asides, short)
	}
	return asides
}

func (f *Time) text(value hdpclient.Opt[hdpclient.Timestamp]) string {
	if ts, ok := value.Get(); ok {
		return ts.String()
	}
	if f.never {
		return never
	}
	return ""
}

// Set puts a value into the field as if the operator had typed it.
func (f *Time) Set(value hdpclient.Opt[hdpclient.Timestamp]) {
	s := f.text(value)
	f.input.SetValue(s)
	f.typed, f.typeErr = timeinput.Parse(s, f.now())
}

// Update implements Field.
func (f *Time) Update(msg tea.Msg) {
	before := f.Text.Value()
	f.Text.Update(msg)
	if s := f.Text.Value(); s != before {
		f.typed, f.typeErr = timeinput.Parse(s, f.now())
	}
}

// Past reports whether the operator has put a time into the field that is not to come.
func (f *Time) Past() bool {
	ts, some := f.Value().Get()
	t, readable := ts.Time()
	return f.Dirty() && some && readable && !t.After(f.now())
}

// Input is what was typed, and whether it is a time.
func (f *Time) Input() (timeinput.Input, bool) {
	in, err := timeinput.Parse(f.Text.Value(), f.now())
	return in, err == nil
}

func (f *Time) wrong() string {
	switch {
	case !f.never && f.Text.Value() == "":
		return ""
	case f.typeErr != nil:
		return f.typeErr.Error()
	case !f.never && f.typed.Never:
		return "this time cannot be never: leave it empty to take it out"
	}
	return ""
}

// Value is the property as the form stands: as it was read where the field was
// left alone, null for never, absent for an empty field.
func (f *Time) Value() hdpclient.Opt[hdpclient.Timestamp] {
	switch {
	case !f.Dirty():
		return f.first
	case f.wrong() != "":
		return f.first
	case f.Text.Value() == "":
		return hdpclient.Opt[hdpclient.Timestamp]{}
	case f.typed.Never:
		return hdpclient.Null[hdpclient.Timestamp]()
	}
	was, _ := f.first.Get() // the new time goes back as the server writes this one
	return hdpclient.Some(hdpclient.At(f.typed.Time).InFormOf(was))
}
