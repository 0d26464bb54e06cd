//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/config"
)

func exampleSettings() config.Settings {
	s := config.Defaults()
	s.Server, s.User, s.CAFile, s.Keyring = "https://hdp.example.com:8443", "jdoe", "/etc/ca.pem", true
	return s
}

const addedLines = "server = \"https://hdp.example.com:8443\"\nuser = \"jdoe\"\nca_file = \"/etc/ca.pem\"\nkeyring = true\n"

func TestAddingAProfileKeepsTheRestOfTheFile(t *testing.T) {
	for name, c := range map[string]struct{ before, between string }{
		"after others":             {"# mine\ntheme = \"light\" # so\n\n[profiles.test]\nuser = \"x\"\n", "\n"},
		"after a missing line end": {"user = \"x\"", "\n\n"},
		"after nothing":            {"", ""},
		"after a byte order mark":  {"\ufeffuser = \"x\"\n", "\n"},
		"after CRLF line ends":     {"user = \"x\"\r\n", "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeSettings(t, c.before)
			if err := config.AddProfile(file, "/home/jdoe", "prod.eu", exampleSettings()); err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(file)
			if want := c.before + c.between + "[profiles.\"prod.eu\"]\n" + addedLines; err != nil || string(raw) != want {
				t.Errorf("%v\n%s\nwant\n%s", err, raw, want)
			}
			l := loaded(t, file, nil, "profile=prod.eu")
			if l.Server != "https://hdp.example.com:8443" || l.User != "jdoe" || !l.Keyring {
				t.Errorf("%+v", l.Settings)
			}
			checkOnlyFile(t, file)
		})
	}
}

// checkOnlyFile checks that the file is private and alone in its folder.
func checkOnlyFile(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if all, err := os.ReadDir(filepath.Dir(file)); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

func TestTheFirstProfileCreatesTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hdpadmin", "config.toml")
	if err := config.AddProfile(file, "", "prod", exampleSettings()); err != nil {
		t.Fatal(err)
	}
	checkOnlyFile(t, file)
	raw, _ := os.ReadFile(file)
	if !strings.HasSuffix(string(raw), "\n\n[profiles.prod]\n"+addedLines) || !strings.Contains(string(raw), "# theme = ") {
		t.Errorf("%s", raw)
	}
	if l := loaded(t, file, nil); l.Profile != "prod" {
		t.Errorf("profile %q is used", l.Profile)
	}
}

func TestAProfileThatCannotBeAddedChangesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		before, profile string
		mode            os.FileMode
		want            string
	}{
		"a used name":                 {"[profiles.prod]\n", "prod", 0o600, "profile prod already exists"},
		"a used name in capitals":     {"[profiles.PROD]\n", "prod", 0o600, "profile PROD already exists"},
		"an invalid name":             {"", "a b", 0o600, "use letters, digits, and . _ -"},
		"an invalid file":             {"foo = 1\n", "prod", 0o600, "unknown setting"},
		"a file open to others":       {"", "prod", 0o644, "chmod 600"},
		"an inline table of profiles": {"profiles = { test = { user = \"x\" } }\n", "prod", 0o600, "write each of its profiles as a table"},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeSettings(t, c.before)
			if err := os.Chmod(file, c.mode); err != nil {
				t.Fatal(err)
			}
			check(t, config.AddProfile(file, "", c.profile, exampleSettings()), c.want)
			if raw, err := os.ReadFile(file); err != nil || string(raw) != c.before {
				t.Errorf("%v\n%s", err, raw)
			}
		})
	}
}

func TestAddingAProfileFollowsALink(t *testing.T) {
	file := writeSettings(t, "# mine\n")
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := config.AddProfile(link, "", "prod", exampleSettings()); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); err != nil || to != file {
		t.Errorf("%q %v", to, err)
	}
	if raw, _ := os.ReadFile(file); !strings.Contains(string(raw), "[profiles.prod]") {
		t.Errorf("%s", raw)
	}
}

func TestTheProfileUsedLastIsRemembered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hdpadmin", "last-profile")
	if got := config.LastProfile(file); got != "" {
		t.Errorf("before the first: %q", got)
	}
	for _, name := range []string{"prod", "test", "test"} {
		if err := config.RememberProfile(file, name); err != nil {
			t.Fatal(err)
		}
		if got := config.LastProfile(file); got != name {
			t.Errorf("%q, want %q", got, name)
		}
		checkOnlyFile(t, file)
	}
	for _, broken := range []string{"", "\n", "a b\n", "\x1b[2J", strings.Repeat("x\n", 9000)} {
		if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := config.LastProfile(file); got != "" {
			t.Errorf("%.10q is read as %q", broken, got)
		}
	}
	if err := config.RememberProfile(filepath.Join(file, "x"), "prod"); err == nil {
		t.Error("a file inside a file was written")
	}
}

func TestWhichProfileIsUsed(t *testing.T) {
	const two = "[profiles.prod]\nserver = \"https://prod\"\n[profiles.test]\nserver = \"https://test\"\n"
	for name, c := range map[string]struct {
		content, last string
		environ       []string
		flags         []string
		want          string
	}{
		"the only one":                   {"[profiles.prod]\n", "", nil, nil, "prod"},
		"several, none used yet":         {two, "", nil, nil, ""},
		"the one used last":              {two, "test", nil, nil, "test"},
		"the one used last is gone":      {two, "old", nil, nil, ""},
		"the default overrides the last": {"default_profile = \"prod\"\n" + two, "test", nil, nil, "prod"},
		"a flag overrides the last":      {two, "test", nil, []string{"profile=prod"}, "prod"},
		"a variable overrides the last":  {two, "test", []string{"HDPADMIN_PROFILE=prod"}, nil, "prod"},
		"a server as a flag":             {two, "test", nil, []string{"server=https://x"}, ""},
		"a server in the environment":    {two, "test", []string{"HDPADMIN_SERVER=https://x"}, nil, ""},
		"a server at the top":            {"server = \"https://x\"\n" + two, "test", nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			given := map[string]string{}
			for _, f := range c.flags {
				name, value, _ := strings.Cut(f, "=")
				given[name] = value
			}
			l, err := config.Load(config.Sources{Flags: given, Environ: c.environ, DefaultFile: writeSettings(t, c.content), LastProfile: c.last})
			if err != nil || l.Profile != c.want {
				t.Errorf("%q %v, want %q", l.Profile, err, c.want)
			}
		})
	}
}
