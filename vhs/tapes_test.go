// Package vhs_test replays the tapes, so that the pictures in the README show what the
// console really does.
package vhs_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/vhs/lexer"
	"github.com/charmbracelet/vhs/parser"
	"github.com/charmbracelet/vhs/token"
	"github.com/spf13/pflag"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/probe"
	"hdpadmin/ui"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
	"hdpadmin/ui/welcome"
)

// minPause is the shortest pause in which a viewer reads. The screen is then compared.
const minPause = time.Second

// waitTimeout limits a Wait of a tape, by the console's clock. vhs has the same limit.
const waitTimeout = 15 * time.Second

func TestTapes(t *testing.T) {
	tapes, err := filepath.Glob("*.tape")
	if err != nil || len(tapes) == 0 {
		t.Fatalf("no tapes: %v", err)
	}
	for _, path := range tapes {
		name := strings.TrimSuffix(path, ".tape")
		t.Run(name, func(t *testing.T) {
			r := &replay{T: t, hidden: true}
			for _, c := range parseTape(t, path) {
				r.play(c)
			}
			if want := "vhs/" + name + ".gif"; r.output != want {
				t.Errorf("output %q, want %q", r.output, want)
			}
			if r.compared == 0 {
				t.Error("no screen is shown long enough to be read")
			}
		})
	}
}

func parseTape(t *testing.T, path string) []parser.Command {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := parser.New(lexer.New(string(text)))
	t.Chdir("..") // vhs runs there, and tapes name each other from there
	all := p.Parse()
	t.Chdir("vhs")
	for _, wrong := range p.Errors() {
		t.Fatalf("%s: %v", path, wrong)
	}
	return all
}

// console takes the keys after the shell has started it.
type console interface {
	Presses(keys ...string)
	Type(text string)
	Waits(time.Duration)
	Screen() string
	GoldenAt(name string, w, h int)
}

// keyDelay is the time between two letters.
const keyDelay = 90 * time.Millisecond

// replay plays a tape, first to a shell, then to the console that the shell has started.
type replay struct {
	*testing.T

	output   string
	hidden   bool
	line     string // typed to the shell
	cols     int
	rows     int
	console  console // nil: the shell has the keys
	compared int
}

// keys holds the commands of a tape that stand for a key.
var keys = map[parser.CommandType]string{
	token.ENTER: "enter", token.ESCAPE: "esc", token.TAB: "tab", token.SPACE: "space", token.BACKSPACE: "backspace",
	token.UP: "up", token.DOWN: "down", token.LEFT: "left", token.RIGHT: "right",
	token.PAGE_UP: "pgup", token.PAGE_DOWN: "pgdown",
}

func (r *replay) play(c parser.Command) {
	r.Helper()
	if key, is := keys[c.Type]; is {
		times, err := strconv.Atoi(c.Args)
		if err != nil {
			r.Fatalf("%v: %v", c, err)
		}
		for range times {
			r.press(key)
		}
		return
	}
	switch c.Type {
	case token.OUTPUT:
		r.output = c.Args
	case token.HIDE, token.SHOW:
		r.hidden = c.Type == token.HIDE
	case token.TYPE:
		r.typeText(c.Args)
	case token.CTRL:
		r.press("ctrl+" + strings.ToLower(c.Args))
	case token.WAIT:
		r.wait(c.Args)
	case token.SLEEP:
		r.sleep(c.Args)
	case token.SET, token.REQUIRE, token.ENV, token.SOURCE: // concerns only the picture
	default:
		r.Fatalf("unknown command %v", c)
	}
}

func (r *replay) press(key string) {
	r.Helper()
	switch {
	case r.console != nil:
		r.console.Presses(key)
		if d, is := r.console.(*welcomeScreen); is && d.model.Result().Demo {
			r.startDemo(nil)
		}
	case key == "enter":
		r.runShell(r.line)
		r.line = ""
	default:
		r.Fatalf("key %s pressed in the shell", key)
	}
}

func (r *replay) typeText(text string) {
	r.Helper()
	if r.console == nil {
		r.line += text
		return
	}
	for _, letter := range text {
		r.console.Waits(keyDelay)
		r.console.Type(string(letter))
	}
	r.console.Waits(keyDelay)
}

// runShell runs the few commands that tapes give to a shell: the size of the terminal and
// hdpadmin.
func (r *replay) runShell(line string) {
	r.Helper()
	for command := range strings.SplitSeq(line, "&&") {
		words := strings.Fields(command)
		switch {
		case slices.Equal(words, []string{"clear"}), len(words) > 0 && words[0] == "export":
		case len(words) == 5 && words[0] == "stty":
			if _, err := fmt.Sscanf(strings.Join(words, " "), "stty cols %d rows %d", &r.cols, &r.rows); err != nil {
				r.Fatalf("%q: %v", command, err)
			}
		case len(words) > 1 && words[0] == "hdpadmin" && words[1] == "demo":
			r.startDemo(words[2:])
		case slices.Equal(words, []string{"hdpadmin"}):
			r.startWelcome()
		default:
			r.Fatalf("unknown shell command %q", command)
		}
	}
}

// startDemo starts the console as the command does, but with the test's clock.
func (r *replay) startDemo(args []string) {
	r.Helper()
	flags := pflag.NewFlagSet("demo", pflag.ContinueOnError)
	user := flags.String("user", "d2cadmin", "")
	accounts := flags.Int("accounts", 2000, "")
	troubles := flags.StringSlice("trouble", nil, "")
	if err := flags.Parse(args); err != nil {
		r.Fatal(err)
	}
	server := []hdptest.Option{hdptest.WithAccounts(*accounts)}
	for _, t := range *troubles {
		server = append(server, hdptest.WithTroubles(hdptest.Trouble(t)))
	}
	passwords := map[string]string{
		"d2cadmin": hdptest.AdminPassword, "helpdesk": hdptest.HelpdeskPassword, "viewer": hdptest.ViewerPassword,
	}
	r.console = uitest.Operator(r, uitest.On(r.cols, r.rows), uitest.As(*user, passwords[*user]), uitest.Before(server...),
		uitest.With(func(o *ui.Options) { o.Demo = &ui.Demo{} }))
}

func (r *replay) wait(args string) {
	r.Helper()
	var waited time.Duration
	scope, pattern, _ := strings.Cut(args, " ")
	if r.console == nil || scope != "Screen" {
		r.Fatalf("Wait+%s: only Wait+Screen in the console is supported", args)
	}
	for wanted := regexp.MustCompile(pattern); !wanted.MatchString(r.console.Screen()); r.console.Waits(100 * time.Millisecond) {
		if waited += 100 * time.Millisecond; waited > waitTimeout {
			r.Fatalf("/%s/ did not appear:\n%s", pattern, r.console.Screen())
		}
	}
}

func (r *replay) sleep(args string) {
	r.Helper()
	d, err := time.ParseDuration(args)
	if err != nil {
		r.Fatal(err)
	}
	if r.console == nil {
		return
	}
	r.console.Waits(d)
	if d >= minPause && !r.hidden {
		r.compared++
		r.console.GoldenAt(fmt.Sprintf("%02d", r.compared), r.cols, r.rows)
	}
}

// welcomeScreen shows the first start, with a server that cannot be found.
type welcomeScreen struct {
	*uitest.Term
	model *welcome.Model
	clock *uitest.Clock
}

func (r *replay) startWelcome() {
	r.Helper()
	c := uitest.NewClock(time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC))
	keys, err := ui.BindKeys(nil)
	if err != nil {
		r.Fatal(err)
	}
	m := welcome.New(r.Context(), welcome.Options{Theme: theme.Dark(), Keys: keys, Clock: c, Probe: failingSteps})
	r.console = &welcomeScreen{uitest.Start(r, m, uitest.Size(r.cols, r.rows), uitest.WithClock(c)), m, c}
}

// failingSteps returns a connection test that fails to find the server's name.
func failingSteps(t welcome.Target) ([]probe.Step, func(), error) {
	return []probe.Step{{Name: "Name", Try: func(context.Context) (string, error) {
		return "", &net.DNSError{Err: "no such host", Name: t.Address, IsNotFound: true}
	}}}, func() {}, nil
}

func (d *welcomeScreen) Presses(keys ...string) {
	for _, key := range keys {
		d.Waits(keyDelay)
		d.Press(key)
	}
	d.Waits(keyDelay)
}

func (d *welcomeScreen) Waits(t time.Duration) {
	if d.model.Result() != (welcome.Result{}) {
		return // it is closed
	}
	d.Idle()
	d.Send(uv.PrimaryDeviceAttributesEvent{62, 22})
	d.clock.Advance(t)
	d.Idle()
}

func (d *welcomeScreen) GoldenAt(name string, w, h int) {
	d.Golden(fmt.Sprintf("%s-%dx%d", name, w, h))
}
