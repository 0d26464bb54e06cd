package hdpclient

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password. Printing, logging or marshalling it by accident yields a
// placeholder or an error. The zero Secret is empty.
type Secret struct{ bytes []byte }

const redacted = "[redacted]"

var errSecretMarshal = errors.New("a secret cannot be marshalled")

// SecretOf returns s as a Secret.
func SecretOf(s string) Secret { return Secret{bytes: []byte(s)} }

// Reveal returns the password itself. Call it only where the password is used.
func (s Secret) Reveal() string { return string(s.bytes) }

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return len(s.bytes) == 0 }

// Wipe overwrites the password, also in every copy of this Secret.
func (s Secret) Wipe() { clear(s.bytes) }

// String returns a placeholder, never the password.
func (s Secret) String() string { return redacted }

// Format prints a placeholder for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue logs a placeholder.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText fails: a secret in text form is a mistake of the caller.
func (s Secret) MarshalText() ([]byte, error) { return nil, errSecretMarshal }

// MarshalJSON fails, like MarshalText.
func (s Secret) MarshalJSON() ([]byte, error) { return nil, errSecretMarshal }
