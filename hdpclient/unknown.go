package hdpclient

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// withoutPasswords removes every property named as a password from the unknown
// properties of an object, at any depth. A documented sample of the server
// repeats a clear password ("Providing direct access"), and what is unknown here
// is kept, shown and sent back. It reports what was lost by that: lostAtTop,
// lostWithin, or both; nothing by a null.
func withoutPasswords(extra jsontext.Value) (jsontext.Value, dropped) {
	lower := bytes.ToLower(extra)
	if !bytes.Contains(lower, []byte("word")) && !bytes.Contains(lower, []byte(`\u`)) {
		return extra, 0 // nothing of that name, not even spelled with escapes
	}
	var clean bytes.Buffer
	var lost dropped
	enc := jsontext.NewEncoder(&clean, verbatim())
	if err := copyWithoutPasswords(enc, jsontext.NewDecoder(bytes.NewReader(extra), lenient()), &lost); err != nil {
		return nil, droppedAtTop | droppedWithin
	}
	if rest := bytes.TrimSpace(clean.Bytes()); string(rest) != "{}" {
		return rest, lost
	}
	return nil, lost
}

// dropped is where in an object something was that is not kept.
type dropped uint8

const (
	droppedAtTop dropped = 1 << iota
	droppedWithin
)

func copyWithoutPasswords(enc *jsontext.Encoder, dec *jsontext.Decoder, lost *dropped) error {
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
				case dec.PeekKind() == jsontext.KindNull: // it says that there is none
				case dec.StackDepth() == 1:
					*lost |= droppedAtTop
				default:
					*lost |= droppedWithin
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
		if err := copyWithoutPasswords(enc, dec, lost); err != nil {
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
