//go:build unix

package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hdpadmin/config"
)

// writeSettings writes a private settings file.
func writeSettings(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// load uses file as the default settings file.
func load(t *testing.T, file string, environ []string, flags ...string) (*config.Loaded, error) {
	t.Helper()
	given := map[string]string{}
	for _, f := range flags {
		name, value, _ := strings.Cut(f, "=")
		given[name] = value
	}
	return config.Load(config.Sources{Flags: given, Environ: environ, DefaultFile: file, Home: "/home/jdoe", WrongKeys: wrongKeys})
}

// wrongKeys refuses the key "wrong".
func wrongKeys(keys []config.Binding) map[string][]string {
	said := map[string][]string{}
	for _, b := range keys {
		if slices.Contains(b.Keys, "wrong") {
			said[b.Action] = []string{"there is no such key"}
		}
	}
	return said
}

func loaded(t *testing.T, file string, environ []string, flags ...string) *config.Loaded {
	t.Helper()
	l, err := load(t, file, environ, flags...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shown returns the values and origins that config show prints.
func shown(t *testing.T, l *config.Loaded) map[string][2]string {
	t.Helper()
	var b strings.Builder
	if err := l.Show(&b, true); err != nil {
		t.Fatal(err)
	}
	all := map[string][2]string{}
	for line := range strings.Lines(b.String()) {
		name, rest, is := strings.Cut(strings.TrimSuffix(line, "\n"), " = ")
		if i := strings.LastIndex(rest, "  # "); is && i >= 0 {
			all[name] = [2]string{strings.TrimRight(rest[:i], " "), rest[i+4:]}
		}
	}
	return all
}

// samples returns a value for each source, in the file's syntax. A switch has only two.
func samples(s config.Setting) []string {
	switch s.Kind {
	case config.Switch:
		return []string{"true", "false", "true", "false"}
	case config.Number:
		return []string{"3", "4", "5", "6"}
	case config.Choice:
		var each []string
		for i := range 4 {
			each = append(each, strconv.Quote(s.Choices[i%len(s.Choices)]))
		}
		return each
	case config.Command:
		return []string{`["one"]`, `["two"]`, `["three"]`, `["four"]`}
	}
	switch s.Name {
	case "server":
		return []string{`"https://a.example.com"`, `"https://b.example.com"`, `"https://c.example.com"`, `"https://d.example.com"`}
	case "time_zone":
		return []string{`"Europe/Berlin"`, `"UTC"`, `"Asia/Tokyo"`, `"Europe/Paris"`}
	case "idle_lock", "session_limit", "clipboard_clear":
		return []string{`"10s"`, `"off"`, `"1h30m"`, `"8h"`}
	case "client_key", "audit_file", "log_file", "ca_file", "client_cert", "password_file":
		return []string{`"/a"`, `"/b"`, `"/c"`, `"/d"`}
	}
	return []string{`"a"`, `"b"`, `"c"`, `"d"`}
}

// TestEverySourceOverridesTheOnesBelow tries every combination of sources for every
// setting. The first of flag, environment, profile and top must win and be named.
func TestEverySourceOverridesTheOnesBelow(t *testing.T) {
	for _, s := range config.All() {
		switch s.Name {
		case "config", "profile", "default_profile": // these select the file and the profile, tested below
			continue
		}
		values := samples(s)
		inFile := s.Name != "insecure" && s.Name != "password_file"
		for given := range 1 << 4 {
			onTop, inProfile, inEnv, onLine := given&1 != 0, given&2 != 0, given&4 != 0, given&8 != 0
			if onLine && s.Flag() == "" || inEnv && s.Env() == "" || (onTop || inProfile) && !inFile {
				continue
			}
			t.Run(fmt.Sprintf("%s/%04b", s.Name, given), func(t *testing.T) {
				at := [...]string{"# nothing", "# nothing"}
				var environ, flags []string
				file := filepath.Join(t.TempDir(), "config.toml")
				want := [2]string{"", "default"}
				for i, on := range []bool{onTop, inProfile, inEnv, onLine} {
					if !on {
						continue
					}
					plain := strings.Trim(values[i], `"`)
					switch i {
					case 0, 1:
						at[i] = s.Name + " = " + values[i]
						want[1] = fmt.Sprintf("%s:%d", file, []int{1, 3}[i])
					case 2:
						environ = []string{s.Env() + "=" + plain}
						want[1] = s.Env()
					case 3:
						flags = []string{s.Name + "=" + plain}
						want[1] = "--" + s.Flag()
					}
					want[0] = values[i]
				}
				needs := map[string]string{"client_key": `client_cert = "/cert"`, "debug": `log_file = "/log"`}
				content := at[0] + "\n[profiles.prod]\n" + at[1] + "\n" + needs[s.Name] + "\n"
				if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				got := shown(t, loaded(t, file, environ, flags...))[s.Name]
				if given == 0 && !inFile {
					if got != [2]string{} {
						t.Errorf("shown although it is not set: %q", got)
					}
					return
				}
				if given == 0 {
					want[0] = got[0]
				}
				if got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		}
	}
}

func TestDefaults(t *testing.T) {
	l := loaded(t, filepath.Join(t.TempDir(), "none"), nil)
	s := l.Settings
	if s.Theme != "auto" || s.Concurrency != 2 || s.ExpiringWithin != 14 || s.TimeZone != "Local" || s.ReadOnly || s.Server != "" || s.PasswordCommand != nil {
		t.Errorf("%+v", s)
	}
	if l.FileRead || l.Profile != "" || len(l.Notices) > 0 {
		t.Errorf("%+v", l)
	}
}

const twoProfiles = `user = "top"
[profiles.prod]
server = "https://prod.example.com"
[profiles.test]
server = "https://test.example.com"
user = "tester"
`

func TestWhichProfile(t *testing.T) {
	one := "[profiles.only]\nuser = \"only\"\n"
	for name, c := range map[string]struct {
		file    string
		environ []string
		flags   []string
		profile string
		user    string
	}{
		"no profiles":                {file: `user = "top"`, profile: "", user: "top"},
		"the only one":               {file: one, profile: "only", user: "only"},
		"the only one, refused":      {file: one, flags: []string{"profile="}, profile: ""},
		"several, none named":        {file: twoProfiles, profile: "", user: "top"},
		"the default":                {file: "default_profile = \"test\"\n" + twoProfiles, profile: "test", user: "tester"},
		"the environment's":          {file: "default_profile = \"prod\"\n" + twoProfiles, environ: []string{"HDPADMIN_PROFILE=test"}, profile: "test", user: "tester"},
		"an empty variable is none":  {file: "default_profile = \"test\"\n" + twoProfiles, environ: []string{"HDPADMIN_PROFILE="}, profile: "test", user: "tester"},
		"the flag's":                 {file: twoProfiles, environ: []string{"HDPADMIN_PROFILE=test"}, flags: []string{"profile=prod"}, profile: "prod", user: "top"},
		"a flag overrides a profile": {file: twoProfiles, flags: []string{"profile=test", "user=me"}, profile: "test", user: "me"},
		"an empty flag unsets":       {file: twoProfiles, flags: []string{"profile=test", "user="}, profile: "test", user: ""},
		"an inline table":            {file: "profiles = { only = { user = \"only\" } }", profile: "only", user: "only"},
		"keys with dots":             {file: "profiles.only.user = \"only\"", profile: "only", user: "only"},
	} {
		t.Run(name, func(t *testing.T) {
			l := loaded(t, writeSettings(t, c.file), c.environ, c.flags...)
			if l.Profile != c.profile || l.User != c.user {
				t.Errorf("profile %q, user %q", l.Profile, l.User)
			}
		})
	}
}

func TestWhichFile(t *testing.T) {
	byDefault, byEnv, byFlag := writeSettings(t, `user = "default"`), writeSettings(t, `user = "env"`), writeSettings(t, `user = "flag"`)
	environ := []string{"HDPADMIN_CONFIG=" + byEnv}
	if l := loaded(t, byDefault, nil); l.User != "default" || l.File != byDefault {
		t.Errorf("%+v", l)
	}
	if l := loaded(t, byDefault, environ); l.User != "env" || l.File != byEnv {
		t.Errorf("%+v", l)
	}
	if l := loaded(t, byDefault, environ, "config="+byFlag); l.User != "flag" || l.File != byFlag {
		t.Errorf("%+v", l)
	}
	// A file that is named must exist.
	_, err := load(t, byDefault, nil, "config="+byFlag+"x")
	check(t, err, "--config: cannot read the settings file: open "+byFlag+"x")
	_, err = load(t, byDefault, []string{"HDPADMIN_CONFIG=" + byEnv + "x"})
	check(t, err, "HDPADMIN_CONFIG: cannot read the settings file: open "+byEnv+"x")
	if file := (config.Sources{DefaultFile: byDefault, Environ: environ}).File(); file != byEnv {
		t.Error(file)
	}
}

func TestPathsOfTheFile(t *testing.T) {
	file := writeSettings(t, "ca_file = \"ca.pem\"\nclient_cert = \"~/jdoe.pem\"\naudit_file = \"/var/audit\"\n")
	l := loaded(t, file, nil)
	if l.CAFile != filepath.Join(filepath.Dir(file), "ca.pem") || l.ClientCert != "/home/jdoe/jdoe.pem" || l.AuditFile != "/var/audit" {
		t.Errorf("%+v", l.Settings)
	}
	if l.ClientKey != l.ClientCert {
		t.Errorf("the key is not taken from the certificate's file: %q", l.ClientKey)
	}
	// The shell expands paths on the command line and in the environment.
	l = loaded(t, file, []string{"HDPADMIN_AUDIT_FILE=~/audit"}, "ca_file=other.pem")
	if l.CAFile != "other.pem" || l.AuditFile != "~/audit" {
		t.Errorf("%+v", l.Settings)
	}
}

func TestTheFilesPasswordCommandIsOnlyForItsAccount(t *testing.T) {
	const content = `password_command = ["pass"]
server = "https://a.example.com"
[profiles.prod]
server = "https://prod.example.com"
user = "jdoe"
`
	for name, c := range map[string]struct {
		content string
		environ []string
		flags   []string
		notice  string
	}{
		"no flags":                         {content: content},
		"the same login and server":        {content: content, flags: []string{"server=https://prod.example.com", "user=jdoe"}},
		"another login":                    {content: content, flags: []string{"user=other"}, notice: ":1: password_command is not run: it is for the user at "},
		"another login in the environment": {content: content, environ: []string{"HDPADMIN_USER=other"}, notice: "and HDPADMIN_USER sets another"},
		"another server":                   {content: content, flags: []string{"server=https://b.example.com"}, notice: ":1: password_command is not run: it is for the server at "},
		"a login, and none in the file":    {content: `password_command = ["pass"]`, flags: []string{"user=other", "server=https://b.example.com"}},
		"a command in the environment":     {content: content, environ: []string{`HDPADMIN_PASSWORD_COMMAND=["pass"]`}, flags: []string{"user=other"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := loaded(t, writeSettings(t, c.content), c.environ, c.flags...)
			notices := strings.Join(l.Notices, "\n")
			if runs := len(l.PasswordCommand) > 0; runs != (c.notice == "") || !strings.Contains(notices, c.notice) || runs && notices != "" {
				t.Errorf("command runs: %v; notices: %q", runs, notices)
			}
		})
	}
}

func TestAnAddressNeedsNoScheme(t *testing.T) {
	for typed, want := range map[string]string{
		"hdp.example.com":             "https://hdp.example.com",
		" hdp.example.com:8443 ":      "https://hdp.example.com:8443",
		"[::1]:8443/hdpui":            "https://[::1]:8443/hdpui",
		"https://hdp.example.com":     "https://hdp.example.com",
		"http://localhost:8080":       "http://localhost:8080",
		"":                            "",
		"http:hdp.example.com":        "not of the form",
		"https:/hdp.example.com":      "not of the form",
		"ftp://hdp.example.com":       "not of the form",
		"jdoe:geheim@hdp.example.com": "must not contain a user name or a password",
	} {
		for name, load := range map[string]func() (*config.Loaded, error){
			"--server":        func() (*config.Loaded, error) { return load(t, "", nil, "server="+typed) },
			"HDPADMIN_SERVER": func() (*config.Loaded, error) { return load(t, "", []string{"HDPADMIN_SERVER=" + typed}) },
			"the file": func() (*config.Loaded, error) {
				return load(t, writeSettings(t, fmt.Sprintf("server = %q", typed)), nil)
			},
		} {
			l, err := load()
			if err != nil {
				if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geheim") {
					t.Errorf("%s %q: %v, want %q", name, typed, err, want)
				}
			} else if l.Server != want {
				t.Errorf("%s %q: %q, want %q", name, typed, l.Server, want)
			}
		}
	}
}

func TestALoginIsCleanedWhereverItIsSet(t *testing.T) {
	for name, l := range map[string]*config.Loaded{
		"--user":        loaded(t, "", nil, "user=jdoe|LDAP1\t"),
		"HDPADMIN_USER": loaded(t, "", []string{"HDPADMIN_USER=\ufeffjdoe|LDAP1\r"}),
		"the file":      loaded(t, writeSettings(t, `user = "jdoe|LDAP1\r\n"`), nil),
	} {
		if l.User != "jdoe|LDAP1" || len(l.Notices) > 0 {
			t.Errorf("%s: %q, notices %q", name, l.User, l.Notices)
		}
	}
	l := loaded(t, "", nil, "user=jdoe ")
	if l.User != "jdoe " || strings.Join(l.Notices, "\n") != "--user: the user name ends with a space" {
		t.Errorf("%q, notices %q", l.User, l.Notices)
	}
	_, err := load(t, "", nil, "user=jdoe\tgeheim")
	check(t, err, "--user: contains a tab")
}

func TestHighConcurrencyIsWarnedAbout(t *testing.T) {
	for n, warned := range map[string]bool{"1": false, "2": false, "3": true, "16": true} {
		l := loaded(t, "", nil, "concurrency="+n)
		if got := strings.Contains(strings.Join(l.Notices, "\n"), "--concurrency: concurrency is "+n); got != warned {
			t.Errorf("%s: %q", n, l.Notices)
		}
	}
}

func TestReasonAndZone(t *testing.T) {
	l := loaded(t, "", nil, "reason_pattern=INC-[0-9]+", "time_zone=Asia/Tokyo")
	if p := l.ReasonPatterns(); len(p) != 1 || !p[0].MatchString("INC-47") || l.Zone().String() != "Asia/Tokyo" {
		t.Errorf("%v %v", p, l.Zone())
	}
	if p := loaded(t, "", nil).ReasonPatterns(); p != nil {
		t.Error(p)
	}
}

func TestKeysOfTheFile(t *testing.T) {
	file := writeSettings(t, "[keys]\nunlock = [\"u\", \"f5\"]\nsort = \"s\"\n")
	l := loaded(t, file, nil)
	if got := fmt.Sprint(l.Keys); got != "[{unlock [u f5] 2} {sort [s] 3}]" {
		t.Errorf("keys %s", got)
	}
	var b strings.Builder
	if err := l.Show(&b, true); err != nil {
		t.Fatal(err)
	}
	if want := "\n[keys]\nunlock = [\"u\", \"f5\"]  # " + file + ":2\nsort = [\"s\"]          # " + file + ":3\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("shown:\n%s", b.String())
	}
}

func TestShowPointsToTheNewNameOfAnAction(t *testing.T) {
	l, err := config.Load(config.Sources{
		DefaultFile: writeSettings(t, "[keys]\nunlock = \"u\"\nactivity = \"L\"\n"), Home: "/home/jdoe",
		CurrentAction: func(name string) string { return map[string]string{"activity": "history"}[name] },
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := l.Show(&b, false); err != nil {
		t.Fatal(err)
	}
	if want := "\n[keys]\n# activity is now called history\nunlock = [\"u\"]\nhistory = [\"L\"]\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("shown:\n%s", b.String())
	}
}

func TestSessionTimeouts(t *testing.T) {
	if l := loaded(t, "", nil); l.IdleTimeout() != 10*time.Minute || l.SessionTimeout() != 0 {
		t.Errorf("by default: %s, %s", l.IdleTimeout(), l.SessionTimeout())
	}
	if l := loaded(t, "", nil, "idle_lock=off", "session_limit=1h30m"); l.IdleTimeout() != 0 || l.SessionTimeout() != 90*time.Minute {
		t.Errorf("as set: %s, %s", l.IdleTimeout(), l.SessionTimeout())
	}
}
