//go:build unix

package cli_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

// Secrets are everywhere they can be: in what is typed, sent, refused and answered.
func TestTheLogNamesRequestsAndNoSecrets(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t, hdptest.WithPolicy(hdptest.NoPolicy()))
	const wrong = "Wrong-Heron41"
	dir := t.TempDir()
	log, auditLog := filepath.Join(dir, "hdpadmin.log"), filepath.Join(dir, "audit.jsonl")
	if err := os.WriteFile(log, []byte("of an earlier run\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	term := start(t, "--server", server.URL, "--user", "d2cadmin", "--log-file", log, "--debug", "--audit-file", auditLog)
	term.sees("Sign in to")
	term.press(wrong + "\r")
	term.sees("The password is wrong")
	term.press(hdptest.AdminPassword + "\r")
	askToUnlockAlice(term)
	unlock(term, server)
	term.sees("Can sign in")
	temporary := resetPassword(term)
	// A server's error may repeat everything in the request.
	server.Fail(hdptest.Fault{
		Path: "/users", Kind: hdptest.Status, Status: http.StatusBadRequest,
		Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"geheim ` + hdptest.AdminPassword + `"}}}`,
	})
	term.press("\x12") // ctrl+r
	term.sees("geheim [redacted]")
	term.press("q")
	term.leaves(0)

	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for _, want := range []string{
		`^of an earlier run\ntime=\S+ level=INFO msg=start pid=\d+ version=`,
		`level=INFO msg=request pid=\d+ method=GET path=/api/admin/users status=401 took=\S+ size=\d+\n`,
		`method=GET path=/api/admin/users status=200 took=\S+ size=\d{4,}\n`,
		`method=GET path=/api/admin/users status=400 `,
		`method=PUT path=/api/admin/users/307/statusinfo status=200 `,
		`level=DEBUG msg=message pid=\d+ type="?tea.WindowSizeMsg`,
		`method=PUT path=/api/admin/users/412/resetpassword status=2`,
		`msg=end pid=\d+\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("not in the log: %s", want)
		}
	}
	for _, secret := range []string{
		wrong, temporary, hdptest.AdminPassword, "geheim", "caller verified", "accountLocked", "C2S-SESSION", "node1.",
		base64.StdEncoding.EncodeToString([]byte("d2cadmin:" + wrong)),
		base64.StdEncoding.EncodeToString([]byte("d2cadmin:" + hdptest.AdminPassword)),
		"KeyPress", "Paste",
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
	if t.Failed() {
		t.Logf("the log:\n%s", text)
	}
}

// resetPassword resets alina's password and returns the temporary one.
func resetPassword(term *terminal) string {
	term.t.Helper()
	term.press("/\x15alina\r")
	term.sees("╮╭ alina.kovac")
	term.press("r")
	giveReason(term, "Reset password · alina.kovac")
	pressEnter(term, "enter reset")
	term.sees("Reset accepted")
	term.press("v")
	term.sees("v hide")
	shown := regexp.MustCompile(`Password  (\S{12,32}) `).FindStringSubmatch(term.screen())
	if shown == nil {
		term.t.Fatalf("no password is shown; the screen:\n%s", term.screen())
	}
	term.press("\x1b")
	term.seesNot("Reset accepted")
	return shown[1]
}

func TestTheLogIsPrivate(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "hdpadmin.log")
	term := start(t, "demo", "--log-file", log)
	awaitList(term)
	term.press("q")
	term.leaves(0)
	info, err := os.Stat(log)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	raw, err := os.ReadFile(log)
	if err != nil || strings.Contains(string(raw), "msg=message") || !strings.Contains(string(raw), "msg=request") {
		t.Errorf("without --debug: %v\n%s", err, raw)
	}
}

func TestTheLogMustNotBeATerminal(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", "--log-file", "/dev/tty", size(200, 20))
	term.leaves(2)
	checkOnlyText(t, term)
	term.sees("log file /dev/tty is a terminal")
}
