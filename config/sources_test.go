//go:build unix

package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"hdpadmin/config"
)

// TestThePasswordComesFromTheFirstSource tries every combination of sources, and checks
// what String says beforehand.
func TestThePasswordComesFromTheFirstSource(t *testing.T) {
	keyring.MockInit()
	account := config.KeyringAccount("jdoe", "https://hdp.example.com")
	if err := config.PutInKeyring(t.Context(), account, "of the keyring"); err != nil {
		t.Fatal(err)
	}
	for given := range 1 << 4 {
		t.Run(fmt.Sprintf("%04b", given), func(t *testing.T) {
			s := config.PasswordSources{LookupEnv: unset, Stdin: unreadable{t}}
			want, from, said, notice := "", "", "you will be asked for it", ""
			if given&1 != 0 {
				s.Keyring = account
				want, from, said = "of the keyring", "the keyring", "from the keyring, if it is there; otherwise you will be asked for it"
			}
			if given&2 != 0 {
				s.Command = command(t, "arguments", "of the command")
				want, from, said = "of the command", "password_command", "from password_command"
			}
			if given&4 != 0 {
				s.File = write(t, "of the file\n", 0o600)
				want, from, said = "of the file", s.File, "from "+s.File
			}
			if given&8 != 0 {
				s.LookupEnv = envWith("of the environment")
				want, from, said = "of the environment", "HDP_PASSWORD", "from HDP_PASSWORD, not shown"
			}
			if given&12 == 12 {
				notice = "using the password from HDP_PASSWORD; --password-file " + s.File + " is not read"
				said += "; --password-file " + s.File + " is not read"
			}
			got, err := s.Find(t.Context())
			if got != (config.Found{Password: want, From: from, Notice: notice}) || err != nil || s.String() != said {
				t.Errorf("%q, %v, String() %q; want %q from %q, %q, String() %q", got, err, s, want, from, notice, said)
			}
		})
	}
}

func TestAnEmptyVariableIsNoPassword(t *testing.T) {
	s := config.PasswordSources{LookupEnv: envWith(""), Command: command(t, "good")}
	if got, err := s.Find(t.Context()); got.Password != "geheim" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestEverySourceIsCleanedTheSameWay gives each source passwords with the extras that
// copying adds, and one with a tab inside.
func TestEverySourceIsCleanedTheSameWay(t *testing.T) {
	sources := map[string]func(content string) config.PasswordSources{
		"HDP_PASSWORD": func(content string) config.PasswordSources {
			return config.PasswordSources{LookupEnv: envWith(content)}
		},
		"standard input": func(content string) config.PasswordSources {
			return config.PasswordSources{LookupEnv: unset, File: "-", Stdin: strings.NewReader(content)}
		},
		"password_command": func(content string) config.PasswordSources {
			return config.PasswordSources{LookupEnv: unset, Command: command(t, "arguments", content)}
		},
		"the keyring": func(content string) config.PasswordSources {
			if err := config.PutInKeyring(t.Context(), "a", content); err != nil {
				t.Fatal(err)
			}
			return config.PasswordSources{LookupEnv: unset, Keyring: "a"}
		},
	}
	keyring.MockInit()
	for name, of := range sources {
		for content, want := range map[string]config.Found{
			"geheim\r":       {Password: "geheim"},
			"\ufeff\tgeheim": {Password: "geheim"},
			"geheim \r":      {Password: "geheim ", Space: "ends with a space", Notice: "the password from " + name + " ends with a space"},
		} {
			want.From = name
			if got, err := of(content).Find(t.Context()); got != want || err != nil {
				t.Errorf("%s, %q: %q, %v", name, content, got, err)
			}
		}
		got, err := of("jdoe\tgeheim").Find(t.Context())
		if got.Password != "" || strings.Contains(fmt.Sprint(got, err), "geheim") || !strings.Contains(fmt.Sprint(got, err), "contains a tab") {
			t.Errorf("%s, a tab inside: %q, %v", name, got, err)
		}
	}
}

func TestAVariableWithOnlyALineEndIsNoPassword(t *testing.T) {
	s := config.PasswordSources{LookupEnv: envWith("\n"), Command: command(t, "good")}
	if got, err := s.Find(t.Context()); got.Password != "geheim" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAFailingCommandIsAnError(t *testing.T) {
	keyring.MockInit()
	if err := config.PutInKeyring(t.Context(), "a", "of the keyring"); err != nil {
		t.Fatal(err)
	}
	s := config.PasswordSources{LookupEnv: unset, Command: command(t, "failing"), Keyring: "a"}
	got, err := s.Find(t.Context())
	check(t, err, "exit status 3")
	if got.Password != "" || got.Notice != "" {
		t.Errorf("%q", got)
	}
}

func TestAFailingKeyringIsSkippedWithANotice(t *testing.T) {
	for name, c := range map[string]struct {
		set  func()
		want string
	}{
		"no password": {keyring.MockInit, "a: the keyring has no password for this user and server; you will be asked for the password"},
		"no keyring": {
			func() { keyring.MockInitWithError(errors.New("dbus: \x1b[2J\nno bus")) },
			"a: the keyring is not available: dbus: \ufffd[2J\ufffdno bus; you will be asked for the password",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.set()
			s := config.PasswordSources{LookupEnv: unset, Keyring: "a"}
			got, err := s.Find(t.Context())
			if got != (config.Found{Notice: c.want}) || err != nil || strings.Contains(got.Notice, "\n") {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	keyring.MockInit()
}
