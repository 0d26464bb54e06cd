package uitest_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/uitest"
)

func TestSeesAnAnswerBeforeAndAfter(t *testing.T) {
	release := make(chan struct{})
	term := uitest.Start(t, reader(func() string { <-release; return "alice" }))
	term.Sees("nothing read")
	term.Press("r")
	term.Sees("reading")
	close(release)
	term.Sees("read alice")
	term.SeesNot("reading")
}

func TestIdleWaitsForTheAnswer(t *testing.T) {
	for range 50 {
		term := uitest.Start(t, reader(func() string { return "alice" }))
		term.Press("r")
		term.Idle()
		if got := term.Row("read"); got != "read alice" {
			t.Fatalf("idle, and the screen says %q", got)
		}
	}
}

func TestHangingCommand(t *testing.T) {
	hanging := func(t *testing.T) tea.Model {
		release := make(chan struct{})
		t.Cleanup(func() { close(release) })
		return reader(func() string { <-release; return "" })
	}
	t.Run("does not disturb Sees", func(t *testing.T) {
		term := uitest.Start(t, hanging(t))
		term.Press("r")
		term.Sees("reading")
	})
	t.Run("makes Idle fail and is named", func(t *testing.T) {
		m := hanging(t)
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, m)
			term.Press("r")
			term.Sees("reading")
			term.Impatient().Idle()
		}), "not idle after 300ms", "in flight: hdpadmin/ui/uitest_test.", "reader", "│reading ")
	})
	t.Run("makes Sees wait for what may still come", func(t *testing.T) {
		m := hanging(t)
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, m)
			term.Press("r")
			term.Sees("reading")
			term.Impatient().Sees("reading", "bob")
		}), "not on the screen: “bob” when the deadline passed")
	})
	t.Run("is idle when it is held", func(t *testing.T) {
		term := uitest.Start(t, hanging(t))
		term.Press("r")
		term.Hold(1)
		term.Idle()
		term.SeesNot("read ")
		term.Press("r")
	})
	t.Run("is one too many next to a held one", func(t *testing.T) {
		m := hanging(t)
		says(t, failing(t, func(tb testing.TB) {
			term := uitest.Start(tb, m)
			term.Hold(1)
			term.Press("r", "r")
			term.Sees("reading")
			term.Impatient().Idle()
		}), "not idle after 300ms")
	})
}

func TestRequestAtAGateIsIdle(t *testing.T) {
	var gate uitest.Gate
	term := uitest.Start(t, gated(&gate), uitest.WithGate(&gate))
	for range 20 {
		term.Press("r")
		term.Idle()
		if got := term.Row("read"); got != "reading" {
			t.Fatalf("at the gate the screen says %q", got)
		}
		if got := gate.Waiting(); got != 1 {
			t.Fatalf("%d wait at the gate, want 1", got)
		}
		gate.Pass()
		term.Idle()
		if got := term.Row("read"); got != "read alice" {
			t.Fatalf("past the gate the screen says %q", got)
		}
	}
	gate.Open()
	term.Press("r")
	term.Idle()
	term.Sees("read alice")
	gate.Shut()
	term.Press("r")
	term.Sees("reading")
}

func TestSeesFailsAtOnceWhenNothingMoreWillCome(t *testing.T) {
	start := time.Now()
	says(t, failing(t, func(tb testing.TB) {
		uitest.Start(tb, typist(), uitest.Deadline(time.Minute)).Sees("typed", "bob", "carol")
	}), "not on the screen: “bob”, “carol”, and nothing more will come", "│typed: ")
	says(t, failing(t, func(tb testing.TB) {
		uitest.Start(tb, typist(), uitest.Deadline(time.Minute)).WaitFor(func(string) bool { return false })
	}), "the screen is not as wanted, and nothing more will come")
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestSeesNot(t *testing.T) {
	says(t, failing(t, func(tb testing.TB) { uitest.Start(tb, typist()).SeesNot("bob", "typed") }),
		"on the screen: “typed”")
}

func TestUpdateThatDoesNotReturn(t *testing.T) {
	release := make(chan struct{})
	said := failing(t, func(tb testing.TB) {
		term := uitest.Start(tb, script{
			on: func(msg tea.Msg) tea.Cmd {
				if _, ok := msg.(tea.KeyPressMsg); ok {
					<-release
				}
				return nil
			},
			show: func() tea.View { return full("text") },
		})
		term.Sees("text")
		term.Impatient().Press("x")
	})
	close(release)
	says(t, said, "Update or View has not returned", "does not quit", "│text ")
}

func TestEachCommandOfABatchAndOfASequenceCounts(t *testing.T) {
	say := func(text string) tea.Cmd { return func() tea.Msg { return answer(text) } }
	nothing := func() tea.Msg { return nil }
	for name, cmd := range map[string]tea.Cmd{
		"batch":                 tea.Batch(say("a"), nothing, say("b"), say("c")),
		"sequence":              tea.Sequence(say("a"), nothing, say("b"), say("c")),
		"sequence in a batch":   tea.Batch(tea.Sequence(say("a"), say("b")), say("c")),
		"batch in a sequence":   tea.Sequence(say("a"), tea.Batch(say("b"), nothing), say("c")),
		"with what runtime has": tea.Sequence(say("a"), tea.SetClipboard("x"), tea.ClearScreen, say("b"), tea.Suspend, say("c")),
	} {
		t.Run(name, func(t *testing.T) {
			got := map[answer]int{}
			term := uitest.Start(t, script{
				on: func(msg tea.Msg) tea.Cmd {
					switch msg := msg.(type) {
					case tea.KeyPressMsg:
						return cmd
					case answer:
						got[msg]++
					}
					return nil
				},
				show: func() tea.View { return full("a%d b%d c%d", got["a"], got["b"], got["c"]) },
			})
			for i := 1; i <= 10; i++ {
				term.Press("x")
				term.Idle()
				want := map[answer]int{"a": i, "b": i, "c": i}
				if got["a"] != i || got["b"] != i || got["c"] != i {
					t.Fatalf("idle with %v, want %v", got, want)
				}
			}
		})
	}
}

func TestSequenceKeepsItsOrder(t *testing.T) {
	release := make(chan struct{})
	var order string
	term := uitest.Start(t, script{
		init: tea.Sequence(
			func() tea.Msg { <-release; return answer("a") },
			func() tea.Msg { return answer("b") },
			func() tea.Msg { return answer("c") },
		),
		on: func(msg tea.Msg) tea.Cmd {
			if msg, ok := msg.(answer); ok {
				order += string(msg)
			}
			return nil
		},
		show: func() tea.View { return full("order %s.", order) },
	})
	term.Sees("order .")
	close(release)
	term.Sees("order abc.")
}

func TestSuspendedProgramIsResumed(t *testing.T) {
	state := "running"
	term := uitest.Start(t, script{
		on: func(msg tea.Msg) tea.Cmd {
			switch msg.(type) {
			case tea.KeyPressMsg:
				return tea.Suspend
			case tea.ResumeMsg:
				state = "resumed"
			}
			return nil
		},
		show: func() tea.View { return full("%s", state) },
	})
	term.Press("ctrl+z")
	term.Sees("resumed")
}
