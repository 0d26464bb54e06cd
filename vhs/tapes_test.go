// Package vhs_test replays the tapes: what the pictures in the README show is what
// the console does.
package vhs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/vhs/lexer"
	"github.com/charmbracelet/vhs/parser"
	"github.com/charmbracelet/vhs/token"
	"github.com/spf13/pflag"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// worthALook is a pause in which a viewer reads: the screen is then compared.
const worthALook = time.Second

// patience is how long vhs waits for something to be there, by the console's clock.
const patience = 15 * time.Second

func TestTapes(t *testing.T) {
	tapes, err := filepath.Glob("*.tape")
	if err != nil || len(tapes) == 0 {
		t.Fatalf("no tapes: %v", err)
	}
	for _, path := range tapes {
		name := strings.TrimSuffix(path, ".tape")
		t.Run(name, func(t *testing.T) {
			r := &replay{T: t, hidden: true}
			for _, c := range read(t, path) {
				r.play(c)
			}
			if want := "vhs/" + name + ".gif"; r.output != want {
				t.Errorf("its picture is %q and not %q", r.output, want)
			}
			if r.compared == 0 {
				t.Error("it shows nothing long enough to be read")
			}
		})
	}
}

func read(t *testing.T, path string) []parser.Command {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := parser.New(lexer.New(string(text)))
	t.Chdir("..") // tapes name each other as seen from there, where vhs is run
	all := p.Parse()
	t.Chdir("vhs")
	for _, wrong := range p.Errors() {
		t.Fatalf("%s: %v", path, wrong)
	}
	return all
}

// A replay is a tape that is being played: first to a shell, then to the console
// that the shell has started.
type replay struct {
	*testing.T

	output   string
	hidden   bool
	line     string // typed to the shell
	cols     int
	rows     int
	op       *uitest.Op // nil: the shell has the keys
	compared int
}

// keys are the tape's commands that are keys of the same name.
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
		r.types(c.Args)
	case token.CTRL:
		r.press("ctrl+" + strings.ToLower(c.Args))
	case token.WAIT:
		r.wait(c.Args)
	case token.SLEEP:
		r.sleep(c.Args)
	case token.SET, token.REQUIRE, token.ENV, token.SOURCE: // of the picture alone
	default:
		r.Fatalf("no replay knows %v", c)
	}
}

func (r *replay) press(key string) {
	r.Helper()
	switch {
	case r.op != nil:
		r.op.Presses(key)
	case key == "enter":
		r.shell(r.line)
		r.line = ""
	default:
		r.Fatalf("%s to the shell", key)
	}
}

func (r *replay) types(text string) {
	r.Helper()
	if r.op == nil {
		r.line += text
		return
	}
	for _, letter := range text {
		r.op.Looks()
		r.op.Type(string(letter))
	}
	r.op.Looks()
}

// shell understands what the tapes say to one: the size of the terminal, and the
// command that they are about.
func (r *replay) shell(line string) {
	r.Helper()
	for command := range strings.SplitSeq(line, "&&") {
		words := strings.Fields(command)
		switch {
		case slices.Equal(words, []string{"clear"}):
		case len(words) == 5 && words[0] == "stty":
			if _, err := fmt.Sscanf(strings.Join(words, " "), "stty cols %d rows %d", &r.cols, &r.rows); err != nil {
				r.Fatalf("%q: %v", command, err)
			}
		case len(words) > 1 && words[0] == "hdpadmin" && words[1] == "demo":
			r.demo(words[2:])
		default:
			r.Fatalf("the shell of a replay knows no %q", command)
		}
	}
}

// demo starts the console as the command does, with a clock of the test's.
func (r *replay) demo(args []string) {
	r.Helper()
	flags := pflag.NewFlagSet("demo", pflag.ContinueOnError)
	user := flags.String("user", "d2cadmin", "")
	accounts := flags.Int("accounts", 2000, "")
	troubles := flags.StringSlice("trouble", nil, "")
	if err := flags.Parse(args); err != nil {
		r.Fatal(err)
	}
	server := []hdptest.Option{hdptest.Accounts(*accounts)}
	for _, t := range *troubles {
		server = append(server, hdptest.WithTrouble(hdptest.Trouble(t)))
	}
	passwords := map[string]string{
		"d2cadmin": hdptest.AdminPassword, "helpdesk": hdptest.HelpdeskPassword, "viewer": hdptest.ViewerPassword,
	}
	r.op = uitest.Operator(r, uitest.On(r.cols, r.rows), uitest.As(*user, passwords[*user]), uitest.Before(server...),
		uitest.With(func(o *ui.Options) { o.Demo = &ui.Demo{} }))
}

// wait is for something to be on the screen.
func (r *replay) wait(args string) {
	r.Helper()
	var waited time.Duration
	scope, pattern, _ := strings.Cut(args, " ")
	if r.op == nil || scope != "Screen" {
		r.Fatalf("Wait+%s: a replay waits for the console's screen alone", args)
	}
	for wanted := regexp.MustCompile(pattern); !wanted.MatchString(r.op.Screen()); r.op.Waits(100 * time.Millisecond) {
		if waited += 100 * time.Millisecond; waited > patience {
			r.Fatalf("/%s/ does not come:\n%s", pattern, r.op.Screen())
		}
	}
}

func (r *replay) sleep(args string) {
	r.Helper()
	d, err := time.ParseDuration(args)
	if err != nil {
		r.Fatal(err)
	}
	if r.op == nil {
		return
	}
	r.op.Waits(d)
	if d >= worthALook && !r.hidden {
		r.compared++
		r.op.GoldenAt(fmt.Sprintf("%02d", r.compared), r.cols, r.rows)
	}
}
