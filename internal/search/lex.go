package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/internal/fold"
)

// field is one part of what was typed: a word, a text in quotes, or a qualifier with
// its value.
type field struct {
	start, end int // in bytes of what was typed
	negated    bool
	// text is what to search for if this is not a qualifier, without quotes and without
	// a negating dash.
	text   string
	quoted bool

	qualifier *qualifier // nil if it is not a qualifier
	value     string
	valueAt   int // where the value starts, including a quote
}

// splitFields splits what was typed. A quote counts only at the start of a field or
// right after a qualifier's colon, and lasts to the next quote or the end; two quotes
// inside it mean one. A dash negates if something follows it.
func splitFields(typed string) []field {
	var all []field
	for at := 0; at < len(typed); {
		r, size := utf8.DecodeRuneInString(typed[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		f := parseField(typed, at)
		all = append(all, f)
		at = f.end
	}
	return all
}

func parseField(typed string, at int) field {
	f := field{start: at}
	if n := leadingSize(typed[at:], fold.IsDash); n > 0 && nextBlank(typed, at+n) > at+n {
		f.negated = true
		at += n
	}
	if leadingSize(typed[at:], fold.IsQuote) > 0 {
		f.quoted = true
		f.text, f.end = unquote(typed, at)
		return f
	}
	f.end = nextBlank(typed, at)
	f.text = typed[at:f.end]
	name, value, ok := strings.Cut(f.text, ":")
	if !ok {
		return f
	}
	if f.qualifier = findQualifier(name); f.qualifier == nil {
		return f
	}
	f.value, f.valueAt = value, at+len(name)+1
	if leadingSize(value, fold.IsQuote) > 0 {
		f.value, f.end = unquote(typed, f.valueAt)
	}
	return f
}

// leadingSize returns the size in bytes of the first character if is accepts it, else
// 0.
func leadingSize(s string, is func(rune) bool) int {
	if r, size := utf8.DecodeRuneInString(s); size > 0 && is(r) {
		return size
	}
	return 0
}

// nextBlank returns the offset of the next blank, or the end.
func nextBlank(typed string, at int) int {
	if i := strings.IndexFunc(typed[at:], unicode.IsSpace); i >= 0 {
		return at + i
	}
	return len(typed)
}

// unquote reads the quoted text at an offset and returns where it ends.
func unquote(typed string, at int) (text string, end int) {
	var b strings.Builder
	for at += leadingSize(typed[at:], fold.IsQuote); at < len(typed); {
		if quote := leadingSize(typed[at:], fold.IsQuote); quote > 0 {
			if leadingSize(typed[at+quote:], fold.IsQuote) == 0 {
				return b.String(), at + quote
			}
			at += quote
		}
		_, size := utf8.DecodeRuneInString(typed[at:])
		b.WriteString(typed[at : at+size])
		at += size
	}
	return b.String(), at
}

// Quote returns the text to type to search for exactly this name, with quotes if it
// would otherwise be read as something else.
func Quote(name string) string {
	plain := name != "" && leadingSize(name, fold.IsDash) == 0 && !strings.Contains(name, ":") &&
		!strings.ContainsFunc(name, fold.IsQuote) && !strings.ContainsFunc(name, unicode.IsSpace)
	if plain {
		return name
	}
	quoted := []byte{'"'}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		if fold.IsQuote(r) {
			quoted = append(quoted, '"')
		}
		quoted = append(quoted, name[i:i+size]...)
		i += size
	}
	return string(append(quoted, '"'))
}
