package form

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/timeinput"
	"hdpadmin/internal/words"
)

// Time is a text field for a time of an HDP object. The first character typed replaces the old
// time unless another key came first, because a time is mostly replaced. The text is parsed when
// it is typed, so that "+30d" means the same when it is sent.
type Time struct {
	*Text
	initial    hdpclient.Opt[hdpclient.Timestamp]
	times      words.Times
	parsed     timeinput.Input
	parseErr   error
	allowNever bool
}

// never is the text for a property that is null.
const never = "never"

// NewTime returns a field with the property's value. With withNever an absent or null property
// reads "never", and the field may not be empty; without it such a property is empty, and an
// empty field omits the property.
func NewTime(label string, value hdpclient.Opt[hdpclient.Timestamp], withNever bool, times words.Times) *Time {
	f := &Time{initial: value, times: times, allowNever: withNever}
	f.Text = NewText(label, f.format(value), 40)
	f.selectOnFocus = true
	f.Check = func(string) string { return f.problem() }
	f.Notes = func(s string) []string { return f.notes(s) }
	return f
}

// notes returns the time that the text stands for, the longest version first. A text that is sent
// as it is gets the local time after it; any other becomes the local time, then that in UTC.
func (f *Time) notes(s string) []string {
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
	if in.Time.Format(time.DateTime) != s {
		dated := words.Times{Zone: f.times.Zone}.Named()
		return []string{dated.ExactText(in.Time), f.times.Named().Minute(in.Time), words.Times{}.Bare().Minute(in.Time)}
	}
	if local := f.times.NextToUTC(in.Time); local != "" {
		return []string{"UTC, " + local, "UTC"}
	}
	return []string{"UTC"}
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

// Set puts a value into the field, which counts as a change by the operator.
func (f *Time) Set(value hdpclient.Opt[hdpclient.Timestamp]) {
	s := f.format(value)
	f.input.SetValue(s)
	f.parsed, f.parseErr = timeinput.Parse(s, f.times.Now())
}

// Update implements Field.
func (f *Time) Update(msg tea.Msg) {
	before := f.Text.Value()
	f.Text.Update(msg)
	if s := f.Text.Value(); s != before {
		f.parsed, f.parseErr = timeinput.Parse(s, f.times.Now())
	}
}

// IsPast reports whether the operator has entered a time that is not in the future.
func (f *Time) IsPast() bool {
	ts, some := f.Value().Get()
	t, readable := ts.Time()
	return f.Dirty() && some && readable && !t.After(f.times.Now())
}

// Input parses the text and reports whether it is a time.
func (f *Time) Input() (timeinput.Input, bool) {
	in, err := timeinput.Parse(f.Text.Value(), f.times.Now())
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

// Value returns the property as the form would send it: as it was read if the field is unchanged,
// null for never, absent for an empty field.
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
	was, _ := f.initial.Get() // keeps the format that the server uses
	return hdpclient.Some(hdpclient.At(f.parsed.Time).InFormOf(was))
}
