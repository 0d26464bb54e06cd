package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fence = regexp.MustCompile("(?ms)^```.*?^```")
	span  = regexp.MustCompile("`([^`\n]+)`")
	// A file or folder of the repository, where * stands for any name.
	filePath = regexp.MustCompile(`^\.?[a-z]\w*(/[\w.*-]+)+/?$|^[a-z][\w*]*\.go$`)
	goFile   = regexp.MustCompile(`[a-z][\w*]*(/[\w*]+)*\.go\b`)
	// An identifier, as against a setting or a command.
	camelCase = regexp.MustCompile(`^[a-zA-Z]+[a-z][A-Z]\w*$`)
	folder    = regexp.MustCompile(`\.?\b[a-z]\w*/`)
	runFlag   = regexp.MustCompile(`-run '?([\w|]+)`)
	// A declaration of a package, or a method or field of a type.
	member = regexp.MustCompile(`\b([A-Za-z]\w*)\.([A-Za-z]\w*)\b`)
)

// TestNamesInTheDocsExist checks files, folders and declarations that the documents for
// developers mention as code, so that a rename reaches the documents too.
func TestNamesInTheDocsExist(t *testing.T) {
	code := readCode(t, "../..")
	checked := 0
	for _, document := range []string{"ARCHITECTURE.md", "CONTRIBUTING.md"} {
		raw, err := os.ReadFile(filepath.Join("../..", document))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		fences := fence.FindAllString(text, -1)
		names := goFile.FindAllString(strings.Join(fences, "\n"), -1)
		texts := fences
		for _, m := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			texts = append(texts, m[1])
			switch {
			case filePath.MatchString(m[1]):
				names = append(names, m[1])
			case camelCase.MatchString(m[1]):
				checked++
				if !code.names["."+m[1]] {
					t.Errorf("%s: nothing is called %s", document, m[1])
				}
			}
		}
		for _, name := range names {
			checked++
			if !code.has(name) {
				t.Errorf("%s: there is no %s", document, name)
			}
		}
		for _, m := range member.FindAllStringSubmatch(strings.Join(texts, "\n"), -1) {
			owner, name := m[1], m[2]
			if !code.names[owner] || name == "go" || name == "md" {
				continue // of a library, or a file
			}
			checked++
			if !code.names[owner+"."+name] {
				t.Errorf("%s: %s has no %s", document, owner, name)
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d names were checked", checked)
	}
}

// TestTestsInTheDocsExist checks the tests that the documents tell to run.
func TestTestsInTheDocsExist(t *testing.T) {
	code := readCode(t, "../..")
	for _, document := range []string{"README.md", "CONTRIBUTING.md", "docs/performance.md"} {
		text, err := os.ReadFile(filepath.Join("../..", document))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range runFlag.FindAllStringSubmatch(string(text), -1) {
			for _, test := range strings.Split(m[1], "|") {
				exists := false
				for name := range code.names {
					exists = exists || strings.HasPrefix(name, ".Test") && strings.Contains(name, test)
				}
				if !exists && test != "xxx" { // no test, for benchmarks alone
					t.Errorf("%s: no test is called %s", document, test)
				}
			}
		}
	}
}

// TestEveryPackageIsInTheArchitecture checks the first block of code of ARCHITECTURE.md.
func TestEveryPackageIsInTheArchitecture(t *testing.T) {
	code := readCode(t, "../..")
	raw, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := folder.FindAllString(fence.FindString(string(raw)), -1)
	for _, dir := range code.folders {
		if dir != "." && !slices.Contains(listed, path.Base(dir)+"/") {
			t.Errorf("ARCHITECTURE.md does not list %s", dir)
		}
	}
	for _, name := range listed {
		if !slices.ContainsFunc(code.folders, func(dir string) bool { return path.Base(dir)+"/" == name }) && !code.has(name) {
			t.Errorf("ARCHITECTURE.md lists %s, which does not exist", name)
		}
	}
}

// source is what the documents may mention of the Go code.
type source struct {
	root    string
	files   []string        // base names
	folders []string        // with Go code
	names   map[string]bool // owner, owner.member and .member; the owner is a package or a type
}

// has reports whether a file or folder exists; a file without a folder may be anywhere.
func (s source) has(name string) bool {
	found, err := filepath.Glob(filepath.Join(s.root, filepath.FromSlash(name)))
	return err == nil && len(found) > 0 || !strings.Contains(name, "/") && slices.Contains(s.files, name)
}

func readCode(t *testing.T, root string) source {
	t.Helper()
	s := source{root: root, names: map[string]bool{}}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != root) {
			return fs.SkipDir
		}
		if path.Ext(file) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		s.files = append(s.files, d.Name())
		if dir := filepath.ToSlash(rel); !slices.Contains(s.folders, dir) {
			s.folders = append(s.folders, dir)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.declare(parsed)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s source) declare(file *ast.File) {
	add := func(owner, name string) {
		s.names[owner], s.names[owner+"."+name], s.names["."+name] = true, true, true
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			owner := file.Name.Name
			if d.Recv != nil {
				owner = receiver(d.Recv.List[0].Type)
			}
			add(owner, d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						add(file.Name.Name, name.Name)
					}
				case *ast.TypeSpec:
					add(file.Name.Name, spec.Name.Name)
					for _, name := range members(spec.Type) {
						add(spec.Name.Name, name)
					}
				}
			}
		}
	}
}

// receiver returns the type's name without its pointer and its parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// members returns the fields of a struct, or the methods of an interface.
func members(e ast.Expr) (names []string) {
	var list *ast.FieldList
	switch e := e.(type) {
	case *ast.StructType:
		list = e.Fields
	case *ast.InterfaceType:
		list = e.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, name := range f.Names {
			names = append(names, name.Name)
		}
	}
	return names
}
