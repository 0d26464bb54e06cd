package hdpclient

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password. It cannot be printed, logged or marshalled by
// accident: each of these gives a mark in its place. The zero Secret is empty.
type Secret struct{ bytes []byte }

const redacted = "[redacted]"

var errSecretMarshal = errors.New("a secret cannot be marshalled")

// SecretOf is s as a secret.
func SecretOf(s string) Secret { return Secret{bytes: []byte(s)} }

// Reveal returns the password itself. Call it where the password is used and
// nowhere else.
func (s Secret) Reveal() string { return string(s.bytes) }

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return len(s.bytes) == 0 }

// Wipe overwrites the password. Every copy of this Secret is wiped with it.
func (s Secret) Wipe() { clear(s.bytes) }

// String returns a mark, never the password.
func (s Secret) String() string { return redacted }

// Format prints a mark for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs a mark.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses: a secret in a text form is a mistake of the caller.
func (s Secret) MarshalText() ([]byte, error) { return nil, errSecretMarshal }

// MarshalJSON refuses, like MarshalText.
func (s Secret) MarshalJSON() ([]byte, error) { return nil, errSecretMarshal }
