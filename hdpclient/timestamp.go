package hdpclient

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// TimestampLayout is HDP's form of a time, always UTC and without a zone:
// "YYYY-MM-DD HH:mm:ss" (Users API, "Update status info on a user account").
const TimestampLayout = time.DateTime

// Timestamp is a point in time as HDP writes it, in UTC, to the second. On
// read a fraction is tolerated and dropped, since some pages show one
// ("passwordInfo Object"); on write there is never one. A value that is no such
// time is kept as it came: it prints, and it goes back in a PUT unchanged. Two
// Timestamps are equal with == when they say the same second.
type Timestamp struct {
	unix       int64
	unreadable string // the JSON text of a value that is no time; "" if it is one
}

// At is the time t, cut to the second.
func At(t time.Time) Timestamp { return Timestamp{unix: t.Unix()} }

// Time returns the time in UTC, and false where the server sent something that
// is no time.
func (ts Timestamp) Time() (time.Time, bool) {
	if ts.unreadable != "" {
		return time.Time{}, false
	}
	return time.Unix(ts.unix, 0).UTC(), true
}

// String returns the time in HDP's form, or what the server sent in its place,
// cleaned.
func (ts Timestamp) String() string {
	if ts.unreadable != "" {
		var raw Text
		if err := raw.UnmarshalJSONFrom(jsontext.NewDecoder(strings.NewReader(ts.unreadable))); err != nil {
			return TextOf(ts.unreadable).String()
		}
		return raw.String()
	}
	return time.Unix(ts.unix, 0).UTC().Format(TimestampLayout)
}

// MarshalJSONTo writes the time without a fraction, or the value as it was read.
func (ts Timestamp) MarshalJSONTo(enc *jsontext.Encoder) error {
	if ts.unreadable != "" {
		return enc.WriteValue(jsontext.Value(ts.unreadable))
	}
	return enc.WriteToken(jsontext.String(ts.String()))
}

// UnmarshalJSONFrom reads a time; it fails only where the JSON itself is broken.
func (ts *Timestamp) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if s, err := jsontext.AppendUnquote(nil, v); err == nil {
		// The layout accepts a fraction of a second that it does not name.
		if t, err := time.Parse(TimestampLayout, string(s)); err == nil {
			*ts = At(t)
			return nil
		}
	}
	// Blanks between its parts are no part of it: two readings of one value are equal.
	v = v.Clone() // which was the decoder's own
	if err := v.Compact(); err != nil {
		return err
	}
	*ts = Timestamp{unreadable: string(v)}
	return nil
}
