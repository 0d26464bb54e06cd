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

// TestThePasswordComesFromTheFirstSource tries every set of sources, and what is
// said of it beforehand.
func TestThePasswordComesFromTheFirstSource(t *testing.T) {
	keyring.MockInit()
	account := config.Account("jdoe", "https://hdp.example.com")
	if err := config.PutInKeyring(t.Context(), account, "of the keyring"); err != nil {
		t.Fatal(err)
	}
	for given := range 1 << 4 {
		t.Run(fmt.Sprintf("%04b", given), func(t *testing.T) {
			s := config.PasswordSources{Environ: unset, Stdin: nothing{t}}
			want, said := "", "asked for"
			if given&1 != 0 {
				s.Keyring = account
				want, said = "of the keyring", "from the keyring, if it is there, else asked for"
			}
			if given&2 != 0 {
				s.Command = command(t, "arguments", "of the command")
				want, said = "of the command", "from password_command"
			}
			if given&4 != 0 {
				s.Environ = environment("of the environment")
				want, said = "of the environment", "from HDP_PASSWORD, not shown"
			}
			if given&8 != 0 {
				s.File = write(t, "of the file\n", 0o600)
				want, said = "of the file", "from "+s.File
			}
			got, notice, err := s.Find(t.Context())
			if got != want || notice != "" || err != nil || s.String() != said {
				t.Errorf("%q, %q, %v, said %q; want %q, said %q", got, notice, err, s, want, said)
			}
		})
	}
}

func TestAnEmptyVariableIsNoPassword(t *testing.T) {
	s := config.PasswordSources{Environ: environment(""), Command: command(t, "good")}
	if got, _, err := s.Find(t.Context()); got != "geheim" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestACommandThatFailsIsNotPassedOver(t *testing.T) {
	keyring.MockInit()
	if err := config.PutInKeyring(t.Context(), "a", "of the keyring"); err != nil {
		t.Fatal(err)
	}
	s := config.PasswordSources{Environ: unset, Command: command(t, "failing"), Keyring: "a"}
	got, notice, err := s.Find(t.Context())
	check(t, err, "exit status 3")
	if got != "" || notice != "" {
		t.Errorf("%q, %q", got, notice)
	}
}

func TestAKeyringThatCannotHelpIsPassedOverInOneLine(t *testing.T) {
	for name, c := range map[string]struct {
		set  func()
		want string
	}{
		"it is not in there": {keyring.MockInit, "a: the keyring has no password for it: the password is asked for"},
		"there is none": {
			func() { keyring.MockInitWithError(errors.New("dbus: \x1b[2J\nno bus")) },
			"a: the keyring cannot be used here: dbus: \ufffd[2J\ufffdno bus: the password is asked for",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.set()
			s := config.PasswordSources{Environ: unset, Keyring: "a"}
			got, notice, err := s.Find(t.Context())
			if got != "" || err != nil || notice != c.want || strings.Contains(notice, "\n") {
				t.Errorf("%q, %q, %v", got, notice, err)
			}
		})
	}
	keyring.MockInit()
}
