//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/config"
)

func TestShowPrintsNoSecretsAndNoEscapes(t *testing.T) {
	file := writeSettings(t, "password_command = [\"pass\", \"geheim\", \"geheim\"]\naudit_group = \"a\\u001b[2J\\u202e\\\\x\\\"\"\n")
	for _, origins := range []bool{false, true} {
		var b strings.Builder
		if err := loaded(t, file, nil).Show(&b, origins); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if strings.Contains(text, "geheim") || strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("a secret or an escape:\n%s", text)
		}
		for _, want := range []string{`password_command = ["pass", …] # 2 more, not shown`, `audit_group = "a\u001b[2J\u202e\\x\""`, "theme = \"auto\"", "# " + file + "\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing:\n%s", want, text)
			}
		}
		if strings.Contains(text, file+":1") != origins || strings.Contains(text, "# default") != origins {
			t.Errorf("origins: %v:\n%s", origins, text)
		}
	}
}

func TestShowNamesTheProfile(t *testing.T) {
	file := writeSettings(t, twoProfiles)
	for want, l := range map[string]*config.Loaded{
		"# profile test in " + file + "\n":                            loaded(t, file, nil, "profile=test"),
		"# " + file + ", no profile used; its profiles: prod, test\n": loaded(t, file, nil),
		"# no settings file: " + file + "x does not exist\n":          loaded(t, file+"x", nil),
		"insecure = true\n":                                      loaded(t, file, nil, "insecure=true"),
		"password_file = \"/run/password\"\n":                    loaded(t, file, nil, "password_file=/run/password"),
		"server = \"https://test.example.com\"\nuser = \"me\"\n": loaded(t, file, []string{"HDPADMIN_USER=me"}, "profile=test"),
	} {
		var b strings.Builder
		if err := l.Show(&b, false); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing:\n%s", want, &b)
		}
	}
}

func TestShowPrintsAValidFile(t *testing.T) {
	const content = "user = 'a\"\\x'\nca_file = '/ca'\nconcurrency = 3\nascii = true\nreason_pattern = 'INC-\\d+'\n"
	before := loaded(t, writeSettings(t, content), nil)
	var b strings.Builder
	if err := before.Show(&b, true); err != nil {
		t.Fatal(err)
	}
	after := loaded(t, writeSettings(t, b.String()), nil)
	if after.User != before.User || after.CAFile != before.CAFile || after.Concurrency != 3 || !after.ASCII || after.ReasonPattern != before.ReasonPattern {
		t.Errorf("%+v\n%+v", before.Settings, after.Settings)
	}
}

func TestCreate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "hdpadmin", "config.toml")
	if err := config.Create(file); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for name, got := range shown(t, loaded(t, file, nil)) {
		if got[1] != "default" {
			t.Errorf("%s is set: %q", name, got)
		}
	}
	if err := os.WriteFile(file, []byte("user = \"jdoe\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check(t, config.Create(file), file+" already exists; not overwritten")
	if kept, err := os.ReadFile(file); err != nil || string(kept) != "user = \"jdoe\"\n" {
		t.Errorf("%q, %v", kept, err)
	}
	link := filepath.Join(t.TempDir(), "link")
	target := filepath.Join(t.TempDir(), "target")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	check(t, config.Create(link), "already exists")
	if _, err := os.Stat(target); err == nil {
		t.Error("wrote through a link")
	}
}

func TestEveryLineOfTheTemplateIsValid(t *testing.T) {
	var lines []string
	for line := range strings.Lines(config.Template()) {
		if len(line) > 82 {
			t.Errorf("wider than 80: %q", line)
		}
		if set := strings.TrimPrefix(line, "# "); set != line && (strings.HasPrefix(set, "[") || strings.Contains(set, " = ")) {
			line = set
		}
		lines = append(lines, line)
	}
	l := loaded(t, writeSettings(t, strings.Join(lines, "")), nil)
	if l.Profile != "prod" || l.Theme != "auto" || l.Concurrency != 2 || len(l.Keys) != 1 {
		t.Errorf("%+v", l)
	}
	for name, got := range shown(t, l) {
		if got[1] == "default" {
			t.Errorf("%s is not explained", name)
		}
	}
}
