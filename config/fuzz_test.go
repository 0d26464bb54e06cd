//go:build unix

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"hdpadmin/config"
)

// FuzzFile loads any content. Either every problem has its line, or the settings survive
// being shown and read again. No output may contain control characters.
func FuzzFile(f *testing.F) {
	for _, content := range []string{
		"", twoProfiles, "server = \"https://hdp.example.com\"\nuser = 1\n", "[profiles]\n\"a b\" = 1\n[profiles.\"\\u001b\"]\n",
		"password = \"geheim\"\n", "password_command = [\"pass\", \"geheim\"]\nreason_pattern = \"(\"\n", "concurrency = 99\ntheme = \"drak\"\n",
		"\ufeffascii = true", "profiles = { a = { server = \"http://192.0.2.1\" } }\ndefault_profile = \"a\"\n", "a.b.c = 2026-12-01\n", "x = \"\\u202e\"\n[", "\x00",
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := config.Load(config.Sources{DefaultFile: file})
		if err != nil {
			var wrong config.Problems
			if !errors.As(err, &wrong) || len(wrong) == 0 {
				t.Fatalf("not a problem of the settings: %v", err)
			}
			for _, p := range wrong {
				if !locationPattern(file).MatchString(p.Where) || strings.ContainsFunc(p.What, unicode.IsControl) {
					t.Errorf("%q: %q", p.Where, p.What)
				}
			}
			return
		}
		first := showAll(t, l)
		if strings.ContainsFunc(strings.ReplaceAll(first, "\n", ""), unicode.IsControl) {
			t.Errorf("shown: %q", first)
		}
		if len(l.PasswordCommand) > 1 {
			return // a hidden secret is shown as invalid TOML
		}
		if err := os.WriteFile(file, []byte(first), 0o600); err != nil {
			t.Fatal(err)
		}
		l, err = config.Load(config.Sources{DefaultFile: file})
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if again := showAll(t, l); again != first {
			t.Errorf("shown:\n%s\nread and shown again:\n%s", first, again)
		}
	})
}

// showAll drops the first line, which names the source.
func showAll(t *testing.T, l *config.Loaded) string {
	t.Helper()
	var b strings.Builder
	if err := l.Show(&b, false); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(b.String(), "\n")
	return rest
}

func locationPattern(file string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.QuoteMeta(file) + `:[1-9][0-9]*$`)
}
