package hdpclient

import (
	"errors"
	"strconv"
	"strings"

	json "github.com/go-json-experiment/json"
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

// wireForm is how a property was written, where HDP mixes numbers, strings and booleans,
// so that it goes back that way. The empty wireForm is the documented one.
type wireForm string

var errWireForm = errors.New("not in a known form")

// encodeInteger writes n in this form, and an unchanged value exactly as it came.
func (w wireForm) encodeInteger(n int64) jsontext.Value {
	if was, ok := ReadInteger(jsontext.Value(w)); ok && was == n {
		return jsontext.Value(w)
	}
	return w.encode(strconv.FormatInt(n, 10))
}

// encodeBool does the same for a boolean.
func (w wireForm) encodeBool(is bool) jsontext.Value {
	was, ok := ReadBool(jsontext.Value(w))
	switch _, number := ReadInteger(jsontext.Value(w)); {
	case ok && was == is:
		return jsontext.Value(w)
	case number && is:
		return w.encode("1")
	case number:
		return w.encode("0")
	}
	return w.encode(strconv.FormatBool(is))
}

// encodeText does the same for a text.
func (w wireForm) encodeText(t Text) jsontext.Value {
	var was looseText
	if json.Unmarshal([]byte(w), &was, lenient()) == nil && was.text == t {
		return jsontext.Value(w)
	}
	quoted, _ := jsontext.AppendQuote(nil, t.raw) // it fails only on invalid UTF-8, which it replaces
	return quoted
}

func (w wireForm) encode(plain string) jsontext.Value {
	if strings.HasPrefix(string(w), `"`) {
		return jsontext.Value(`"` + plain + `"`)
	}
	return jsontext.Value(plain)
}

// loose is a number or a boolean in any form that HDP uses, with that form.
type loose[T int64 | bool] struct {
	value T
	form  wireForm
}

func (l *loose[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var ok bool
	var documented string
	switch value := any(&l.value).(type) {
	case *int64:
		*value, ok = ReadInteger(text)
		documented = strconv.FormatInt(*value, 10)
	case *bool:
		*value, ok = ReadBool(text)
		documented = strconv.FormatBool(*value)
	}
	if !ok {
		return errWireForm
	}
	if string(text) != documented {
		l.form = wireForm(text)
	}
	return nil
}

// looseText is a text, with its form if that is not the usual one.
type looseText struct {
	text Text
	form wireForm
}

func (l *looseText) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	form := wireForm(value)
	if err := json.Unmarshal(value, &l.text, lenient()); err != nil {
		return err
	}
	if usual := wireForm("").encodeText(l.text); string(usual) != string(form) {
		l.form = form
	}
	return nil
}
