package stack

import (
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/ui/action"
)

// gate drops keys until a dialog has been drawn, so that a key typed for something else cannot
// answer it. It opens when the terminal answers a question that was sent with the frame:
// whatever was typed before the dialog was visible arrives before that answer, however slow the
// connection is. It also waits long enough for the frame to go out, and gives up on a terminal
// that never answers. tmux and screen answer on their own, which says nothing about the connection
// behind them, so the wait is longer there.
type gate struct {
	dialog           Dialog
	requested        bool // the operator's key opened the dialog, so typed text is for it
	entered          bool // enter was pressed too and waits until the dialog has been drawn
	answered, waited bool
}

func (g *gate) isDrawn() bool { return g.answered && g.waited }

// takes reports whether the key only fills in or closes a dialog that the operator asked for. id
// is "" for text. After enter only esc counts, which closes the dialog before enter confirms;
// any other key is meant for something else.
func (g *gate) takes(id action.ID) bool {
	if !g.requested || !g.dialog.Place().IsWithin(action.Form) {
		return false
	}
	switch id {
	case action.FormEsc:
		return true
	case "", action.FormNext, action.FormPrevious, action.FormPageDown, action.FormPageUp:
		return !g.entered || g.isDrawn()
	default:
		return false
	}
}

const (
	gateDelay            = 50 * time.Millisecond // several frames
	gateDelayMultiplexed = 250 * time.Millisecond
	gateTimeout          = time.Second
)

type (
	gateDelayedMsg struct{ gate *gate }
	gateTimeoutMsg struct{ gate *gate }
)

// UnreadMsg says that enter was pressed before the dialog on top was drawn, and was dropped
// because the dialog shows something that must be read first.
type UnreadMsg struct{}

// Hold keeps keys from a dialog that shows something new on its own. A dialog below another one
// receives no keys, and the gate in use is not for it.
func (s *Stack) Hold(d Dialog) tea.Cmd {
	if d == nil || s.Top() != d {
		return nil
	}
	g := &gate{dialog: d}
	if was := s.gate; was != nil && was.dialog == d {
		g.requested, g.entered = was.requested, was.entered
	}
	s.gate = g
	return s.ask(g)
}

// ask asks the terminal for its attributes, which opens the gate.
func (s *Stack) ask(g *gate) tea.Cmd {
	s.questions++
	rest := gateDelay
	if s.multiplexed {
		rest = gateDelayMultiplexed
	}
	return tea.Batch(
		tea.Raw(ansi.RequestPrimaryDeviceAttributes),
		s.clock.After(rest, gateDelayedMsg{g}),
		s.clock.After(gateTimeout, gateTimeoutMsg{g}),
	)
}

// HoldRequested keeps enter from a dialog that shows something new at the operator's request. A
// dialog that opened on its own and has not been seen yet goes on dropping keys.
func (s *Stack) HoldRequested(d Dialog) tea.Cmd {
	requested := !s.IsUnseen() || s.gate.requested
	held := s.Hold(d)
	if s.IsUnseen() {
		s.gate.requested = requested
	}
	return held
}

// IsLateEsc reports whether an esc pressed now may have been meant for a dialog that has just closed on
// its own: the operator may not have seen that yet.
func (s *Stack) IsLateEsc() bool { return s.closed != nil && !s.closed.isDrawn() }

// IsUnseen reports whether the dialog on top has not been drawn yet.
func (s *Stack) IsUnseen() bool { return s.gate != nil && s.gate.dialog == s.Top() }

// IsRequested reports whether the operator asked for the dialog whose keys are held.
func (s *Stack) IsRequested() bool { return s.gate != nil && s.gate.requested }

// SetEntered says whether enter was pressed for the requested dialog. It has no effect once another
// dialog is on top.
func (s *Stack) SetEntered(entered bool) {
	if s.IsUnseen() && s.gate.requested {
		s.gate.entered = entered
	}
}

// Admit reports whether a key may be handled now. id is its action, "" if it types text, and
// isGlobal says that the action is not the dialog's own. A dialog that opened on its own gets no
// key before it has been drawn. A requested one keeps enter until then; if it is drawn but not
// ready, its own answer to enter is in asked, see [Stack.Run].
func (s *Stack) Admit(id action.ID, isGlobal bool) (asked tea.Cmd, admitted bool) {
	switch {
	case !s.IsUnseen():
		return nil, true
	case isGlobal, s.gate.takes(id):
		s.gate.entered = false // more is being typed first
		return nil, true
	case s.gate.requested && id == action.FormEnter:
		s.gate.entered = true
		if s.gate.isDrawn() {
			return s.gate.dialog.Enter(), false
		}
	}
	return nil, false
}

// Update opens the gate if the message is one that the gate waits for, and reports whether it is.
// asked is what a kept enter asks for, see [Stack.Run], or an UnreadMsg.
func (s *Stack) Update(msg tea.Msg) (asked tea.Cmd, taken bool) {
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		// An answer to an earlier dialog's question must not open this gate.
		s.questions = max(0, s.questions-1)
		for _, g := range []*gate{s.gate, s.closed} {
			if g != nil && s.questions == 0 {
				g.answered = true
			}
		}
	case gateDelayedMsg:
		msg.gate.waited = true
	case gateTimeoutMsg:
		msg.gate.answered, msg.gate.waited = true, true
		s.questions = 0 // no answer is expected any more
	default:
		return nil, false
	}
	return s.openGate(), true
}

// openGate opens the gate of a dialog that has been drawn. A requested dialog counts as drawn
// once it shows everything that enter would confirm.
func (s *Stack) openGate() tea.Cmd {
	g := s.gate
	if g == nil || !g.isDrawn() {
		return nil
	}
	if d, is := g.dialog.(Preparer); is && d.Preparing() && g.requested {
		return nil
	}
	s.gate = nil
	if !g.entered || g.dialog != s.Top() {
		return nil
	}
	if d, is := g.dialog.(Warner); is && d.Warns() {
		return func() tea.Msg { return UnreadMsg{} }
	}
	return g.dialog.Enter()
}
