//go:build unix

package cli_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// awaitList waits until the demo's list is complete.
func awaitList(t *terminal) {
	t.t.Helper()
	t.sees("DEMO", "of 2,000")
}

func TestEveryExitRestoresTheTerminal(t *testing.T) {
	for name, way := range map[string]struct {
		out  func(*terminal)
		code int
		says string
	}{
		"q":                          {func(t *terminal) { t.press("q") }, 0, ""},
		"ctrl+c":                     {func(t *terminal) { t.press("\x03") }, 0, ""},
		"ctrl+c in a field":          {func(t *terminal) { t.press("/ali\x03") }, 0, ""},
		"SIGTERM":                    {func(t *terminal) { t.signal(syscall.SIGTERM) }, 143, "terminated"},
		"SIGHUP":                     {func(t *terminal) { t.signal(syscall.SIGHUP) }, 129, "hangup"},
		"SIGINT from outside":        {func(t *terminal) { t.signal(syscall.SIGINT) }, 130, "interrupt"},
		"SIGTERM with the help open": {func(t *terminal) { t.press("?"); t.sees("List and account"); t.signal(syscall.SIGTERM) }, 143, "terminated"},
		"the session ends: SIGHUP twice, and SIGTERM": {func(t *terminal) {
			t.signal(syscall.SIGHUP)
			t.signal(syscall.SIGHUP)
			t.signal(syscall.SIGTERM)
		}, 129, ""}, // the kernel decides which comes first, see below
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := start(t, "demo")
			awaitList(term)
			if len(demoFolders(term)) != 1 {
				t.Error("the demo has no folder: the test proves nothing")
			}
			way.out(term)
			if strings.HasPrefix(name, "the session ends") {
				if code := term.exit(); code != 129 && code != 143 {
					t.Errorf("exit code %d", code)
				}
				term.drain()
				term.hasItsModesBack() // no answer is waited for: the terminal may be gone
				return
			}
			term.leaves(way.code)
			if way.says != "" && strings.Count(term.screen(), way.says) != 1 {
				t.Errorf("want %q once:\n%s", way.says, term.screen())
			}
			if way.says == "" && strings.TrimSpace(term.screen()) != "" {
				t.Errorf("left on the screen:\n%s", term.screen())
			}
			if left := demoFolders(term); len(left) > 0 {
				t.Errorf("the demo left %q", left)
			}
		})
	}
}

func demoFolders(term *terminal) []string {
	term.t.Helper()
	var dir string
	for _, v := range term.cmd.Env {
		if d, is := strings.CutPrefix(v, "TMPDIR="); is {
			dir = d
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "hdpadmin-demo-*"))
	if err != nil || dir == "" {
		term.t.Fatalf("%q: %v", dir, err)
	}
	return left
}

func TestTheNextDemoRemovesWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	killed := start(t, "demo")
	awaitList(killed)
	alive := start(t, "demo", sharingTempDir(killed))
	awaitList(alive)
	_ = killed.cmd.Process.Kill()
	<-killed.ended
	folders := demoFolders(killed)
	if len(folders) != 2 {
		t.Fatalf("folders %q: the test proves nothing", folders)
	}
	foreign := filepath.Join(filepath.Dir(folders[0]), "hdpadmin-demo-no-lock")
	if err := os.Mkdir(foreign, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range append(folders, foreign) { // make them look old
		if err := os.Chtimes(dir, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	next := start(t, "demo", sharingTempDir(killed))
	awaitList(next)
	if left := demoFolders(killed); len(left) != 3 { // two of running demos, and one that is not a demo's
		t.Errorf("folders: %q", left)
	}
	for _, term := range []*terminal{alive, next} {
		term.press("q")
		term.leaves(0)
	}
	if left := demoFolders(killed); !slices.Equal(left, []string{foreign}) {
		t.Errorf("folders at the end: %q", left)
	}
}

// sharingTempDir uses the other terminal's folder for temporary files.
func sharingTempDir(other *terminal) terminalOption {
	for _, v := range other.cmd.Env {
		if strings.HasPrefix(v, "TMPDIR=") {
			return env(v)
		}
	}
	return env()
}

func TestLateTerminalRepliesDoNotReachTheShell(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", withLag(200*time.Millisecond))
	term.sees("DEMO")
	if term.countQueries() == 0 {
		t.Fatal("no queries: the test proves nothing")
	}
	term.press("q")
	term.leaves(0)
}

func TestASilentTerminalDelaysTheExitOnlyBriefly(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", withLag(time.Hour))
	term.sees("DEMO")
	term.press("q")
	if code := term.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.drain()
	term.isRestored()
}

func TestAPanicIsPrintedAfterTheTerminalIsRestored(t *testing.T) {
	for _, where := range []string{"update", "view", "command"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			server := hdptest.NewServer(t)
			term := start(t, server.URL, env(role+"="+where))
			askToUnlockAlice(term)
			term.leaves(1)
			out := term.output()
			if strings.Count(out, "panic: the clock is broken") != 1 || !strings.Contains(out, "brokenClock") {
				t.Errorf("want the panic and its stack once:\n%s", term.screen())
			}
			if strings.LastIndex(out, "\x1b[?1049l") > strings.Index(out, "panic:") {
				t.Error("the panic was printed before the alternate screen was left")
			}
		})
	}
}

func TestAPanicStillWaitsForTheAnswerToAWrite(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	answer := server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
	term := start(t, server.URL, env(role+"=update@2"))
	askToUnlockAlice(term)
	unlock(term, server)
	term.press("\x03") // opens the second dialog without a key for it
	term.sees("waiting up to 10 s for the answer to: alice.smith (307): unlock")
	answer()
	term.leaves(1)
	if server.Stored(307).Locked() {
		t.Error("the console did not wait for the change")
	}
}

func TestACancelledContextEndsTheConsole(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	term := start(t, server.URL, env(role+"=context"))
	askToUnlockAlice(term)
	term.leaves(1)
}

func TestALostTerminalEndsTheConsoleAtOnce(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	_ = term.slave.Close()
	_ = term.master.Close()
	if code := term.exit(); code != 129 {
		t.Errorf("exit code %d, want that of SIGHUP", code)
	}
}

func TestALostTerminalEndsTheConsoleWithoutASignal(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("dash")
	if err != nil {
		t.Skip("no dash")
	}
	// The kernel sends SIGHUP only to the session leader, and this one ignores it.
	hdpadmin := command(t)
	c := exec.CommandContext(t.Context(), shell, "-c", `trap "" HUP; "$HDPADMIN" demo; exit $?`)
	c.Env = append(hdpadmin.Env, "HDPADMIN="+hdpadmin.Path)
	term := startCommand(t, c)
	awaitList(term)
	_ = term.slave.Close()
	_ = term.master.Close()
	if code := term.exit(); code != 129 {
		t.Errorf("exit code %d, want that of SIGHUP", code)
	}
}

func askToUnlockAlice(term *terminal) {
	term.t.Helper()
	term.sees("alice.smith")
	term.press("/ali\r")
	term.sees("Cannot sign in")
	term.press("u")
}

// unlock gives a reason, applies, and waits for the request.
func unlock(term *terminal, server *hdptest.Server) {
	term.t.Helper()
	giveReason(term, "Unlock · alice.smith")
	pressEnter(term, "enter apply")
	ctx, cancel := context.WithTimeout(term.t.Context(), waitLimit)
	defer cancel()
	if _, err := server.Await(ctx, func(r hdptest.Request) bool { return r.Method == http.MethodPut }); err != nil {
		term.t.Fatal(err)
	}
}

func giveReason(term *terminal, title string) {
	term.t.Helper()
	term.sees(title)
	term.press("caller verified")
	term.sees("caller verified")
}

// pressEnter presses enter and waits until the footer no longer has word.
func pressEnter(term *terminal, word string) {
	term.t.Helper()
	term.press("\r")
	if !term.within(waitLimit, func() bool { return !strings.Contains(term.emu.String(), word) }) {
		term.t.Fatalf("enter has no effect; the screen:\n%s", term.screen())
	}
}

// startHangingWrite starts a console with a change that the server answers only after
// answer is called.
func startHangingWrite(t *testing.T) (term *terminal, server *hdptest.Server, answer func()) {
	t.Helper()
	server = hdptest.NewServer(t)
	answer = server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
	term = start(t, "--server", server.URL, "--user", server.Logins()[0].User, env("HDP_PASSWORD="+hdptest.AdminPassword))
	askToUnlockAlice(term)
	unlock(term, server)
	return term, server, answer
}

func TestQuittingWaitsForAnUnansweredWrite(t *testing.T) {
	t.Parallel()
	term, server, answer := startHangingWrite(t)
	term.signal(syscall.SIGTERM)
	term.sees("waiting up to 10 s for the answer to: alice.smith (307): unlock")
	term.isRestored()
	answer()
	term.leaves(143)
	if server.Stored(307).Locked() {
		t.Error("the console did not wait for the change")
	}
}

func TestASecondSignalDoesNotWait(t *testing.T) {
	t.Parallel()
	term, _, _ := startHangingWrite(t)
	term.signal(syscall.SIGTERM)
	term.sees("waiting up to")
	began := time.Now()
	term.signal(syscall.SIGTERM)
	term.leaves(143)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("ending took %s", took)
	}
	term.sees("alice.smith (307): unlock: not waited for, outcome unknown")
}

func TestASecondSignalRestoresTheTerminalToo(t *testing.T) {
	t.Parallel()
	term := start(t, "demo", withLag(time.Hour)) // the console waits for replies before it ends
	awaitList(term)
	term.signal(syscall.SIGTERM)
	term.signal(syscall.SIGINT)
	if code := term.exit(); code != 130 && code != 143 {
		t.Errorf("exit code %d", code)
	}
	term.drain()
	term.isRestored()
	if left := demoFolders(term); len(left) > 0 {
		t.Errorf("the demo left %q", left)
	}
}

func TestASignalAfterQuittingIsNotASecondOne(t *testing.T) {
	t.Parallel()
	term, server, answer := startHangingWrite(t)
	term.press("\x03") // asks, because a change is running
	term.sees("Quit?")
	term.press("\x03")
	term.sees("waiting up to")
	term.signal(syscall.SIGTERM)
	term.signal(syscall.SIGHUP)
	if term.within(300*time.Millisecond, term.hasEnded) {
		t.Fatalf("the console does not wait for the answer:\n%s", term.screen())
	}
	answer()
	if code := term.exit(); code != 129 && code != 143 {
		t.Errorf("exit code %d", code)
	}
	if server.Stored(307).Locked() {
		t.Error("the console did not wait for the change")
	}
}
