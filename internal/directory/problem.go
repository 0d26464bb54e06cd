package directory

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/fold"
)

// Problem is a part of a query that could not be read as intended.
type Problem struct {
	// Start and End are byte offsets in what was typed; End is not included.
	Start, End int
	// Text says what is wrong and what happens instead. It is safe to print.
	Text string
	// Unfinished means that the operator may still be typing. There is no need to
	// mention it while the cursor is at its end.
	Unfinished bool
}

// newValueProblem reports a value that the qualifier does not accept.
func newValueProblem(f field) Problem {
	q, given := f.qualifier, fold.String(f.value)
	p := Problem{Start: f.start, End: f.end, Unfinished: given == ""}
	p.Text = q.name + ": needs " + q.accepts
	if given != "" {
		p.Text = "Ignored " + printable(q.name+":"+f.value) + ". Use " + q.accepts + "."
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
	if near := nearest(given, valid); near != "" {
		p.Text += " Did you mean " + printable(q.name+":"+near) + "?"
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
	text := printable(name+":") + " is not a qualifier and is searched as text. "
	if near := nearest(fold.String(name), names); near != "" {
		text += "Did you mean " + near + ":?"
	} else {
		text += "Qualifiers: " + strings.Join(names, ": ") + ":"
	}
	return Problem{Start: f.start, End: f.end, Text: text}, true
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
	return hdpclient.TextOf(typed).String()
}

// nearest returns the word in all that was most likely intended: one with the same
// start, or else the one with the fewest edits, if those are few. It returns "" if
// there is none.
func nearest(given string, all []string) string {
	letters := []rune(given)
	if len(letters) == 0 || len(letters) > 24 {
		return ""
	}
	best, least := "", 1+max(1, len(letters)/3)
	for _, s := range all {
		n := editDistance(letters, []rune(s))
		if strings.HasPrefix(s, given) || len(letters) > 2 && strings.HasPrefix(given, s) {
			n = 0
		}
		if n < least {
			best, least = s, n
		}
	}
	return best
}

// editDistance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b.
func editDistance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
