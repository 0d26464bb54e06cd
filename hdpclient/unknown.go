package hdpclient

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// withoutPasswords removes all properties named as a password from the unknown
// properties of an object, at any depth, and reports where. A documented sample of the
// server repeats a clear password ("Providing direct access"), and unknown properties
// are kept, shown and sent back. Dropping a null is not reported.
func withoutPasswords(extra jsontext.Value) (jsontext.Value, dropped) {
	lower := bytes.ToLower(extra)
	if !bytes.Contains(lower, []byte("word")) && !bytes.Contains(lower, []byte(`\u`)) {
		return extra, 0 // no such name, not even one with escapes
	}
	var clean bytes.Buffer
	var removed dropped
	enc := jsontext.NewEncoder(&clean, Verbatim())
	if err := copyWithoutPasswords(enc, jsontext.NewDecoder(bytes.NewReader(extra), lenient()), &removed); err != nil {
		return nil, droppedAtTop | droppedWithin
	}
	if rest := bytes.TrimSpace(clean.Bytes()); string(rest) != "{}" {
		return rest, removed
	}
	return nil, removed
}

// dropped says where in an object properties were removed.
type dropped uint8

const (
	droppedAtTop dropped = 1 << iota
	droppedWithin
)

func copyWithoutPasswords(enc *jsontext.Encoder, dec *jsontext.Decoder, removed *dropped) error {
	switch dec.PeekKind() {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
	default:
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		return enc.WriteValue(value)
	}
	open, err := dec.ReadToken()
	if err != nil {
		return err
	}
	object := open.Kind() == jsontext.KindBeginObject
	if err := enc.WriteToken(open); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject && dec.PeekKind() != jsontext.KindEndArray {
		if object {
			name, err := dec.ReadValue()
			if err != nil {
				return err
			}
			if isPasswordName(unquote(name)) {
				switch {
				case dec.PeekKind() == jsontext.KindNull: // null holds no password
				case dec.StackDepth() == 1:
					*removed |= droppedAtTop
				default:
					*removed |= droppedWithin
				}
				if err := dec.SkipValue(); err != nil {
					return err
				}
				continue
			}
			if err := enc.WriteValue(name); err != nil {
				return err
			}
		}
		if err := copyWithoutPasswords(enc, dec, removed); err != nil {
			return err
		}
	}
	closing, err := dec.ReadToken()
	if err != nil {
		return err
	}
	return enc.WriteToken(closing)
}

func isPasswordName(name string) bool {
	switch strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)) {
	case "password", "newpassword", "currentpassword":
		return true
	}
	return false
}
