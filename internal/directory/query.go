package directory

import (
	"cmp"
	"slices"
	"strings"
)

// Query is what the operator typed to find accounts: words that must all be
// there, in the user name, the id or the tenant's name. The zero Query asks for
// nothing and finds all.
type Query struct {
	typed string
	words []word // the longest first, each once
	// phrase is all of it as one, for names with blanks in them; only where there
	// are two words or more.
	phrase word
}

type word struct{ typed, folded string }

// ParseQuery reads what was typed. There is nothing that it refuses.
func ParseQuery(typed string) Query {
	q := Query{typed: strings.TrimSpace(typed)}
	for field := range strings.FieldsSeq(typed) {
		w := word{typed: field, folded: strings.TrimSpace(fold(field))}
		if w.folded != "" {
			q.words = append(q.words, w)
		}
	}
	// The longest word leaves the fewest accounts to look at.
	slices.SortStableFunc(q.words, func(a, b word) int {
		return cmp.Or(len(b.folded)-len(a.folded), strings.Compare(a.folded, b.folded))
	})
	q.words = slices.CompactFunc(q.words, func(a, b word) bool { return a.folded == b.folded })
	if strings.ContainsAny(fold(q.typed), " ") {
		q.phrase = word{typed: q.typed, folded: strings.TrimSpace(fold(q.typed))}
	}
	return q
}

// Empty reports whether the query asks for nothing.
func (q Query) Empty() bool { return len(q.words) == 0 }

// String is what was typed, without blanks around it: to show, and to ask the
// server for.
func (q Query) String() string { return q.typed }
