package change

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/redact"
)

// object is a resource as it goes over the wire: its properties in order, including those that
// hdpclient does not know. It is never changed in place.
type object []member

type member struct {
	name   string
	quoted string // the name as it was written; "" for one of our own
	value  Value
}

// ErrDuplicate: the server's answer has a property twice, at the top or within another one. It
// cannot be compared, so it is not written.
var ErrDuplicate = errors.New("a property occurs twice")

// ErrWithheld: the server's answer contains a password, which is not kept. A PUT without it
// would delete it.
var ErrWithheld = errors.New("it contains a password, which is not kept")

// objectOf returns v as it is sent.
func objectOf(v interface{ Withheld() bool }) (object, error) {
	if v.Withheld() {
		return nil, ErrWithheld
	}
	text, err := json.Marshal(v, hdpclient.Verbatim())
	if err != nil {
		return nil, err
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text), hdpclient.Verbatim())
	if _, err := dec.ReadToken(); err != nil { // the opening brace
		return nil, err
	}
	o := object{}
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		m := member{name: unquoted(name), quoted: string(name)}
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		if !o.get(m.name).Absent() {
			return nil, fmt.Errorf("%w: %s", ErrDuplicate, hdpclient.Clean(m.name))
		}
		// It was readable, so only a duplicate name makes it invalid.
		if !value.IsValid(jsontext.AllowInvalidUTF8(true)) {
			return nil, fmt.Errorf("%w: within %s", ErrDuplicate, hdpclient.Clean(m.name))
		}
		m.value = Value{json: string(value), secret: redact.IsSecret(m.name)}
		o = append(o, m)
	}
	return o, nil
}

// decode reads the object into v, a pointer to the hdpclient type.
func (o object) decode(v any) error {
	text, err := o.text()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v, hdpclient.Verbatim())
}

// text returns the object as JSON, nil for no object.
func (o object) text() (jsontext.Value, error) {
	if o == nil {
		return nil, nil
	}
	var b bytes.Buffer
	enc := jsontext.NewEncoder(&b, hdpclient.Verbatim())
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return nil, err
	}
	for _, m := range o {
		if err := m.writeName(enc); err != nil {
			return nil, err
		}
		if err := enc.WriteValue(jsontext.Value(m.value.json)); err != nil {
			return nil, err
		}
	}
	if err := enc.WriteToken(jsontext.EndObject); err != nil {
		return nil, err
	}
	return jsontext.Value(bytes.TrimSpace(b.Bytes())), nil
}

func (m member) writeName(enc *jsontext.Encoder) error {
	if m.quoted == "" {
		return enc.WriteToken(jsontext.String(m.name))
	}
	return enc.WriteValue(jsontext.Value(m.quoted))
}

// unquoted returns the text of a JSON string, and any other value as JSON.
func unquoted(v jsontext.Value) string {
	if v.Kind() != jsontext.KindString {
		return string(v)
	}
	// The error reports invalid UTF-8, which is replaced.
	text, _ := jsontext.AppendUnquote(nil, v)
	return string(text)
}

// get returns the value of a property, absent if there is none of that name.
func (o object) get(name string) Value {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return Value{}
}

// with returns the object with one property set, or removed if v is absent.
func (o object) with(name string, v Value) object {
	at := slices.IndexFunc(o, func(m member) bool { return m.name == name })
	changed := slices.Clone(o)
	switch {
	case at < 0 && v.Absent():
		return changed
	case at < 0:
		return append(changed, member{name: name, value: v})
	case v.Absent():
		return slices.Delete(changed, at, at+1)
	}
	changed[at].value = v
	return changed
}
