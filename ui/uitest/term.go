// Package uitest runs a model as the operator sees it: real Bubble Tea program, real renderer, and a
// terminal emulator whose screen the test looks at. It waits until the program is idle, never for an
// amount of time, and writes nothing of its own to the wire. Tests of the panes and of the whole
// console use it; no production code does.
//
// A command counts as in flight from when Update returns it until its message has been through
// Update. A timer of [Clock], and a fake request that waits at a [Gate], are at rest: the program is
// idle with them. What hangs elsewhere on purpose is announced with [Term.Hold].
package uitest

import (
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// A Term is a running program and the terminal it runs in. Its methods are for the goroutine of the
// test alone; all that wait fail the test, with the screen printed, when the deadline has passed.
type Term struct {
	tb       testing.TB
	deadline time.Duration
	tm       *teatest.TestModel
	meter    *meter
	screen   *screen
	ended    chan struct{} // closed when the program has ended and run.err is set
	run      *run
	asked    bool // the test has asked how the program ended
}

// An Option says something about the terminal.
type Option func(*options)

type options struct {
	width, height int
	profile       colorprofile.Profile
	env           []string
	deadline      time.Duration
	idlePlaces    []idlePlace
}

// idlePlace is where a command may stay without being in flight.
type idlePlace interface {
	bind(m *meter, settle func())
	release()
}

// Size is the terminal's, in cells. Without it: 120 by 36.
func Size(w, h int) Option { return func(o *options) { o.width, o.height = w, h } }

// WithClock makes c the clock whose timers are at rest until the test advances it. One clock, one Term.
func WithClock(c *Clock) Option { return func(o *options) { o.idlePlaces = append(o.idlePlaces, c) } }

// WithGate makes what waits at g be at rest until the test opens it.
func WithGate(g *Gate) Option { return func(o *options) { o.idlePlaces = append(o.idlePlaces, g) } }

// ColorProfile is how many colours the terminal has. Without it: true colour, whatever runs the test.
func ColorProfile(p colorprofile.Profile) Option { return func(o *options) { o.profile = p } }

// Env adds variables, as "KEY=value", to the program's environment: that is TERM and COLORTERM and
// nothing of this process.
func Env(kv ...string) Option { return func(o *options) { o.env = append(o.env, kv...) } }

// Deadline is how long a wait may take. Without it: 10 seconds.
func Deadline(d time.Duration) Option { return func(o *options) { o.deadline = d } }

// Start runs the model until the test ends. It returns once the model knows size, colours and
// environment; what its Init has started may still be in flight. A program that ends in an error
// the test has not asked for by [Term.ExitErr], and any panic, fails the test.
func Start(tb testing.TB, m tea.Model, opts ...Option) *Term {
	tb.Helper()
	o := options{
		width: 120, height: 36,
		profile:  colorprofile.TrueColor,
		env:      []string{"TERM=xterm-256color", "COLORTERM=truecolor"},
		deadline: 30 * time.Second,
	}
	for _, opt := range opts {
		opt(&o)
	}

	meter := newMeter()
	t := &Term{
		tb: tb, deadline: o.deadline, meter: meter,
		screen: newScreen(o.width, o.height),
		ended:  make(chan struct{}),
		run:    &run{},
	}
	for _, r := range o.idlePlaces {
		r.bind(meter, t.Idle)
	}
	w := newWatched(m, meter)
	t.tm = teatest.NewTestModel(t.run, w,
		teatest.WithInitialTermSize(o.width, o.height),
		teatest.WithProgramOptions(
			tea.WithFPS(120), // the frame rate is what a round trip costs
			tea.WithColorProfile(o.profile),
			tea.WithEnvironment(o.env),
		))
	t.screen.out = t.tm.Output()
	w.connect(t.tm.Send)
	go func() {
		t.tm.WaitFinished(tb)
		close(t.ended)
	}()
	tb.Cleanup(func() { t.stop(w, o.idlePlaces) })

	t.within("start: the program has not taken its size, colours and environment", func() {
		select {
		case <-w.started:
		case <-t.ended:
		}
	})
	return t
}

// stop ends the program and all that the harness started. The model is let go of, because teatest's
// goroutine for interrupts lives as long as the process and would keep it.
func (t *Term) stop(w *watched, rests []idlePlace) {
	t.tb.Helper()
	go t.tm.Send(tea.QuitMsg{})
	select {
	case <-t.ended:
	case <-time.After(t.deadline):
		t.tb.Errorf("the program does not quit: Update or View has not returned%s", t.meter.inFlight())
		t.run.expected.Store(true)
		t.tm.GetProgram().Kill()
	}
	for _, r := range rests {
		r.release()
	}
	t.screen.close()

	if p := t.meter.panicText(); p != "" {
		t.tb.Errorf("the program panicked: %s", p)
	} else if err := t.run.failure(); err != nil && !t.asked {
		t.tb.Errorf("the program ended: %v", err)
	}
	select {
	case <-t.ended:
		w.inner = nil
	default: // still inside Update: the model is in use
	}
}

// run is the testing.TB that teatest gets, with all that it calls. With the test's own, an error of the
// program would end a goroutine which is not the test's, so that nobody learned of the end, and the
// test with its terminal, some 5 MB, would be kept as long as the process lives.
type run struct {
	testing.TB
	err      atomic.Pointer[error]
	expected atomic.Bool
}

func (r *run) Log(...any) {}

func (r *run) Fatalf(_ string, args ...any) {
	for _, a := range args {
		if err, ok := a.(error); ok {
			r.err.Store(&err)
		}
	}
}

func (r *run) failure() error {
	if err := r.err.Load(); err != nil && !r.expected.Load() {
		return *err
	}
	return nil
}
