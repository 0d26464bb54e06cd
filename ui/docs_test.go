package ui_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update

	"hdpadmin/ui"
)

const (
	keysBegin = "<!-- keys: written by go test ./ui -run README -update -->\n"
	keysEnd   = "<!-- /keys -->\n"
)

func TestTheREADMEListsEveryKey(t *testing.T) {
	const path = "../README.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), keysBegin)
	listed, after, closed := strings.Cut(rest, keysEnd)
	if !found || !closed {
		t.Fatal("the README has no place for the keys")
	}
	want := "\n" + ui.KeyTable() + "\n"
	if listed == want {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("the README's keys are not the console's: run go test ./ui -run README -update\nwant:\n%s", want)
	}
	if err := os.WriteFile(path, []byte(before+keysBegin+want+keysEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryActionStandsInTheTableOnce(t *testing.T) {
	rows := strings.Count(ui.KeyTable(), "\n| `")
	if n := len(ui.Actions()); rows != n {
		t.Errorf("%d actions are listed, and there are %d", rows, n)
	}
}
