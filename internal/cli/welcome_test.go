//go:build unix

package cli_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// startFresh starts hdpadmin as a new user. home is the folder for settings and state.
func startFresh(t *testing.T, args ...any) (term *terminal, home string) {
	t.Helper()
	home = t.TempDir()
	return startAgain(t, home, args...), home
}

func startAgain(t *testing.T, home string, args ...any) *terminal {
	t.Helper()
	return start(t, append(args, env("HOME="+home, "XDG_CONFIG_HOME="+home+"/config", "XDG_STATE_HOME="+home+"/state"))...)
}

// writeCertificate writes the server's certificate to a file and returns its path.
func writeCertificate(t *testing.T, server *hdptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const (
	down  = "\x1b[B"
	empty = "\x15" // ctrl+u
	back  = "\x1b[Z"
)

func TestTheFirstRunStartsTheDemo(t *testing.T) {
	t.Parallel()
	term, home := startFresh(t)
	term.sees("Welcome to hdpadmin", "Try the demo", "Connect to a server")
	term.press("\r")
	term.sees("DEMO", "alice.smith")
	term.press("P")
	term.sees("profiles are not available in the demo")
	term.press("q")
	term.leaves(0)
	term.isRestored()
	if all, err := os.ReadDir(home); err != nil || len(all) != 0 {
		t.Errorf("it left files: %v %v", all, err)
	}
}

func TestTheFirstRunCanBeLeft(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"q", "\x03"} {
		term, _ := startFresh(t)
		term.sees("Welcome to hdpadmin")
		term.press(key)
		term.leaves(0)
		term.isRestored()
	}
}

func TestTheFirstRunNeedsATerminal(t *testing.T) {
	t.Parallel()
	_, errs, code := piped(t)
	if code != 2 || !strings.Contains(errs, "no server is set") || !strings.Contains(errs, "hdpadmin demo") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestAnExpiredPasswordIsChangedInTheFirstRun(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	server.SetPasswordInfo(1, `{"passwordStatus":1,"passwordExpiration":"2020-01-01 00:00:00"}`)
	term, _ := startFresh(t, env("HDP_PASSWORD=wrong-Password1"))
	term.sees("Welcome to hdpadmin")
	term.press(down + "\r")
	term.press(server.URL + "\td2cadmin\t\t" + hdptest.AdminPassword + "\r")
	term.sees("✗ Sign-in", "ctrl+o change an expired password")
	term.press("\x0f")
	term.sees("Your password · d2cadmin", "8 to 12 characters")
	term.press(hdptest.AdminPassword + "\tPlum-Tide7\tPlum-Tide7\r")
	term.sees("alice.smith", "Your password was changed")
	if !server.CheckPassword(1, "Plum-Tide7") {
		t.Error("the new password is not active")
	}
	refused := 0
	for _, r := range server.Requests() {
		if r.Status == http.StatusUnauthorized {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d requests were refused", refused)
	}
	term.press("q")
	term.leaves(0)
}

// TestTheFirstRunConnectsToAServer fails at every step before it succeeds.
func TestTheFirstRunConnectsToAServer(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithTLS())
	ca := writeCertificate(t, server)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "https://"), ":")
	term, home := startFresh(t)
	term.sees("Welcome to hdpadmin")
	term.press(down + "\r")
	term.sees("Connect to a server", "https://hdp.example.com:8443")

	term.press("no.such.name.invalid:8443\tjdoe\t/nowhere/ca.pem\tOcean-Pine7\r")
	term.sees("▸ CA file", "CA file: there is no file /nowhere/ca.pem")
	term.press(empty + "\r")
	term.sees("▸ Address", "✗ Name", "no.such.name.invalid")
	term.press(empty + "127.0.0.1:" + port + "\r")
	term.sees("✗ Connection", "is self-signed")
	term.press("\t\t" + ca + "\r")
	term.sees("✓ HDP", "✗ Sign-in", "Invalid user ID or password.")
	server.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: hdptest.Status, Status: http.StatusNotFound})
	term.press("another" + back + back + empty + "d2cadmin\r")
	term.sees("✗ HDP", "HTTP 404")
	term.press("\t\t" + empty + hdptest.AdminPassword + "\r")
	term.sees("Connected", "accepted as d2cadmin", "can be listed", "hdpadmin will ask for the password")
	pressUntil(term, empty, func(screen string) bool { return !strings.Contains(screen, "server ") })
	term.press("prod\r")
	term.sees("alice.smith", "prod")
	term.press("q")
	term.leaves(0)
	term.isRestored()

	if strings.Contains(term.output(), hdptest.AdminPassword) {
		t.Error("the password was shown")
	}
	file := filepath.Join(home, "config", "hdpadmin", "config.toml")
	raw, err := os.ReadFile(file)
	if want := fmt.Sprintf("\n[profiles.prod]\nserver = %q\nuser = \"d2cadmin\"\nca_file = %q\n", server.URL, ca); err != nil || !strings.HasSuffix(string(raw), want) {
		t.Errorf("%v\n%s\nwant\n%s", err, raw, want)
	}
	for _, f := range []string{file, filepath.Join(home, "state", "hdpadmin", "last-profile")} {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info, err)
		}
	}

	// From now on, hdpadmin needs no flags, only the password.
	term = startAgain(t, home)
	term.sees("Sign in to 127.0.0.1:" + port)
	term.press(hdptest.AdminPassword + "\r")
	term.sees("alice.smith", "prod")
	term.press("q")
	term.leaves(0)
}

// pressUntil repeats a key until it has an effect: a page that opened on its own ignores
// keys at first.
func pressUntil(term *terminal, key string, taken func(screen string) bool) {
	term.t.Helper()
	for began := time.Now(); ; {
		term.press(key)
		if term.within(time.Second, func() bool { return taken(term.emu.String()) }) {
			return
		}
		if time.Since(began) > waitLimit {
			term.t.Fatalf("%q has no effect; the screen:\n%s", key, term.screen())
		}
	}
}

func TestAnUnsavedServerIsConnectedTo(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term, home := startFresh(t, "--user", "d2cadmin")
	term.sees("Welcome to hdpadmin")
	term.press(down + "\r" + server.URL + "\t\t\t" + hdptest.AdminPassword + "\r")
	term.sees("Connected")
	pressUntil(term, "\x1b", func(screen string) bool { return !strings.Contains(screen, "Connected") })
	// One esc too many stops loading the list of the next console.
	pressUntil(term, "\x12", func(screen string) bool { return strings.Contains(screen, "alice.smith") })
	term.sees("d2cadmin")
	term.press("q")
	term.leaves(0)
	if _, err := os.Stat(filepath.Join(home, "config")); err == nil {
		t.Error("something was saved")
	}
}

// twoServers writes a settings file with a profile for each of two servers.
func twoServers(t *testing.T, more string) (home string, first, second *hdptest.Server) {
	t.Helper()
	home = t.TempDir()
	first, second = hdptest.NewServer(t, hdptest.WithTLS()), hdptest.NewServer(t)
	file := filepath.Join(home, "config", "hdpadmin", "config.toml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	content := fmt.Sprintf("%s\n[profiles.prod]\nserver = %q\nuser = \"d2cadmin\"\nca_file = %q\naccent = \"red\"\nconfirm = \"type-name\"\n"+
		"[profiles.test]\nserver = %q\nuser = \"helpdesk\"\n", more, first.URL, writeCertificate(t, first), second.URL)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return home, first, second
}

func TestOneOfSeveralProfilesIsChosenOnce(t *testing.T) {
	t.Parallel()
	home, _, second := twoServers(t, "")
	term := startAgain(t, home)
	term.sees("Welcome to hdpadmin", "prod", "test", "Try the demo")
	term.press(down + "\r")
	term.sees("Sign in to " + strings.TrimPrefix(second.URL, "http://"))
	term.press(hdptest.HelpdeskPassword + "\r")
	term.sees("alice.smith", "test")
	term.press("q")
	term.leaves(0)
	for range 2 { // uses the last profile
		term = startAgain(t, home, env("HDP_PASSWORD="+hdptest.HelpdeskPassword))
		term.sees("alice.smith", "▸ test  ")
		term.press("q")
		term.leaves(0)
	}
	// A broken file must not prevent a start.
	if err := os.WriteFile(filepath.Join(home, "state", "hdpadmin", "last-profile"), []byte("\x00\xff"), 0o600); err != nil {
		t.Fatal(err)
	}
	term = startAgain(t, home)
	term.sees("Welcome to hdpadmin")
	term.press("q")
	term.leaves(0)
}

func TestSwitchingProfilesLeavesNothingOfTheOldSession(t *testing.T) {
	t.Parallel()
	home, first, second := twoServers(t, "default_profile = \"prod\"")
	command := fmt.Sprintf("HDPADMIN_PASSWORD_COMMAND=[%q, %q]", "echo", hdptest.HelpdeskPassword)
	term := startAgain(t, home, "--read-only", "--user", "d2cadmin", env("HDP_PASSWORD="+hdptest.AdminPassword, command))
	term.sees("alice.smith", " PROD ", "READ-ONLY")
	term.press("P")
	term.sees("Profiles", "helpdesk at ")
	pressUntil(term, "\r", func(screen string) bool { return !strings.Contains(screen, "Profiles") })
	term.sees("Sign in to "+strings.TrimPrefix(second.URL, "http://"), "helpdesk", "READ-ONLY")
	term.seesNot("PROD")
	seen := len(first.Requests())
	if got := second.Requests(); len(got) != 0 {
		t.Errorf("requests to the second server before signing in: %+v", got)
	}
	term.press(hdptest.HelpdeskPassword + "\r")
	term.sees("alice.smith", "▸ test  ")
	for _, r := range second.Requests() {
		if r.Login != "helpdesk" {
			t.Errorf("%s %s as %q", r.Method, r.Path, r.Login)
		}
	}
	if got := len(first.Requests()); got != seen {
		t.Errorf("%d requests to the first server after leaving it", got-seen)
	}
	term.press("q")
	term.leaves(0)
	term.isRestored()

	term = startAgain(t, home, "--profile", "", env("HDPADMIN_SERVER="+second.URL, "HDPADMIN_USER=d2cadmin", "HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("alice.smith")
	term.press("P")
	term.sees("Profiles")
	pressUntil(term, "n", func(screen string) bool { return !strings.Contains(screen, "Profiles") })
	term.sees("Connect to a server")
	term.press("\x03")
	term.leaves(0)
}

func TestTheProxyOfTheEnvironmentIsUsed(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "hdp.example.invalid:8443" {
			t.Errorf("%s %s", r.Method, r.Host)
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	at := []any{"--server", "https://hdp.example.invalid:8443", "--user", "jdoe", env("HDP_PASSWORD=x", "HTTPS_PROXY="+proxy.URL)}
	term := start(t, at...)
	term.sees("requires its own login", "HTTPS_PROXY")
	term.press("q")
	term.leaves(0)
	term = start(t, append(at, env("NO_PROXY=.example.invalid"))...)
	term.sees("No address was found for the host name", "hdp.example.invalid")
	term.press("q")
	term.leaves(0)
}
