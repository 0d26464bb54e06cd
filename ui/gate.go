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
	of               dialog
	asked            bool // the operator's own key brought the dialog: what is typed is for it
	entered          bool // so is enter, which waits until the dialog has been drawn
	answered, rested bool
}

func (g *gate) drawn() bool { return g.answered && g.rested }

// takes reports whether text goes into the dialog. What follows an enter that nobody has
// answered yet is for something else.
func (g *gate) takes() bool { return g.asked && (!g.entered || g.drawn()) }

const (
	gateRest    = 50 * time.Millisecond // several frames
	gateRestFar = 250 * time.Millisecond
	gateLate    = time.Second
)

type (
	gateRested struct{ gate *gate }
	gateGiveUp struct{ gate *gate }
)

// pushGated puts a dialog on top that takes keys only once it has been drawn.
func (m *Model) pushGated(d dialog) tea.Cmd {
	m.push(d)
	return m.hold(d)
}

// pushAsked puts a dialog on top that the operator asked for. What is typed goes into it
// at once. Enter waits until it has been drawn, and then confirms what needs no reading.
func (m *Model) pushAsked(d dialog) tea.Cmd {
	shown := m.pushGated(d)
	if m.unseen() {
		m.gate.asked = true
	}
	return shown
}

// hold keeps keys back from a dialog that shows something new by itself. Below another
// one it has no keys, and the gate in use is not for it.
func (m *Model) hold(d dialog) tea.Cmd {
	if d == nil || m.top() != d {
		return nil
	}
	g := &gate{of: d}
	if was := m.gate; was != nil && was.of == d {
		g.asked, g.entered = was.asked, was.entered
	}
	m.gate = g
	m.questions++
	rest := gateRest
	if m.opts.Multiplexed {
		rest = gateRestFar
	}
	return tea.Batch(
		tea.Raw(ansi.RequestPrimaryDeviceAttributes),
		m.clock.After(rest, gateRested{g}),
		m.clock.After(gateLate, gateGiveUp{g}),
	)
}

// gateAnswer takes what the gate waits for.
func (m *Model) gateAnswer(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		// The answer to an earlier dialog's question opens nothing.
		m.questions = max(0, m.questions-1)
		if m.gate != nil && m.questions == 0 {
			m.gate.answered = true
		}
	case gateRested:
		msg.gate.rested = true
	case gateGiveUp:
		msg.gate.answered, msg.gate.rested = true, true
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
	if g == nil || !g.drawn() {
		return nil
	}
	if d, is := g.of.(interface{ Preparing() bool }); is && d.Preparing() && g.asked {
		return nil
	}
	m.gate = nil
	if !g.entered || g.of != m.top() {
		return nil
	}
	if d, is := g.of.(interface{ Warns() bool }); is && d.Warns() {
		m.say(caution, "read this first: enter came before it was shown")
		return nil
	}
	return enter(m)
}
