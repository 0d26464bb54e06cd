package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A renamed file, test or line would otherwise show only in a run of all mutants, which
// takes many minutes.
func TestMutantsApply(t *testing.T) {
	const root = "../.."
	list, err := os.ReadFile(filepath.Join(root, ".ci", "mutants.txt"))
	if err != nil {
		t.Fatal(err)
	}
	entries := strings.Split(strings.TrimSpace(string(list)), "\n\n")[1:] // after the comment
	for _, entry := range entries {
		var (
			file, what, _ = strings.Cut(strings.TrimSpace(strings.SplitN(entry, "\n", 2)[0]), " ")
			run           = filepath.Dir(file) + " ."
			old           []string
		)
		for line := range strings.Lines(entry) {
			line = strings.TrimSuffix(line, "\n")
			if text, ok := strings.CutPrefix(line, "- "); ok {
				old = append(old, text)
			} else if text, ok := strings.CutPrefix(line, "@ "); ok {
				run = text
			}
		}
		source, err := os.ReadFile(filepath.Join(root, file))
		if n := strings.Count(string(source), strings.Join(old, "\n")); err != nil || len(old) == 0 || n != 1 {
			t.Errorf("%s: %s: the old text is there %d times, %v", file, what, n, err)
		}
		folder, pattern, _ := strings.Cut(run, " ")
		if !hasTest(t, filepath.Join(root, folder), pattern) {
			t.Errorf("%s: %s: no test in %s matches %s", file, what, folder, pattern)
		}
	}
	if len(entries) < 100 {
		t.Errorf("only %d mutants were checked", len(entries))
	}
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+|Fuzz\w+)\(`)

// hasTest ignores what a pattern says of subtests.
func hasTest(t *testing.T, folder, pattern string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	pattern, _, _ = strings.Cut(pattern, "/")
	match := regexp.MustCompile(pattern)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testFunc.FindAllStringSubmatch(string(text), -1) {
			if match.MatchString(m[1]) {
				return true
			}
		}
	}
	return false
}
