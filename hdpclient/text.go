package hdpclient

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// Text is text that came from the server. It keeps what was sent, for identity
// and for sending it back, and prints only cleaned: what would move a cursor,
// change a colour, reorder a line or hide in it becomes a visible mark. Two
// Texts are equal when what was sent is equal, however it prints.
type Text struct{ raw string }

// TextOf is s as text of the server.
func TextOf(s string) Text { return Text{raw: s} }

// Raw returns the text exactly as it was sent. It must not reach a terminal.
func (t Text) Raw() string { return t.raw }

// IsZero reports whether the text is empty.
func (t Text) IsZero() bool { return t.raw == "" }

// String returns the text fit to print, on one line: ASCII control characters
// as their control pictures (␛), other characters that do not show as their
// code (<U+202E>), bytes that are no UTF-8 as <0xFF>.
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
			// A leading combining mark would alter what stands before the text.
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// IsTyped reports whether s is the text as it prints, whether its accents are typed as
// part of their letters or after them.
func (t Text) IsTyped(s string) bool { return norm.NFC.String(s) == norm.NFC.String(t.String()) }

// MarshalJSONTo writes the text as it was sent.
func (t Text) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteToken(jsontext.String(t.raw))
}

// UnmarshalJSONFrom reads a string. Null is the empty text. A number or a
// boolean is kept as it was written: HDP's samples give some codes both ways.
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

// unquote is the text of a JSON string. Bytes that are no UTF-8 stay what they
// are, so that two names that differ in them stay two names.
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
		// The error would be that of half a surrogate pair; U+FFFD stands for it.
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

// isInvisible reports whether r leaves nothing of its own on a screen: it is a
// control, a direction or format character, a blank other than the space and
// the ideographic space, or no assigned character at all.
func isInvisible(r rune) bool {
	switch {
	case r == ' ' || r == '\u3000':
		return false
	case unicode.In(r, unicode.Zs, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return true
	case r == '\u2800' || r == '\U0001d159' || r == '\U00016fe4': // blank by their shape alone
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}
