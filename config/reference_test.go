package config_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update

	"hdpadmin/config"
)

const (
	referenceBegin = "<!-- settings: written by go test ./config -run Reference -update -->\n"
	referenceEnd   = "<!-- /settings -->\n"
)

func TestReferenceListsEverySetting(t *testing.T) {
	const path = "../docs/settings.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), referenceBegin)
	listed, after, closed := strings.Cut(rest, referenceEnd)
	if !found || !closed {
		t.Fatal("the document lacks the markers for the settings")
	}
	want := "\n" + config.Reference() + "\n"
	if listed == want {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("the settings in %s are out of date: run go test ./config -run Reference -update\nwant:\n%s", path, want)
	}
	if err := os.WriteFile(path, []byte(before+referenceBegin+want+referenceEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFlagsAndVariablesAreNamedAfterTheirSettings(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range config.All() {
		if s.Use == "" || s.Name == "" || seen[s.Name] {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
		flag, env := strings.ReplaceAll(s.Name, "_", "-"), "HDPADMIN_"+strings.ToUpper(s.Name)
		if got := s.Flag(); got != flag && got != "" {
			t.Errorf("--%s of %s", got, s.Name)
		}
		if got := s.Env(); got != env && got != "" {
			t.Errorf("%s of %s", got, s.Name)
		}
		// Only settings for a single run or for the top of the file have none.
		if once := s.Name == "insecure" || s.Name == "password_file" || s.Name == "default_profile"; (s.Env() == "") != once {
			t.Errorf("%s in the environment: %q", s.Name, s.Env())
		}
		if none := s.Name == "password_command" || s.Name == "default_profile"; (s.Flag() == "") != none {
			t.Errorf("%s on the command line: %q", s.Name, s.Flag())
		}
	}
}
