package directory

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// field is one thing that was typed: a word, a text in quotes, or a qualifier
// with its value.
type field struct {
	start, end int // bytes of what was typed
	negated    bool
	// text is what to search for where it is not a qualifier, without a dash that
	// negates and without quotes.
	text   string
	quoted bool

	qualifier *qualifier // nil where it is none
	value     string
	valueAt   int // where the value starts, a quote included
}

// splitFields takes apart what was typed. A quote counts at the start of a field or
// right after a qualifier's colon, runs to the next one or to the end, and holds
// a quote where it holds two. A dash negates when something follows it.
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
	if n := leadingSize(typed[at:], isDash); n > 0 && nextBlank(typed, at+n) > at+n {
		f.negated = true
		at += n
	}
	if leadingSize(typed[at:], isQuote) > 0 {
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
	if leadingSize(value, isQuote) > 0 {
		f.value, f.end = unquote(typed, f.valueAt)
	}
	return f
}

// leadingSize is how long the first character is, in bytes, if it is one of those; else 0.
func leadingSize(s string, is func(rune) bool) int {
	if r, size := utf8.DecodeRuneInString(s); size > 0 && is(r) {
		return size
	}
	return 0
}

// nextBlank is where the next blank is, or the end.
func nextBlank(typed string, at int) int {
	if i := strings.IndexFunc(typed[at:], unicode.IsSpace); i >= 0 {
		return at + i
	}
	return len(typed)
}

// unquote reads what stands in quotes from at, and says where they end.
func unquote(typed string, at int) (text string, end int) {
	var b strings.Builder
	for at += leadingSize(typed[at:], isQuote); at < len(typed); {
		if quote := leadingSize(typed[at:], isQuote); quote > 0 {
			second := leadingSize(typed[at+quote:], isQuote)
			if second == 0 {
				return b.String(), at + quote
			}
			at += second
		}
		_, size := utf8.DecodeRuneInString(typed[at:])
		b.WriteString(typed[at : at+size])
		at += size
	}
	return b.String(), at
}

// Quote is a name as it is typed to be searched for and nothing else: in quotes
// where it would be read as something else without.
func Quote(name string) string {
	plain := name != "" && leadingSize(name, isDash) == 0 && !strings.Contains(name, ":") &&
		!strings.ContainsFunc(name, isQuote) && !strings.ContainsFunc(name, unicode.IsSpace)
	if plain {
		return name
	}
	quoted := []byte{'"'}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		if isQuote(r) {
			quoted = append(quoted, '"')
		}
		quoted = append(quoted, name[i:i+size]...)
		i += size
	}
	return string(append(quoted, '"'))
}
