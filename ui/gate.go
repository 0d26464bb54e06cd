package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// gate drops keys until a dialog has been drawn, so that a key typed for something else cannot
// answer it. It opens when the terminal answers a question that was sent with the frame:
// whatever was typed before the dialog was visible arrives before that answer, however slow the
// connection is. It also waits long enough for the frame to go out, and gives up on a terminal
// that never answers. tmux and screen answer themselves and say nothing about the connection
// behind them, so the wait is longer there.
type gate struct {
	dialog           dialog
	requested        bool // the operator's key opened the dialog, so typed text is for it
	entered          bool // enter was pressed too and waits until the dialog has been drawn
	answered, waited bool
}

func (g *gate) isDrawn() bool { return g.answered && g.waited }

// acceptsText reports whether text goes into the dialog. Text after an enter that is still
// waiting is for something else.
func (g *gate) acceptsText() bool { return g.requested && (!g.entered || g.isDrawn()) }

const (
	gateDelay            = 50 * time.Millisecond // several frames
	gateDelayMultiplexed = 250 * time.Millisecond
	gateTimeout          = time.Second
)

type (
	gateDelayedMsg struct{ gate *gate }
	gateTimeoutMsg struct{ gate *gate }
)

// pushGated opens a dialog that takes keys only once it has been drawn.
func (m *Model) pushGated(d dialog) tea.Cmd {
	m.push(d)
	return m.holdKeys(d)
}

// pushRequested opens a dialog that the operator asked for. Typed text goes into it at once;
// enter waits until it has been drawn, and confirms only if nothing in it must be read first.
func (m *Model) pushRequested(d dialog) tea.Cmd {
	shown := m.pushGated(d)
	if m.isTopUnseen() {
		m.gate.requested = true
	}
	return shown
}

// holdKeys keeps keys from a dialog that shows something new unasked. A dialog below another
// one has no keys, and the gate in use is not for it.
func (m *Model) holdKeys(d dialog) tea.Cmd {
	if d == nil || m.top() != d {
		return nil
	}
	g := &gate{dialog: d}
	if was := m.gate; was != nil && was.dialog == d {
		g.requested, g.entered = was.requested, was.entered
	}
	m.gate = g
	m.questions++
	rest := gateDelay
	if m.opts.InMultiplexer {
		rest = gateDelayMultiplexed
	}
	return tea.Batch(
		tea.Raw(ansi.RequestPrimaryDeviceAttributes),
		m.clock.After(rest, gateDelayedMsg{g}),
		m.clock.After(gateTimeout, gateTimeoutMsg{g}),
	)
}

func (m *Model) handleGate(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		// An answer to an earlier dialog's question must not open this gate.
		m.questions = max(0, m.questions-1)
		if m.gate != nil && m.questions == 0 {
			m.gate.answered = true
		}
	case gateDelayedMsg:
		msg.gate.waited = true
	case gateTimeoutMsg:
		msg.gate.answered, msg.gate.waited = true, true
		m.questions = 0 // no answer is expected any more
	default:
		return nil, false
	}
	return m.openGate(), true
}

// openGate opens the gate of a dialog that has been drawn. A requested dialog counts as drawn
// once it shows everything that enter would confirm.
func (m *Model) openGate() tea.Cmd {
	g := m.gate
	if g == nil || !g.isDrawn() {
		return nil
	}
	if d, is := g.dialog.(interface{ Preparing() bool }); is && d.Preparing() && g.requested {
		return nil
	}
	m.gate = nil
	if !g.entered || g.dialog != m.top() {
		return nil
	}
	if d, is := g.dialog.(interface{ Warns() bool }); is && d.Warns() {
		m.say(caution, "You pressed enter before this was shown. Read it first.")
		return nil
	}
	return pressEnter(m)
}
