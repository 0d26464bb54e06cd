package hdpclient

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// TimestampLayout is HDP's form of a time, always UTC and without a zone: "YYYY-MM-DD
// HH:mm:ss" (Users API, "Update status info on a user account").
const TimestampLayout = time.DateTime

// Timestamp is a point in time, to the second. HDP writes it as "YYYY-MM-DD HH:mm:ss"
// in UTC. A server that uses another form gets its times back in that form, also new
// ones. A value that is not a time, or is ambiguous, is printed and sent back
// unchanged.
type Timestamp struct {
	unix       int64
	form       timeForm
	raw        string // the JSON text as it came, "" for the documented form
	unreadable bool   // raw is not a time
}

// timeForm describes how a server writes times. The zero form is the documented one.
type timeForm struct {
	layout string // of time.Format, or layoutEpoch
	offset int    // of the zone, in seconds
	quoted bool   // for layoutEpoch: written as a string
}

// layoutEpoch means milliseconds since 1970.
const layoutEpoch = "epoch"

// At returns t in the documented form, truncated to the second.
func At(t time.Time) Timestamp { return Timestamp{unix: t.Unix()} }

// InFormOf returns the time of ts in the form of other.
func (ts Timestamp) InFormOf(other Timestamp) Timestamp {
	if ts.unreadable {
		return ts
	}
	return Timestamp{unix: ts.unix, form: other.form}
}

// Time returns the time in UTC, and false if the server's value is not a time.
func (ts Timestamp) Time() (time.Time, bool) {
	if ts.unreadable {
		return time.Time{}, false
	}
	return time.Unix(ts.unix, 0).UTC(), true
}

// String returns the time in the documented form, or the server's unreadable value,
// cleaned.
func (ts Timestamp) String() string {
	if ts.unreadable {
		var raw Text
		if err := raw.UnmarshalJSONFrom(jsontext.NewDecoder(strings.NewReader(ts.raw))); err != nil {
			return Clean(ts.raw)
		}
		return raw.String()
	}
	return time.Unix(ts.unix, 0).UTC().Format(TimestampLayout)
}

// MarshalJSONTo writes the value as it was read, or a new time in its form.
func (ts Timestamp) MarshalJSONTo(enc *jsontext.Encoder) error {
	t := time.Unix(ts.unix, 0)
	switch {
	case ts.raw != "":
		return enc.WriteValue(jsontext.Value(ts.raw))
	case ts.form.layout == layoutEpoch && !ts.form.quoted:
		return enc.WriteToken(jsontext.Int(t.UnixMilli()))
	case ts.form.layout == layoutEpoch:
		return enc.WriteToken(jsontext.String(strconv.FormatInt(t.UnixMilli(), 10)))
	case ts.form.layout != "":
		return enc.WriteToken(jsontext.String(t.In(time.FixedZone("", ts.form.offset)).Format(ts.form.layout)))
	}
	return enc.WriteToken(jsontext.String(ts.String()))
}

// UnmarshalJSONFrom reads a time. It fails only on broken JSON.
func (ts *Timestamp) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	// Without blanks, two readings of one value are equal.
	v = v.Clone() // the decoder owns v
	if err := v.Compact(); err != nil {
		return err
	}
	*ts = Timestamp{raw: string(v), unreadable: true}
	text := string(v)
	if v.Kind() == jsontext.KindString {
		s, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			return nil //nolint:nilerr // it is kept as it is
		}
		text = string(s)
		// Parse accepts a fraction of a second, which some pages show ("passwordInfo
		// Object"). It is never written.
		if t, err := time.Parse(TimestampLayout, text); err == nil {
			*ts = At(t)
			return nil
		}
	}
	if t, f, ok := parseOtherForm(text, v.Kind() == jsontext.KindString); ok {
		*ts = Timestamp{unix: t.Unix(), form: f, raw: string(v)}
	}
	return nil
}

var otherForms = regexp.MustCompile(`^\d{4}-\d\d-\d\d([ Tt])\d\d:\d\d:\d\d([.,]\d{1,9})?( ?)([Zz]|[+-]\d\d(?::?\d\d)?)?$`)

// parseOtherForm reads unambiguous forms: ISO 8601 with a time to the second, in UTC
// unless it names a zone, and milliseconds since 1970. Seconds since 1970 could be
// mistaken for those.
func parseOtherForm(text string, quoted bool) (time.Time, timeForm, bool) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		const least = 100_000_000_000 // March 1973
		t := time.UnixMilli(ms)
		return t, timeForm{layout: layoutEpoch, quoted: quoted}, ms >= least && t.Year() <= 9999 && strconv.FormatInt(ms, 10) == text
	}
	parts := otherForms.FindStringSubmatch(text)
	if parts == nil || !quoted {
		return time.Time{}, timeForm{}, false
	}
	layout := "2006-01-02" + parts[1] + "15:04:05"
	if n := len(parts[2]); n > 0 {
		layout += parts[2][:1] + strings.Repeat("0", n-1)
	}
	layout += parts[3] + zoneLayout(parts[4])
	t, err := time.Parse(layout, text)
	_, offset := t.Zone()
	return t, timeForm{layout: layout, offset: offset}, err == nil && t.UTC().Year() >= 0 && t.UTC().Year() <= 9999
}

// zoneLayout returns the layout of a zone written like this one.
func zoneLayout(zone string) string {
	switch {
	case zone == "" || zone == "z":
		return zone
	case zone == "Z":
		return "Z07:00"
	case strings.Contains(zone, ":"):
		return "-07:00"
	case len(zone) == len("+0100"):
		return "-0700"
	}
	return "-07"
}
