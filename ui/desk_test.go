package ui_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// A desk is the console without a terminal. Before the next line of a test, every message has
// been through Update and every command it led to has run. Timers of less than a second fire at
// once, longer ones only when the test calls ring.
type desk struct {
	*ui.Model
	t      testing.TB
	server *hdptest.Server
	now    time.Time
	width  int
	height int
	asked  int // number of questions to the terminal
	told   int // number of messages that Update got
	quit   bool
	twice  bool      // deliver every answer twice
	sent   []string  // raw output to the terminal
	late   []tea.Msg // messages of timers of a second and more
	slow   bool      // keep answers to reads in held
	held   []tea.Msg
}

// Now returns the desk's time. With Local and After it makes the desk a clock.
func (d *desk) Now() time.Time { return d.now }

func (d *desk) Local() time.Time { return d.now }

func (d *desk) After(wait time.Duration, msg tea.Msg) tea.Cmd {
	if wait >= time.Second {
		d.late = append(d.late, msg)
		return nil
	}
	return func() tea.Msg { return msg }
}

func newDesk(t testing.TB, change func(*ui.Options), opts ...hdptest.Option) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)}
	d.server = hdptest.NewServer(t, append([]hdptest.Option{hdptest.WithClock(d.Now), hdptest.WithQuirks(hdptest.NoDate)}, opts...)...)
	d.Model = model(t, d, change)
	d.run(d.Init())
	d.resize(80, 24)
	return d
}

func model(t testing.TB, d *desk, with func(*ui.Options)) *ui.Model {
	t.Helper()
	client, err := hdpclient.New("http://hdp.example.test", hdpclient.WithAllowHTTP(), hdpclient.WithTransport(func(tr *http.Transport) {
		tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(d.server.URL, "http://"))
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	options := ui.Options{
		Client: client, Writer: change.NewWriter(t.Context(), client), Theme: theme.Dark(), Clock: d,
		User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword),
	}
	if with != nil {
		with(&options)
	}
	m, err := ui.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ring fires the timers that are waiting.
func (d *desk) ring() {
	d.t.Helper()
	late := d.late
	d.late = nil
	for _, msg := range late {
		d.send(msg)
	}
}

func (d *desk) send(msg tea.Msg) {
	d.t.Helper()
	d.told++
	_, cmd := d.Update(msg)
	d.run(cmd)
}

func (d *desk) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	msg := cmd()
	if cmds := reflect.ValueOf(msg); cmds.Kind() == reflect.Slice && cmds.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range cmds.Len() { // a batch or a sequence
			d.run(cmds.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	switch msg := msg.(type) {
	case nil:
	case tea.QuitMsg:
		d.quit = true
	case tea.RawMsg:
		d.sent = append(d.sent, fmt.Sprint(msg.Msg))
		if msg.Msg == ansi.RequestPrimaryDeviceAttributes {
			d.asked++
		}
	default:
		if d.slow && isReadAnswer(msg) {
			d.held = append(d.held, msg)
			return
		}
		d.send(msg)
		if d.twice {
			d.send(msg)
		}
	}
}

// returns types the password at a locked console and presses enter.
func (d *desk) returns() {
	d.t.Helper()
	d.types(hdptest.AdminPassword)
	d.press("enter")
}

func isReadAnswer(msg tea.Msg) bool {
	name := fmt.Sprintf("%T", msg)
	return strings.HasPrefix(name, "slot.ResultMsg[") || name == "ui.lockReadMsg" || name == "ui.profilesMsg"
}

func (d *desk) resize(w, h int) {
	d.t.Helper()
	d.width, d.height = w, h
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// press presses keys at the speed of a human: the terminal answers before the next one.
func (d *desk) press(keys ...string) {
	d.t.Helper()
	for _, key := range keys {
		d.send(uitest.Key(d.t, key))
		d.answers()
	}
}

func (d *desk) answers() {
	d.t.Helper()
	for ; d.asked > 0; d.asked-- {
		d.send(uv.PrimaryDeviceAttributesEvent{62})
	}
}

func (d *desk) types(text string) {
	d.t.Helper()
	for _, r := range text {
		d.press(string(r))
	}
}

func (d *desk) opens(account string) {
	d.t.Helper()
	d.press("/")
	d.types(account)
	d.press("enter")
}

// screen returns the frame as plain text.
func (d *desk) screen() string { return ansi.Strip(d.View().Content) }

// sees fails unless all texts are on the screen. Runs of blanks count as one.
func (d *desk) sees(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if !strings.Contains(squeeze(d.screen()), squeeze(text)) {
			d.t.Fatalf("not on the screen: %q\n%s", text, d.screen())
		}
	}
}

func (d *desk) seesNot(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if strings.Contains(squeeze(d.screen()), squeeze(text)) {
			d.t.Fatalf("on the screen: %q\n%s", text, d.screen())
		}
	}
}

var blanks = regexp.MustCompile(` +`)

func squeeze(s string) string { return blanks.ReplaceAllString(s, " ") }

// shown returns the whole frame with its styles.
func (d *desk) shown() string { return d.View().Content }
