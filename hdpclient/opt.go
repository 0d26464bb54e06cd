package hdpclient

import (
	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Opt is an optional property of an HDP object: absent, null, or a value. The three
// differ on the wire, because a PUT deletes what is absent. Most readers treat absent
// and null alike, as [Opt.Get] does. The zero Opt is absent. A struct field of this
// type needs the omitzero option.
type Opt[T any] struct {
	value T
	state presence
}

type presence uint8

const (
	absent presence = iota
	null
	present
)

// Some returns a property with the value v.
func Some[T any](v T) Opt[T] { return Opt[T]{value: v, state: present} }

// Null returns a property with the JSON value null.
func Null[T any]() Opt[T] { return Opt[T]{state: null} }

// Get returns the value, and false if the property is absent or null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == present }

// Or returns the value, or def if the property is absent or null.
func (o Opt[T]) Or(def T) T {
	if o.state == present {
		return o.value
	}
	return def
}

// IsZero reports whether the property is absent. A null property is not.
func (o Opt[T]) IsZero() bool { return o.state == absent }

// IsNull reports whether the property has the value null.
func (o Opt[T]) IsNull() bool { return o.state == null }

// MarshalJSONTo writes the value or null. The omitzero option of a field omits an
// absent property; outside a field it is written as null.
func (o Opt[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if o.state != present {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, &o.value)
}

const errDuplicate responseError = "appears twice"

// UnmarshalJSONFrom reads a value or null into an absent property. It fails if the
// property is there already: either of two values may be the right one, and a PUT could
// undo it.
func (o *Opt[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if o.state != absent {
		return errDuplicate
	}
	if dec.PeekKind() == jsontext.KindNull {
		*o = Null[T]()
		return dec.SkipValue()
	}
	var v T
	if err := json.UnmarshalDecode(dec, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}
