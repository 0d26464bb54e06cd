package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A part of the console keeps its fields to itself: the root and the other parts call its methods.
// The root stays small enough to read.
func TestPartsKeepTheirFields(t *testing.T) {
	t.Parallel()
	const maxFields, maxMethods = 25, 100
	ui := parseUI(t)
	rootFields := len(ui.fields["Model"]) + len(ui.fields["console"]) - 1 // -1: the console in the model
	if rootFields > maxFields {
		t.Errorf("the root has %d fields, more than %d", rootFields, maxFields)
	}
	if n := ui.methods["Model"] + ui.methods["console"]; n > maxMethods {
		t.Errorf("the root has %d methods, more than %d", n, maxMethods)
	}
	own := map[string]map[string]bool{} // by the part's field in the console
	for name, typ := range ui.fields["console"] {
		if _, isPart := ui.fields[typ]["console"]; isPart {
			own[name] = ui.ownFields(typ)
		}
	}
	if len(own) < 11 {
		t.Fatalf("only %d parts were found", len(own))
	}
	for _, f := range ui.files {
		ast.Inspect(f, func(n ast.Node) bool {
			s, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			if of, is := s.X.(*ast.SelectorExpr); is && own[of.Sel.Name][s.Sel.Name] {
				t.Errorf("%s: %s.%s is a field of another part", ui.set.Position(s.Pos()), of.Sel.Name, s.Sel.Name)
			}
			return true
		})
	}
}

// uiSource is the source of package ui without its tests.
type uiSource struct {
	set     *token.FileSet
	files   []*ast.File
	fields  map[string]map[string]string // of each struct, with the name of their type
	methods map[string]int               // of each type
}

func parseUI(t *testing.T) uiSource {
	t.Helper()
	ui := uiSource{set: token.NewFileSet(), fields: map[string]map[string]string{}, methods: map[string]int{}}
	paths, err := filepath.Glob("../../ui/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(ui.set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ui.files = append(ui.files, f)
		for _, d := range f.Decls {
			ui.add(d)
		}
	}
	return ui
}

func (ui uiSource) add(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			ui.methods[typeName(d.Recv.List[0].Type)]++
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			typ, isType := spec.(*ast.TypeSpec)
			if !isType {
				continue
			}
			if s, isStruct := typ.Type.(*ast.StructType); isStruct {
				ui.fields[typ.Name.Name] = fieldsOf(s)
			}
		}
	}
}

// fieldsOf returns the fields of a struct; an embedded one has the name of its type.
func fieldsOf(s *ast.StructType) map[string]string {
	fields := map[string]string{}
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 {
			fields[typeName(f.Type)] = typeName(f.Type)
		}
		for _, n := range f.Names {
			fields[n.Name] = typeName(f.Type)
		}
	}
	return fields
}

// ownFields returns the fields of a part, with those of the structs embedded in it but without
// what all parts share.
func (ui uiSource) ownFields(typ string) map[string]bool {
	own := map[string]bool{}
	for name, of := range ui.fields[typ] {
		if name == "console" {
			continue
		}
		own[name] = true
		if name == of {
			for inner := range ui.fields[of] {
				own[inner] = true
			}
		}
	}
	return own
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
