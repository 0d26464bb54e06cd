package uitest

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"slices"
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
)

// Console is a console without a terminal. Before the next line of a test, every message has been
// through Update and every command it led to has run. Timers of less than a second fire at once,
// longer ones only when the test calls Rings.
type Console struct {
	*ui.Model
	Server        *hdptest.Server
	Time          time.Time // by the console's clock
	Width, Height int
	HasQuit       bool
	Told          int       // number of messages that Update got
	Sent          []string  // raw output to the terminal
	Late          []tea.Msg // messages of timers of a second and more
	Twice         bool      // deliver every answer twice
	Slow          bool      // keep answers to reads in Held
	Held          []tea.Msg

	tb    testing.TB
	asked int // number of questions to the terminal
}

// Now implements clock.Clock, as do Local and After.
func (c *Console) Now() time.Time { return c.Time }

// Local returns the same time as Now.
func (c *Console) Local() time.Time { return c.Time }

// After fires at once, or with Rings.
func (c *Console) After(wait time.Duration, msg tea.Msg) tea.Cmd {
	if wait >= time.Second {
		c.Late = append(c.Late, msg)
		return nil
	}
	return func() tea.Msg { return msg }
}

// NewConsole starts a server, and a console at it with the options that change makes.
func NewConsole(tb testing.TB, change func(*ui.Options), opts ...hdptest.Option) *Console {
	tb.Helper()
	c := &Console{Time: start, tb: tb}
	c.Server = hdptest.NewServer(tb, append([]hdptest.Option{hdptest.WithClock(c.Now), hdptest.WithQuirks(hdptest.NoDate)}, opts...)...)
	return c.open(change)
}

// NewConsoleAt starts another console at a server. The header shows it as hdp.example.test, too.
func NewConsoleAt(tb testing.TB, server *hdptest.Server, change func(*ui.Options)) *Console {
	tb.Helper()
	return (&Console{Time: start, tb: tb, Server: server}).open(change)
}

func (c *Console) open(with func(*ui.Options)) *Console {
	c.tb.Helper()
	client, err := hdpclient.New("http://hdp.example.test", hdpclient.WithAllowHTTP(), hdpclient.WithTransport(dialTo(strings.TrimPrefix(c.Server.URL, "http://"), 0)))
	if err != nil {
		c.tb.Fatal(err)
	}
	c.tb.Cleanup(client.Close)
	options := ui.Options{
		Client: client, Writer: change.NewWriter(c.tb.Context(), client), Theme: theme.Dark(), Clock: c,
		User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword),
	}
	if with != nil {
		with(&options)
	}
	if c.Model, err = ui.New(c.tb.Context(), options); err != nil {
		c.tb.Fatal(err)
	}
	c.Runs(c.Init())
	c.Resizes(80, 24)
	return c
}

// Rings fires the timers that are waiting.
func (c *Console) Rings() {
	c.tb.Helper()
	late := c.Late
	c.Late = nil
	for _, msg := range late {
		c.Send(msg)
	}
}

// Send hands a message to the console, and then everything that it leads to.
func (c *Console) Send(msg tea.Msg) {
	c.tb.Helper()
	c.Told++
	_, cmd := c.Update(msg)
	c.Runs(cmd)
}

// Runs runs a command, and hands its messages to the console.
func (c *Console) Runs(cmd tea.Cmd) {
	c.tb.Helper()
	if cmd == nil {
		return
	}
	msg := cmd()
	if cmds := reflect.ValueOf(msg); cmds.Kind() == reflect.Slice && cmds.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range cmds.Len() { // a batch or a sequence
			c.Runs(cmds.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	switch msg := msg.(type) {
	case nil:
	case tea.QuitMsg:
		c.HasQuit = true
	case tea.RawMsg:
		c.Sent = append(c.Sent, fmt.Sprint(msg.Msg))
		if msg.Msg == ansi.RequestPrimaryDeviceAttributes {
			c.asked++
		}
	default:
		if c.Slow && isReadAnswer(msg) {
			c.Held = append(c.Held, msg)
			return
		}
		c.Send(msg)
		if c.Twice {
			c.Send(msg)
		}
	}
}

// Returns types the password at a locked console and presses enter.
func (c *Console) Returns() {
	c.tb.Helper()
	c.Types(hdptest.AdminPassword)
	c.Presses("enter")
}

func isReadAnswer(msg tea.Msg) bool {
	name := fmt.Sprintf("%T", msg)
	return strings.HasPrefix(name, "slot.ResultMsg[") || name == "ui.lockReadMsg" || name == "ui.profilesMsg"
}

// Resizes changes the size of the frame.
func (c *Console) Resizes(w, h int) {
	c.tb.Helper()
	c.Width, c.Height = w, h
	c.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Presses presses keys at the speed of a human: the terminal answers before the next one.
func (c *Console) Presses(keys ...string) {
	c.tb.Helper()
	for _, key := range keys {
		c.Send(Key(c.tb, key))
		c.Answers()
	}
}

// Answers answers the console's questions to the terminal.
func (c *Console) Answers() {
	c.tb.Helper()
	for ; c.asked > 0; c.asked-- {
		c.Send(uv.PrimaryDeviceAttributesEvent{62})
	}
}

// Types types the text at the speed of a human.
func (c *Console) Types(text string) {
	c.tb.Helper()
	for _, r := range text {
		c.Presses(string(r))
	}
}

// Opens searches for an account and opens it.
func (c *Console) Opens(account string) {
	c.tb.Helper()
	c.Presses("/")
	c.Types(account)
	c.Presses("enter")
}

// Screen returns the frame as plain text.
func (c *Console) Screen() string { return ansi.Strip(c.View().Content) }

// Sees fails unless all texts are on the screen. Runs of blanks count as one.
func (c *Console) Sees(texts ...string) {
	c.tb.Helper()
	for _, text := range texts {
		if !strings.Contains(Squeeze(c.Screen()), Squeeze(text)) {
			c.tb.Fatalf("not on the screen: %q\n%s", text, c.Screen())
		}
	}
}

// SeesNot fails if one of the texts is on the screen.
func (c *Console) SeesNot(texts ...string) {
	c.tb.Helper()
	for _, text := range texts {
		if strings.Contains(Squeeze(c.Screen()), Squeeze(text)) {
			c.tb.Fatalf("on the screen: %q\n%s", text, c.Screen())
		}
	}
}

// Styled returns the whole frame with its styles.
func (c *Console) Styled() string { return c.View().Content }

// Clipboard returns what the terminal was last asked to put on its clipboard.
func (c *Console) Clipboard() (text string, asked bool) {
	c.tb.Helper()
	for _, s := range c.Sent {
		_, coded, set := strings.Cut(s, "\x1b]52;c;")
		if !set {
			continue
		}
		coded, _, _ = strings.Cut(coded, "\a")
		raw, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			c.tb.Fatalf("%q: %v", s, err)
		}
		text, asked = string(raw), true
	}
	return text, asked
}

// KeysToLeave returns the keys that lead one step from what is on the screen to the console without a
// dialog. They sign in with the password if it is asked for.
func KeysToLeave(screen, password string) []string {
	switch {
	case strings.Contains(screen, "Sign in to"):
		return slices.Concat([]string{"ctrl+u"}, strings.Split(password, ""), []string{"enter"})
	case strings.Contains(screen, "enter leave"):
		return []string{"enter"}
	}
	return []string{"esc"}
}

var asked = regexp.MustCompile(`type (\d+) (?:to confirm|first)`)

// KeysToConfirm returns the keys that confirm a question, with the number of accounts if it is asked for.
func KeysToConfirm(screen string) []string {
	if m := asked.FindStringSubmatch(screen); m != nil {
		return slices.Concat([]string{"tab"}, strings.Split(m[1], ""), []string{"enter"})
	}
	return []string{"enter"}
}
