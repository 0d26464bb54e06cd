package uitest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/uitest"
)

func TestMain(m *testing.M) { uitest.Main(m) }

// failing returns the messages of a test that should fail.
func failing(t *testing.T, test func(tb testing.TB)) string {
	t.Helper()
	f := &fakeTB{TB: t}
	f.do(func() { test(f) })
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.do(f.cleanups[i])
	}
	if !f.failed {
		t.Fatal("the test passed but should have failed")
	}
	return f.said.String()
}

type fakeTB struct {
	testing.TB
	failed   bool
	said     strings.Builder
	cleanups []func()
}

// do runs test in a goroutine that Fatal can end.
func (f *fakeTB) do(test func()) {
	done := make(chan struct{})
	go func() { defer close(done); test() }()
	<-done
}

func (f *fakeTB) Helper()           {}
func (f *fakeTB) Cleanup(do func()) { f.cleanups = append(f.cleanups, do) }
func (f *fakeTB) Errorf(format string, args ...any) {
	f.failed = true
	fmt.Fprintf(&f.said, format+"\n", args...)
}
func (f *fakeTB) Fatal(args ...any)                 { f.Fatalf("%s", fmt.Sprint(args...)) }
func (f *fakeTB) Fatalf(format string, args ...any) { f.Errorf(format, args...); runtime.Goexit() }

func says(t *testing.T, said string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("the failure does not say %q:\n%s", text, said)
		}
	}
}

// script is a model made of functions: on handles messages, show draws the screen.
type script struct {
	init tea.Cmd
	on   func(msg tea.Msg) tea.Cmd
	show func() tea.View
}

func (s script) Init() tea.Cmd { return s.init }

func (s script) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if s.on == nil {
		return s, nil
	}
	return s, s.on(msg)
}

func (s script) View() tea.View { return s.show() }

// typist shows what is typed, and the size of the terminal.
func typist() tea.Model {
	var text string
	var size tea.WindowSizeMsg
	return script{
		on: func(msg tea.Msg) tea.Cmd {
			switch msg := msg.(type) {
			case tea.KeyPressMsg:
				if text += msg.Text; msg.Text == "" {
					text += "<" + msg.String() + ">"
				}
			case tea.PasteMsg:
				text += "[" + msg.Content + "]"
			case tea.WindowSizeMsg:
				size = msg
			}
			return nil
		},
		show: func() tea.View {
			return full("typed: %s\nsize: %dx%d", text, size.Width, size.Height)
		},
	}
}

func full(format string, args ...any) tea.View {
	v := tea.NewView(fmt.Sprintf(format, args...))
	v.AltScreen = true
	return v
}

type answer string

// reader calls read on "r" and shows each answer.
func reader(read func() string) tea.Model {
	state := "nothing read"
	return script{
		on: func(msg tea.Msg) tea.Cmd {
			switch msg := msg.(type) {
			case tea.KeyPressMsg:
				if msg.String() == "r" {
					state = "reading"
					return func() tea.Msg { return answer(read()) }
				}
			case answer:
				state = "read " + string(msg)
			}
			return nil
		},
		show: func() tea.View { return full("%s", state) },
	}
}

// gated is a reader whose request waits at the gate.
func gated(g *uitest.Gate) tea.Model {
	return reader(func() string {
		if err := g.Wait(context.Background()); err != nil {
			return err.Error()
		}
		return "alice"
	})
}
