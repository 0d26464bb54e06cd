package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"hdpadmin/internal/change"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/keyboard"
	"hdpadmin/ui/welcome"
)

// writeGrace is how long the answers to writes that were sent are waited for on the
// way out.
const writeGrace = 10 * time.Second

// Signalled is returned by Run when a signal ended the console, or the loss of
// its terminal, which is taken for a hangup.
type Signalled struct {
	Signal syscall.Signal
	Err    error // what else there is to tell, or nil
}

// Error names the signal.
func (s Signalled) Error() string {
	text := "ended by a signal: " + s.Signal.String()
	if s.Err != nil {
		text += "\n" + s.Err.Error()
	}
	return text
}

func (s Signalled) Unwrap() error { return s.Err }

// ExitCode is what a shell expects of a program that a signal ended.
func (s Signalled) ExitCode() int { return 128 + int(s.Signal) }

// Next is where the operator wants to go from a console. The zero Next is out of
// the program.
type Next struct {
	Profile string // to the server of this profile
	Connect bool   // to a server that no profile is for yet
}

// Run puts the console on the terminal until the operator quits or goes on to
// another server, ctx ends or a signal comes. Whatever the way out, a panic
// included (a *Crash then), the terminal is as it was before, nothing new is sent,
// writes that were sent are waited for, and what is still not known of them is in
// the error; of the session nothing is left. A second signal ends the process at
// once.
func Run(ctx context.Context, opts Options) (Next, error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	model, err := New(running, opts)
	if err != nil {
		return Next{}, err
	}
	if err := runOnTerminal(ctx, model, opts.Writer, opts.Log, func() error {
		cancel()
		err := finishWrites(opts.Writer)
		opts.Client.ClearCredentials()
		opts.Client.Close()
		return err
	}); err != nil {
		return Next{}, err
	}
	return model.Next(), nil
}

// Welcome puts the screen before a console on the terminal, until it ends as Run
// does.
func Welcome(ctx context.Context, m *welcome.Model, log *slog.Logger) error {
	return runOnTerminal(ctx, m, nil, log, func() error { return nil })
}

// runOnTerminal puts a screen on the terminal until it ends. after is what is to be
// done then, before the signals are let go of. The writer, which may be nil, has
// the writes that a second signal does not wait for.
func runOnTerminal(ctx context.Context, screen tea.Model, writer *change.Writer, log *slog.Logger, after func() error) error {
	keys, err := openKeyboard()
	if err != nil {
		return err
	}
	host := newHost(screen, log)
	// Bubble Tea would leave SIGHUP to kill the program with the terminal in disorder,
	// and does not tell which signal it was.
	program := tea.NewProgram(host, tea.WithInput(keys), tea.WithFilter(host.filter),
		tea.WithoutSignalHandler(), tea.WithFPS(120))
	host.quit = program.Quit
	ending := watchSignals(ctx, program, writer, keys.lost)
	host.onPause = ending.pausing.Store
	_, err = program.Run()
	if host.crash != nil {
		err = host.crash
	}
	err = errors.Join(err, ctx.Err(), after())
	if s, signalled := ending.finish(); signalled {
		return Signalled{s, err}
	}
	return err
}

// tty is the terminal that the keys come from. Bubble Tea takes its end for
// the end of a pipe, and would wait on for keys that cannot come.
type tty struct {
	*os.File
	keys keyboard.Reader
	lost chan struct{} // closed once the terminal has gone
	once sync.Once
}

// openKeyboard takes standard input; where that is something else, such as the
// pipe of a password, the terminal that the process belongs to.
func openKeyboard() (*tty, error) {
	k := &tty{File: os.Stdin, lost: make(chan struct{})}
	k.keys = keyboard.Reader{From: readFunc(k.read), WaitReadable: k.readable, Wait: escWait()}
	if term.IsTerminal(os.Stdin.Fd()) {
		return k, nil
	}
	in, _, err := tea.OpenTTY()
	if err != nil {
		return nil, errors.New("the console needs a terminal to read keys from, and this process has none")
	}
	k.File = in
	return k, nil
}

// escWait is how long the rest of an escape sequence may take.
func escWait() time.Duration {
	if os.Getenv("SSH_CONNECTION") != "" || os.Getenv("SSH_TTY") != "" {
		return keyboard.SSHWait
	}
	return keyboard.LocalWait
}

// Read returns whole keys, see [keyboard.Reader].
func (k *tty) Read(p []byte) (int, error) { return k.keys.Read(p) }

func (k *tty) readable(wait time.Duration) bool { return keyboard.WaitReadable(k.Fd(), wait) }

type readFunc func([]byte) (int, error)

func (read readFunc) Read(p []byte) (int, error) { return read(p) }

func (k *tty) read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if err != nil {
		k.once.Do(func() { close(k.lost) })
		err = io.EOF // the kernel's word for it depends on who asks when
	}
	return n, err
}

// signalWatcher ends the program when a signal asks for it, or lets the shell have the
// terminal for a while.
type signalWatcher struct {
	program *tea.Program
	writer  *change.Writer
	signals chan os.Signal
	pausing atomic.Bool   // on the way to the shell
	over    chan struct{} // closed to stop listening
	ended   chan struct{} // closed when that is done
	signal  syscall.Signal
}

// watchSignals begins to listen to signals and for the end of ctx. A lost terminal counts as SIGHUP, which only the
// shell's own process is sure to get.
func watchSignals(ctx context.Context, program *tea.Program, writer *change.Writer, lost <-chan struct{}) *signalWatcher {
	e := &signalWatcher{
		program: program, writer: writer, signals: make(chan os.Signal, 8),
		over: make(chan struct{}), ended: make(chan struct{}),
	}
	signal.Notify(e.signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	hearStops(e.signals)
	go e.listen(ctx.Done(), lost)
	return e
}

// finish stops listening and returns the signal that came first, if one did. The
// process is about to end then, and what still comes must not cut off its last
// words: it is caught, and dropped.
func (e *signalWatcher) finish() (syscall.Signal, bool) {
	close(e.over)
	<-e.ended
	if e.signal == 0 {
		signal.Stop(e.signals)
	}
	return e.signal, e.signal != 0
}

func (e *signalWatcher) listen(done, lost <-chan struct{}) {
	defer close(e.ended)
	asked := 0 // times, by those who could be impatient
	for {
		select {
		case s := <-e.signals:
			caught, ok := s.(syscall.Signal)
			if !ok {
				continue
			}
			if isStop(caught) {
				e.suspend()
				continue
			}
			// A terminal that closes hangs up more than once, by itself and by its shell,
			// and a session that ends sends SIGTERM along: that is no impatience.
			if caught != syscall.SIGHUP {
				asked++
			}
			e.quit(caught, asked > 1)
		case <-done:
			done = nil
			go e.program.Quit()
		case <-lost:
			lost = nil
			e.quit(syscall.SIGHUP, false)
		case <-e.over:
			return
		}
	}
}

// rendererDelay is how long Bubble Tea's renderer gets to end before the process stops. One
// that ended only after the process goes on would stop the clock of the next, and
// nothing would ever be drawn again.
const rendererDelay = 100 * time.Millisecond

// suspend is what SIGTSTP wants. From outside it is a wish, as ctrl+z is: the terminal
// is left in order first. Then it is Bubble Tea that sends it, to all that the
// shell has started together.
func (e *signalWatcher) suspend() {
	if e.pausing.Load() {
		<-time.After(rendererDelay)
		stopProcess()
	} else {
		go e.program.Send(tea.SuspendMsg{})
	}
}

// quit asks the program to leave. It does not wait for it: a program that hangs
// must not keep the next signal from being heard.
func (e *signalWatcher) quit(s syscall.Signal, atOnce bool) {
	if e.signal == 0 {
		e.signal = s
	}
	switch {
	case atOnce:
		e.exitNow()
	case s == syscall.SIGHUP:
		go e.program.Send(leaveNowMsg{})
	default:
		go e.program.Quit()
	}
}

// exitNow restores the terminal, if that can still be done, and ends the process.
func (e *signalWatcher) exitNow() {
	restored := make(chan struct{})
	go func() {
		defer close(restored)
		e.program.Kill()
	}()
	select {
	case <-restored:
	case <-time.After(time.Second):
	}
	for _, w := range haltWrites(e.writer) {
		what := "not waited for, outcome unknown"
		if w.Stage == change.Checking {
			what = "cancelled before it was sent"
		}
		fmt.Fprintf(os.Stderr, "hdpadmin: %s: %s\n", describePlan(w.Plan), what)
	}
	os.Exit(Signalled{Signal: e.signal}.ExitCode())
}

// finishWrites ends the writes, and tells of those whose outcome is not known.
func finishWrites(w *change.Writer) error {
	var names []string
	for _, r := range w.Halt() {
		if r.Stage != change.Checking { // that is broken off
			names = append(names, describePlan(r.Plan))
		}
	}
	if len(names) > 0 {
		fmt.Fprintf(os.Stderr, "hdpadmin: waiting up to %s for the answer to: %s\n", writeGrace, strings.Join(names, "; "))
	}
	var errs []error
	for _, o := range w.Shutdown(writeGrace) {
		if (o.Kind == change.Applied || o.Kind == change.Accepted) && o.LogErr == nil {
			continue
		}
		p := explain.Outcome(o)
		errs = append(errs, fmt.Errorf("%s: %s", describePlan(o.Plan), strings.TrimSpace(p.Lead+" "+p.Means)))
	}
	return errors.Join(errs...)
}

// haltWrites closes the writer, if there is one, and returns what is under way.
func haltWrites(w *change.Writer) []change.Running {
	if w == nil {
		return nil
	}
	return w.Halt()
}

func describePlan(p change.Plan) string {
	return diffview.NameAndID(p.Subject()) + ": " + p.Operation()
}
