//go:build unix

package cli_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// multiplexer is a separate tmux server with a shell in its only pane.
type multiplexer struct {
	t      *testing.T
	env    []string
	socket string
}

func inTmux(t *testing.T, env ...string) *multiplexer {
	t.Helper()
	for _, program := range []string{"tmux", "dash"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("no " + program)
		}
	}
	hdpadmin := command(t)
	m := &multiplexer{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	m.env = append(append(hdpadmin.Env, "PS1=ready> ", "HDPADMIN="+hdpadmin.Path, "SHELL=/bin/sh"), env...)
	m.tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", "dash -i")
	t.Cleanup(func() { _ = m.command("kill-server").Run() })
	m.sees("ready>")
	return m
}

func (m *multiplexer) command(words ...string) *exec.Cmd {
	c := exec.Command("tmux", append([]string{"-S", m.socket}, words...)...)
	c.Env = m.env
	return c
}

func (m *multiplexer) tmux(words ...string) string {
	m.t.Helper()
	out, err := m.command(words...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %q: %v: %s", words, err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

func (m *multiplexer) types(text string) {
	m.t.Helper()
	m.tmux("send-keys", "-l", text)
}

func (m *multiplexer) presses(keys ...string) {
	m.t.Helper()
	m.tmux(append([]string{"send-keys"}, keys...)...)
}

// until polls, because tmux does not report changes.
func (m *multiplexer) until(what string, met func() bool) {
	m.t.Helper()
	deadline, pause := time.After(waitLimit), time.NewTicker(20*time.Millisecond)
	defer pause.Stop()
	for !met() {
		select {
		case <-pause.C:
		case <-deadline:
			m.t.Fatalf("%s: not within %s; the screen:\n%s", what, waitLimit, m.tmux("capture-pane", "-p"))
		}
	}
}

func (m *multiplexer) sees(texts ...string) {
	m.t.Helper()
	m.until("to see "+strings.Join(texts, ", "), func() bool {
		screen := m.tmux("capture-pane", "-p")
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// format expands a tmux format for the pane.
func (m *multiplexer) format(format string) string {
	m.t.Helper()
	return m.tmux("display-message", "-p", format)
}

func (m *multiplexer) prompt(n int) {
	m.t.Helper()
	m.until("the prompt", func() bool { return strings.Count(m.tmux("capture-pane", "-p"), "ready>") == n })
}

// runLine runs a command line and returns its output up to the next prompt, the nth.
func (m *multiplexer) runLine(line string, n int) string {
	m.t.Helper()
	m.types(line)
	m.presses("Enter")
	m.prompt(n)
	screen := m.tmux("capture-pane", "-p")
	_, said, _ := strings.Cut(screen[strings.LastIndex(screen, line):], "\n")
	said, _, _ = strings.Cut(said, "ready>")
	return strings.TrimSpace(said)
}

// modes lists what a program may leave changed in a pane.
const modes = "alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} keypad #{keypad_flag}#{keypad_cursor_flag} " +
	"insert #{insert_flag} wrap #{wrap_flag} origin #{origin_flag} scroll #{scroll_region_upper}-#{scroll_region_lower}"

func TestTmuxIsRestored(t *testing.T) {
	for name, way := range map[string]struct {
		out  func(*multiplexer)
		code string
		says string
	}{
		"q":       {func(m *multiplexer) { m.presses("q") }, "0", ""},
		"SIGTERM": {func(m *multiplexer) { m.signal(syscall.SIGTERM) }, "143", "hdpadmin: ended by a signal: terminated"},
		"SIGHUP":  {func(m *multiplexer) { m.signal(syscall.SIGHUP) }, "129", "hdpadmin: ended by a signal: hangup"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := inTmux(t)
			before, settings := m.format(modes), m.runLine("stty -g", 2)
			m.types("$HDPADMIN demo")
			m.presses("Enter")
			m.sees("DEMO", "of 2,000")
			if during := m.format(modes); during == before {
				t.Errorf("the console changes no modes: the test proves nothing: %s", during)
			}
			way.out(m)
			m.prompt(3)
			if said := m.runLine(`echo "it was $?"`, 4); said != "it was "+way.code {
				t.Errorf("%s, want %s", said, way.code)
			}
			if screen := m.tmux("capture-pane", "-p"); strings.Contains(screen, "DEMO") || !strings.Contains(screen, way.says) || strings.Contains(screen, "^[") {
				t.Errorf("left on the screen:\n%s", screen)
			}
			if after := m.format(modes); after != before {
				t.Errorf("%s, before %s", after, before)
			}
			if after := m.runLine("stty -g", 5); after != settings {
				t.Errorf("the terminal's settings are %s, before %s", after, settings)
			}
		})
	}
}

func (m *multiplexer) signal(s syscall.Signal) {
	m.t.Helper()
	if err := syscall.Kill(m.consolePID(), s); err != nil {
		m.t.Fatal(err)
	}
}

// consolePID returns the foreground process of the pane.
func (m *multiplexer) consolePID() int {
	m.t.Helper()
	shell := m.format("#{pane_pid}")
	out, err := exec.Command("ps", "-o", "tpgid=", "-p", shell).Output()
	if err != nil {
		m.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || strconv.Itoa(pid) == shell {
		m.t.Fatalf("no console in the foreground of %s: %q, %v", shell, out, err)
	}
	return pid
}

// Sign in, resize often, visit the shell with ctrl+z and unlock; then kill the session with
// the console in it.
func TestALongSessionInTmux(t *testing.T) {
	t.Parallel()
	server := hdptest.NewServer(t)
	m := inTmux(t)
	m.types("$HDPADMIN --server " + server.URL + " --user d2cadmin")
	m.presses("Enter")
	m.sees("Sign in to")
	m.types(hdptest.AdminPassword)
	m.presses("Enter")
	m.sees("alice.smith")
	m.types("/ali")
	m.presses("Enter")
	m.sees("Cannot sign in", "· internal") // the account is complete
	before := m.tmux("capture-pane", "-p")
	for _, size := range [][2]string{{"80", "24"}, {"40", "12"}, {"20", "5"}, {"200", "50"}, {"100", "30"}, {"120", "36"}} {
		m.tmux("resize-window", "-x", size[0], "-y", size[1])
	}
	m.until("the screen before", func() bool { return withoutNumbers(m.tmux("capture-pane", "-p")) == withoutNumbers(before) })

	m.presses("C-z")
	m.sees("Stopped", "ready>")
	if m.format("#{alternate_on}#{cursor_flag}") != "01" {
		t.Error("it keeps the screen or hides the cursor while suspended")
	}
	m.prompt(2)
	m.types("fg")
	m.presses("Enter")
	m.sees("Cannot sign in")

	m.presses("u") // the rest at typing speed
	m.types("caller")
	m.presses("Enter")
	m.sees("Unlocked", ", verified")
	if server.Stored(307).Locked() {
		t.Error("still locked")
	}
	console := m.consolePID()
	m.tmux("kill-session")
	m.until("the console to end", func() bool { return syscall.Kill(console, 0) != nil })
}

// withoutNumbers makes screens equal that differ only in times.
func withoutNumbers(screen string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, screen)
}
