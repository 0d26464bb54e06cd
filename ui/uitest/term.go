// Package uitest runs a model as the operator sees it: a real Bubble Tea program with its
// renderer, and a terminal emulator whose screen the test reads. It waits until the program is
// idle, never for an amount of time, and writes nothing of its own to the terminal. Only tests
// use it.
//
// A command is in flight from when Update returns it until Update has handled its message. A
// timer of [Clock] and a fake request at a [Gate] do not keep the program from being idle.
// Announce other commands that hang on purpose with [Term.Hold].
package uitest

import (
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/teatest/v2"
)

// Term is a running program and its terminal. Only the test's own goroutine may call its methods.
// Those that wait fail the test and print the screen when the deadline has passed.
type Term struct {
	tb       testing.TB
	deadline time.Duration
	tm       *teatest.TestModel
	meter    *meter
	screen   *screen
	ended    chan struct{} // closed when the program has ended and run.err is set
	run      *run
	asked    bool // the test has called ExitErr
}

// Option changes the terminal.
type Option func(*options)

type options struct {
	width, height int
	profile       colorprofile.Profile
	env           []string
	deadline      time.Duration
	idlePlaces    []idlePlace
}

// idlePlace is where a command may wait without being in flight.
type idlePlace interface {
	bind(m *meter, settle func())
	release()
}

// Size sets the terminal's size in cells. The default is 120 by 36.
func Size(w, h int) Option { return func(o *options) { o.width, o.height = w, h } }

// WithClock makes c the clock whose timers wait until the test advances it. A clock belongs to
// one Term.
func WithClock(c *Clock) Option { return func(o *options) { o.idlePlaces = append(o.idlePlaces, c) } }

// WithGate makes requests at g wait until the test opens it.
func WithGate(g *Gate) Option { return func(o *options) { o.idlePlaces = append(o.idlePlaces, g) } }

// ColorProfile sets how many colours the terminal has. The default is true colour, whatever
// terminal runs the test.
func ColorProfile(p colorprofile.Profile) Option { return func(o *options) { o.profile = p } }

// Env adds variables in the form "KEY=value" to the program's environment. By default it only has
// TERM and COLORTERM, nothing from this process.
func Env(kv ...string) Option { return func(o *options) { o.env = append(o.env, kv...) } }

// Deadline sets how long a wait may take. The default is 30 seconds.
func Deadline(d time.Duration) Option { return func(o *options) { o.deadline = d } }

// Start runs the model until the test ends. It returns when the model knows its size, colours and
// environment; commands from Init may still be in flight. A panic fails the test, and so does an
// error of the program unless the test asks for it with [Term.ExitErr].
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
			tea.WithFPS(120), // a round trip takes as long as a frame
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

// stop ends the program and everything that the harness started. It drops the model, which
// teatest's goroutine for interrupts would otherwise keep until the process ends.
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

// run is the testing.TB for teatest and has everything it calls. With the test's own, an error of
// the program would end a goroutine that is not the test's and so go unnoticed, and the test with
// its terminal, about 5 MB, would stay in memory until the process ends.
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
