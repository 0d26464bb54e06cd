package hdpclient

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// Text is text from the server. It keeps the text as sent, to compare it and to send it
// back, but prints a cleaned form: anything that moves the cursor, changes a colour,
// reorders a line or is invisible becomes a visible mark. Two Texts are equal if they
// were sent equal, however they print.
type Text struct{ raw string }

// TextOf returns s as text from the server.
func TextOf(s string) Text { return Text{raw: s} }

// Raw returns the text as sent. It must not reach a terminal.
func (t Text) Raw() string { return t.raw }

// IsZero reports whether the text is empty.
func (t Text) IsZero() bool { return t.raw == "" }

// String returns the text on one line, safe to print: ASCII control characters as
// control pictures (␛), other invisible characters as their code (<U+202E>), and
// invalid UTF-8 as <0xFF>.
func (t Text) String() string {
	if isPlainASCII(t.raw) {
		return t.raw
	}
	var b strings.Builder
	for i, r := range t.raw {
		switch {
		case r == utf8.RuneError && isInvalidAt(t.raw, i):
			fmt.Fprintf(&b, "<0x%02X>", t.raw[i])
		case r < 0x20:
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		case isInvisible(r), i == 0 && unicode.In(r, unicode.Mn, unicode.Me):
			// A leading combining mark would change the character before the text.
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Clean returns s as a Text prints it: on one line, safe for a terminal. It is for text that did
// not come through this package, such as an error or a name from a log.
func Clean(s string) string { return Text{raw: s}.String() }

// IsTyped reports whether s is the printed text. Accents may be typed as part of their
// letters or after them.
func (t Text) IsTyped(s string) bool { return norm.NFC.String(s) == norm.NFC.String(t.String()) }

// MarshalJSONTo writes the text as it was sent.
func (t Text) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteToken(jsontext.String(t.raw))
}

// UnmarshalJSONFrom reads a string. Null becomes the empty text. A number or a boolean
// is kept as written, because HDP's samples show some codes both ways.
func (t *Text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case jsontext.KindNull:
		t.raw = ""
	case jsontext.KindString:
		t.raw = unquote(v)
	default:
		t.raw = string(v)
	}
	return nil
}

// unquote reads a JSON string. It keeps invalid UTF-8, so that names that differ in it
// stay different.
func unquote(quoted jsontext.Value) string {
	inner := quoted[1 : len(quoted)-1]
	if text, err := jsontext.AppendUnquote(nil, quoted); err == nil {
		return string(text)
	}
	var text []byte
	for len(inner) > 0 {
		end := 0
		for end < len(inner) {
			r, size := utf8.DecodeRune(inner[end:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			end += size
		}
		// It fails only on half a surrogate pair, which becomes U+FFFD.
		text, _ = jsontext.AppendUnquote(text, `"`+string(inner[:end])+`"`)
		if end < len(inner) {
			text = append(text, inner[end])
			end++
		}
		inner = inner[end:]
	}
	return string(text)
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func isInvalidAt(s string, i int) bool {
	r, size := utf8.DecodeRuneInString(s[i:])
	return r == utf8.RuneError && size == 1
}

// isInvisible reports whether r prints nothing of its own: a control, direction or
// format character, a blank other than the space and the ideographic space, or an
// unassigned character.
func isInvisible(r rune) bool {
	switch {
	case r == ' ' || r == '\u3000':
		return false
	case unicode.In(r, unicode.Zs, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return true
	case r == '\u2800' || r == '\U0001d159' || r == '\U00016fe4': // characters that look blank
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}
