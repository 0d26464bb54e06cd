package hdpclient

import (
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ReadInteger reads an integer in any form that HDP uses, such as 1 or "1".
func ReadInteger(value jsontext.Value) (int64, bool) {
	if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
		return n, true
	}
	var n looseInt
	err := n.UnmarshalJSONFrom(jsontext.NewDecoder(strings.NewReader(string(value))))
	return int64(n), err == nil && value.Kind() != jsontext.KindNull
}

// ReadBool reads a boolean in any form that HDP uses, such as true, "true" or 1.
func ReadBool(value jsontext.Value) (is, ok bool) {
	text := string(value)
	if value.Kind() == jsontext.KindString {
		text = strings.TrimSpace(unquote(value))
	}
	switch strings.ToLower(text) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	n, ok := ReadInteger(value)
	return n == 1, ok && (n == 0 || n == 1)
}

// wireForm remembers how a property was written, where HDP mixes numbers, strings and
// booleans, so that it goes back that way. The zero value is the documented form.
type wireForm struct{ text string }

var errWireForm = errors.New("not in a known form")

// encodeInteger writes n in this form, and an unchanged value exactly as it came.
func (s wireForm) encodeInteger(n int64) jsontext.Value {
	if was, ok := ReadInteger(jsontext.Value(s.text)); ok && was == n {
		return jsontext.Value(s.text)
	}
	return s.encode(strconv.FormatInt(n, 10))
}

// encodeBool does the same for a boolean.
func (s wireForm) encodeBool(is bool) jsontext.Value {
	was, ok := ReadBool(jsontext.Value(s.text))
	switch _, number := ReadInteger(jsontext.Value(s.text)); {
	case ok && was == is:
		return jsontext.Value(s.text)
	case number && is:
		return s.encode("1")
	case number:
		return s.encode("0")
	}
	return s.encode(strconv.FormatBool(is))
}

func (s wireForm) encode(plain string) jsontext.Value {
	if strings.HasPrefix(s.text, `"`) {
		return jsontext.Value(`"` + plain + `"`)
	}
	return jsontext.Value(plain)
}

// looseStatus is the status of an account or a password with its wire form; looseBool
// is a boolean with its wire form.
type looseStatus struct {
	value int64
	wireForm
}

func (l *looseStatus) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var ok bool
	if l.value, ok = ReadInteger(value); !ok {
		return errWireForm
	}
	if _, err := strconv.ParseInt(string(value), 10, 64); err != nil {
		l.text = string(value)
	}
	return nil
}

type looseBool struct {
	value bool
	wireForm
}

func (l *looseBool) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var ok bool
	if l.value, ok = ReadBool(value); !ok {
		return errWireForm
	}
	if kind := value.Kind(); kind != jsontext.KindTrue && kind != jsontext.KindFalse {
		l.text = string(value)
	}
	return nil
}

// orNil returns nil for the documented form, to save memory in a list of accounts.
func (s wireForm) orNil() *wireForm {
	if s.text == "" {
		return nil
	}
	return &s
}

// orDefault returns the documented form if s is nil.
func (s *wireForm) orDefault() wireForm {
	if s == nil {
		return wireForm{}
	}
	return *s
}
