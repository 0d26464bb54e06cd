package setup_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update

	"hdpadmin/internal/serve/setup"
)

const (
	referenceBegin = "<!-- options: written by go test ./internal/serve/setup -run Reference -update -->\n"
	referenceEnd   = "<!-- /options -->\n"
)

func TestReferenceListsEveryOption(t *testing.T) {
	const path = "../../../docs/serve.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), referenceBegin)
	listed, after, closed := strings.Cut(rest, referenceEnd)
	if !found || !closed {
		t.Fatal("the document lacks the markers for the options")
	}
	want := "\n" + setup.Reference() + "\n"
	if listed == want {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("the options in %s are out of date: run go test ./internal/serve/setup -run Reference -update\nwant:\n%s", path, want)
	}
	if err := os.WriteFile(path, []byte(before+referenceBegin+want+referenceEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}
