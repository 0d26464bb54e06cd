package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/fold"
	"hdpadmin/internal/nearest"
)

// Problem is a part of a query that could not be read as intended.
type Problem struct {
	// Start and End are byte offsets in what was typed; End is not included.
	Start, End int
	// Text says what is wrong and what happens instead. It is safe to print.
	Text string
	// Refusal says what is wrong and what to do, if nothing happens instead. It is safe to
	// print.
	Refusal string
	// Unfinished means that the operator may still be typing. There is no need to
	// mention it while the cursor is at its end.
	Unfinished bool
}

// newValueProblem reports a value that the qualifier does not accept.
func newValueProblem(f field) Problem {
	q, given := f.qualifier, fold.String(f.value)
	p := Problem{Start: f.start, End: f.end, Unfinished: given == ""}
	p.Text = q.name + ": needs " + q.accepts
	p.Refusal = p.Text + "."
	if given != "" {
		what, instead := printable(q.name+":"+f.value), ". Use "+q.accepts+"."
		p.Text, p.Refusal = "Ignored "+what+instead, "Not valid: "+what+instead
	}
	valid := q.values
	for _, v := range valid {
		p.Unfinished = p.Unfinished || strings.HasPrefix(v, given)
	}
	if q.name == "expires" {
		if _, ok := parseLength(given); ok {
			valid = []string{"<" + given}
		}
		p.Unfinished = p.Unfinished || given == "<=" || given == ">="
	}
	if near := nearestTo(given, valid); near != "" {
		suggestion := " Did you mean " + printable(q.name+":"+near) + "?"
		p.Text += suggestion
		p.Refusal += suggestion
	}
	return p
}

// newQualifierProblem reports a word that looks like a qualifier but is not one.
func newQualifierProblem(f field) (Problem, bool) {
	name, _, ok := strings.Cut(f.text, ":")
	if !ok || f.quoted || !looksLikeQualifier(name) {
		return Problem{}, false
	}
	var names []string
	for _, q := range qualifiers() {
		names = append(names, q.name)
	}
	known := "Qualifiers: " + strings.Join(names, ": ") + ":"
	instead := "Put a name that contains a colon in quotes. " + known
	if near := nearestTo(fold.String(name), names); near != "" {
		known = "Did you mean " + near + ":?"
		instead = known
	}
	what := printable(name+":") + " is not a qualifier"
	return Problem{Start: f.start, End: f.end, Text: what + " and is searched as text. " + known, Refusal: what + ". " + instead}, true
}

// looksLikeQualifier excludes times of day and the like.
func looksLikeQualifier(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '-' && r != '_'
	})
}

// printable shortens and cleans what was typed, since pasted text may contain anything.
func printable(typed string) string {
	const most = 24
	if utf8.RuneCountInString(typed) > most {
		typed = string([]rune(typed)[:most]) + "…"
	}
	return hdpclient.Clean(typed)
}

// nearestTo returns the word in all that was most likely intended: one with the same
// start, or else the one with the fewest edits, if those are few. It returns "" if
// there is none.
func nearestTo(given string, all []string) string {
	letters := utf8.RuneCountInString(given)
	if letters == 0 || letters > 24 {
		return ""
	}
	for _, s := range all {
		if strings.HasPrefix(s, given) || letters > 2 && strings.HasPrefix(given, s) {
			return s
		}
	}
	if i := nearest.Index(given, all, max(1, letters/3)); i >= 0 {
		return all[i]
	}
	return ""
}
