package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// phrase is one that reads like a translation, with what to write instead. A space
// in the pattern matches any space, so that a line break hides nothing.
type phrase struct {
	name, instead string
	find          *regexp.Regexp
}

var refused = compile()

func compile() []phrase {
	var all []phrase
	for _, p := range [][3]string{
		{"anew", "again", `anew`},
		{"afresh", "again", `afresh`},
		{"whoever", "anyone who", `whoever`},
		{"of late", "recently", `of late`},
		{"is spoken of", "is mentioned", `spoken of`},
		{"mended", "fixed", `mend(s|ed|ing)?`},
		{"in the field that finds", "in the search field", `field that finds`},
		{"by itself", "on its own, automatically", `by (itself|themselves)`},
		{"is told, tells of", "is reported, says", `(is|are) told( apart)?|tells? of`},
		{"takes back", "undoes, reverts", `take[sn]? back|taking back`},
		{"comes to its end", "finishes", `(come|comes|came|coming) to (its|their|an) end`},
		{"looks after", "manages", `look(s|ed|ing)? after`},
		{"is no …", "is not a …", `(there )?(is|are|was|were) no [a-z]+`},
	} {
		all = append(all, phrase{p[0], p[1], regexp.MustCompile(`(?i)\b(` + strings.ReplaceAll(p[2], " ", `\s+`) + `)\b`)})
	}
	return all
}

// goodUse matches what the patterns find although it is plain English.
var goodUse = regexp.MustCompile(`(?i)^(there (is|are|was|were) no .*|(is|are|was|were) no (longer|more|less|one)|(is|are) told apart)$`)

// aboutWhat matches the beginning of a comment that describes a function by a
// relative clause instead of saying what it does.
var aboutWhat = regexp.MustCompile(`^\S+ (is|are) (what|who|whom|whose|whether|how|when|where|why|which|that of|those of|that which|those that)\b`)

// TestWords keeps texts, comments and documents in plain English. It does not read
// testdata, nor this file.
func TestWords(t *testing.T) {
	const root = "../.."
	found := map[string][]string{}
	files, about, functions := 0, 0, 0
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"testdata", ".git", "bin", ".pack"}, d.Name()) {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() || rel == "internal/archtest/words_test.go" || !isProse(rel) {
			return nil
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		files++
		pieces := []piece{{string(raw), 1}}
		folder := path.Dir(rel)
		if path.Ext(rel) == ".go" {
			code, err := parseProse(raw)
			if err != nil {
				return err
			}
			pieces = code.pieces
			functions += code.functions
			about += code.is
			for _, w := range code.wrong {
				found[folder] = append(found[folder], rel+":"+w)
			}
		}
		for _, p := range pieces {
			for _, w := range p.wrong() {
				found[folder] = append(found[folder], rel+":"+w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 300 || functions < 500 {
		t.Errorf("only %d files with %d comments on unexported functions were read", files, functions)
	}
	t.Logf("%d of %d comments on unexported functions say what the function is instead of what it does", about, functions)
	for _, folder := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%s:\n%s", folder, strings.Join(found[folder], "\n"))
	}
}

func TestWordsAreFound(t *testing.T) {
	for text, want := range map[string]int{
		"drawn anew":                            1,
		"it stops by\n\titself":                 1,
		"Whoever looks after it":                2,
		`"5" is no whole number`:                1,
		"it is no longer there":                 0,
		"it is no more than that":               0,
		"There is no such action.":              0,
		"if there are no rows":                  0,
		"these are no rows":                     1,
		"rarely are told apart, can be told so": 0,
		"told of, and takes it back":            0,
		"the field that finds":                  1,
		"renewed, commended":                    0,
	} {
		if got := (piece{text, 1}).wrong(); len(got) != want {
			t.Errorf("%q: %q, want %d", text, got, want)
		}
	}
	const code = "package p\n\n// f is what\n// comes by\n// itself.\nfunc f() string { return \"of \" +\n\"late\" }\n\n// g returns 1, anew.\nfunc g() {}\n"
	prose, err := parseProse([]byte(code))
	if err != nil {
		t.Fatal(err)
	}
	got := prose.wrong
	for _, p := range prose.pieces {
		got = append(got, p.wrong()...)
	}
	lines := ""
	for _, w := range got {
		line, _, _ := strings.Cut(w, ":")
		lines += line + " "
	}
	if lines != "3 4 9 6 " || prose.functions != 2 || prose.is != 1 {
		t.Errorf("lines %s, %d functions, %d say what they are: %q", lines, prose.functions, prose.is, got)
	}
}

// piece is text of a file with the line that it begins on.
type piece struct {
	text string
	line int
}

// wrong returns the line, the words and the advice for everything that is refused.
func (p piece) wrong() (all []string) {
	for _, w := range refused {
		for _, at := range w.find.FindAllStringIndex(p.text, -1) {
			words := strings.Join(strings.Fields(p.text[at[0]:at[1]]), " ")
			if !goodUse.MatchString(words) {
				line := p.line + strings.Count(p.text[:at[0]], "\n")
				all = append(all, fmt.Sprintf("%d: %q (%s): write %s", line, words, w.name, w.instead))
			}
		}
	}
	return all
}

// isProse reports whether people read the file: code, documents, tapes, CI.
func isProse(rel string) bool {
	switch path.Ext(rel) {
	case ".go", ".md", ".tape", ".yml", ".yaml":
		return true
	}
	return rel == "Makefile" || path.Dir(rel) == ".ci" && !strings.HasPrefix(path.Base(rel), "tools.")
}

// prose is the text in a Go file, and its comments on unexported functions.
type prose struct {
	pieces    []piece
	functions int      // with a comment
	is        int      // whose comment begins "x is" or "x are"
	wrong     []string // comments that begin "x is what" or the like
}

func parseProse(raw []byte) (prose, error) {
	var all prose
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", raw, parser.ParseComments)
	if err != nil {
		return all, err
	}
	add := func(text string, at token.Pos) { all.pieces = append(all.pieces, piece{text, set.Position(at).Line}) }
	for _, group := range file.Comments {
		var text strings.Builder
		for _, c := range group.List {
			text.WriteString(strings.TrimPrefix(c.Text, "//") + "\n")
		}
		add(text.String(), group.Pos())
	}
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := literal(e)
		if ok {
			add(text, e.Pos())
		}
		return !ok
	})
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Doc == nil || f.Name.IsExported() {
			continue
		}
		all.functions++
		words := strings.Fields(f.Doc.Text())
		if len(words) > 1 && (words[1] == "is" || words[1] == "are") {
			all.is++
		}
		if cut := aboutWhat.FindString(strings.Join(words, " ")); cut != "" {
			line := set.Position(f.Doc.Pos()).Line
			all.wrong = append(all.wrong, fmt.Sprintf("%d: %q: begin the comment with a verb, or delete it", line, cut+" …"))
		}
	}
	return all, nil
}

// literal returns the text of a string literal, or of several joined by +.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		x, left := literal(e.X)
		y, right := literal(e.Y)
		return x + y, left && right && e.Op == token.ADD
	}
	return "", false
}
