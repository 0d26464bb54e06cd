//go:build unix

package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/config"
)

func TestEveryMistakeInTheFileIsReportedWithItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		line    int
		want    string // the complete message
	}{
		"an unknown name":               {"servr = \"x\"", 1, `unknown setting "servr"; did you mean server?`},
		"an unknown name, nothing near": {"\n\ncolour_of_the_sky = 1", 3, `unknown setting "colour_of_the_sky"`},
		"a name with dashes":            {"ca-file = \"x\"", 1, `unknown setting "ca-file"; did you mean ca_file?`},
		"a name in capitals":            {"Theme = \"dark\"", 1, `unknown setting "Theme"; did you mean theme?`},
		"letters swapped":               {"[profiles.a]\nuesr = \"x\"", 2, `unknown setting "uesr"; did you mean user?`},
		"a misspelt table":              {"[profile.a]\nuser = \"x\"", 1, "profile: put the settings of a profile in a table such as [profiles.prod]; choose one with default_profile"},
		"a table at the top":            {"[prod]\nuser = \"x\"", 1, `unknown setting "prod"`},
		"an escape in a name":           {"\"\\u001b[2J\" = 1", 1, `unknown setting "\u001b[2J"`},
		"a string for a switch":         {"read_only = \"yes\"", 1, "read_only: must be true or false, not a string"},
		"a number for a switch":         {"read_only = 1", 1, "read_only: must be true or false, not a number"},
		"a switch for a string":         {"user = true", 1, "user: must be a string in quotes, not true or false"},
		"a date for a string":           {"user = 2026-12-01", 1, "user: must be a string in quotes, not a date or time"},
		"a table for a string":          {"[user]\nx = 1", 1, "user: must be a string in quotes, not a table"},
		"a list for a file":             {"ca_file = [\"x\"]", 1, "ca_file: must be a file path in quotes, not a list"},
		"a switch for a theme":          {"theme = true", 1, "theme: must be one of auto, dark, light, high-contrast, mono, in quotes, not true or false"},
		"a string for a number":         {"concurrency = \"3\"", 1, "concurrency: must be a number from 1 to 16, not a string"},
		"a fraction":                    {"concurrency = 1.5", 1, "concurrency: must be a number from 1 to 16, not a number"},
		"too small a number":            {"concurrency = 0", 1, "concurrency: 0 is not a number from 1 to 16"},
		"too large a number":            {"expiring_within = 99999", 1, "expiring_within: 99999 is not a number from 1 to 3650"},
		"a theme":                       {"theme = \"Dark\"", 1, `theme: "Dark" is not one of auto, dark, light, high-contrast, mono; did you mean dark?`},
		"a theme with an escape":        {"theme = \"\\u001b[31m\"", 1, `theme: "\x1b[31m" is not one of auto, dark, light, high-contrast, mono`},
		"confirm":                       {"confirm = \"typename\"", 1, `confirm: "typename" is not one of enter, type-name; did you mean type-name?`},
		"an accent":                     {"[profiles.a]\naccent = \"#ff0000\"", 2, `accent: "#ff0000" is not one of none, red, orange, yellow, green, cyan, blue, magenta`},
		"an expression":                 {"reason_pattern = \"(\"", 1, "reason_pattern: \"(\" is not a valid regular expression: error parsing regexp: missing closing ): `(`"},
		"a time zone":                   {"time_zone = \"Berlin\"", 1, `time_zone: "Berlin" is not a time zone: use a name such as Europe/Berlin, UTC or Local`},
		"an empty time zone":            {"time_zone = \"\"", 1, `time_zone: "" is not a time zone: use a name such as Europe/Berlin, UTC or Local`},
		"too short a time":              {"idle_lock = \"9s\"", 1, `idle_lock: "9s" is not valid: use 10s to 8h, such as 10m or 1h30m, or off`},
		"too long a time":               {"session_limit = \"9h\"", 1, `session_limit: "9h" is not valid: use 10s to 8h, such as 10m or 1h30m, or off`},
		"a time without its unit":       {"idle_lock = \"10\"", 1, `idle_lock: "10" is not valid: use 10s to 8h, such as 10m or 1h30m, or off`},
		"a password in the address":     {"server = \"https://jdoe:geheim@x\"", 1, "server: the address must not contain a user name or a password: set the name with user, and never put the password here"},
		"not an address":                {"server = \"ftp://hdp\"", 1, "server: the address is not of the form https://hdp.example.com:8443"},
		"a password with the login":     {"user = \"jdoe:geheim\"", 1, "user: contains a colon, where a server would cut off the name; the password must not be part of it"},
		"a password":                    {"\npassword = \"geheim\"", 2, "passwords are not accepted in the settings file: remove it and hdpadmin asks you, or use password_command or keyring"},
		"a password in a profile":       {"[profiles.a]\nPassword = \"geheim\"", 2, "passwords are not accepted in the settings file: remove it and hdpadmin asks you, or use password_command or keyring"},
		"a command for a shell":         {"password_command = \"echo geheim\"", 1, `password_command: must be a list of strings such as ["pass", "show", "hdp"], not a string`},
		"a command with a number":       {"password_command = [\"geheim\", 1]", 1, `password_command: must be a list of strings such as ["pass", "show", "hdp"]`},
		"a command without a name":      {"password_command = [\"\", \"geheim\"]", 1, `password_command: must be a list of strings such as ["pass", "show", "hdp"]`},
		"insecure in the file":          {"insecure = true", 1, "insecure: applies to a single run; use --insecure"},
		"a password file":               {"[profiles.a]\npassword_file = \"x\"", 2, "password_file: applies to a single run; use --password-file"},
		"the file in the file":          {"config = \"x\"", 1, "config: cannot be set in the file; use --config or HDPADMIN_CONFIG"},
		"a default in a profile":        {"[profiles.a]\ndefault_profile = \"a\"", 2, "default_profile: belongs at the top of the file, not in a profile"},
		"an unknown default":            {"default_profile = \"prd\"\n[profiles.prod]\n[profiles.test]", 1, `unknown profile "prd"; choose from prod, test; did you mean prod?`},
		"a default, and no profiles":    {"default_profile = \"prd\"", 1, `unknown profile "prd"; <file> has no profiles`},
		"profiles that are not tables":  {"profiles = 1", 1, "profiles: must be tables such as [profiles.prod]"},
		"a list of profiles":            {"[[profiles]]\nuser = \"x\"", 1, "profiles: must be tables such as [profiles.prod]"},
		"a profile that is not a table": {"[profiles]\n\nprod = \"x\"", 3, `profiles: "prod" must be a table such as [profiles.prod]`},
		"a name of a profile":           {"[profiles.\"a b\"]", 1, `profiles: "a b" is not a valid name: use letters, digits, and . _ -`},
		"a profile not in use":          {"default_profile = \"a\"\n[profiles.a]\n[profiles.b]\ntheme = \"x\"", 4, `theme: "x" is not one of auto, dark, light, high-contrast, mono`},
		"in an inline table":            {"profiles = { a = { user = 1 } }", 1, "user: must be a string in quotes, not a number"},
		"http to another machine":       {"user = \"x\"\nserver = \"http://hdp.example.com\"", 2, `server: plain HTTP would send the password to "hdp.example.com" unencrypted: use https, or --allow-http (allow_http = true) if you trust everyone on the network`},
		"a key without a certificate":   {"client_key = \"/x\"", 1, "client_key: needs client_cert, which is not set"},
		"keys that are not a table":     {"keys = 1", 1, "keys: must be a table, written [keys]"},
		"a number for a key":            {"[keys]\nunlock = 5", 2, `unlock: must be a key in quotes or a list such as ["u", "f5"]`},
		"a number among keys":           {"[keys]\n\nunlock = [\"u\", 5]", 3, `unlock: must be a key in quotes or a list such as ["u", "f5"]`},
		"a wrong key":                   {"[keys]\nsort = \"o\"\nunlock = \"wrong\"", 3, "unlock: there is no such key"},
		"a misspelt keys table":         {"[keyz]\nunlock = \"u\"", 1, `unknown setting "keyz"; did you mean keys?`},
		"invalid TOML":                  {"user = \"a\"\nserver = geheim", 2, "is not valid TOML: unexpected character U+0067 'g' at start of value"},
		"an open string":                {"user = \"geheim", 1, "is not valid TOML: basic strings cannot have new lines"},
		"set twice":                     {"user = \"a\"\n\nuser = \"b\"", 3, "is not valid TOML: key user is already defined"},
		"a profile twice":               {"[profiles.a]\n[profiles.a]", 2, "is not valid TOML: table a already exists"},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeSettings(t, c.content+"\n")
			_, err := load(t, file, nil)
			var wrong config.Problems
			if !errors.As(err, &wrong) || len(wrong) != 1 {
				t.Fatalf("%v", err)
			}
			if where := fmt.Sprintf("%s:%d", file, c.line); wrong[0].Where != where {
				t.Errorf("at %s, want %s", wrong[0].Where, where)
			}
			if want := strings.ReplaceAll(c.want, "<file>", file); wrong[0].What != want {
				t.Errorf("got:\n%s\nwant:\n%s", wrong[0].What, want)
			}
			if strings.Contains(err.Error(), "geheim") || strings.ContainsAny(err.Error(), "\x1b\x00") {
				t.Errorf("the error quotes a secret or an escape: %q", err)
			}
		})
	}
}

func TestMistakesInTheEnvironmentAndTheFlags(t *testing.T) {
	for name, c := range map[string]struct {
		environ []string
		flags   []string
		want    string
	}{
		"a switch":                       {[]string{"HDPADMIN_READ_ONLY=yes"}, nil, `HDPADMIN_READ_ONLY: "yes" is not true or false`},
		"a number":                       {[]string{"HDPADMIN_CONCURRENCY=many"}, nil, `HDPADMIN_CONCURRENCY: "many" is not a number from 1 to 16`},
		"a large number":                 {nil, []string{"concurrency=17"}, "--concurrency: 17 is not a number from 1 to 16"},
		"a theme":                        {nil, []string{"theme=x"}, `--theme: "x" is not one of auto, dark, light, high-contrast, mono`},
		"an address":                     {[]string{"HDPADMIN_SERVER=https://jdoe:geheim@x"}, nil, "HDPADMIN_SERVER: the address must not contain a user name or a password: set the name with user, and never put the password here"},
		"a command for a shell":          {[]string{"HDPADMIN_PASSWORD_COMMAND=echo geheim"}, nil, `HDPADMIN_PASSWORD_COMMAND: must be a list of strings such as ["pass", "show", "hdp"]`},
		"an unknown name":                {[]string{"HDPADMIN_READONLY=1"}, nil, "HDPADMIN_READONLY: unknown setting; did you mean HDPADMIN_READ_ONLY?"},
		"the one that forbids questions": {[]string{"HDPADMIN_NO_INPUT=yes"}, nil, ""},
		"a name in lower case":           {[]string{"HDPADMIN_theme=dark"}, nil, "HDPADMIN_theme: unknown setting; did you mean HDPADMIN_THEME?"},
		"insecure":                       {[]string{"HDPADMIN_INSECURE=1"}, nil, "HDPADMIN_INSECURE: applies to a single run; use --insecure"},
		"the password":                   {[]string{"HDPADMIN_PASSWORD=geheim"}, nil, "HDPADMIN_PASSWORD: put the password in HDP_PASSWORD"},
		"a profile":                      {nil, []string{"profile=prd"}, `--profile: unknown profile "prd"; <file> has no profiles`},
		"a profile by variable":          {[]string{"HDPADMIN_PROFILE=prd"}, nil, `HDPADMIN_PROFILE: unknown profile "prd"; <file> has no profiles`},
		"http":                           {nil, []string{"server=http://hdp.example.com"}, `--server: plain HTTP would send the password to "hdp.example.com" unencrypted: use https, or --allow-http (allow_http = true) if you trust everyone on the network`},
		"debug without a log":            {nil, []string{"debug=true"}, "--debug: needs log_file, which is not set"},
		"a key without a certificate":    {nil, []string{"client_key=x"}, "--client-key: needs client_cert, which is not set"},
		"another's variable":             {[]string{"HDPADMIN=x", "HDP_ADMIN_X=1", "XHDPADMIN_Y=1", "HDPADMIN_EMPTY="}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := writeSettings(t, "")
			_, err := load(t, file, c.environ, c.flags...)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != strings.ReplaceAll(c.want, "<file>", file) {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	file := writeSettings(t, "theme = \"x\"\n[profiles.a]\nfoo = 1\nuser = 2\n[profiles.b]\nascii = 3\n[keys]\nunlock = 4\n[profiles.c]\nbar = 5\n")
	l, err := load(t, file, []string{"HDPADMIN_KEYRING=x", "HDPADMIN_BAR=1"}, "concurrency=x", "profile=d")
	if l != nil {
		t.Error("some settings apply")
	}
	want := "10 settings are wrong, and none of them is applied:\n" +
		"    " + file + ":1: theme: \"x\" is not one of auto, dark, light, high-contrast, mono\n" +
		"    " + file + ":3: unknown setting \"foo\"\n" +
		"    " + file + ":4: user: must be a string in quotes, not a number\n" +
		"    " + file + ":6: ascii: must be true or false, not a number\n" +
		"    " + file + ":8: unlock: must be a key in quotes or a list such as [\"u\", \"f5\"]\n" +
		"    " + file + ":10: unknown setting \"bar\"\n" +
		"    HDPADMIN_BAR: unknown setting\n" +
		"    HDPADMIN_KEYRING: \"x\" is not true or false\n" +
		"    --concurrency: \"x\" is not a number from 1 to 16\n" +
		"    --profile: unknown profile \"d\"; choose from a, b, c"
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func TestABrokenFileIsNotSaidToLackAProfile(t *testing.T) {
	file := writeSettings(t, "[profiles.prod\n")
	_, err := load(t, file, nil, "profile=prod", "theme=x")
	if got := fmt.Sprint(err); strings.Contains(got, "unknown profile") || !strings.Contains(got, "--theme") || !strings.Contains(got, file+":1: is not valid TOML") {
		t.Error(got)
	}
}

func TestTheSettingsFileIsPrivate(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o644: true, 0o640: true, 0o660: true, 0o602: true, 0o604: true} {
		file := writeSettings(t, "user = \"jdoe\"\n")
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		_, err := load(t, file, nil)
		want := ""
		if refused {
			want = "settings file " + file + " is open to others: run chmod 600 " + file
		}
		check(t, err, want)
	}
	dir := t.TempDir()
	_, err := load(t, dir, nil)
	check(t, err, dir+" is a folder")
	_, err = load(t, writeSettings(t, strings.Repeat("#", 2<<20)), nil)
	check(t, err, "too large")
	if _, err := load(t, os.DevNull, nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := load(t, writeSettings(t, "\ufeffuser = \"jdoe\"\r\n"), nil); err != nil {
		t.Errorf("as Windows editors write it: %v", err)
	}
	if _, err := load(t, filepath.Join(t.TempDir(), "none", "config.toml"), nil); err != nil {
		t.Errorf("a missing file: %v", err)
	}
}
