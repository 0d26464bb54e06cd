// Package redact finds and replaces values that must be neither shown nor logged.
package redact

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Placeholder replaces a secret value.
const Placeholder = "[redacted]"

// IsSecret reports whether a property of that name holds a secret, ignoring case and
// separators. The last word decides: HDP's passwordStatus and passwordExpiration are not
// secret.
func IsSecret(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(name))
	for _, word := range []string{
		"password", "passwordconfirmation", "passwd", "pwd", "passphrase", "secret", "secretkey", "privatekey", "apikey",
		"credentials", "authorization", "token",
	} {
		if strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}

// JSON returns v without whitespace and with [Placeholder] in place of secrets, at any
// depth. Numbers keep their digits, and bytes that are not UTF-8 become U+FFFD.
func JSON(v jsontext.Value) (jsontext.Value, error) {
	var out bytes.Buffer
	text := jsontext.AllowInvalidUTF8(true)
	if err := copyRedacted(jsontext.NewEncoder(&out, text), jsontext.NewDecoder(bytes.NewReader(v), text)); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func copyRedacted(enc *jsontext.Encoder, dec *jsontext.Decoder) error {
	open := dec.PeekKind()
	if open != jsontext.KindBeginObject && open != jsontext.KindBeginArray {
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		return enc.WriteValue(v)
	}
	if err := copyToken(enc, dec); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject && dec.PeekKind() != jsontext.KindEndArray {
		secret := false
		if open == jsontext.KindBeginObject {
			name, err := dec.ReadToken()
			if err != nil {
				return err
			}
			secret = IsSecret(name.String())
			if err := enc.WriteToken(name); err != nil {
				return err
			}
		}
		if secret && CanHoldSecret(dec.PeekKind()) {
			if err := dec.SkipValue(); err != nil {
				return err
			}
			if err := enc.WriteToken(jsontext.String(Placeholder)); err != nil {
				return err
			}
			continue
		}
		if err := copyRedacted(enc, dec); err != nil {
			return err
		}
	}
	return copyToken(enc, dec)
}

// CanHoldSecret reports whether a value of that kind can be a secret. null, true and
// false only say whether there is one.
func CanHoldSecret(k jsontext.Kind) bool {
	return k != jsontext.KindNull && k != jsontext.KindTrue && k != jsontext.KindFalse
}

// RedactedNames returns the names of the members, at any depth, whose values [JSON] has
// replaced.
func RedactedNames(v jsontext.Value) []string {
	var names []string
	dec := jsontext.NewDecoder(bytes.NewReader(v), jsontext.AllowInvalidUTF8(true))
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return names
		}
		if parent, n := dec.StackIndex(dec.StackDepth()); parent == jsontext.KindBeginObject && n%2 == 0 &&
			tok.Kind() == jsontext.KindString && tok.String() == Placeholder {
			names = append(names, dec.StackPointer().LastToken())
		}
	}
}

func copyToken(enc *jsontext.Encoder, dec *jsontext.Decoder) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	return enc.WriteToken(tok)
}
