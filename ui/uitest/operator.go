package uitest

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
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
)

// Op is an operator at the whole console, with a real client and writer and a server of its own.
// All use one clock, which stands at 2026-11-22 14:02:31 UTC until the first key. Between two
// keys the operator looks: the program becomes idle, the terminal replies to its questions, and a
// moment passes.
type Op struct {
	*Term
	Server   *hdptest.Server
	Clock    *Clock
	Writer   *change.Writer
	AuditLog *AuditLog // nil if there is none

	tb      testing.TB
	mute    bool
	width   int
	height  int
	console *questionCounter

	password string // the last one seen on the screen
}

// moment is how long an operator looks before the next key, which is longer than a dialog that
// opens on its own ignores keys.
const moment = 60 * time.Millisecond

// Operator starts a server and a console and waits until the console is idle. The header shows
// the server as hdp.example.test. A failing test prints the screen, the requests and the audit
// log.
func Operator(tb testing.TB, opts ...OperatorOption) *Op {
	tb.Helper()
	h := operatorOptions{start: start, width: 80, height: 24, user: "d2cadmin", password: hdptest.AdminPassword}
	for _, o := range opts {
		o(&h)
	}
	c := NewClock(h.start)
	server := hdptest.NewServer(tb, append([]hdptest.Option{hdptest.WithClock(skewed{c, h.ahead}.Now)}, h.server...)...)
	server.SetQuirk(hdptest.NoDate, !h.date)
	server.SetLatency(h.distance)
	for _, prepare := range h.prepare {
		prepare(server)
	}
	if h.dial == "" {
		h.dial = strings.TrimPrefix(server.URL, "http://")
	}
	dialing := []hdpclient.Option{hdpclient.WithAllowHTTP(), hdpclient.WithTransport(dialTo(h.dial, h.distance))}
	if h.readOnly {
		dialing = append(dialing, hdpclient.WithReadOnly())
		h.options = append(h.options, func(o *ui.Options) { o.ReadOnly = true })
	}
	client, err := hdpclient.New("http://hdp.example.test", dialing...)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	var auditLog *AuditLog
	writerOptions := []change.Option{change.WithClock(writerClock{c}), change.WithRules(h.rules)}
	if !h.noAuditLog {
		if auditLog, err = newAuditLog(tb, h.auditFile, c); err != nil {
			tb.Fatal(err)
		}
		writerOptions = append(writerOptions, change.WithAuditLog(auditLog.log))
	}
	writer := change.NewWriter(ctx, client, append(writerOptions, h.writer...)...)
	options := ui.Options{
		Client: client, Writer: writer, Theme: theme.Dark(), Clock: skewed{c, h.ahead},
		User: h.user, Password: hdpclient.SecretOf(h.password),
		Jitter: func(d time.Duration) time.Duration { return d },
	}
	if auditLog != nil {
		auditLog.checkAgain = func(o change.Outcome) change.Outcome { return writer.CheckAgain(ctx, o) }
		options.AuditLog = auditLog.log
	}
	for _, change := range h.options {
		change(&options)
	}
	console, err := ui.New(ctx, options)
	if err != nil {
		tb.Fatal(err)
	}
	// Cleanups run in reverse order: the program ends first, then the writes, then the server.
	tb.Cleanup(func() {
		cancel()
		writer.Shutdown(0)
		client.ClearCredentials()
		client.Close()
	})
	o := &Op{
		Server: server, Clock: c, Writer: writer, AuditLog: auditLog, tb: tb, mute: h.mute, width: h.width, height: h.height,
		console: &questionCounter{Model: console, times: new(atomic.Int64)},
	}
	o.Term = Start(tb, o.console, append([]Option{Size(h.width, h.height), WithClock(c)}, h.term...)...)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("at the end:\n%s\n%s", o.screen.framed(), o.report())
		}
	})
	o.Hold(h.hanging)
	o.Looks()
	return o
}

func dialTo(address string, distance time.Duration) func(*http.Transport) {
	return func(t *http.Transport) {
		t.Proxy = nil
		t.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			select {
			case <-time.After(distance):
			case <-ctx.Done():
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}
}

// Looks lets a moment pass, as an operator does between two keys.
func (o *Op) Looks() { o.Waits(moment) }

// Waits lets the program become idle, d pass, and the program become idle again.
func (o *Op) Waits(d time.Duration) {
	o.tb.Helper()
	o.Idle()
	for n := o.console.times.Swap(0); n > 0 && !o.mute; n-- {
		o.Send(uv.PrimaryDeviceAttributesEvent{62, 22}) // a terminal replies to every question
	}
	o.Clock.Advance(d)
	o.Idle()
}

// Presses presses keys one after the other and looks before and after each.
func (o *Op) Presses(keys ...string) {
	o.tb.Helper()
	for _, key := range keys {
		o.Looks()
		o.Press(key)
	}
	o.Looks()
}

// Types types the whole text and looks before and after it.
func (o *Op) Types(text string) {
	o.tb.Helper()
	o.Looks()
	o.Type(text)
	o.Looks()
}

// Clears empties the focused field.
func (o *Op) Clears() {
	o.tb.Helper()
	o.Presses("ctrl+u", "ctrl+k")
}

// Finds types into the search field.
func (o *Op) Finds(text string) {
	o.tb.Helper()
	o.Presses("/")
	o.Types(text)
}

// Opens searches for an account and opens it.
func (o *Op) Opens(text string) {
	o.tb.Helper()
	o.Finds(text)
	o.Presses("enter")
}

// SwitchesTo leaves the open account and opens another.
func (o *Op) SwitchesTo(to string) {
	o.tb.Helper()
	o.Presses("/")
	o.Clears()
	o.Types(to)
	o.Presses("enter")
}

// Unlocks unlocks the open account with a reason and confirms it.
func (o *Op) Unlocks(reason string) {
	o.tb.Helper()
	o.Presses("u")
	o.Types(reason)
	o.Presses("enter")
}

// Signs types the password into the sign-in screen and confirms it.
func (o *Op) Signs(password string) {
	o.tb.Helper()
	o.Types(password)
	o.Presses("enter")
}

// Resizes changes the terminal's size and waits long enough for the panes to follow.
func (o *Op) Resizes(w, h int) {
	o.tb.Helper()
	o.width, o.height = w, h
	o.Resize(w, h)
	o.Waits(200 * time.Millisecond)
}

// GoldenStyled compares the screen with colours and attributes, but without how long requests
// took. It redraws the screen first, because the colour of a blank depends on what was there.
func (o *Op) GoldenStyled(name string) {
	o.tb.Helper()
	o.Presses("ctrl+l")
	o.compare(name, MaskDurations(o.Styled()))
}

// Shows waits until the screen shows all the texts, ignoring the number of blanks between words,
// as between the columns of a row.
func (o *Op) Shows(texts ...string) {
	o.tb.Helper()
	var missing []string
	o.waitFor("not on the screen", func(screen string) bool {
		missing = nil
		for _, text := range texts {
			if !strings.Contains(Squeeze(screen), Squeeze(text)) {
				missing = append(missing, text)
			}
		}
		return len(missing) == 0
	})
}

var blanks = regexp.MustCompile(` +`)

// Squeeze makes one blank of several.
func Squeeze(s string) string { return blanks.ReplaceAllString(s, " ") }

// questionCounter counts how often the console asks the terminal for its attributes.
type questionCounter struct {
	*ui.Model
	times *atomic.Int64
}

func (a *questionCounter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if raw, ok := msg.(tea.RawMsg); ok && raw.Msg == ansi.RequestPrimaryDeviceAttributes {
		a.times.Add(1)
	}
	_, cmd := a.Model.Update(msg)
	return a, cmd
}

// Key returns the message of the key with that Bubble Tea name, for tests that call Update.
func Key(tb testing.TB, name string) tea.KeyPressMsg {
	tb.Helper()
	key, ok := keyNamed(name)
	if !ok {
		tb.Fatalf("unknown key %q", name)
	}
	return tea.KeyPressMsg(key)
}
