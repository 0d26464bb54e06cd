package change

import (
	"strconv"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/redact"
)

// Value is the value of one property as JSON. The zero Value is absent.
type Value struct {
	json   string
	secret bool // by the name of its property
}

// The values that an absent property equals in comparisons.
const (
	jsonNull  = "null"
	jsonFalse = "false"
)

// Absent reports whether the property is missing. A null property is not.
func (v Value) Absent() bool { return v.json == "" }

func isMissing(v Value) bool { return v.Absent() || v.json == jsonNull }

// String returns the value cleaned for printing: a string without its quotes, anything else as
// JSON, "" if absent, and [redact.Placeholder] in place of secrets.
func (v Value) String() string {
	value := jsontext.Value(v.json)
	switch {
	case v.Absent():
		return ""
	case v.secret && redact.CanHoldSecret(value.Kind()):
		return redact.Placeholder
	case value.Kind() == jsontext.KindBeginObject || value.Kind() == jsontext.KindBeginArray:
		shown, err := redact.JSON(value)
		if err != nil {
			return redact.Placeholder
		}
		value = shown
	}
	return hdpclient.Clean(unquoted(value))
}

// StatusWord returns what the value means in a property that holds a status number, "" if that is not
// documented.
func (v Value) StatusWord(property string) string {
	return map[string]map[string]string{
		status:         {"0": hdpclient.Inactive.String(), "1": hdpclient.Active.String()},
		passwordStatus: {"1": hdpclient.PasswordActive.String(), "2": hdpclient.PasswordMustChange.String()},
	}[property][v.String()]
}

// sameMeaning reports whether two values of the property name mean the same to HDP. Absent equals
// null and, for accountLocked, false. Times are compared to the second whatever their form; all
// other values as JSON.
func sameMeaning(name string, a, b Value) bool {
	return a.meaning(name) == b.meaning(name)
}

func (v Value) meaning(name string) string {
	if isMissing(v) {
		if name == accountLocked {
			return jsonFalse
		}
		return jsonNull
	}
	// HDP mixes numbers, strings and booleans, and a time may be written in several ways.
	switch name {
	case status, passwordStatus:
		if n, ok := hdpclient.ReadInteger(jsontext.Value(v.json)); ok {
			return strconv.FormatInt(n, 10)
		}
	case accountLocked:
		if is, ok := hdpclient.ReadBool(jsontext.Value(v.json)); ok {
			return strconv.FormatBool(is)
		}
	case accountLockedAt, accountLockedUntil, passwordExpiration:
		if t, ok := v.time(); ok {
			return t.Format(time.RFC3339)
		}
	}
	canonical := jsontext.Value(v.json)
	// Keep integers as they are: as floating-point numbers, two IDs beyond 2^53 would be equal.
	if err := canonical.Canonicalize(jsontext.CanonicalizeRawInts(false)); err != nil {
		return v.json
	}
	return string(canonical)
}

// time returns the value as a time, and false if it is not one.
func (v Value) time() (time.Time, bool) {
	if isMissing(v) {
		return time.Time{}, false
	}
	var ts hdpclient.Timestamp
	if err := json.Unmarshal([]byte(v.json), &ts); err != nil {
		return time.Time{}, false
	}
	return ts.Time()
}
