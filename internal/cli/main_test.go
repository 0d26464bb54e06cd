//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/zalando/go-keyring"

	"hdpadmin/config"
	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/internal/cli"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// role is the variable that tells this binary what to do when a test starts it: run as
// "hdpadmin", the same with a fake "keyring", "print" a password as a password_command,
// or run a console with a clock that panics. It must not start with HDPADMIN_.
const role = "TEST_HDPADMIN_ROLE"

func TestMain(m *testing.M) {
	switch r := os.Getenv(role); r {
	case "":
		if filepath.Base(os.Args[0]) != "hdpadmin" { // a script runs this binary under that name
			withoutSettings()
			flag.Parse()
			uitest.SetDefaultFlag("rapid.checks", *sequences)
		}
		testscript.Main(m, map[string]func(){"hdpadmin": runScripted})
	case "hdpadmin":
		os.Exit(cli.Main(context.Background(), os.Args[1:]))
	case "keyring":
		os.Exit(withKeyring())
	case "print":
		_, _ = os.Stdout.WriteString(os.Args[1] + "\n")
	default:
		os.Exit(crashing(r, os.Args[1]))
	}
}

// withoutSettings hides the developer's own settings from the tests.
func withoutSettings() {
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, config.EnvPrefix) {
			_ = os.Unsetenv(name)
		}
	}
	_ = os.Setenv("HDPADMIN_CONFIG", os.DevNull)
}

// withKeyring runs hdpadmin with a fake keyring that holds TEST_KEYRING, "account
// password"; without a password, the keyring fails. It writes the account's password at
// the end to the file TEST_KEYRING_AFTER.
func withKeyring() int {
	account, password, some := strings.Cut(os.Getenv("TEST_KEYRING"), " ")
	if !some {
		keyring.MockInitWithError(errors.New("no bus"))
		return cli.Main(context.Background(), os.Args[1:])
	}
	keyring.MockInit()
	if err := keyring.Set("hdpadmin", account, password); err != nil {
		panic(err)
	}
	code := cli.Main(context.Background(), os.Args[1:])
	if file := os.Getenv("TEST_KEYRING_AFTER"); file != "" {
		password, _ = keyring.Get("hdpadmin", account)
		if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
			panic(err)
		}
	}
	return code
}

// crashing runs the console on the server at url with a clock that panics in "update",
// "view" or "command", or cancels the "context". "update@2" panics at the second dialog
// that opens on its own.
func crashing(where, url string) int {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	client, err := hdpclient.New(url)
	if err != nil {
		panic(err)
	}
	where, second := strings.CutSuffix(where, "@2")
	c := &brokenClock{Clock: clock.System(nil), where: where, end: end, first: 1}
	if second {
		c.first = 2
	}
	_, err = ui.Run(ctx, ui.Options{
		Client: client, Writer: change.NewWriter(ctx, client), Theme: theme.Dark(), Clock: c,
		User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword),
		Tell: func(notice string) { _, _ = os.Stderr.WriteString(notice + "\n") },
	})
	return cli.Report(err)
}

// brokenClock panics once a dialog opens on its own, which sets a timer.
type brokenClock struct {
	clock.Clock
	where string
	end   func()
	armed bool
	first int // which of those timers panics
}

var errBroken = errors.New("the clock is broken")

func (c *brokenClock) Now() time.Time {
	if c.armed && c.where == "view" && bytes.Contains(debug.Stack(), []byte("ui.(*Model).View(")) {
		panic(errBroken)
	}
	return c.Clock.Now()
}

func (c *brokenClock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	if d != 50*time.Millisecond { // the time of the gate, which holds keys from a new dialog
		return c.Clock.After(d, msg)
	}
	if c.first--; c.first > 0 {
		return c.Clock.After(d, msg)
	}
	c.armed = true
	switch c.where {
	case "update":
		panic(errBroken)
	case "command":
		return func() tea.Msg { panic(errBroken) }
	case "context":
		return func() tea.Msg { c.end(); return nil }
	}
	return c.Clock.After(d, msg)
}

// command returns a command that runs this binary as hdpadmin, with its own environment.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	c := exec.CommandContext(t.Context(), exe, args...)
	c.Env = []string{
		role + "=hdpadmin", "PATH=" + os.Getenv("PATH"), "HOME=" + home, "TZ=UTC", "LC_ALL=C.UTF-8",
		"XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_CACHE_HOME=" + home,
		"TMPDIR=" + home, // so that the folders of killed demos are removed with the test
		"TERM=xterm-256color", "COLORTERM=truecolor", "GORACE=atexit_sleep_ms=0",
		"GOCOVERDIR=" + os.Getenv("GOCOVERDIR"), // without it, a binary built with -cover complains on standard error
	}
	return c
}

// piped runs hdpadmin without a terminal.
func piped(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	c := command(t, args...)
	withoutTerminal(c)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}
