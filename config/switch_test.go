//go:build unix

package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hdpadmin/config"
)

// loadNext switches to the profile next, from one that was started with these flags.
func loadNext(t *testing.T, content string, environ []string, flags ...string) *config.Loaded {
	t.Helper()
	earlier := map[string]string{}
	for _, f := range flags {
		name, value, _ := strings.Cut(f, "=")
		earlier[name] = value
	}
	l, err := config.Load(config.Sources{
		Flags: map[string]string{"profile": "next"}, Earlier: earlier, Environ: environ, DefaultFile: writeSettings(t, content),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestSwitchingProfilesKeepsTheStricterValue tries every pair of values of every setting
// that has a stricter direction, as flag and as variable.
func TestSwitchingProfilesKeepsTheStricterValue(t *testing.T) {
	for name, values := range map[string][]string{ // strictest first, including the default
		"read_only":        {"true", "false"},
		"require_reason":   {"true", "false"},
		"audit_syslog":     {"true", "false"},
		"allow_http":       {"false", "true"},
		"typed_passwords":  {"false", "true"},
		"completion_cache": {"false", "true"},
		"confirm":          {`"type-name"`, `"enter"`},
		"concurrency":      {"1", "2", "16"},
		"idle_lock":        {`"1m"`, `"10m"`, `"8h"`, `"off"`},
		"session_limit":    {`"30m"`, `"8h"`, `"off"`},
		"clipboard_clear":  {`"10s"`, `"45s"`, `"off"`},
		"reason_pattern":   {`"INC-[0-9]+"`, `""`},
	} {
		for given, before := range values {
			for written, own := range values {
				plain := strings.Trim(before, `"`)
				want := values[min(given, written)]
				content := fmt.Sprintf("[profiles.next]\n%s = %s\n", name, own)
				if got := shown(t, loadNext(t, content, nil, name+"="+plain))[name][0]; got != want {
					t.Errorf("--%s %s, then a profile with %s: %s", name, before, own, got)
				}
				if got := shown(t, loadNext(t, content, []string{"HDPADMIN_" + strings.ToUpper(name) + "=" + plain}))[name][0]; got != want {
					t.Errorf("the variable of %s %s, then a profile with %s: %s", name, before, own, got)
				}
			}
			byDefault := shown(t, loadNext(t, "[profiles.next]\n", nil))[name][0]
			want := values[min(given, slices.Index(values, byDefault))]
			if got := shown(t, loadNext(t, "[profiles.next]\n", nil, name+"="+strings.Trim(before, `"`)))[name][0]; got != want {
				t.Errorf("--%s %s, then a profile without it: %s", name, before, got)
			}
		}
	}
}

func TestTwoReasonPatternsMustBothMatch(t *testing.T) {
	l := loadNext(t, "[profiles.next]\nreason_pattern = \"CHG-[0-9]+\"\n", nil, "reason_pattern=INC-[0-9]+")
	if got := fmt.Sprint(l.ReasonPatterns()); got != "[CHG-[0-9]+ INC-[0-9]+]" {
		t.Errorf("a reason must match %s", got)
	}
	l = loadNext(t, "[profiles.next]\nreason_pattern = \"INC-[0-9]+\"\n", nil, "reason_pattern=INC-[0-9]+")
	if got := fmt.Sprint(l.ReasonPatterns()); got != "[INC-[0-9]+]" {
		t.Errorf("a reason must match %s", got)
	}
}

// TestSwitchingProfilesDropsSettingsOfTheFirstServer checks every setting that is neither
// kept nor strict: its flag is dropped, and its variable gives way to the file.
func TestSwitchingProfilesDropsSettingsOfTheFirstServer(t *testing.T) {
	kept := []string{"keyring", "expiring_within", "audit_file", "audit_group", "log_file", "debug", "theme", "ascii", "sync_output", "time_zone"}
	dropped := []string{"server", "user", "ca_file", "client_cert", "client_key", "server_name", "insecure", "password_file", "password_command", "accent"}
	strict := []string{"read_only", "require_reason", "reason_pattern", "confirm", "typed_passwords", "concurrency", "allow_http", "idle_lock", "session_limit", "clipboard_clear", "audit_syslog", "completion_cache"}
	for _, s := range config.All() {
		switch {
		case slices.Contains([]string{"config", "profile", "default_profile"}, s.Name), slices.Contains(strict, s.Name):
			continue
		case !slices.Contains(kept, s.Name) && !slices.Contains(dropped, s.Name):
			t.Errorf("%s: is it kept, dropped or strict after a switch?", s.Name)
			continue
		}
		isKept, plain := slices.Contains(kept, s.Name), strings.Trim(samples(s)[0], `"`)
		needs := map[string]string{"client_key": "client_cert = \"/cert\"\n", "debug": "log_file = \"/log\"\n"}
		without := "[profiles.next]\n" + needs[s.Name]
		if s.Flag() != "" {
			from := shown(t, loadNext(t, without, nil, s.Name+"="+plain))[s.Name][1]
			if (from == "--"+s.Flag()) != isKept {
				t.Errorf("--%s: after the switch from %s", s.Flag(), from)
			}
		}
		if s.Env() == "" {
			continue
		}
		from := shown(t, loadNext(t, without+s.Name+" = "+samples(s)[1]+"\n", []string{s.Env() + "=" + plain}))[s.Name][1]
		if (from == s.Env()) != isKept {
			t.Errorf("%s, and the profile sets it: now from %s", s.Env(), from)
		}
		from = shown(t, loadNext(t, without, []string{s.Env() + "=" + plain}))[s.Name][1]
		if (from == s.Env()) != (s.Name != "password_command") {
			t.Errorf("%s, and the profile does not set it: now from %s", s.Env(), from)
		}
	}
}

func TestTheEnvironmentsPasswordCommandIsOnlyForTheFirstServer(t *testing.T) {
	environ := []string{`HDPADMIN_PASSWORD_COMMAND=["pass", "first"]`}
	for content, want := range map[string]string{
		"[profiles.next]\n": "[]",
		"password_command = [\"pass\", \"top\"]\n[profiles.next]\n":  "[pass top]",
		"[profiles.next]\npassword_command = [\"pass\", \"next\"]\n": "[pass next]",
	} {
		if l := loadNext(t, content, environ); fmt.Sprint(l.PasswordCommand) != want {
			t.Errorf("%q: runs %q, want %s", content, l.PasswordCommand, want)
		}
	}
}
