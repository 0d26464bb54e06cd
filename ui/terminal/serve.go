package terminal

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"hdpadmin/ui/keyboard"
)

// Session is a terminal that a client of a service has brought along. It is not this process's: its
// signals, environment and size have nothing to do with those of the process.
type Session struct {
	// In and Out are the client's terminal. In must be an [os.File]. A write that the client does not
	// read lasts until the other side of the terminal is closed.
	In  io.Reader
	Out io.Writer
	// Environ is the client's environment, with TERM.
	Environ []string
	// Sizes has the first size at once, and every later one.
	Sizes <-chan Size
	// Signals says what ends the session: SIGHUP if the client is gone or may not stay, SIGTERM if the
	// service is about to end. Any other signal quits.
	Signals <-chan syscall.Signal
}

// Size is the size of a terminal in cells. It is an alias, so that a service need not know this package.
type Size = struct{ Width, Height int }

// DrainMsg tells a screen that the service is about to end. The screen must send nothing new, and quit
// once it has shown what it must; after drainLimit it ends in any case.
type DrainMsg struct{}

// drainLimit is how long a screen may take to quit after a DrainMsg.
const drainLimit = 20 * time.Second

// Serve puts a screen on the terminal of a session, as [Run] does on that of the process, and ends it
// when the session does. The terminal is restored in every case, also after a panic, unless the client
// is gone. Serve touches neither the terminal nor the signals of the process, prints nothing and ends
// nothing.
func Serve(ctx context.Context, screen tea.Model, opts Options, s Session) error {
	in, ok := s.In.(*os.File)
	if !ok || !term.IsTerminal(in.Fd()) {
		return errors.New("the console needs a terminal, and this session has none")
	}
	keys := newTTY(in, keyboard.SSHWait)
	out := newOutput(s.Out)
	defer out.abandon()
	size := firstSize(ctx, s.Sizes)
	host := newHost(screen, opts)
	host.hasShell = func() bool { return false }
	program := host.newProgram(
		tea.WithInput(keys), tea.WithOutput(out), tea.WithWindowSize(size.Width, size.Height),
		// Not detected: without a file for the output, Bubble Tea would find no colours, and with one it
		// would listen for the signals of the process.
		tea.WithColorProfile(colorProfile(s.Environ)),
		// As in any console over SSH, the terminal is not asked for synchronised output.
		tea.WithEnvironment(append(slices.Clone(s.Environ), "SSH_TTY=session")),
		tea.WithFPS(60), // the process has many consoles, and each frame rate is a timer
	)
	watch := watchSession(ctx, program, s, keys.lost, out)
	err := host.run(program)
	caught := watch.end()
	err = errors.Join(err, ctx.Err(), host.opts.Finish())
	if caught != 0 {
		return Signalled{Signal: caught, Err: err}
	}
	return err
}

// colorProfile returns what the client's environment says about colours. NO_COLOR has effect with any
// value, which Bubble Tea does not know.
func colorProfile(environ []string) colorprofile.Profile {
	p := colorprofile.Env(environ)
	for _, v := range environ {
		if value, is := strings.CutPrefix(v, "NO_COLOR="); is && value != "" {
			return min(p, colorprofile.ASCII)
		}
	}
	return p
}

// The size of a terminal that does not say, and the largest that is drawn: memory grows with the cells.
const (
	usualWidth, usualHeight     = 80, 24
	largestWidth, largestHeight = 500, 200
)

func clamp(s Size) Size {
	if s.Width <= 0 || s.Height <= 0 {
		return Size{usualWidth, usualHeight}
	}
	return Size{min(s.Width, largestWidth), min(s.Height, largestHeight)}
}

func firstSize(ctx context.Context, sizes <-chan Size) Size {
	if sizes == nil {
		return clamp(Size{})
	}
	select {
	case s := <-sizes: // zero if there is none
		return clamp(s)
	case <-ctx.Done():
		return clamp(Size{})
	}
}

// sessionWatcher ends the program when its session ends.
type sessionWatcher struct {
	program *tea.Program
	out     *output
	over    chan struct{} // closed to stop watching
	ended   chan struct{} // closed when that is done
	signal  syscall.Signal
	limit   <-chan time.Time // of waiting for the program to end, nil: it need not end yet
}

func watchSession(ctx context.Context, program *tea.Program, s Session, lost <-chan struct{}, out *output) *sessionWatcher {
	w := &sessionWatcher{program: program, out: out, over: make(chan struct{}), ended: make(chan struct{})}
	resized := make(chan struct{})
	go func() {
		defer close(resized)
		w.resize(s.Sizes)
	}()
	go func() {
		defer close(w.ended)
		w.listen(ctx.Done(), s.Signals, lost)
		<-resized
	}()
	return w
}

// end stops watching and returns the first signal, 0 if there was none.
func (w *sessionWatcher) end() syscall.Signal {
	close(w.over)
	<-w.ended
	return w.signal
}

func (w *sessionWatcher) resize(sizes <-chan Size) {
	for {
		select {
		case size, more := <-sizes:
			if !more {
				return
			}
			size = clamp(size)
			w.program.Send(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
		case <-w.over:
			return
		}
	}
}

// quitLimit is how long a client may take to read the end of its screen.
const quitLimit = 3 * time.Second

// listen never waits for the program: it may be waiting for a client that does not read.
func (w *sessionWatcher) listen(done <-chan struct{}, signals <-chan syscall.Signal, lost <-chan struct{}) {
	failed := w.out.failed
	for {
		select {
		case s, more := <-signals:
			switch {
			case !more:
				signals = nil
			case s == syscall.SIGHUP: // a client that is still there reads the end of its screen
				w.note(s)
				go w.program.Send(leaveNowMsg{})
				w.endWithin(quitLimit)
			case s == syscall.SIGTERM:
				w.note(s)
				go w.program.Send(DrainMsg{})
				w.endWithin(drainLimit)
			default:
				w.note(s)
				w.quit()
			}
		case <-lost:
			lost = nil
			w.leave(syscall.SIGHUP)
		case <-failed:
			failed = nil
			w.leave(syscall.SIGHUP)
		case <-done:
			done = nil
			w.quit()
		case <-w.limit:
			w.limit = nil
			w.leaveNow()
		case <-w.over:
			return
		}
	}
}

func (w *sessionWatcher) note(s syscall.Signal) {
	if w.signal == 0 {
		w.signal = s
	}
}

func (w *sessionWatcher) endWithin(d time.Duration) { w.limit = time.After(d) }

func (w *sessionWatcher) quit() {
	go w.program.Quit()
	w.endWithin(quitLimit)
}

func (w *sessionWatcher) leave(s syscall.Signal) {
	w.note(s)
	w.leaveNow()
}

// leaveNow ends the program without asking the terminal, even if the client reads nothing.
func (w *sessionWatcher) leaveNow() {
	w.out.abandon()
	go w.program.Send(leaveNowMsg{})
}
