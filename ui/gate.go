package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// gate holds keys back from a dialog that the operator has not seen yet: one
// that opens by itself, over which a key typed for something else must not decide.
// It opens when the terminal has answered a question that was sent with the
// dialog, since what was typed before the dialog was on the screen comes before
// that answer however slow the line is; and not before the frame had time to go
// out. A terminal that does not answer is waited for a little. Inside tmux or
// screen it is those that answer, and of the line behind them nothing is known: the
// rest is then long enough for the way there and back over a slow one.
type gate struct {
	dialog           dialog
	requested        bool // the operator's own key brought the dialog: what is typed is for it
	entered          bool // so is enter, which waits until the dialog has been drawn
	answered, waited bool
}

func (g *gate) isDrawn() bool { return g.answered && g.waited }

// acceptsText reports whether text goes into the dialog. What follows an enter that nobody has
// answered yet is for something else.
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

// pushGated puts a dialog on top that takes keys only once it has been drawn.
func (m *Model) pushGated(d dialog) tea.Cmd {
	m.push(d)
	return m.holdKeys(d)
}

// pushRequested puts a dialog on top that the operator asked for. What is typed goes into it
// at once. Enter waits until it has been drawn, and then confirms what needs no reading.
func (m *Model) pushRequested(d dialog) tea.Cmd {
	shown := m.pushGated(d)
	if m.isTopUnseen() {
		m.gate.requested = true
	}
	return shown
}

// holdKeys keeps keys back from a dialog that shows something new by itself. Below another
// one it has no keys, and the gate in use is not for it.
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

// handleGate takes what the gate waits for.
func (m *Model) handleGate(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		// The answer to an earlier dialog's question opens nothing.
		m.questions = max(0, m.questions-1)
		if m.gate != nil && m.questions == 0 {
			m.gate.answered = true
		}
	case gateDelayedMsg:
		msg.gate.waited = true
	case gateTimeoutMsg:
		msg.gate.answered, msg.gate.waited = true, true
		m.questions = 0 // no answer is waited for any more
	default:
		return nil, false
	}
	return m.openGate(), true
}

// openGate opens the gate of a dialog that has been drawn. One that the operator asked for
// is drawn for this purpose once it shows all that enter would confirm.
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
