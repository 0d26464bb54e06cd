package ui_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update

	"hdpadmin/ui"
)

func TestTheREADMEListsEveryKey(t *testing.T) {
	writtenMsg(t, "../README.md", "keys", ui.KeyTable())
}

func TestTheREADMEOfSettingsListsEveryAction(t *testing.T) {
	writtenMsg(t, "../docs/settings.md", "actions", ui.ActionTable())
}

// writtenMsg wants the table between its two marks in a document, and with -update
// writes it there.
func writtenMsg(t *testing.T, path, name, table string) {
	t.Helper()
	begin := "<!-- " + name + ": written by go test ./ui -run README -update -->\n"
	end := "<!-- /" + name + " -->\n"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	listed, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the %s", path, name)
	}
	want := "\n" + table + "\n"
	if listed == want {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("the %s in %s are not the console's: run go test ./ui -run README -update\nwant:\n%s", name, path, want)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryActionStandsInTheTableOnce(t *testing.T) {
	rows := strings.Count(ui.KeyTable(), "\n| `")
	if n := len(ui.Actions()); rows != n {
		t.Errorf("%d actions are listed, and there are %d", rows, n)
	}
}
