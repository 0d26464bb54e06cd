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

// writeGrace is how long the console waits for answers to writes when it ends.
const writeGrace = 10 * time.Second

// Signalled is returned by Run if a signal ended the console, or the loss of its terminal,
// which counts as SIGHUP.
type Signalled struct {
	Signal syscall.Signal
	Err    error // what else there is to report, or nil
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

// ExitCode returns what a shell expects of a program that a signal ended.
func (s Signalled) ExitCode() int { return 128 + int(s.Signal) }

// Next is where the operator wants to go from a console. The zero Next ends the program.
type Next struct {
	Profile string // the server of this profile
	Connect bool   // a server without a profile
}

// Run puts the console on the terminal until the operator quits or switches to another server,
// ctx ends or a signal comes. In every case, even after a panic (returned as a *Crash), the
// terminal is restored, nothing new is sent, running writes are waited for, and those whose
// outcome is still unknown are in the error. Nothing of the session is kept. A second signal
// ends the process at once.
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

// Welcome puts the screen before a console on the terminal. It ends as Run does.
func Welcome(ctx context.Context, m *welcome.Model, log *slog.Logger) error {
	return runOnTerminal(ctx, m, nil, log, func() error { return nil })
}

// runOnTerminal puts a screen on the terminal until it ends. It calls after while signals are
// still caught. writer, which may be nil, has the writes that a second signal does not wait
// for.
func runOnTerminal(ctx context.Context, screen tea.Model, writer *change.Writer, log *slog.Logger, after func() error) error {
	keys, err := openKeyboard()
	if err != nil {
		return err
	}
	host := newHost(screen, log)
	// Bubble Tea would let SIGHUP kill the program with the terminal in disorder, and does not
	// say which signal it was.
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

// tty is the terminal that keys come from. Bubble Tea takes its end for the end of a pipe and
// would wait for keys that cannot come.
type tty struct {
	*os.File
	keys keyboard.Reader
	lost chan struct{} // closed once the terminal is gone
	once sync.Once
}

// openKeyboard opens standard input, or the process's terminal if standard input is something
// else, such as the pipe of a password.
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

// escWait returns how long the rest of an escape sequence may take.
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
		err = io.EOF // the kernel's error depends on who asks when
	}
	return n, err
}

// signalWatcher ends the program when a signal asks for it, or suspends it to the shell.
type signalWatcher struct {
	program *tea.Program
	writer  *change.Writer
	signals chan os.Signal
	pausing atomic.Bool   // the process is about to stop
	over    chan struct{} // closed to stop listening
	ended   chan struct{} // closed when that is done
	signal  syscall.Signal
}

// watchSignals starts listening for signals and the end of ctx. A lost terminal counts as
// SIGHUP, which only the shell's own process is sure to get.
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

// finish stops listening and returns the first signal, if any. The process is about to end, and
// a later signal must not cut off its last output, so it is caught and dropped.
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
	asked := 0 // by signals of someone who may be impatient
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
			// A closing terminal sends more than one SIGHUP, itself and through its shell, and
			// a session that ends adds SIGTERM: nobody is impatient then.
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

// rendererDelay lets Bubble Tea's renderer end before the process stops. If it ended after the
// process continues, it would stop the ticker of the next renderer, and nothing would ever be
// drawn again.
const rendererDelay = 100 * time.Millisecond

// suspend handles SIGTSTP. From outside it is a request like ctrl+z, so the terminal is
// restored first; then Bubble Tea sends SIGTSTP itself, to everything the shell started
// together.
func (e *signalWatcher) suspend() {
	if e.pausing.Load() {
		<-time.After(rendererDelay)
		stopProcess()
	} else {
		go e.program.Send(tea.SuspendMsg{})
	}
}

// quit asks the program to end without waiting for it: a program that hangs must not keep the
// next signal from being heard.
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

// exitNow restores the terminal, if that is still possible, and ends the process.
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

// finishWrites ends the writes and returns those whose outcome is unknown as an error.
func finishWrites(w *change.Writer) error {
	var names []string
	for _, r := range w.Halt() {
		if r.Stage != change.Checking { // those are cancelled
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

// haltWrites closes the writer, if there is one, and returns the running writes.
func haltWrites(w *change.Writer) []change.Running {
	if w == nil {
		return nil
	}
	return w.Halt()
}

func describePlan(p change.Plan) string {
	return diffview.NameAndID(p.Subject()) + ": " + p.Operation()
}
