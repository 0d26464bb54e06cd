// Package credential cleans logins and passwords. Every one passes through it before it
// is sent or stored, whether typed, pasted, or read from a file, a variable, a program or
// a keyring: each failed sign-in counts towards a lock.
package credential

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLength is the maximum length of a login or password in bytes.
const MaxLength = 4096

// trimmed lists characters that copying from a file or a table adds at the ends: a byte
// order mark, line ends and tabs.
const trimmed = "\ufeff\t\n\v\f\r\u0085\u2028\u2029"

// CleanSecret removes what copying adds around a password. The error completes a sentence
// that starts with "the password", and never quotes it.
func CleanSecret(text string) (string, error) {
	text = strings.Trim(text, trimmed)
	switch {
	case len(text) > MaxLength:
		return "", fmt.Errorf("is longer than %d characters", MaxLength)
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		return "", errors.New("is not UTF-8 text")
	}
	if i := strings.IndexFunc(text, isControl); i >= 0 {
		return "", errors.New("contains " + nameControl(text[i]))
	}
	return text, nil
}

// CleanLogin removes what copying adds around a login, as CleanSecret does, and refuses a
// colon.
func CleanLogin(text string) (string, error) {
	text, err := CleanSecret(text)
	if err == nil && strings.Contains(text, ":") { // Basic authentication ends the name at a colon
		return "", errors.New("contains a colon, where a server would cut off the name; the password must not be part of it")
	}
	return text, err
}

// nameControl names a control character by its first byte.
func nameControl(b byte) string {
	switch b {
	case '\t':
		return "a tab"
	case '\n', '\r':
		return "a line end"
	}
	return "a control character"
}

func isControl(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }

// EdgeSpace says at which ends the text has a space, "" if at neither. A space may be
// intended, but is invisible.
func EdgeSpace(text string) string {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	switch starts, ends := isBlank(first), isBlank(last); {
	case starts && ends:
		return "starts and ends with a space"
	case starts:
		return "starts with a space"
	case ends:
		return "ends with a space"
	}
	return ""
}

// isBlank also covers zero-width characters.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cf) || r == '\u2800' || r == '\u3164'
}
