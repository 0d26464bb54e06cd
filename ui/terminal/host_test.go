package terminal

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

func TestQuitWaitsForTheTerminalsAnswers(t *testing.T) {
	ask, answer := tea.RawMsg{Msg: ansi.RequestPrimaryDeviceAttributes}, uv.PrimaryDeviceAttributesEvent{62}
	key := tea.KeyPressMsg{Code: 'x', Text: "x"}
	type step struct {
		msg  tea.Msg
		want any // the type that comes out; nil for nothing
	}
	for name, steps := range map[string][]step{
		"no question is open": {
			{tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {answer, tea.QuitMsg{}},
		},
		"a dialog has asked": {
			{ask, ask}, {tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {answer, answer}, {answer, tea.QuitMsg{}},
		},
		"a dialog has asked and was answered": {
			{ask, ask}, {answer, answer}, {tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {answer, tea.QuitMsg{}},
		},
		"an unexpected answer": {
			{answer, answer}, {tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {answer, tea.QuitMsg{}},
		},
		"keys typed meanwhile": {
			{key, key},
			{tea.QuitMsg{}, farewellMsg{}},
			{ask, ask},
			{key, nil},
			{tea.PasteMsg{}, nil},
			{tea.SuspendMsg{}, nil},
			{answer, tea.QuitMsg{}},
		},
		"quitting again": {
			{tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {tea.QuitMsg{}, nil}, {answer, tea.QuitMsg{}},
		},
		"no answer comes":      {{tea.QuitMsg{}, farewellMsg{}}, {ask, ask}, {leaveNowMsg{}, tea.QuitMsg{}}},
		"the terminal is gone": {{leaveNowMsg{}, tea.QuitMsg{}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(nil, Options{})
			for i, s := range steps {
				got := h.filter(h, s.msg)
				if kind(got) != kind(s.want) {
					t.Fatalf("step %d, %T: %T came out, want %T", i+1, s.msg, got, s.want)
				}
			}
		})
	}
}

func TestSuspendWaitsForTheTerminalsAnswers(t *testing.T) {
	if !hasShell() {
		t.Skip("no shell would continue this process")
	}
	ask, answer := tea.RawMsg{Msg: ansi.RequestPrimaryDeviceAttributes}, uv.PrimaryDeviceAttributesEvent{62}
	key := tea.KeyPressMsg{Code: 'x', Text: "x"}
	pass := func(h *host, msg tea.Msg) tea.Msg {
		out := h.filter(h, msg)
		if out != nil {
			h.Update(out)
		}
		return out
	}
	h := newHost(blank{}, Options{})
	var told []bool
	h.onPause = func(on bool) { told = append(told, on) }
	h.filter(h, ask)
	if _, is := pass(h, tea.SuspendMsg{}).(blankMsg); !is || h.stopWhenAnswered() != nil {
		t.Errorf("the process is stopped before the terminal has answered")
	}
	if pass(h, key) != nil || pass(h, tea.SuspendMsg{}) != nil {
		t.Error("a key for the shell reaches the console")
	}
	if h.filter(h, answer) == nil || h.stopWhenAnswered() == nil {
		t.Error("an answer is swallowed, or the process is not stopped after it")
	}
	if _, is := h.filter(h, stopNowMsg{}).(tea.SuspendMsg); !is || !slices.Equal(told, []bool{true}) {
		t.Errorf("it is not stopped; onPause %v", told)
	}
	if h.filter(h, key) == nil || h.filter(h, stopNowMsg{}) != nil || !slices.Equal(told, []bool{true, false}) {
		t.Errorf("after resuming, a key is dropped or the process stops again; onPause %v", told)
	}
}

func kind(msg any) string {
	switch msg.(type) {
	case nil:
		return "nothing"
	case farewellMsg:
		return "farewell"
	case tea.QuitMsg:
		return "quit"
	}
	return "the message"
}

func TestPanicOfACommandBecomesAMessage(t *testing.T) {
	boom := func() tea.Msg { panic("boom") }
	fine := func() tea.Msg { return tea.FocusMsg{} }
	for name, cmd := range map[string]tea.Cmd{
		"alone":              boom,
		"in a batch":         tea.Batch(fine, boom),
		"in a batch's batch": tea.Batch(fine, tea.Batch(fine, boom)),
	} {
		t.Run(name, func(t *testing.T) {
			crashes, others := 0, 0
			var run func(tea.Cmd)
			run = func(cmd tea.Cmd) {
				switch msg := cmd().(type) {
				case tea.BatchMsg:
					for _, c := range msg {
						run(c)
					}
				case *Crash:
					crashes++
					if msg.Value != "boom" || len(msg.Stack) == 0 {
						t.Errorf("%v, %s", msg.Value, msg.Stack)
					}
				default:
					others++
				}
			}
			run(catchPanics(cmd))
			if crashes != 1 || name == "alone" && others != 0 || name != "alone" && others == 0 {
				t.Errorf("%d crashes, %d others", crashes, others)
			}
		})
	}
	if catchPanics(nil) != nil {
		t.Error("nil became a command")
	}
}

func TestFirstPanicIsKept(t *testing.T) {
	h := newHost(nil, Options{})
	h.Update(&Crash{Value: "first"})
	h.Update(&Crash{Value: "second"})
	if h.crash == nil || h.crash.Value != "first" {
		t.Errorf("%v", h.crash)
	}
	if _, cmd := h.Update(tea.KeyPressMsg{}); cmd != nil {
		t.Error("the console continues after a panic")
	}
	if v := h.View(); v.Content != "" || !v.AltScreen {
		t.Errorf("after a panic it draws %q", v.Content)
	}
}

func TestDebugLogHasMessageTypesAndNoKeys(t *testing.T) {
	for level, want := range map[slog.Level][]string{
		slog.LevelDebug: {"*terminal.Crash", "terminal.NoShellMsg"},
		slog.LevelInfo:  nil,
	} {
		var log bytes.Buffer
		h := newHost(nil, Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))})
		for _, msg := range []tea.Msg{
			&Crash{Value: "geheim"},
			tea.KeyPressMsg{Code: 'g', Text: "geheim"},
			tea.KeyReleaseMsg{Code: 'g', Text: "geheim"},
			tea.PasteMsg{Content: "geheim"},
			NoShellMsg{},
		} {
			h.logType(msg)
		}
		var types []string
		for line := range strings.Lines(log.String()) {
			_, name, _ := strings.Cut(strings.TrimSpace(line), "msg=message type=")
			types = append(types, name)
		}
		if !slices.Equal(types, want) || strings.Contains(log.String(), "geheim") {
			t.Errorf("%s: logged %q, want %q:\n%s", level, types, want, &log)
		}
	}
}

func TestSynchronisedOutputSetting(t *testing.T) {
	known := tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset}
	other := tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset}
	for synced, c := range map[Synced]struct{ said, heard bool }{
		SyncedIfKnown: {said: false, heard: true},
		AlwaysSynced:  {said: true, heard: true},
		NeverSynced:   {said: false, heard: false},
	} {
		h := newHost(nil, Options{Synced: synced})
		if heard := h.filter(h, known) != nil; heard != c.heard {
			t.Errorf("%v: Bubble Tea gets the report: %v", synced, heard)
		}
		if h.filter(h, other) == nil {
			t.Errorf("%v: the report of another mode is swallowed", synced)
		}
		if said := h.announceSync() != nil; said != c.said {
			t.Errorf("%v: the console reports it: %v", synced, said)
		} else if said && h.announceSync()() != tea.Msg(known) {
			t.Errorf("%v: the report is %v", synced, h.announceSync()())
		}
	}
}

func TestQuitSendsTheLastOutput(t *testing.T) {
	h := newHost(nil, Options{LastOutput: func() string { return "last" }})
	_, cmd := h.Update(farewellMsg{})
	sent, _ := cmd().(tea.BatchMsg)[0]().(tea.RawMsg)
	if want := "last" + ansi.RequestPrimaryDeviceAttributes; sent.Msg != want {
		t.Errorf("sent %q, want %q", sent.Msg, want)
	}
}

// blank is a screen without content.
type blank struct{}

func (blank) Init() tea.Cmd { return nil }

func (b blank) Update(tea.Msg) (tea.Model, tea.Cmd) { return b, nil }

func (blank) View() tea.View { return tea.NewView("") }
