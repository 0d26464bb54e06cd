package uitest

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

type still struct{}

func (still) Init() tea.Cmd                         { return nil }
func (s still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (still) View() tea.View                        { return tea.NewView("") }

// Between two Updates the command must be counted at every moment.
func TestCommandIsInFlightUntilItsMessageIsHandled(t *testing.T) {
	m := newMeter()
	w := newWatched(still{}, m)
	var sent []tea.Msg
	w.connect(func(msg tea.Msg) {
		sent = append(sent, msg)
		if quiet, _ := m.look(); quiet {
			t.Errorf("idle while %T is being sent", msg)
		}
	})
	cmd := w.counted(func() tea.Msg {
		if quiet, _ := m.look(); quiet {
			t.Error("idle while the command runs")
		}
		return "answer"
	})
	if quiet, _ := m.look(); quiet {
		t.Error("idle while the runtime has not begun")
	}
	if msg := cmd(); msg != nil {
		t.Errorf("the runtime would send %v as well", msg)
	}
	if len(sent) != 2 || sent[0] != "answer" || sent[1] != (nop{}) {
		t.Errorf("sent %v", sent)
	}
	if quiet, _ := m.look(); !quiet {
		t.Error("not idle in the end")
	}
}

func TestDirectWritesAreNoticed(t *testing.T) {
	for name, msg := range map[string]struct {
		msg    tea.Msg
		direct bool
	}{
		"clipboard":       {tea.SetClipboard("x")(), true},
		"query":           {tea.RequestBackgroundColor(), true},
		"raw":             {tea.Raw("x")(), true},
		"key":             {tea.KeyPressMsg{Code: 'x'}, false},
		"the model's own": {still{}, false},
		"a plain string":  {"x", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(still{}, newMeter())
			w.Update(msg.msg)
			if got := w.meter.takeDirect(); got != msg.direct {
				t.Errorf("direct is %v", got)
			}
			if w.meter.takeDirect() {
				t.Error("it is not reset")
			}
		})
	}
}

// Between the firing of a timer and its message in Update the program must not look idle either.
func TestFiredTimerIsInFlight(t *testing.T) {
	m := newMeter()
	c := NewClock(time.Time{})
	c.bind(m, func() {})
	w := newWatched(still{}, m)
	arrived := make(chan tea.Msg)
	w.connect(func(msg tea.Msg) { arrived <- msg })

	cmd := w.counted(c.After(time.Second, "ring"))
	go cmd()
	for quiet, changed := m.look(); !quiet; quiet, changed = m.look() {
		<-changed // until it sleeps
	}
	c.fire(c.Now().Add(time.Second))
	if quiet, _ := m.look(); quiet {
		t.Error("idle with a timer that has fired")
	}
	if msg := <-arrived; msg != "ring" {
		t.Errorf("delivered %v", msg)
	}
	<-arrived // the nop
}

func TestClockLetsTheProgramSettleFirst(t *testing.T) {
	c := NewClock(time.Time{})
	late := &sleeper{due: c.Now().Add(time.Second), wake: make(chan struct{})}
	c.bind(nil, func() {
		if c.Now().IsZero() {
			c.sleepers = append(c.sleepers, late)
		}
	})
	c.Advance(time.Second)
	select {
	case <-late.wake:
	default:
		t.Error("a timer that was being set when the clock moved did not fire")
	}
}
