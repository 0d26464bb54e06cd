package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/theme"
)

// BenchmarkFirstFrame measures the time to the first frame of the console, alternating with a
// Bubble Tea program that says one word. It reports the ratio.
func BenchmarkFirstFrame(b *testing.B) {
	client, err := hdpclient.New("http://127.0.0.1:1")
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	var ours, empty time.Duration
	for b.Loop() {
		ours += timeToFrame(b, "Sign in to", func() tea.Model { return consoleOf(b, client) })
		b.StopTimer()
		empty += timeToFrame(b, "hello", func() tea.Model { return word("hello") })
		b.StartTimer()
	}
	b.ReportMetric(ours.Seconds()/empty.Seconds(), "×empty")
}

func consoleOf(b *testing.B, client *hdpclient.Client) tea.Model {
	b.Helper()
	m, err := ui.New(b.Context(), ui.Options{
		Client: client, Writer: change.NewWriter(b.Context(), client), Theme: theme.Dark(), Clock: timeless{clock.System(nil)},
	})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

type word string

func (w word) Init() tea.Cmd                       { return nil }
func (w word) Update(tea.Msg) (tea.Model, tea.Cmd) { return w, nil }

func (w word) View() tea.View {
	v := tea.NewView(string(w))
	v.AltScreen = true
	return v
}

// textWatcher is an output that waits for a text.
type textWatcher struct {
	text string
	all  bytes.Buffer
	seen chan struct{}
}

func (w *textWatcher) Write(p []byte) (int, error) {
	if w.text != "" {
		w.all.Write(p)
		if bytes.Contains(w.all.Bytes(), []byte(w.text)) {
			w.text = ""
			close(w.seen)
		}
	}
	return len(p), nil
}

func timeToFrame(b *testing.B, text string, model func() tea.Model) time.Duration {
	b.Helper()
	w := &textWatcher{text: text, seen: make(chan struct{})}
	keys, typed := io.Pipe()
	start := time.Now()
	p := tea.NewProgram(model(), tea.WithInput(keys), tea.WithOutput(w), tea.WithWindowSize(120, 36), tea.WithoutSignals(), tea.WithFPS(120))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = p.Run() // it is killed
	}()
	<-w.seen
	took := time.Since(start)
	p.Kill()
	<-ended
	if err := typed.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkMemoryOfTheConsole measures the peak memory of a console in a process of its own
// that reads 100,000 accounts twice and searches them.
func BenchmarkMemoryOfTheConsole(b *testing.B) {
	s := hdptest.NewServer(b, hdptest.WithAccounts(100_000))
	how, err := json.Marshal(work{URL: s.URL, Lists: 2})
	if err != nil {
		b.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	most := 0
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), exe)
		cmd.Env = append(os.Environ(), childEnv+"="+string(how))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		most = max(most, atoi(string(out)))
	}
	b.ReportMetric(float64(most)/1024, "MB/peak")
}

// readLists runs a console that reads the list that many times, and prints its peak memory in
// KiB.
func readLists(ctx context.Context, client *hdpclient.Client, lists int) error {
	m, err := ui.New(ctx, ui.Options{
		Client: client, Writer: change.NewWriter(ctx, client), Theme: theme.Dark(), Clock: timeless{clock.System(nil)},
		User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword),
	})
	if err != nil {
		return err
	}
	drain(m, m.Init())
	send(m, tea.WindowSizeMsg{Width: 120, Height: 36})
	for range lists - 1 {
		send(m, tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl})
	}
	for _, r := range "/al sm 12" {
		send(m, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if !strings.Contains(m.View().Content, " of 100,000") {
		return fmt.Errorf("no account was found: %s", m.View().Content)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Println(strings.Fields(peak)[0])
	return nil
}

// timeless is a clock whose timers never fire.
type timeless struct{ clock.Clock }

func (timeless) After(time.Duration, tea.Msg) tea.Cmd { return nil }

func send(m tea.Model, msg tea.Msg) {
	_, cmd := m.Update(msg)
	m.View()
	drain(m, cmd)
}

func drain(m tea.Model, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			drain(m, c)
		}
	default:
		send(m, msg)
	}
}
