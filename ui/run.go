package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/request"
)

// grace is how long the answers to writes that were sent are waited for on the
// way out.
const grace = 10 * time.Second

// Signalled is returned by Run when a signal ended the console.
type Signalled struct{ Signal syscall.Signal }

// Error names the signal.
func (s Signalled) Error() string { return s.Signal.String() }

// ExitCode is what a shell expects of a program that a signal ended.
func (s Signalled) ExitCode() int { return 128 + int(s.Signal) }

// Run puts the console on the terminal until the operator quits, ctx ends or a
// signal comes. Whatever the way out, the terminal is as it was before, nothing
// new is sent, writes that were sent are waited for, and what is still not known
// of them is told on standard error.
func Run(ctx context.Context, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	model, err := New(ctx, opts)
	if err != nil {
		return err
	}
	// Bubble Tea would leave SIGHUP to kill the program with the terminal in disorder,
	// and does not tell which signal it was.
	program := tea.NewProgram(model, tea.WithoutSignalHandler(), tea.WithFPS(120))
	caught := make(chan syscall.Signal, 1)
	stop := onSignal(ctx, func(s syscall.Signal) {
		caught <- s
		program.Quit()
	})
	_, err = program.Run()
	stop()
	cancel()
	err = errors.Join(err, leaveWrites(opts.Writer))
	opts.Client.ClearCredentials()
	opts.Client.Close()
	select {
	case s := <-caught:
		return errors.Join(Signalled{s}, err)
	default:
		return err
	}
}

// onSignal calls do once, for the first signal that asks the program to end. A
// second one ends it at once, as if nobody listened.
func onSignal(ctx context.Context, do func(syscall.Signal)) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			signal.Stop(signals)
			if s, ok := s.(syscall.Signal); ok {
				do(s)
			}
		case <-ctx.Done():
		}
	}()
	return func() {
		cancel()
		<-done
		signal.Stop(signals)
	}
}

// leaveWrites ends the writes, and tells of those whose outcome is not known.
func leaveWrites(w *change.Writer) error {
	var errs []error
	for _, o := range w.Shutdown(grace) {
		if o.Kind == change.Applied || o.Kind == change.Accepted {
			continue
		}
		p := explain.Outcome(o)
		errs = append(errs, fmt.Errorf("%s: %s: %s %s", request.Who(o.Plan.Subject()), o.Plan.Operation(), p.Lead, p.Means))
	}
	return errors.Join(errs...)
}
