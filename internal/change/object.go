package change

import (
	"bytes"
	"slices"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// object is a resource as it goes over the wire: its properties in order, those
// that hdpclient does not know among them. It is never altered in place.
type object []member

type member struct {
	name  string
	value Value
}

// objectOf is the object that v is sent as.
func objectOf(v any) (object, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := jsontext.NewDecoder(bytes.NewReader(text))
	if _, err := dec.ReadToken(); err != nil { // the opening brace
		return nil, err
	}
	o := object{}
	for dec.PeekKind() == jsontext.KindString {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String() // before the next read, which reuses the buffer
		value, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		o = append(o, member{key, Value{string(value)}})
	}
	return o, nil
}

// decode reads the object into v, a pointer to the hdpclient type.
func (o object) decode(v any) error {
	text, err := o.text()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// text is the object as JSON, nil for no object.
func (o object) text() (jsontext.Value, error) {
	if o == nil {
		return nil, nil
	}
	var b bytes.Buffer
	enc := jsontext.NewEncoder(&b)
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return nil, err
	}
	for _, m := range o {
		if err := enc.WriteToken(jsontext.String(m.name)); err != nil {
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

// get returns the value of a property, absent if there is none of that name.
func (o object) get(name string) Value {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return Value{}
}

// with is the object with one property set, or removed if v is absent.
func (o object) with(name string, v Value) object {
	at := slices.IndexFunc(o, func(m member) bool { return m.name == name })
	changed := slices.Clone(o)
	switch {
	case at < 0 && v.Absent():
		return changed
	case at < 0:
		return append(changed, member{name, v})
	case v.Absent():
		return slices.Delete(changed, at, at+1)
	}
	changed[at].value = v
	return changed
}
