package ui

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

// host stands between Bubble Tea and a screen, the console for one, for what is
// not the screen's business: that the terminal is left in order. Its fields belong
// to the event loop.
type host struct {
	screen     tea.Model
	quit       func()     // may block while the event loop is busy
	onPause    func(bool) // told before the process stops, and after
	sync       Synced
	lastOutput func() string // what is still to be told to the terminal at the end
	log        *slog.Logger

	crash       *Crash
	leaving     bool
	pause       pause
	unanswered  int // questions for the terminal's attributes
	resizeCount int // that the terminal has had
}

func newHost(screen tea.Model, log *slog.Logger) *host {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	h := &host{screen: screen, quit: func() {}, onPause: func(bool) {}, lastOutput: func() string { return "" }, log: log}
	if console, is := screen.(*Model); is && console != nil {
		h.sync, h.lastOutput = console.opts.Synced, console.takeClipboardClear
	}
	return h
}

// Synced says whether the terminal is told where a frame begins and ends
// (synchronised output, mode 2026), so that it never shows half of one.
type Synced int

const (
	// SyncedIfKnown asks the terminal whether it knows it, but not over SSH.
	SyncedIfKnown Synced = iota
	// AlwaysSynced takes it for known. A terminal that does not know it passes it over.
	AlwaysSynced
	// NeverSynced does without.
	NeverSynced
)

// Crash is a panic of the program. Run returns it once the terminal is as it was;
// Bubble Tea would print it on a screen that is about to be switched away.
type Crash struct {
	Value any
	Stack []byte
}

// Error is the panic with its stack.
func (c *Crash) Error() string { return fmt.Sprintf("panic: %v\n\n%s", c.Value, c.Stack) }

type (
	// farewellMsg asks the terminal for its attributes before the program ends.
	farewellMsg struct{}
	// leaveNowMsg ends the program without asking.
	leaveNowMsg struct{}
	// noShellMsg tells the screen that there is nowhere to go with ctrl+z.
	noShellMsg struct{}
	// blankMsg takes everything off the screen before the process stops: not every
	// terminal has another one for the shell.
	blankMsg struct{}
	// stopNowMsg stops the process then.
	stopNowMsg struct{}
)

// pause is how far the way to the shell and back is.
type pause int

const (
	notPaused pause = iota
	blanked
	stopped
)

// answerTimeout is how long a terminal is waited for that may not answer at all.
const answerTimeout = time.Second

// filter holds the end of the program back until the terminal has answered what
// it was asked before: an answer that comes later is typed into the shell. What
// it answers comes in the order of the questions, so the last one stands for all.
func (h *host) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	if h.pause == stopped { // there are no messages until it is over
		h.pause = notPaused
		h.onPause(false)
	}
	switch msg := msg.(type) {
	case tea.RawMsg:
		h.unanswered += strings.Count(fmt.Sprint(msg.Msg), ansi.RequestPrimaryDeviceAttributes)
	case tea.ModeReportMsg:
		// Bubble Tea begins to use the mode once the terminal reports that it knows it.
		if msg.Mode == ansi.ModeSynchronizedOutput && h.sync == NeverSynced {
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
		// Without a shell that continues it, the process would stop being anything.
		switch {
		case h.leaving, h.pause != notPaused:
			return nil
		case !hasShell():
			return noShellMsg{}
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

// announceSync tells Bubble Tea, as if the terminal had, that frames may be sent as
// synchronised output. Over SSH it would not ask.
func (h *host) announceSync() tea.Cmd {
	if h.sync != AlwaysSynced {
		return nil
	}
	return func() tea.Msg {
		return tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset}
	}
}

// Update hands the message on.
func (h *host) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	defer func() { model, cmd = h, h.keepPanic(recover(), cmd) }()
	h.logType(msg)
	switch msg := msg.(type) {
	case *Crash:
		return h, h.keepCrash(msg)
	case farewellMsg:
		return h, tea.Batch(tea.Raw(h.lastOutput()+ansi.RequestPrimaryDeviceAttributes),
			tea.Tick(answerTimeout, func(time.Time) tea.Msg { return leaveNowMsg{} }))
	case blankMsg:
		return h, tea.Batch(h.stopWhenAnswered(), tea.Tick(answerTimeout, func(time.Time) tea.Msg { return stopNowMsg{} }))
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
			return h, repaint()
		}
		return h, nil
	}
	h.screen, cmd = h.screen.Update(msg)
	return h, tea.Batch(catchPanics(cmd), h.stopWhenAnswered())
}

// stopWhenAnswered stops the process once the screen is blank and the terminal has answered
// what it was asked before: an answer that comes later is typed into the shell.
func (h *host) stopWhenAnswered() tea.Cmd {
	if h.pause != blanked || h.unanswered > 0 {
		return nil
	}
	return func() tea.Msg { return stopNowMsg{} }
}

// logType logs of what type the message is, and no more. Keys are left out: their
// number and their time would tell of a password that is typed.
func (h *host) logType(msg tea.Msg) {
	switch msg.(type) {
	case tea.KeyMsg, tea.PasteMsg:
	default:
		h.log.Debug("message", "type", reflect.TypeOf(msg))
	}
}

// View draws the screen; after a panic nothing, since it may come from there. What
// stays behind, on a terminal without another screen for the shell, is blank.
func (h *host) View() (view tea.View) {
	defer func() {
		if v := recover(); v != nil {
			h.keepCrash(&Crash{v, debug.Stack()})
			go h.quit() // the event loop, which is here, has to take it
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

// keepCrash keeps the first panic; others follow from it.
func (h *host) keepCrash(c *Crash) tea.Cmd {
	if h.crash == nil {
		h.crash = c
	}
	return tea.Quit
}

// catchPanics makes a panic of the command a message.
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
