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
	initial    hdpclient.Opt[hdpclient.Timestamp]
	now        func() time.Time
	parsed     timeinput.Input
	parseErr   error
	allowNever bool
}

// Never, as the text of a Time, says that the property is null.
const never = "never"

// NewTime returns a field with the property's value in it. Where withNever is
// true a property that is absent or null reads "never", and the field may not be
// empty; otherwise it is empty, and an empty field leaves the property out. now
// is the server's time; loc, which may be nil, the operator's zone.
func NewTime(label string, value hdpclient.Opt[hdpclient.Timestamp], withNever bool, now func() time.Time, loc *time.Location) *Time {
	f := &Time{initial: value, now: now, allowNever: withNever}
	f.Text = NewText(label, f.format(value), 40)
	f.selectOnFocus = true
	f.Check = func(string) string { return f.problem() }
	f.Notes = func(s string) []string { return f.notes(s, loc) }
	return f
}

// notes say what the text comes to: in full, without the local time, and as
// short as it can be said.
func (f *Time) notes(s string, loc *time.Location) []string {
	in := f.parsed
	if !f.Dirty() {
		ts, ok := f.initial.Get()
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

func (f *Time) format(value hdpclient.Opt[hdpclient.Timestamp]) string {
	if ts, ok := value.Get(); ok {
		return ts.String()
	}
	if f.allowNever {
		return never
	}
	return ""
}

// Set puts a value into the field as if the operator had typed it.
func (f *Time) Set(value hdpclient.Opt[hdpclient.Timestamp]) {
	s := f.format(value)
	f.input.SetValue(s)
	f.parsed, f.parseErr = timeinput.Parse(s, f.now())
}

// Update implements Field.
func (f *Time) Update(msg tea.Msg) {
	before := f.Text.Value()
	f.Text.Update(msg)
	if s := f.Text.Value(); s != before {
		f.parsed, f.parseErr = timeinput.Parse(s, f.now())
	}
}

// IsPast reports whether the operator has put a time into the field that is not to come.
func (f *Time) IsPast() bool {
	ts, some := f.Value().Get()
	t, readable := ts.Time()
	return f.Dirty() && some && readable && !t.After(f.now())
}

// Input is what was typed, and whether it is a time.
func (f *Time) Input() (timeinput.Input, bool) {
	in, err := timeinput.Parse(f.Text.Value(), f.now())
	return in, err == nil
}

func (f *Time) problem() string {
	switch {
	case !f.allowNever && f.Text.Value() == "":
		return ""
	case f.parseErr != nil:
		return f.parseErr.Error()
	case !f.allowNever && f.parsed.Never:
		return "cannot be never; leave it empty to remove the time"
	}
	return ""
}

// Value is the property as the form stands: as it was read where the field was
// left alone, null for never, absent for an empty field.
func (f *Time) Value() hdpclient.Opt[hdpclient.Timestamp] {
	switch {
	case !f.Dirty():
		return f.initial
	case f.problem() != "":
		return f.initial
	case f.Text.Value() == "":
		return hdpclient.Opt[hdpclient.Timestamp]{}
	case f.parsed.Never:
		return hdpclient.Null[hdpclient.Timestamp]()
	}
	was, _ := f.initial.Get() // the new time goes back as the server writes this one
	return hdpclient.Some(hdpclient.At(f.parsed.Time).InFormOf(was))
}
