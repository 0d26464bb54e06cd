// Package terminal puts a screen on a terminal: that of this process, or that of a client of a
// service. It is the only part of ui that knows a process: keys from standard input, signals,
// suspending to the shell, and an end that leaves the terminal in order.
package terminal

import (
	"context"
	"errors"
	"log/slog"

	tea "charm.land/bubbletea/v2"
)

// Options says what a screen asks of its terminal. Every function may be nil.
type Options struct {
	// Synced says whether frames are sent as synchronised output.
	Synced Synced
	// Log gets the type of every message at level debug; nil for none.
	Log *slog.Logger
	// LastOutput returns what must still be sent to the terminal at the end, or "".
	LastOutput func() string
	// Finish is called once the terminal is restored, while signals are still caught. What it
	// returns is in the error of Run.
	Finish func() error
	// Abandon is called when a second signal does not let Finish begin or end. It must not wait.
	// What it returns is in the error of Run.
	Abandon func() error
}

// Run puts a screen on the terminal until it ends, ctx ends or a signal comes. In every case,
// even after a panic (returned as a *Crash), the terminal is restored before Run returns. A
// second signal makes it return at once, with a screen that may still be running.
func Run(ctx context.Context, screen tea.Model, opts Options) error {
	keys, err := openKeyboard()
	if err != nil {
		return err
	}
	host := newHost(screen, opts)
	program := host.newProgram(tea.WithInput(keys), tea.WithFPS(120))
	ending := watchSignals(ctx, program, keys.lost)
	host.onPause = ending.pausing.Store
	ended := make(chan error, 1)
	go func() {
		err := host.run(program)
		if ending.isImpatient() {
			return
		}
		ended <- errors.Join(err, ctx.Err(), host.opts.Finish())
	}()
	select {
	case err := <-ended:
		if s, signalled := ending.finish(); signalled {
			return Signalled{Signal: s, Err: err}
		}
		return err
	case <-ending.ended:
		return Signalled{Signal: ending.leaveAtOnce(), Err: host.opts.Abandon(), AtOnce: true}
	}
}
