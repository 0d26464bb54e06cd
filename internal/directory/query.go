package directory

import (
	"cmp"
	"slices"
	"strings"
)

// Query is what the operator typed to find accounts. Words must all be there,
// in the user name, the id or the tenant's name; a text in quotes is one word,
// blanks and all. Qualifiers, as in status:inactive, must all be fulfilled, in
// any case of letters. A dash before either makes it its opposite: the accounts
// that it would not find. The zero Query asks for nothing and finds all.
//
// A qualifier with a value that it does not take is left out. One that does not
// exist is searched for as the text that it is, since a user name may hold a
// colon; a name that reads like a qualifier is found in quotes. Problems says
// all of that.
type Query struct {
	typed string
	words []word // the longest first, each once
	// phrase is all of them as one, for names with blanks in them; only where
	// there are two words or more.
	phrase   word
	terms    []term
	text     string
	problems []Problem
}

type word struct{ typed, folded string }

func newWord(typed string) word { return word{typed, strings.TrimSpace(fold(typed))} }

// ParseQuery reads what was typed. There is nothing that it refuses.
func ParseQuery(typed string) Query {
	q := Query{typed: strings.TrimSpace(typed)}
	seen := map[term]bool{}
	add := func(t term) {
		if !seen[t] {
			seen[t] = true
			q.terms = append(q.terms, t)
		}
	}
	var texts []string
	plain := true // nothing but words, as they were typed
	for _, f := range splitFields(typed) {
		if f.qualifier != nil {
			plain = false
			if c, ok := f.qualifier.parse(f.value); ok {
				add(term{c, f.negated})
			} else {
				q.problems = append(q.problems, newValueProblem(f))
			}
			continue
		}
		if p, ok := newQualifierProblem(f); ok {
			q.problems = append(q.problems, p)
		}
		plain = plain && !f.negated && !f.quoted
		w := newWord(f.text)
		switch {
		case w.folded == "":
		case f.negated:
			add(term{wordCondition{word: w}, true})
		default:
			q.words = append(q.words, w)
			texts = append(texts, f.text)
		}
	}
	q.text = strings.Join(texts, " ")
	if plain {
		q.text = q.typed
	}
	// The longest word leaves the fewest accounts to look at.
	slices.SortStableFunc(q.words, func(a, b word) int {
		return cmp.Or(len(b.folded)-len(a.folded), strings.Compare(a.folded, b.folded))
	})
	q.words = slices.CompactFunc(q.words, func(a, b word) bool { return a.folded == b.folded })
	if w := newWord(q.text); len(texts) > 0 && strings.Contains(fold(q.text), " ") {
		q.phrase = w
	}
	return q
}

// Empty reports whether the query asks for nothing, be it for want of a
// qualifier that could be read.
func (q Query) Empty() bool { return len(q.words) == 0 && len(q.terms) == 0 }

// IsNumber reports whether the query asks for one number, such as an id.
func (q Query) IsNumber() bool {
	return len(q.words) == 1 && strings.Trim(q.words[0].folded, "0123456789") == ""
}

// String is what was typed, without blanks around it.
func (q Query) String() string { return q.typed }

// Text is what was typed without qualifiers, quotes and what is negated: what
// to ask the server for. It is empty where that leaves nothing.
func (q Query) Text() string { return q.text }

// Problems are what could not be read as it was meant, in the order in which it
// was typed.
func (q Query) Problems() []Problem { return q.problems }
