package uitest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/uitest"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type rang string

// alarms sets timers on any key and shows when they fire; "again" repeats every second.
func alarms(clock *uitest.Clock, set func() tea.Cmd) tea.Model {
	var rings []string
	return script{
		on: func(msg tea.Msg) tea.Cmd {
			switch msg := msg.(type) {
			case tea.KeyPressMsg:
				return set()
			case rang:
				rings = append(rings, fmt.Sprintf("%s %s", clock.Now().Format("05.0"), msg))
				if msg == "again" {
					return func() tea.Msg { return answer("a read in between") }
				}
			case answer:
				return clock.After(time.Second, rang("again"))
			}
			return nil
		},
		show: func() tea.View { return full("rings: %s.", strings.Join(rings, ", ")) },
	}
}

func TestTimersFireOnlyOnAdvanceAndInOrder(t *testing.T) {
	clock := uitest.NewClock(noon)
	term := uitest.Start(t, alarms(clock, func() tea.Cmd {
		return tea.Batch(
			clock.After(3*time.Second, rang("third")),
			clock.After(time.Second, rang("first")),
			clock.After(2*time.Second, rang("second")),
			clock.After(2*time.Second, rang("second again")),
			clock.After(0, rang("at once")),
		)
	}), uitest.WithClock(clock))
	term.Press("x")
	term.Idle()
	term.Sees("rings: 00.0 at once.")
	if got := clock.Pending(); got != 4 {
		t.Errorf("%d timers wait, want 4", got)
	}
	clock.Advance(999 * time.Millisecond)
	term.Sees("at once.")
	clock.Advance(1001 * time.Millisecond)
	term.Sees("rings: 00.0 at once, 01.0 first, 02.0 second, 02.0 second again.")
	clock.Advance(time.Hour)
	term.Sees("second again, 03.0 third.")
	if got, want := clock.Now(), noon.Add(time.Hour+2*time.Second); !got.Equal(want) {
		t.Errorf("now is %v, want %v", got, want)
	}
}

func TestTimerSetByATimerFiresInTime(t *testing.T) {
	clock := uitest.NewClock(noon)
	term := uitest.Start(t, alarms(clock, func() tea.Cmd { return clock.After(time.Second, rang("again")) }),
		uitest.WithClock(clock))
	term.Press("x")
	clock.Advance(4500 * time.Millisecond)
	term.Sees("rings: 01.0 again, 02.0 again, 03.0 again, 04.0 again.")
}

func TestNoTimerFiresBackwards(t *testing.T) {
	clock := uitest.NewClock(noon)
	term := uitest.Start(t, alarms(clock, func() tea.Cmd { return clock.After(time.Second, rang("bell")) }),
		uitest.WithClock(clock))
	term.Press("x")
	clock.Set(noon.Add(-time.Hour))
	term.Sees("rings: .")
	clock.Set(noon.Add(time.Second))
	term.Sees("rings: 01.0 bell.")
}

func TestClockRunsWhileARequestWaitsAtAGate(t *testing.T) {
	var gate uitest.Gate
	clock := uitest.NewClock(noon)
	inner := gated(&gate)
	seconds := 0
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			var cmd tea.Cmd
			inner, cmd = inner.Update(msg)
			switch msg.(type) {
			case rang:
				seconds++
				return clock.After(time.Second, rang("tick"))
			case tea.KeyPressMsg:
				return tea.Batch(cmd, clock.After(time.Second, rang("tick")))
			}
			return cmd
		},
		show: func() tea.View { return full("%s %d s", inner.View().Content, seconds) },
	}, uitest.WithClock(clock), uitest.WithGate(&gate))
	term.Press("r")
	clock.Advance(3 * time.Second)
	term.Sees("reading 3 s")
	gate.Open()
	term.Sees("read alice 3 s")
}

func TestClockWorksWithoutATerm(t *testing.T) {
	clock := uitest.NewClock(noon)
	cmd := clock.After(time.Second, rang("bell"))
	clock.Advance(time.Second)
	if got := cmd(); got != rang("bell") {
		t.Errorf("delivered %v", got)
	}
}
