package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/diffview"
	"hdpadmin/ui/terminal"
)

// writeGrace is how long the console waits for answers to writes when it ends.
const writeGrace = 10 * time.Second

// Next is where the operator wants to go from a console. The zero Next ends the program.
type Next struct {
	Profile string // the server of this profile
	Connect bool   // a server without a profile
}

// Run puts the console on the terminal, that of the process or of opts.Session, until the operator quits or switches to another server,
// ctx ends or a signal comes. In every case, even after a panic (returned as a
// [terminal.Crash]), the terminal is restored, nothing new is sent, running writes are waited
// for, and those whose outcome is still unknown are in the error. Nothing of the session is
// kept. A second signal makes it return at once, with the writes that were still running in
// the error.
func Run(ctx context.Context, opts Options) (Next, error) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	model, err := New(running, opts)
	if err != nil {
		return Next{}, err
	}
	screen := model.terminalOptions()
	screen.Finish = func() error {
		cancel()
		err := finishWrites(opts.Writer, model.times(), opts.Tell)
		opts.Client.ClearCredentials()
		opts.Client.Close()
		return err
	}
	if opts.Session != nil {
		return Next{}, terminal.Serve(ctx, model, screen, *opts.Session)
	}
	if err := terminal.Run(ctx, model, screen); err != nil {
		return Next{}, err
	}
	return model.Next(), nil
}

// terminalOptions says what the console asks of the terminal.
func (m *Model) terminalOptions() terminal.Options {
	return terminal.Options{
		Synced: m.opts.Synced, Log: m.opts.Log, LastOutput: m.clipboard.takeClear,
		Abandon: func() error { return abandonWrites(m.opts.Writer) },
	}
}

// finishWrites ends the writes and returns those whose outcome is unknown as an error.
func finishWrites(w *change.Writer, times words.Times, tell func(string)) error {
	var names []string
	for _, r := range w.Halt() {
		if r.Stage != change.Checking { // those are cancelled
			names = append(names, describePlan(r.Plan))
		}
	}
	if len(names) > 0 && tell != nil {
		tell(fmt.Sprintf("waiting up to %s for the answer to: %s", words.ExactDuration(writeGrace), strings.Join(names, "; ")))
	}
	var errs []error
	for _, o := range w.Shutdown(writeGrace) {
		if (o.Kind == change.Applied || o.Kind == change.Accepted) && o.LogErr == nil {
			continue
		}
		p := explain.Outcome(o, times)
		errs = append(errs, fmt.Errorf("%s: %s", describePlan(o.Plan), strings.TrimSpace(p.Lead+" "+p.Means)))
	}
	return errors.Join(errs...)
}

// abandonWrites closes the writer and returns the writes that it does not wait for as an error.
func abandonWrites(w *change.Writer) error {
	var errs []error
	for _, r := range w.Halt() {
		what := "not waited for, outcome unknown"
		if r.Stage == change.Checking {
			what = "cancelled before it was sent"
		}
		errs = append(errs, fmt.Errorf("%s: %s", describePlan(r.Plan), what))
	}
	return errors.Join(errs...)
}

func describePlan(p change.Plan) string {
	return diffview.NameAndID(p.Subject()) + ": " + p.Operation()
}
