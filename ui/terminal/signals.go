package terminal

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Signalled is returned by Run if a signal ended the console, or the loss of its terminal,
// which counts as SIGHUP.
type Signalled struct {
	Signal syscall.Signal
	Err    error // what else there is to report, or nil
	// AtOnce says that a second signal did not let the screen end: what it started may still be
	// running, and the process should end without waiting for anything.
	AtOnce bool
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

// signalWatcher ends the program when a signal asks for it, or suspends it to the shell.
type signalWatcher struct {
	program *tea.Program
	signals chan os.Signal
	pausing atomic.Bool   // the process is about to stop
	over    chan struct{} // closed to stop listening
	ended   chan struct{} // closed when that is done, or somebody is impatient
	signal  syscall.Signal
}

// watchSignals starts listening for signals and the end of ctx. A lost terminal counts as
// SIGHUP, which only the shell's own process is sure to get.
func watchSignals(ctx context.Context, program *tea.Program, lost <-chan struct{}) *signalWatcher {
	e := &signalWatcher{
		program: program, signals: make(chan os.Signal, 8),
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
			if asked > 1 {
				return
			}
			e.quit(caught)
		case <-done:
			done = nil
			go e.program.Quit()
		case <-lost:
			lost = nil
			e.quit(syscall.SIGHUP)
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
func (e *signalWatcher) quit(s syscall.Signal) {
	if e.signal == 0 {
		e.signal = s
	}
	if s == syscall.SIGHUP {
		go e.program.Send(leaveNowMsg{})
	} else {
		go e.program.Quit()
	}
}

// isImpatient reports whether a second signal came before the end.
func (e *signalWatcher) isImpatient() bool {
	select {
	case <-e.ended:
		return true
	default:
		return false
	}
}

// leaveAtOnce restores the terminal, if that is still possible, and returns the first signal.
// Signals then have their default action again, so that a third one ends a process that hangs.
func (e *signalWatcher) leaveAtOnce() syscall.Signal {
	restored := make(chan struct{})
	go func() {
		defer close(restored)
		e.program.Kill()
	}()
	select {
	case <-restored:
	case <-time.After(time.Second):
	}
	signal.Stop(e.signals)
	return e.signal
}
