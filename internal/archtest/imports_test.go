package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// importRules returns, for every package, which packages of ours it may import. "ui/*"
// stands for every folder below ui; what is not listed is forbidden.
func importRules() map[string][]string {
	pane := []string{
		"hdpclient", "internal/batch", "internal/account", "internal/search", "internal/change", "internal/explain", "internal/temppass", "internal/timeinput", "internal/words",
		"ui/action", "ui/actionlist", "ui/confirm", "ui/clock", "ui/form", "ui/frame", "ui/hints", "ui/keyboard", "ui/picker", "ui/changeform", "ui/diffview", "ui/slot", "ui/stack", "ui/theme",
	}
	return map[string][]string{
		".":                   {"internal/cli"},
		"config":              {"internal/address", "internal/credential", "internal/shell", "internal/tomlfile"},
		"hdpclient":           {},
		"hdpclient/hdptest":   {},
		"internal/audit/file": {"internal/redact", "internal/shell"},
		"internal/redact":     {},
		"internal/credential": {},
		"internal/temppass":   {"hdpclient"},
		"internal/timeinput":  {},
		"internal/tomlfile":   {"internal/nearest", "internal/shell"},
		"internal/words":      {},
		"internal/nearest":    {},
		"internal/panics":     {},
		"internal/shell":      {},
		"internal/address":    {},
		"internal/archtest":   {},
		"internal/simtest":    {},
		// The SSH service. It imports nothing of ui, cli and desk.
		"internal/serve":        {"internal/panics", "internal/serve/access", "internal/shell"},
		"internal/serve/access": {"internal/credential", "internal/tomlfile"},
		"internal/serve/setup":  {"config", "hdpclient", "internal/serve", "internal/serve/access", "internal/tomlfile"},
		"internal/account":      {"hdpclient", "internal/fold", "internal/panics", "internal/words"},
		"internal/search":       {"hdpclient", "internal/account", "internal/fold", "internal/nearest"},
		"internal/fold":         {},
		"internal/probe":        {"hdpclient"},
		"internal/export":       {"hdpclient", "internal/account"},
		"internal/change":       {"hdpclient", "internal/address", "internal/redact", "internal/words"},
		"internal/batch":        {"hdpclient", "internal/change", "internal/account", "internal/panics"},
		"internal/planfile":     {"hdpclient", "internal/address", "internal/batch", "internal/change"},
		"internal/explain":      {"hdpclient", "internal/change", "internal/words"},
		"internal/audit":        {"hdpclient", "internal/address", "internal/audit/file", "internal/batch", "internal/change"},
		"internal/desk":         {"hdpclient", "internal/account", "internal/address", "internal/audit", "internal/batch", "internal/change", "internal/panics", "internal/search", "internal/temppass", "internal/words"},
		"internal/cli":          {"config", "hdpclient", "hdpclient/hdptest", "internal/account", "internal/audit/file", "internal/batch", "internal/change", "internal/credential", "internal/explain", "internal/probe", "internal/audit", "internal/planfile", "internal/timeinput", "internal/shell", "internal/temppass", "internal/words", "ui", "ui/action", "ui/clipboard", "ui/clock", "ui/profiles", "ui/terminal", "ui/theme", "ui/welcome", "internal/desk", "internal/export", "internal/fold", "internal/panics", "internal/search", "internal/serve", "internal/serve/access", "internal/serve/setup"},
		"ui":                    {"hdpclient", "internal/batch", "internal/change", "internal/account", "internal/search", "internal/desk", "internal/explain", "internal/export", "internal/panics", "internal/shell", "internal/audit/file", "internal/temppass", "internal/audit", "internal/timeinput", "internal/words", "ui/*"},
		"ui/action":             {},
		"ui/actionlist":         {"ui/action", "ui/form", "ui/frame", "ui/theme"},
		"ui/confirm":            {"ui/action", "ui/frame", "ui/stack", "ui/theme"},
		"ui/clipboard":          {},
		"ui/clock":              {},
		"ui/form":               {"hdpclient", "internal/credential", "internal/timeinput", "internal/words", "ui/frame", "ui/theme"},
		"ui/frame":              {"ui/theme"},
		"ui/hints":              {"internal/explain"},
		"ui/keyboard":           {},
		"ui/picker":             {"ui/frame", "ui/theme"},
		"ui/changeform":         {"internal/change", "ui/action", "ui/form", "ui/frame", "ui/diffview", "ui/stack", "ui/theme"},
		"ui/diffview":           {"internal/change", "ui/frame", "ui/theme"},
		"ui/slot":               {},
		"ui/stack":              {"ui/action", "ui/clock", "ui/frame", "ui/theme"},
		"ui/terminal":           {"ui/keyboard"},
		"ui/theme":              {},
		// Panes and dialogs share the packages above and never import each other.
		"ui/accountpane": pane, "ui/history": pane, "ui/lockscreen": pane, "ui/batchview": pane, "ui/help": pane, "ui/lookup": pane, "ui/palette": pane, "ui/passwordform": pane,
		"ui/ownpassword": pane, "ui/problem": pane, "ui/profiles": pane, "ui/resetform": pane, "ui/exportform": pane, "ui/signin": pane, "ui/statusform": pane,
		"ui/welcome": append([]string{"internal/probe"}, pane...),
		// The test harness runs the whole program. No other package imports it.
		"ui/uitest": {"hdpclient", "hdpclient/hdptest", "internal/audit/file", "internal/change", "internal/temppass", "internal/audit", "ui", "ui/*"},
	}
}

func isForTerminals(name string) bool {
	return strings.HasPrefix(name, "charm.land/") || strings.HasPrefix(name, "github.com/charmbracelet/")
}

func mayUseTerminal(from string) bool {
	return from == "ui" || strings.HasPrefix(from, "ui/") || from == "internal/cli"
}

func TestImports(t *testing.T) {
	const root, module = "../..", "hdpadmin"
	allowed := importRules()
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		from, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		may, known := allowed[filepath.ToSlash(from)]
		if !known {
			t.Errorf("%s: no rule for package %s", path, from)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		seen++
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if isForTerminals(name) && !mayUseTerminal(filepath.ToSlash(from)) {
				t.Errorf("%s imports %s, but %s must work without a terminal", path, name, from)
			}
			to, ours := strings.CutPrefix(name, module+"/")
			if !ours || slices.Contains(may, to) {
				continue
			}
			folder, _, nested := strings.Cut(to, "/")
			if nested && to != "ui/uitest" && slices.Contains(may, folder+"/*") {
				continue
			}
			t.Errorf("%s imports %s, but %s must not", path, to, from)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("only %d files were checked", seen)
	}
}
