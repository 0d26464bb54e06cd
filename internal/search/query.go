package search

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"hdpadmin/internal/fold"
)

// Query is what the operator typed to find accounts. All words must occur in the user
// name, the id or the tenant's name; a text in quotes is one word, including blanks.
// All qualifiers, such as status:inactive, must match, in upper or lower case. A dash
// before a word or a qualifier negates it. The zero Query matches all accounts.
//
// A qualifier with an invalid value is ignored. An unknown qualifier is searched as
// text, because a user name may contain a colon; put a name that looks like a qualifier
// in quotes. Problems reports all of these.
type Query struct {
	typed string
	words []word // the longest first, each once
	// phrase is all words as one, for names with blanks in them. It is set only if
	// there are several words.
	phrase   word
	terms    []term
	text     string
	problems []Problem
}

type word struct{ typed, folded string }

func newWord(typed string) word { return word{typed, strings.TrimSpace(fold.String(typed))} }

// ParseQuery reads what was typed. It accepts any text.
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
	// The longest word leaves the fewest accounts to check.
	slices.SortStableFunc(q.words, func(a, b word) int {
		return cmp.Or(len(b.folded)-len(a.folded), strings.Compare(a.folded, b.folded))
	})
	q.words = slices.CompactFunc(q.words, func(a, b word) bool { return a.folded == b.folded })
	if w := newWord(q.text); len(texts) > 0 && strings.Contains(fold.String(q.text), " ") {
		q.phrase = w
	}
	return q
}

// Empty reports whether the query matches everything, also if that is only because its
// qualifiers are invalid.
func (q Query) Empty() bool { return len(q.words) == 0 && len(q.terms) == 0 }

// IsNumber reports whether the query asks for one number, such as an id.
func (q Query) IsNumber() bool {
	return len(q.words) == 1 && strings.Trim(q.words[0].folded, "0123456789") == ""
}

// String returns what was typed, without surrounding blanks.
func (q Query) String() string { return q.typed }

// Text returns what was typed without qualifiers, quotes and negated parts: what to ask
// the server for. It may be empty.
func (q Query) Text() string { return q.text }

// Problems returns what could not be read as intended, in the order in which it was
// typed.
func (q Query) Problems() []Problem { return q.problems }

// Err returns the problems as one error, for callers that refuse such a query.
func (q Query) Err() error {
	var refusals []string
	for _, p := range q.problems {
		refusals = append(refusals, p.Refusal)
	}
	if refusals == nil {
		return nil
	}
	return errors.New(strings.Join(refusals, " "))
}
