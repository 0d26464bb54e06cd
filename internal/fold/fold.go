// Package fold converts texts to the form in which user names, tenants and sign-in names are
// compared: as an operator would type them on any keyboard.
package fold

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String converts a text to the form in which names are compared: without case, accents
// and invisible characters, with compatible characters unified ("ﬁ" as "fi"), every
// blank as a space, and quotes and dashes as on a keyboard. The result never contains a
// line break.
func String(s string) string {
	if isFolded(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = Append(b, r)
	}
	return string(b)
}

// isFolded is a shortcut for the names that most accounts have.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// Append appends a character of a text as [String] folds it.
func Append(b []byte, r rune) []byte {
	if r = toKeyboard(r); r < utf8.RuneSelf {
		return appendFoldedBase(b, r)
	}
	parts := Decompose(r)
	if parts == nil {
		return appendFoldedBase(b, r)
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		b = appendFoldedBase(b, toKeyboard(part))
		parts = parts[size:]
	}
	return b
}

// toKeyboard returns the quote, dash or apostrophe that other programs replace by r,
// else r.
func toKeyboard(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″':
		return '"'
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹘':
		return '-'
	case '‘', '’', '‚', '‛', '′', '´', 'ʼ':
		return '\''
	}
	return r
}

// IsQuote reports whether r is a quote, as on a keyboard or in its place.
func IsQuote(r rune) bool { return toKeyboard(r) == '"' }

// IsDash reports whether r is a dash, as on a keyboard or in its place.
func IsDash(r rune) bool { return toKeyboard(r) == '-' }

// Decompose returns what compatible forms of a character have in common, nil for a
// character that has none. Each character is decomposed alone, so that every place in
// the folded text has a place in the original.
func Decompose(r rune) []byte {
	var encoded [utf8.UTFMax]byte
	n := utf8.EncodeRune(encoded[:], r)
	if '가' <= r && r <= '힣' { // computed, in no table
		return norm.NFKD.Bytes(encoded[:n])
	}
	return norm.NFKD.Properties(encoded[:n]).Decomposition()
}

// appendFoldedBase folds a character that needs no decomposition.
func appendFoldedBase(b []byte, r rune) []byte {
	switch {
	case unicode.IsSpace(r):
		return append(b, ' ')
	case r < utf8.RuneSelf:
		if r < ' ' || r == 0x7f {
			return b
		}
		return utf8.AppendRune(b, unicode.ToLower(r))
	case isHidden(r):
		return b
	}
	// Joins letters that lower case alone keeps apart, such as both forms of sigma.
	r = unicode.ToLower(unicode.ToUpper(r))
	if plain := stripStroke(r); plain != "" {
		return append(b, plain...)
	}
	return utf8.AppendRune(b, r)
}

// isHidden reports whether r is a mark on another character, or invisible.
func isHidden(r rune) bool {
	return r == '\u2800' || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// stripStroke returns what an operator types for letters that Unicode does not
// decompose.
func stripStroke(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	}
	return ""
}
