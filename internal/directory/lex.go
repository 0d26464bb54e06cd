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

// fields takes apart what was typed. A quote counts at the start of a field or
// right after a qualifier's colon, runs to the next one or to the end, and holds
// a quote where it holds two. A dash negates when something follows it.
func fields(typed string) []field {
	var all []field
	for at := 0; at < len(typed); {
		r, size := utf8.DecodeRuneInString(typed[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		f := fieldAt(typed, at)
		all = append(all, f)
		at = f.end
	}
	return all
}

func fieldAt(typed string, at int) field {
	f := field{start: at}
	if typed[at] == '-' && blankFrom(typed, at+1) > at+1 {
		f.negated = true
		at++
	}
	if typed[at] == '"' {
		f.quoted = true
		f.text, f.end = unquote(typed, at)
		return f
	}
	f.end = blankFrom(typed, at)
	f.text = typed[at:f.end]
	name, value, ok := strings.Cut(f.text, ":")
	if !ok {
		return f
	}
	if f.qualifier = qualifierCalled(name); f.qualifier == nil {
		return f
	}
	f.value, f.valueAt = value, at+len(name)+1
	if strings.HasPrefix(value, `"`) {
		f.value, f.end = unquote(typed, f.valueAt)
	}
	return f
}

// blankFrom is where the next blank is, or the end.
func blankFrom(typed string, at int) int {
	if i := strings.IndexFunc(typed[at:], unicode.IsSpace); i >= 0 {
		return at + i
	}
	return len(typed)
}

// unquote reads what stands in quotes from at, and says where they end.
func unquote(typed string, at int) (text string, end int) {
	var b strings.Builder
	for at++; at < len(typed); at++ {
		if typed[at] == '"' {
			if !strings.HasPrefix(typed[at:], `""`) {
				return b.String(), at + 1
			}
			at++
		}
		b.WriteByte(typed[at])
	}
	return b.String(), at
}

// Quote is a name as it is typed to be searched for and nothing else: in quotes
// where it would be read as something else without.
func Quote(name string) string {
	plain := name != "" && !strings.HasPrefix(name, "-") && !strings.ContainsAny(name, `":`) &&
		!strings.ContainsFunc(name, unicode.IsSpace)
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
