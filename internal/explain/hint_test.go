package explain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hdpadmin/internal/explain"
)

// inspectSources calls do with every node of the package without its tests.
func inspectSources(t *testing.T, do func(ast.Node) bool) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, do)
	}
}

func TestTextsNameNoKeys(t *testing.T) {
	t.Parallel()
	keys := regexp.MustCompile(`(?i)\b(press|ctrl|alt|esc|tab|pgup|pgdn)\b|\benter (to|again)\b`)
	texts := 0
	inspectSources(t, func(n ast.Node) bool {
		if text, is := n.(*ast.BasicLit); is && text.Kind == token.STRING {
			texts++
			if keys.MatchString(text.Value) {
				t.Errorf("%s names a key", text.Value)
			}
		}
		return true
	})
	if texts < 100 {
		t.Errorf("only %d texts were checked", texts)
	}
}

func TestHintsListsEveryHint(t *testing.T) {
	t.Parallel()
	declared := 0
	inspectSources(t, func(n ast.Node) bool {
		block, is := n.(*ast.GenDecl)
		if !is || block.Tok != token.CONST {
			return true
		}
		first := block.Specs[0].(*ast.ValueSpec)
		if name, is := first.Type.(*ast.Ident); is && name.Name == "Hint" {
			declared += len(block.Specs) - 1 // without NoHint
		}
		return true
	})
	seen := map[explain.Hint]bool{explain.NoHint: true}
	for _, h := range explain.Hints() {
		seen[h] = true
	}
	if len(seen) != declared+1 || declared == 0 {
		t.Errorf("%d hints are declared, but Hints lists %d", declared, len(seen)-1)
	}
}
