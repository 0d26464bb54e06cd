//go:build unix

package cli_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// waitLimit is the time limit of every wait.
const waitLimit = 30 * time.Second

// terminal is a pseudo-terminal with an emulator as its screen. It answers queries as real
// terminals do, after a delay if wanted.
type terminal struct {
	t      *testing.T
	master *os.File
	slave  *os.File // kept open to see what the program leaves
	before *term.State
	cmd    *exec.Cmd
	ended  chan struct{}

	mu      sync.Mutex
	emu     *vt.Emulator
	raw     bytes.Buffer
	modes   map[ansi.Mode]bool
	changed chan struct{} // closed and replaced with every change
	lag     time.Duration // delay of answers to the program's queries
	queries int
}

type terminalOption func(*terminal, *exec.Cmd)

func size(cols, rows uint16) terminalOption {
	return func(t *terminal, _ *exec.Cmd) { t.resize(cols, rows) }
}

// withoutSize makes a terminal of that size report 0×0, as serial lines do.
func withoutSize(cols, rows uint16) terminalOption {
	return func(t *terminal, _ *exec.Cmd) {
		t.resize(cols, rows)
		if err := pty.Setsize(t.master, &pty.Winsize{}); err != nil {
			t.t.Fatal(err)
		}
	}
}

// withLag delays the terminal's answers, as a slow connection does.
func withLag(d time.Duration) terminalOption {
	return func(t *terminal, _ *exec.Cmd) { t.lag = d }
}

func env(kv ...string) terminalOption {
	return func(_ *terminal, c *exec.Cmd) { c.Env = append(c.Env, kv...) }
}

func stdin(r io.Reader) terminalOption {
	return func(_ *terminal, c *exec.Cmd) { c.Stdin = r }
}

// start runs hdpadmin in a terminal, by default 120×36, as the leader of its own session.
// It is killed at the end of the test.
func start(t *testing.T, args ...any) *terminal {
	t.Helper()
	var words []string
	var opts []terminalOption
	for _, a := range args {
		switch a := a.(type) {
		case string:
			words = append(words, a)
		case terminalOption:
			opts = append(opts, a)
		default:
			t.Fatalf("not an argument: %v", a)
		}
	}
	return startCommand(t, command(t, words...), opts...)
}

func startCommand(t *testing.T, c *exec.Cmd, opts ...terminalOption) *terminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	master = pollable(t, master)
	term := &terminal{
		t: t, master: master, slave: slave, cmd: c, ended: make(chan struct{}),
		emu: vt.NewEmulator(120, 36), modes: map[ansi.Mode]bool{ansi.ModeTextCursorEnable: true}, changed: make(chan struct{}),
	}
	term.emu.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { term.modes[m] = true },
		DisableMode: func(m ansi.Mode) { term.modes[m] = false },
	})
	term.resize(120, 36)
	term.before = term.state()
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, term.emu) }()
	c.Stdin, c.Stdout, c.Stderr = slave, slave, slave
	for _, o := range opts {
		o(term, c)
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1}
	c.Cancel, c.WaitDelay = nil, 0
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { defer close(read); term.read() }()
	go func() { _ = c.Wait(); close(term.ended); term.change(func() {}) }()
	t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		<-term.ended
		_ = slave.Close()
		_ = master.Close()
		<-read
		if w, ok := term.emu.InputPipe().(io.Closer); ok {
			_ = w.Close()
		}
		<-drained
	})
	return term
}

// pollable makes Close end a blocked Read, so that a terminal can disappear at once.
func pollable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	defer func() { _ = f.Close() }()
	fd, err := unix.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// questions holds the usual queries with the answers of a terminal that knows them all.
var questions = []struct {
	asked  *regexp.Regexp
	answer string
}{
	{regexp.MustCompile(`\x1b\]11;\?(\x07|\x1b\\)`), "\x1b]11;rgb:1010/1010/1010\x07"},
	{regexp.MustCompile(`\x1b\]10;\?(\x07|\x1b\\)`), "\x1b]10;rgb:e0e0/e0e0/e0e0\x07"},
	{regexp.MustCompile(`\x1b\[6n`), "\x1b[1;1R"},
	{regexp.MustCompile(`\x1b\[0?c`), "\x1b[?62;22c"},
	{regexp.MustCompile(`\x1b\[\?2026\$p`), "\x1b[?2026;2$y"},
	{regexp.MustCompile(`\x1b\[\?2027\$p`), "\x1b[?2027;2$y"},
	{regexp.MustCompile(`\x1b\[\?u`), "\x1b[?0u"},
}

// read feeds the emulator and answers queries. A query may be split between two reads, so
// it searches all output again and counts each query once.
func (t *terminal) read() {
	var buf [1 << 14]byte
	answered := make([]int, len(questions))
	for {
		n, err := t.master.Read(buf[:])
		if err != nil {
			return
		}
		t.change(func() {
			t.raw.Write(buf[:n])
			_, _ = t.emu.Write(buf[:n])
			for i, q := range questions {
				for all := len(q.asked.FindAllIndex(t.raw.Bytes(), -1)); answered[i] < all; answered[i]++ {
					t.queries++
					// One timer each, all of the same length, keeps the answers in order.
					time.AfterFunc(t.lag, func() { _, _ = t.master.WriteString(q.answer) })
				}
			}
		})
	}
}

func (t *terminal) change(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	do()
	close(t.changed)
	t.changed = make(chan struct{})
}

// until checks the condition whenever there is new output.
func (t *terminal) until(what string, wanted func() bool) {
	t.t.Helper()
	if !t.within(waitLimit, wanted) {
		t.t.Fatalf("%s: not within %s; the screen:\n%s", what, waitLimit, t.screen())
	}
}

func (t *terminal) within(d time.Duration, wanted func() bool) bool {
	deadline := time.NewTimer(d)
	defer deadline.Stop()
	for {
		t.mu.Lock()
		met, changed := wanted(), t.changed
		t.mu.Unlock()
		if met {
			return true
		}
		select {
		case <-changed:
		case <-deadline.C:
			return false
		}
	}
}

func (t *terminal) sees(texts ...string) {
	t.t.Helper()
	t.until(fmt.Sprintf("to see %q", texts), func() bool {
		screen := t.emu.String()
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

func (t *terminal) seesNot(text string) {
	t.t.Helper()
	t.until(fmt.Sprintf("%q to go", text), func() bool { return !strings.Contains(t.emu.String(), text) })
}

func (t *terminal) screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.String()
}

// output returns every byte written so far.
func (t *terminal) output() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

func (t *terminal) press(keys string) {
	t.t.Helper()
	if _, err := t.master.WriteString(keys); err != nil {
		t.t.Fatal(err)
	}
}

func (t *terminal) resize(cols, rows uint16) {
	t.t.Helper()
	t.change(func() { t.emu.Resize(int(cols), int(rows)) })
	for {
		err := pty.Setsize(t.master, &pty.Winsize{Cols: cols, Rows: rows})
		if errors.Is(err, syscall.EINTR) { // creack/pty does not try again
			continue
		}
		if err != nil {
			t.t.Fatal(err)
		}
		return
	}
}

func (t *terminal) signal(s syscall.Signal) {
	t.t.Helper()
	if err := t.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.t.Fatal(err)
	}
}

func (t *terminal) state() *term.State {
	t.t.Helper()
	s, err := term.GetState(t.slave.Fd())
	if err != nil {
		t.t.Fatal(err)
	}
	return s
}

// drain waits until everything written so far has been read.
func (t *terminal) drain() {
	t.t.Helper()
	mark := "\x1b]2;" + "drained " + fmt.Sprint(time.Now().UnixNano()) + "\x07"
	if _, err := t.slave.WriteString(mark); err != nil {
		t.t.Fatal(err)
	}
	t.until("all output", func() bool { return bytes.Contains(t.raw.Bytes(), []byte(mark)) })
}

// exit waits for the program to end and returns its code, -1 if a signal killed it.
func (t *terminal) exit() int {
	t.t.Helper()
	select {
	case <-t.ended:
	case <-time.After(waitLimit):
		t.t.Fatalf("the program has not ended; the screen:\n%s", t.screen())
	}
	return t.cmd.ProcessState.ExitCode()
}

func (t *terminal) hasEnded() bool {
	select {
	case <-t.ended:
		return true
	default:
		return false
	}
}

// leaves expects the program to end with this code and to restore the terminal.
func (t *terminal) leaves(code int) {
	t.t.Helper()
	if got := t.exit(); got != code {
		t.t.Errorf("exit code %d, want %d", got, code)
	}
	t.drain()
	t.isRestored()
	t.hasNothingToRead()
}

func (t *terminal) isRestored() {
	t.t.Helper()
	t.hasItsModesBack()
	if screen := t.screen(); strings.Contains(screen, "^[") {
		t.t.Errorf("a terminal's answer was echoed:\n%s", screen)
	}
}

func (t *terminal) hasItsModesBack() {
	t.t.Helper()
	if now := t.state(); !reflect.DeepEqual(now, t.before) {
		t.t.Errorf("the terminal's settings have changed:\n%+v\n%+v", now, t.before)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.emu.IsAltScreen() {
		t.t.Error("still on the alternate screen")
	}
	if !t.modes[ansi.ModeTextCursorEnable] {
		t.t.Error("the cursor is hidden")
	}
	for mode, on := range t.modes {
		if on && mode != ansi.ModeTextCursorEnable && mode != ansi.ModeAutoWrap {
			t.t.Errorf("mode %v is still on", mode)
		}
	}
	raw := t.raw.String()
	if pushed, popped := strings.Count(raw, "\x1b[>1u"), strings.Count(raw, "\x1b[<1u")+strings.Count(raw, "\x1b[<u"); pushed != popped {
		t.t.Errorf("the keyboard protocol was pushed %d times and popped %d times", pushed, popped)
	}
	if strings.LastIndex(raw, ansi.SetModifyOtherKeys2) > strings.LastIndex(raw, ansi.ResetModifyOtherKeys) {
		t.t.Error("modifyOtherKeys is still on")
	}
}

// hasNothingToRead checks that the shell would not read a terminal's answer as input. It
// waits for late answers first.
func (t *terminal) hasNothingToRead() {
	t.t.Helper()
	if t.lag > 0 {
		late := make(chan struct{})
		time.AfterFunc(2*t.lag, func() { close(late) })
		<-late
	}
	if _, err := term.MakeRaw(t.slave.Fd()); err != nil {
		t.t.Fatal(err)
	}
	defer func() { _ = term.Restore(t.slave.Fd(), t.before) }()
	fds := []unix.PollFd{{Fd: int32(t.slave.Fd()), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, 0); err != nil {
		t.t.Fatal(err)
	} else if n > 0 {
		var buf [512]byte
		n, _ := t.slave.Read(buf[:])
		t.t.Errorf("left for the shell to read: %q", buf[:n])
	}
}

func (t *terminal) countQueries() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.queries
}

// withoutTerminal runs the command in a session without a terminal.
func withoutTerminal(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
