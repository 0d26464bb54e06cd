//go:build unix

package cli_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/sys/unix"

	"hdpadmin/hdpclient/hdptest"
)

// resizeOften ends with the original size.
func resizeOften(term *terminal) {
	term.t.Helper()
	for i := range 40 {
		for _, s := range [][2]uint16{{80, 24}, {40, 12}, {200, 60}, {1, 1}, {uint16(30 + i), uint16(5 + i)}} {
			term.resize(s[0], s[1])
		}
	}
	term.resize(120, 36)
}

func TestManyResizesEndWithTheSameScreen(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	term.press("/alici")
	// An account without a countdown; the last row says that the frame is complete.
	term.sees("alicia.bauer ─", "look up “alici”")
	before := term.screen()
	resizeOften(term)
	term.until("the screen before", func() bool { return term.emu.String() == before })
	term.press("a")
	term.sees("/ alicia")
	term.press("\x03")
	term.leaves(0)
}

// A frame that scrolls part of the screen while the terminal grows leaves margins for the
// old size.
func TestARedrawResetsMargins(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	term.sees("Can sign in")
	before := term.screen()
	if _, err := term.slave.WriteString("\x1b[1;24r\x1b[36;1H\x1b[2J"); err != nil {
		t.Fatal(err)
	}
	term.seesNot("d2cadmin")
	term.press("\x0c")
	term.until("the screen before", func() bool { return term.emu.String() == before })
	term.press("q")
	term.leaves(0)
}

func TestResizesDuringAWrite(t *testing.T) {
	t.Parallel()
	term, server, answer := startHangingWrite(t)
	resizeOften(term)
	answer()
	term.sees("alice.smith", ", verified ", "Can sign in")
	if n := countPuts(server); n != 1 {
		t.Errorf("sent %d times", n)
	}
	term.press("q")
	term.leaves(0)
}

func countPuts(server *hdptest.Server) (n int) {
	for _, r := range server.Requests() {
		if r.Method == http.MethodPut {
			n++
		}
	}
	return n
}

// If a write is answered while the console is suspended, the result appears after fg, in
// the terminal's new size.
func TestSuspendingDuringAWrite(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	answer := server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
	term, prompt := inShell(t, "HDP_PASSWORD="+hdptest.AdminPassword)
	term.press("$HDPADMIN --server " + server.URL + " --user d2cadmin\r")
	askToUnlockAlice(term)
	unlock(term, server)
	term.press("\x1a")
	prompt()
	term.isRestored()
	term.resize(100, 30)
	answer()
	term.press("fg\r")
	term.sees("alice.smith", ", verified ")
	term.press("q")
	prompt()
	term.isRestored()
	term.press("echo \"it was $?\"\r")
	prompt()
	term.sees("it was 0")
	if n := countPuts(server); n != 1 {
		t.Errorf("sent %d times", n)
	}
	term.press("exit\r")
	term.leaves(0)
}

// SIGTSTP from outside works like ctrl+z.
func TestAStopSignalRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	term, prompt := inShell(t)
	term.press("$HDPADMIN demo\r")
	awaitList(term)
	term.sees("Can sign in")
	before := term.screen()
	for range 2 {
		if err := syscall.Kill(foregroundPID(term), syscall.SIGTSTP); err != nil {
			t.Fatal(err)
		}
		prompt()
		term.isRestored()
		term.press("fg\r")
		term.until("the screen before", func() bool { return term.emu.String() == before })
	}
	term.press("?")
	term.sees("List and account")
	term.press("\x03")
	prompt()
	term.isRestored()
	term.press("exit\r")
	term.leaves(0)
}

func foregroundPID(term *terminal) (pid int) {
	term.t.Helper()
	conn, err := term.master.SyscallConn() // Fd would make reads block
	if err != nil {
		term.t.Fatal(err)
	}
	if err := errors.Join(conn.Control(func(fd uintptr) { pid, err = unix.IoctlGetInt(int(fd), unix.TIOCGPGRP) }), err); err != nil {
		term.t.Fatal(err)
	}
	return pid
}

// A terminal without an alternate screen keeps the last frame.
func TestNoAccountStaysOnATerminalWithOneScreen(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"when suspended": "\x1a", "when quitting": "q"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term, prompt := inShell(t)
			term.press("$HDPADMIN demo\r")
			awaitList(term)
			term.press(key)
			prompt()
			drawn, _, found := strings.Cut(term.output(), ansi.ResetModeAltScreenSaveCursor)
			if !found {
				t.Fatal("the screen was not left")
			}
			_, drawn, _ = strings.Cut(drawn, ansi.SetModeAltScreenSaveCursor)
			last := vt.NewEmulator(120, 36)
			go func() { _, _ = io.Copy(io.Discard, last) }()
			_, _ = last.WriteString(drawn)
			if left := strings.TrimSpace(last.String()); left != "" {
				t.Errorf("left on the screen:\n%s", left)
			}
			_ = last.InputPipe().(io.Closer).Close()
		})
	}
}

func TestStoppedAndContinuedFromOutside(t *testing.T) {
	t.Parallel()
	term := start(t, "demo")
	awaitList(term)
	term.sees("Can sign in")
	before := term.screen()
	term.signal(syscall.SIGSTOP)
	term.resize(80, 24)
	term.press("?")
	term.signal(syscall.SIGCONT)
	term.sees("List and account")
	term.press("\x1b")
	term.seesNot("List and account")
	term.resize(120, 36)
	term.until("the screen before", func() bool { return term.emu.String() == before })
	term.press("q")
	term.leaves(0)
}

func TestEveryKindOfTerminalIsRestored(t *testing.T) {
	for _, kind := range []string{"linux", "vt100", "vt220", "ansi", "screen", "screen-256color", "tmux-256color", "xterm", "nobody-knows-it"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, way := range []struct {
				out  func(*terminal)
				code int
				says string
			}{
				{func(term *terminal) { term.press("q") }, 0, ""},
				{func(term *terminal) { term.signal(syscall.SIGTERM) }, 143, "terminated"},
			} {
				term := start(t, "demo", env("TERM="+kind, "COLORTERM="))
				awaitList(term)
				way.out(term)
				term.leaves(way.code)
				if text := strings.TrimSpace(term.screen()); !strings.Contains(text, way.says) || way.says == "" && text != "" {
					t.Errorf("left on the screen:\n%s", text)
				}
			}
		})
	}
	t.Run("dumb", func(t *testing.T) {
		t.Parallel()
		term := start(t, "demo", env("TERM=dumb"))
		term.leaves(2)
		checkOnlyText(t, term)
		term.sees("TERM=dumb is not supported")
	})
}
