package terminal

import (
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// host wraps a screen, such as the console, and keeps the terminal in order: quitting,
// suspending, panics. Only the event loop may use its fields.
type host struct {
	screen  tea.Model
	opts    Options    // with no field nil
	quit    func()     // may block while the event loop is busy
	onPause func(bool) // called with true before the process stops, with false afterwards
	// hasShell reports whether ctrl+z has a shell to suspend to.
	hasShell func() bool
	ended    chan struct{} // closed once the program has ended

	crash       *Crash
	leaving     bool
	pause       pause
	unanswered  int // questions for the terminal's attributes
	resizeCount int // how often the terminal has reported its size
}

func newHost(screen tea.Model, opts Options) *host {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.LastOutput == nil {
		opts.LastOutput = func() string { return "" }
	}
	if opts.Finish == nil {
		opts.Finish = func() error { return nil }
	}
	if opts.Abandon == nil {
		opts.Abandon = func() error { return nil }
	}
	return &host{screen: screen, opts: opts, quit: func() {}, onPause: func(bool) {}, hasShell: hasShell, ended: make(chan struct{})}
}

// newProgram returns the program that runs the host. Bubble Tea would let SIGHUP kill the program with
// the terminal in disorder, and does not say which signal it was.
func (h *host) newProgram(opts ...tea.ProgramOption) *tea.Program {
	program := tea.NewProgram(h, append(opts, tea.WithFilter(h.filter), tea.WithoutSignalHandler())...)
	h.quit = program.Quit
	return program
}

// run runs the program and returns its error, or the panic that ended it.
func (h *host) run(program *tea.Program) error {
	defer close(h.ended)
	_, err := program.Run()
	if h.crash != nil {
		return h.crash
	}
	return err
}

// after sends the message after a while. A timer of Bubble Tea would outlive its program.
func (h *host) after(wait time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-h.ended:
			return nil
		}
	}
}

// Synced says whether frames are sent as synchronised output (mode 2026), so that the terminal
// never shows half a frame.
type Synced int

const (
	// SyncedIfKnown asks the terminal whether it supports it, but not over SSH.
	SyncedIfKnown Synced = iota
	// AlwaysSynced assumes support. A terminal without it ignores the sequences.
	AlwaysSynced
	// NeverSynced sends plain frames.
	NeverSynced
)

// Crash is a panic of the program. Run returns it once the terminal is restored; Bubble Tea
// would print it on a screen that is about to be switched away.
type Crash struct {
	Value any
	Stack []byte
}

// Error returns the panic with its stack.
func (c *Crash) Error() string { return fmt.Sprintf("panic: %v\n\n%s", c.Value, c.Stack) }

// NoShellMsg tells the screen that ctrl+z found no shell to suspend to.
type NoShellMsg struct{}

type (
	// farewellMsg asks the terminal for its attributes before the program ends.
	farewellMsg struct{}
	// leaveNowMsg ends the program without asking the terminal.
	leaveNowMsg struct{}
	// blankMsg clears the screen before the process stops, since not every terminal has a
	// separate screen for the shell.
	blankMsg struct{}
	// stopNowMsg stops the process.
	stopNowMsg struct{}
)

// pause is the progress of suspending to the shell.
type pause int

const (
	notPaused pause = iota
	blanked
	stopped
)

// answerTimeout limits the wait for a terminal that may never answer.
const answerTimeout = time.Second

// filter delays the end of the program until the terminal has answered all questions: a later
// answer would be typed into the shell. Answers arrive in order, so the last one is enough.
func (h *host) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	if h.pause == stopped { // no message arrives before it is continued
		h.pause = notPaused
		h.onPause(false)
	}
	switch msg := msg.(type) {
	case tea.RawMsg:
		h.unanswered += strings.Count(fmt.Sprint(msg.Msg), ansi.RequestPrimaryDeviceAttributes)
	case tea.ModeReportMsg:
		// Bubble Tea uses the mode once the terminal reports that it knows it.
		if msg.Mode == ansi.ModeSynchronizedOutput && h.opts.Synced == NeverSynced {
			return nil
		}
	case uv.PrimaryDeviceAttributesEvent:
		h.unanswered = max(0, h.unanswered-1)
		if h.leaving && h.unanswered == 0 {
			return tea.QuitMsg{}
		}
	case tea.QuitMsg:
		if h.leaving {
			return nil
		}
		h.leaving = true
		return farewellMsg{}
	case leaveNowMsg:
		h.leaving = true
		return tea.QuitMsg{}
	case tea.KeyMsg, tea.PasteMsg:
		if h.leaving || h.pause == blanked {
			return nil
		}
	case tea.SuspendMsg:
		// Without a shell to continue it, the process would stay stopped for ever.
		switch {
		case h.leaving, h.pause != notPaused:
			return nil
		case !h.hasShell():
			return NoShellMsg{}
		}
		h.pause = blanked
		return blankMsg{}
	case stopNowMsg:
		if h.leaving || h.pause != blanked {
			return nil
		}
		h.pause = stopped
		h.onPause(true)
		return tea.SuspendMsg{}
	}
	return msg
}

// Init starts the screen.
func (h *host) Init() (cmd tea.Cmd) {
	defer func() { cmd = h.keepPanic(recover(), cmd) }()
	return tea.Batch(h.announceSync(), catchPanics(h.screen.Init()))
}

// announceSync reports the terminal's support to Bubble Tea, which does not ask over SSH.
func (h *host) announceSync() tea.Cmd {
	if h.opts.Synced != AlwaysSynced {
		return nil
	}
	return func() tea.Msg {
		return tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset}
	}
}

// Update passes the message to the screen.
func (h *host) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	defer func() { model, cmd = h, h.keepPanic(recover(), cmd) }()
	h.logType(msg)
	switch msg := msg.(type) {
	case *Crash:
		return h, h.keepCrash(msg)
	case farewellMsg:
		return h, tea.Batch(tea.Raw(h.opts.LastOutput()+ansi.RequestPrimaryDeviceAttributes),
			h.after(answerTimeout, leaveNowMsg{}))
	case blankMsg:
		return h, tea.Batch(h.stopWhenAnswered(), h.after(answerTimeout, stopNowMsg{}))
	}
	if h.crash != nil {
		return h, nil
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		h.screen, cmd = h.screen.Update(msg)
		return h, tea.Batch(catchPanics(cmd), h.repaintLater())
	case resizedMsg:
		if msg.count == h.resizeCount {
			return h, Repaint()
		}
		return h, nil
	}
	h.screen, cmd = h.screen.Update(msg)
	return h, tea.Batch(catchPanics(cmd), h.stopWhenAnswered())
}

// stopWhenAnswered stops the process once the screen is blank and the terminal has answered all
// questions: a later answer would be typed into the shell.
func (h *host) stopWhenAnswered() tea.Cmd {
	if h.pause != blanked || h.unanswered > 0 {
		return nil
	}
	return func() tea.Msg { return stopNowMsg{} }
}

// logType logs only the type of the message. Keys are left out: their number and timing would
// reveal something about a typed password.
func (h *host) logType(msg tea.Msg) {
	switch msg.(type) {
	case tea.KeyMsg, tea.PasteMsg:
	default:
		h.opts.Log.Debug("message", "type", reflect.TypeOf(msg))
	}
}

// View draws the screen. After a panic it draws nothing, since drawing may have caused it, and
// what remains on a terminal without a separate screen for the shell is blank.
func (h *host) View() (view tea.View) {
	defer func() {
		if v := recover(); v != nil {
			h.keepCrash(&Crash{v, debug.Stack()})
			go h.quit() // not from here: this is the event loop, which must take it
		}
		if h.crash != nil {
			view = tea.NewView("")
			view.AltScreen = true
		}
	}()
	if h.crash == nil {
		view = h.screen.View()
	}
	if h.leaving || h.pause != notPaused {
		view.SetContent("")
	}
	return view
}

func (h *host) keepPanic(v any, cmd tea.Cmd) tea.Cmd {
	if v == nil {
		return cmd
	}
	return h.keepCrash(&Crash{v, debug.Stack()})
}

// keepCrash keeps the first panic, since later ones follow from it.
func (h *host) keepCrash(c *Crash) tea.Cmd {
	if h.crash == nil {
		h.crash = c
	}
	return tea.Quit
}

// catchPanics turns a panic of the command into a message.
func catchPanics(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if v := recover(); v != nil {
				msg = &Crash{v, debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, c := range batch {
				batch[i] = catchPanics(c)
			}
		}
		return msg
	}
}
