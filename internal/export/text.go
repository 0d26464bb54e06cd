package export

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hdpadmin/hdpclient"
)

// escapeFormulas cleans text from the server as for the screen, where no name looks like
// another one, and puts an apostrophe before each sign that a spreadsheet may take for the
// start of a formula. That is a sign at the start, even after blanks, quotes or accents,
// and also after a semicolon, where some spreadsheets start a new cell.
func escapeFormulas(raw string) string {
	text := hdpclient.Clean(raw)
	if !strings.ContainsFunc(text, mayStartFormula) {
		return text
	}
	var b strings.Builder
	start := true // nothing but blanks so far in this cell
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

func startsFormula(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return mayStartFormula(r)
}

// mayStartFormula recognises full-width, small, raised and doubled forms of the signs.
func mayStartFormula(r rune) bool {
	switch r {
	case '=', '+', '-', '@', '\u2212': // the last is a minus
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

// Unescape returns the text of a CSV cell without the apostrophes that an export puts before
// formulas. A text that begins with such an apostrophe itself looks the same in an export.
func Unescape(cell string) string {
	if !strings.Contains(cell, "'") {
		return cell
	}
	var b strings.Builder
	start := true // as in escapeFormulas
	for i, r := range cell {
		switch {
		case start && r == '\'' && startsFormula(cell[i+1:]):
			continue
		case r == ';':
			start = true
		case !unicode.IsSpace(r) && r != '"' && !unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
			start = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
