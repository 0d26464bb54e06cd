//go:build unix

package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"hdpadmin/ui/terminal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// waitLimit is the time limit of every wait.
const waitLimit = 20 * time.Second

// client is an SSH client with an emulator as its screen, on the other side of a real terminal. It
// answers the questions of the console.
type client struct {
	t             *testing.T
	master, slave *os.File
	before        *term.State
	session       terminal.Session
	sizes         chan terminal.Size
	signals       chan syscall.Signal
	served        chan error
	copied        chan struct{} // closed once the client reads no more

	mu      sync.Mutex
	emu     *vt.Emulator
	raw     bytes.Buffer
	changed chan struct{} // closed and replaced with every change
}

func newClient(t *testing.T, environ ...string) *client {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	master = nonblocking(t, master)
	c := &client{
		t: t, master: master, slave: slave, sizes: make(chan terminal.Size, 8), signals: make(chan syscall.Signal, 8),
		served: make(chan error, 1), copied: make(chan struct{}), emu: vt.NewEmulator(80, 24), changed: make(chan struct{}),
	}
	if c.before, err = term.GetState(slave.Fd()); err != nil {
		t.Fatal(err)
	}
	c.sizes <- terminal.Size{Width: 80, Height: 24}
	c.session = terminal.Session{In: slave, Out: slave, Environ: append([]string{"TERM=xterm-256color"}, environ...), Sizes: c.sizes, Signals: c.signals}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = io.Copy(master, c.emu)
	}()
	t.Cleanup(func() {
		if pipe, is := c.emu.InputPipe().(io.Closer); is {
			_ = pipe.Close() // closing the emulator would race with reading it
		}
		_ = master.Close()
		_ = slave.Close()
		<-answered
		<-c.copied
	})
	return c
}

// nonblocking returns the file in a form that Close really closes while it is being read.
func nonblocking(t *testing.T, f *os.File) *os.File {
	t.Helper()
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

// reads makes the client show what it gets.
func (c *client) reads() {
	go func() {
		defer close(c.copied)
		buf := make([]byte, 4096)
		for {
			n, err := c.master.Read(buf)
			c.mu.Lock()
			_, _ = c.emu.Write(buf[:n])
			c.raw.Write(buf[:n])
			close(c.changed)
			c.changed = make(chan struct{})
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

// serve serves the screen to a client that reads.
func (c *client) serve(ctx context.Context, screen tea.Model, opts terminal.Options) {
	c.reads()
	c.serveUnread(ctx, screen, opts)
}

func (c *client) serveUnread(ctx context.Context, screen tea.Model, opts terminal.Options) {
	go func() { c.served <- terminal.Serve(ctx, screen, opts, c.session) }()
}

func (c *client) types(keys string) {
	c.t.Helper()
	if _, err := c.master.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// sees waits until the screen has the text.
func (c *client) sees(text string) {
	c.t.Helper()
	deadline := time.After(waitLimit)
	for {
		c.mu.Lock()
		screen, changed := c.emu.String(), c.changed
		c.mu.Unlock()
		if strings.Contains(screen, text) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			c.t.Fatalf("%q does not appear:\n%s", text, screen)
		}
	}
}

// ends waits for the end of the session and returns its error.
func (c *client) ends() error {
	c.t.Helper()
	select {
	case err := <-c.served:
		return err
	case <-time.After(waitLimit):
		buf := make([]byte, 1<<20)
		c.t.Fatalf("the session does not end:\n%s", buf[:runtime.Stack(buf, true)])
		return nil
	}
}

func (c *client) isRestored() {
	c.t.Helper()
	after, err := term.GetState(c.slave.Fd())
	if err != nil {
		c.t.Fatal(err)
	}
	if !reflect.DeepEqual(c.before, after) {
		c.t.Errorf("the terminal is not restored: %+v, was %+v", after, c.before)
	}
}

// screen is a screen that says what it got. Other tests replace what it does with a key.
type screen struct {
	size    tea.WindowSizeMsg
	text    string
	frames  int
	onKey   func(string) tea.Cmd
	onDrain tea.Cmd
	view    func() string
}

func (s *screen) Init() tea.Cmd { return nil }

func (s *screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.size = msg
	case terminal.DrainMsg:
		s.text = "draining"
		return s, s.onDrain
	case terminal.NoShellMsg:
		s.text = "no shell"
	case tickMsg:
		s.frames++
		return s, tick
	case tea.KeyPressMsg:
		s.text += msg.String()
		switch {
		case s.onKey != nil:
			return s, s.onKey(msg.String())
		case msg.String() == "q":
			return s, tea.Quit
		}
	}
	return s, nil
}

func (s *screen) View() tea.View {
	text := fmt.Sprintf("%d×%d [%s] %d", s.size.Width, s.size.Height, s.text, s.frames)
	if s.view != nil {
		text = s.view()
	}
	v := tea.NewView(text)
	v.AltScreen = true
	return v
}

type tickMsg struct{}

func tick() tea.Msg { return tickMsg{} }

func TestServeShowsTheScreenAndRestoresTheTerminal(t *testing.T) {
	c := newClient(t)
	finished := false
	c.serve(t.Context(), &screen{}, terminal.Options{Finish: func() error { finished = true; c.isRestored(); return nil }})
	c.sees("80×24 []")
	c.types("a\x1b[A\x1b")
	c.sees("[aupesc]")
	c.sizes <- terminal.Size{Width: 60, Height: 20}
	c.sees("60×20")
	c.types("q")
	if err := c.ends(); err != nil || !finished {
		t.Errorf("%v, finished %v", err, finished)
	}
	c.isRestored()
}

func TestServeSurvivesEverySize(t *testing.T) {
	for _, s := range []struct{ given, drawn terminal.Size }{
		{terminal.Size{}, terminal.Size{Width: 80, Height: 24}},
		{terminal.Size{Width: -1, Height: 5}, terminal.Size{Width: 80, Height: 24}},
		{terminal.Size{Width: 1 << 31, Height: 1 << 31}, terminal.Size{Width: 500, Height: 200}},
		{terminal.Size{Width: 1, Height: 1}, terminal.Size{Width: 1, Height: 1}},
	} {
		c := newClient(t)
		got := make(chan terminal.Size, 8)
		seen := &sizes{got: got}
		<-c.sizes
		c.sizes <- s.given
		c.serve(t.Context(), seen, terminal.Options{})
		if size := <-got; size != s.drawn {
			t.Errorf("first %v: drawn as %v, want %v", s.given, size, s.drawn)
		}
		c.sizes <- s.given
		if size := <-got; size != s.drawn {
			t.Errorf("later %v: drawn as %v, want %v", s.given, size, s.drawn)
		}
		c.types("q")
		if err := c.ends(); err != nil {
			t.Error(err)
		}
	}
}

// sizes is a screen that reports its sizes.
type sizes struct {
	screen
	got chan terminal.Size
}

func (s *sizes) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, is := msg.(tea.WindowSizeMsg); is {
		s.got <- terminal.Size{Width: size.Width, Height: size.Height}
	}
	_, cmd := s.screen.Update(msg)
	return s, cmd
}

// The colours follow the client's environment, whatever the service's says.
func TestServeTakesTheColoursFromTheSession(t *testing.T) {
	red := lipgloss.NewStyle().Foreground(color.RGBA{R: 0xff, A: 0xff}).Render("red")
	for _, c := range []struct {
		name, ours string
		environ    []string
		colour     string // part of what is sent, "" for no colour
	}{
		{"256 colours", "NO_COLOR=1", nil, "38;5;"},
		{"true colour", "NO_COLOR=1", []string{"COLORTERM=truecolor"}, "38;2;"},
		{"any NO_COLOR", "COLORTERM=truecolor", []string{"COLORTERM=truecolor", "NO_COLOR=yes"}, ""},
		{"an empty NO_COLOR", "NO_COLOR=1", []string{"NO_COLOR="}, "38;5;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			name, value, _ := strings.Cut(c.ours, "=")
			t.Setenv(name, value)
			client := newClient(t, c.environ...)
			client.serve(t.Context(), &screen{view: func() string { return red }}, terminal.Options{})
			client.sees("red")
			client.types("q")
			if err := client.ends(); err != nil {
				t.Fatal(err)
			}
			client.mu.Lock()
			defer client.mu.Unlock()
			sent := client.raw.String()
			if c.colour == "" && strings.Contains(sent, "[38;") || !strings.Contains(sent, c.colour) {
				t.Errorf("sent %q, want %q", sent, c.colour)
			}
		})
	}
}

func TestServeEndsWithTheSession(t *testing.T) {
	for name, end := range map[string]func(*client, context.CancelFunc) (want syscall.Signal){
		"the client is gone": func(c *client, _ context.CancelFunc) syscall.Signal {
			c.signals <- syscall.SIGHUP
			return syscall.SIGHUP
		},
		"its terminal is closed": func(c *client, _ context.CancelFunc) syscall.Signal { _ = c.master.Close(); return syscall.SIGHUP },
		"it interrupts": func(c *client, _ context.CancelFunc) syscall.Signal {
			c.signals <- syscall.SIGINT
			return syscall.SIGINT
		},
		"the service drains": func(c *client, _ context.CancelFunc) syscall.Signal {
			c.signals <- syscall.SIGTERM
			return syscall.SIGTERM
		},
		"the operator is removed": func(_ *client, cancel context.CancelFunc) syscall.Signal { cancel(); return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := newClient(t)
			finished := false
			c.serve(ctx, &screen{onDrain: tea.Quit}, terminal.Options{Finish: func() error { finished = true; return nil }})
			c.sees("80×24")
			want := end(c, cancel)
			err := c.ends()
			signalled, is := errors.AsType[terminal.Signalled](err)
			if is != (want != 0) || signalled.Signal != want || !finished {
				t.Errorf("%v, want %v; finished %v", err, want, finished)
			}
			if want == 0 && !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not say that it was cancelled", err)
			}
			if name != "its terminal is closed" {
				c.isRestored()
			}
		})
	}
}

func TestServeTellsTheScreenToDrain(t *testing.T) {
	c := newClient(t)
	c.serve(t.Context(), &screen{}, terminal.Options{})
	c.sees("80×24")
	c.signals <- syscall.SIGTERM
	c.sees("[draining]")
	c.types("q")
	if err := c.ends(); !errors.Is(err, terminal.Signalled{Signal: syscall.SIGTERM}) {
		t.Error(err)
	}
}

func TestServeHasNoShellToSuspendTo(t *testing.T) {
	c := newClient(t)
	c.serve(t.Context(), &screen{onKey: func(string) tea.Cmd { return tea.Suspend }}, terminal.Options{})
	c.sees("80×24")
	c.types("z")
	c.sees("[no shell]")
	c.signals <- syscall.SIGHUP
	_ = c.ends()
}

func TestServeReturnsACrashOnceTheTerminalIsRestored(t *testing.T) {
	for name, s := range map[string]*screen{
		"in a key":     {onKey: func(string) tea.Cmd { panic("boom") }},
		"in a command": {onKey: func(string) tea.Cmd { return func() tea.Msg { panic("boom") } }},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t)
			finished := false
			c.serve(t.Context(), s, terminal.Options{Finish: func() error { finished = true; return nil }})
			c.sees("80×24")
			c.types("x")
			crash, is := errors.AsType[*terminal.Crash](c.ends())
			if !is || crash.Value != "boom" || !finished {
				t.Errorf("%v, finished %v", crash, finished)
			}
			c.isRestored()
		})
	}
}

// A client that reads nothing stops its own program: the messages of the screen wait, and so does
// whatever they would have made. The end of its session does not wait for it.
func TestServeWaitsForASlowClientAndQueuesNothing(t *testing.T) {
	for name, end := range map[string]func(*client, context.CancelFunc){
		"the client is gone":      func(c *client, _ context.CancelFunc) { c.signals <- syscall.SIGHUP },
		"the operator is removed": func(_ *client, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := newClient(t)
			close(c.copied)
			stuck := &stuckWriter{wrote: make(chan int, 1000), free: make(chan struct{})}
			c.session.Out = stuck
			t.Cleanup(func() { close(stuck.free) })
			s := &screen{onKey: func(string) tea.Cmd { return tick }}
			c.serveUnread(ctx, s, terminal.Options{})
			c.types("x")
			<-stuck.wrote
			end(c, cancel)
			if err := c.ends(); err == nil {
				t.Error("no error")
			}
			if n := len(stuck.wrote); n != 0 {
				t.Errorf("%d more writes while one was waiting", n)
			}
			c.isRestored()
		})
	}
}

// stuckWriter is the terminal of a client that reads nothing.
type stuckWriter struct {
	wrote chan int
	free  chan struct{}
}

func (w *stuckWriter) Write(p []byte) (int, error) {
	w.wrote <- len(p)
	<-w.free
	return 0, errors.New("gone")
}

func TestServeNeedsATerminal(t *testing.T) {
	for name, in := range map[string]io.Reader{"no file": strings.NewReader(""), "no terminal": devNull(t)} {
		if err := terminal.Serve(t.Context(), &screen{}, terminal.Options{}, terminal.Session{In: in, Out: io.Discard}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func devNull(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
