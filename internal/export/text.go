package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean is a text of the server without what would act on whoever reads it:
// line breaks and tabs become blanks, other control characters and those that
// turn the direction of writing go, bytes that are no UTF-8 become U+FFFD. All
// else stays as it was sent.
func clean(raw string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\v' || r == '\f' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
			return -1
		}
		return r
	}, raw)
}

// escapeFormulas is a text that no spreadsheet takes for a formula: an apostrophe
// stands before the sign that would start one. That sign counts at the start,
// with blanks, quotes or what does not show before it, and in the same way
// after a semicolon, where some spreadsheets start a cell of their own accord.
func escapeFormulas(raw string) string {
	text := clean(raw)
	if text == "" || !strings.ContainsFunc(raw, mayStartFormula) {
		return text
	}
	var b strings.Builder
	if r, _ := utf8.DecodeRuneInString(raw); r == '\t' || r == '\r' || r == '\n' {
		b.WriteByte('\'')
	}
	start := b.Len() == 0 // nothing but blanks so far in what may be a cell
	for _, r := range text {
		switch {
		case start && mayStartFormula(r):
			b.WriteByte('\'')
			start = false
		case r == ';':
			start = true
		case !unicode.IsSpace(r) && r != '"' && !unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
			start = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// mayStartFormula knows the signs in all their forms: full width, small,
// raised, doubled.
func mayStartFormula(r rune) bool {
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '\u2212': // the last is a minus
		return true
	}
	if r < utf8.RuneSelf {
		return false
	}
	switch first, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r))); first {
	case '=', '+', '-', '@', '\u2212':
		return true
	}
	return false
}
