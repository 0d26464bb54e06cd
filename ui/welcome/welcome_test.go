package welcome_test

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui"
	"hdpadmin/ui/action"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
	"hdpadmin/ui/welcome"
)

// desk is the screen with a server that behaves as the test requires.
type desk struct {
	*uitest.Term
	model *welcome.Model
	clock *uitest.Clock

	wrong   error            // error about the form
	fails   map[string]error // errors of steps
	hangs   string           // step that hangs
	tries   []welcome.Target
	done    int
	keyring error
	saved   []string
	refuse  error // error of saving
}

var errNoKeyring = errors.New("the keyring is not available: no bus")

func newDesk(t *testing.T, change func(*desk, *welcome.Options)) *desk {
	t.Helper()
	d := &desk{clock: uitest.NewClock(time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)), fails: map[string]error{}, keyring: errNoKeyring}
	opts := welcome.Options{
		Theme: theme.Dark(), Keys: keys(t), Clock: d.clock, Probe: d.reach,
		CheckKeyring: func(context.Context, welcome.Target) error { return d.keyring },
		ProposeName:  func(welcome.Target) string { return "prod" },
		CheckName: func(name string) string {
			if strings.Contains(name, " ") || name == "" {
				return "a name is letters, digits, and . _ -"
			}
			return ""
		},
		Save: func(_ context.Context, target welcome.Target, name string, keyring bool) error {
			d.saved = append(d.saved, fmt.Sprintf("%s: %s at %s, keyring %v", name, target.User, target.Address, keyring))
			return d.refuse
		},
	}
	if change != nil {
		change(d, &opts)
	}
	d.model = welcome.New(t.Context(), opts)
	d.Term = uitest.Start(t, d.model, uitest.Size(80, 24), uitest.WithClock(d.clock))
	return d
}

// keys returns the console's keys with some of them rebound.
func keys(t *testing.T, bound ...action.Binding) welcome.Keys {
	t.Helper()
	all, err := ui.BindKeys(bound)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (d *desk) reach(t welcome.Target) ([]probe.Step, func(), error) {
	d.tries = append(d.tries, t)
	if d.wrong != nil {
		return nil, nil, d.wrong
	}
	var steps []probe.Step
	for name, found := range map[string]string{
		"1 Name": "10.0.0.7", "2 Connection": "TLS 1.3, certificate until 2027-03-01", "3 HDP": "running",
		"4 Sign-in": "accepted as " + t.User, "5 Accounts": "can be listed",
	} {
		steps = append(steps, probe.Step{Name: name, Try: func(ctx context.Context) (string, error) {
			if name[2:] == d.hangs {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return found, d.fails[name[2:]]
		}})
	}
	slices.SortFunc(steps, func(a, b probe.Step) int { return strings.Compare(a.Name, b.Name) })
	for i := range steps {
		steps[i].Name = steps[i].Name[2:]
	}
	return steps, func() { d.done++ }, nil
}

// fill fills in the form and waits for the screen.
func (d *desk) fill() {
	d.Press("end", "enter")
	d.Type("hdp.example.com:8443")
	d.Press("tab")
	d.Type("jdoe")
	d.Press("tab", "tab")
	d.Type("Ocean-Pine7")
	d.Idle()
}

// look waits until the terminal has answered and the operator can have seen the page.
func (d *desk) look() {
	d.Idle()
	d.Send(uv.PrimaryDeviceAttributesEvent{62})
	d.clock.Advance(250 * time.Millisecond)
	d.Idle()
}

func (d *desk) goldens(t *testing.T) {
	t.Helper()
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		d.Resize(size[0], size[1])
		d.Golden(fmt.Sprintf("%dx%d", size[0], size[1]))
		if lines := strings.Split(d.Screen(), "\n"); len(lines) > size[1] {
			t.Errorf("%d lines on %d", len(lines), size[1])
		}
	}
}

func refused() error {
	return &hdpclient.Error{
		Op: "list users", Method: "GET", Path: "/api/admin/users", Status: 401, Body: hdpclient.BodyEnvelope,
		Code: hdpclient.CodeUnauthorized, Message: hdpclient.TextOf("Invalid user ID or password."),
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(_ *desk, o *welcome.Options) {
		o.ThemeFor = func(t theme.Terminal) theme.Theme { return theme.Choose("auto", t) }
	})
	d.look()
	text, dark := d.Screen(), d.Styled()
	d.Send(tea.BackgroundColorMsg{Color: color.White})
	d.Idle()
	if d.Styled() == dark || d.Screen() != text {
		t.Errorf("on a light background:\n%s", d.Styled())
	}
	d.Send(tea.BackgroundColorMsg{Color: color.Black})
	d.Idle()
	if d.Styled() != dark {
		t.Errorf("on a dark background:\n%s", d.Styled())
	}
}

func TestASCIIThemeDrawsOnlyASCII(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(d *desk, o *welcome.Options) {
		o.Theme, d.hangs = theme.ASCII(theme.Mono()), "HDP"
	})
	d.fill()
	d.Hold(1)
	d.Press("enter")
	d.Sees("trying~")
	for _, r := range d.Screen() {
		if r > unicode.MaxASCII {
			t.Fatalf("%q is on the screen:\n%s", r, d.Screen())
		}
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		with func(*desk, *welcome.Options)
		do   func(*desk)
	}{
		"the first run": {},
		"profiles to choose from": {with: func(_ *desk, o *welcome.Options) {
			o.Profiles = []welcome.Profile{{Name: "prod-eu", Note: "jdoe at hdp.example.com:8443", Accent: "red"}, {Name: "test", Note: "test.example.com"}}
		}},
		"more than there is room for": {with: func(_ *desk, o *welcome.Options) {
			for i := range 40 {
				o.Profiles = append(o.Profiles, welcome.Profile{Name: fmt.Sprintf("server-%d", i), Note: "hdp.example.com"})
			}
		}, do: func(d *desk) { d.Press("end", "up", "up") }},
		"the empty form":  {do: func(d *desk) { d.Press("end", "enter") }},
		"the filled form": {do: (*desk).fill},
		"something wrong with what was typed": {
			with: func(d *desk, _ *welcome.Options) {
				d.wrong = &welcome.FieldError{Field: welcome.CAFile, Err: errors.New("/tmp/ca.pem: no such file or directory")}
			},
			do: func(d *desk) { d.fill(); d.Press("enter") },
		},
		"an unknown host name": {
			with: func(d *desk, _ *welcome.Options) {
				d.fails["Name"] = &net.DNSError{Name: "hdp.example.com", IsNotFound: true}
			},
			do: func(d *desk) { d.fill(); d.Press("enter") },
		},
		"trying": {
			with: func(d *desk, _ *welcome.Options) { d.hangs = "HDP" },
			do:   func(d *desk) { d.fill(); d.Hold(1); d.Press("enter") },
		},
		"stopped": {
			with: func(d *desk, _ *welcome.Options) { d.hangs = "HDP" },
			do: func(d *desk) {
				d.fill()
				d.Hold(1)
				d.Press("enter")
				d.Idle()
				d.Press("esc")
				d.Hold(0)
			},
		},
		"no HDP": {
			with: func(d *desk, _ *welcome.Options) {
				d.fails["HDP"] = &hdpclient.Error{Op: "check health", Method: "GET", Path: "/api/healthcheck", Status: 404, Body: hdpclient.BodyHTML, Snippet: hdpclient.TextOf("Not Found")}
			},
			do: func(d *desk) { d.fill(); d.Press("enter") },
		},
		"a wrong password": {
			with: func(d *desk, _ *welcome.Options) { d.fails["Sign-in"] = refused() },
			do:   func(d *desk) { d.fill(); d.Press("enter") },
		},
		"connected": {do: func(d *desk) { d.fill(); d.Press("enter") }},
		"connected, with a keyring and without a list": {
			with: func(d *desk, _ *welcome.Options) { d.keyring, d.fails["Accounts"] = nil, probe.ErrNoList },
			do:   func(d *desk) { d.fill(); d.Press("enter") },
		},
		"a certificate that is not checked": {with: func(_ *desk, o *welcome.Options) { o.Insecure = true }},
		"without colours":                   {with: func(_ *desk, o *welcome.Options) { o.Theme = theme.ASCII(theme.Mono()) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, c.with)
			if c.do != nil {
				c.do(d)
			}
			d.goldens(t)
		})
	}
}

// result waits for the end of the screen and returns its result.
func (d *desk) result(t *testing.T) welcome.Result {
	t.Helper()
	d.Ended()
	return d.model.Result()
}

func TestChoosingAServer(t *testing.T) {
	t.Parallel()
	two := func(_ *desk, o *welcome.Options) { o.Profiles = []welcome.Profile{{Name: "prod"}, {Name: "test"}} }
	for name, c := range map[string]struct {
		with func(*desk, *welcome.Options)
		keys []string
		want welcome.Result
	}{
		"the demo":               {nil, []string{"enter"}, welcome.Result{Demo: true}},
		"a profile":              {two, []string{"down", "enter"}, welcome.Result{Profile: "test"}},
		"the demo after these":   {two, []string{"down", "down", "enter"}, welcome.Result{Demo: true}},
		"nothing":                {two, []string{"esc"}, welcome.Result{}},
		"nothing, from the form": {nil, []string{"end", "enter", "esc", "q"}, welcome.Result{}},
		"nothing, with ctrl+c":   {nil, []string{"end", "enter", "ctrl+c"}, welcome.Result{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, c.with)
			d.Press(c.keys...)
			if got := d.result(t); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestKeysFromTheSettingsWork(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(_ *desk, o *welcome.Options) {
		o.Profiles = []welcome.Profile{{Name: "prod"}, {Name: "test"}}
		o.Keys = keys(
			t, action.Binding{ID: "dialog-down", Keys: []string{"ctrl+n", "+"}}, action.Binding{ID: "enter", Keys: []string{"f2", "enter"}},
			action.Binding{ID: "form-next", Keys: []string{"f3"}}, action.Binding{ID: "form-esc", Keys: []string{"f4", "esc"}},
		)
	})
	d.Sees("f2 enter select")
	d.Press("down", "ctrl+n", "+", "+", "f2")
	d.Sees("Connect to a server", "f4 esc back")
	d.Type("hdp")
	d.Press("tab", "down", "f3")
	d.Type("n")
	d.Sees("Address   hdp ", "▸ User      n ")
	d.Press("f4")
	d.Sees("▸ Connect to a server")
	d.Press("home", "f2")
	if got := d.result(t); got.Profile != "prod" {
		t.Errorf("%+v", got)
	}
}

func TestALongErrorCanBeScrolled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(d *desk, _ *welcome.Options) {
		d.fails["Connection"] = errors.New("begins " + strings.Repeat("and so on ", 40) + "ends")
	})
	d.fill()
	d.Resize(40, 12)
	d.Press("enter")
	d.Sees("✗ Connection", "begins", "pgdn more")
	d.SeesNot("ends")
	for range 4 {
		d.Press("pgdown")
	}
	d.Sees("ends")
	d.SeesNot("begins", "more")
	for range 9 {
		d.Press("pgup")
	}
	d.Sees("Address   hdp.example.com:8443")
	d.Press("pgdown", "tab")
	d.Sees("▸ Address")
	d.SeesNot("ends")
}

func TestAFailedStepLosesNothingTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(d *desk, _ *welcome.Options) { d.fails["Connection"] = errors.New("no way") })
	d.fill()
	d.Press("enter")
	d.Sees("✗ Connection", "no way", "hdp.example.com:8443", "jdoe", "•••••••••••")
	d.Press("esc")
	d.Sees("Welcome to hdpadmin")
	d.Press("enter")
	d.Sees("hdp.example.com:8443", "jdoe", "•••••••••••")
	d.Press("enter")
	d.Idle()
	if len(d.tries) != 2 || d.tries[1].Address != "hdp.example.com:8443" || d.tries[1].User != "jdoe" || d.tries[1].Password.Reveal() != "Ocean-Pine7" {
		t.Errorf("%+v", d.tries)
	}
	if d.done != 2 {
		t.Errorf("%d of 2 attempts were cleaned up", d.done)
	}
}

func TestAWrongPasswordIsSentOnlyOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(d *desk, _ *welcome.Options) { d.fails["Sign-in"] = refused() })
	d.fill()
	d.Press("enter")
	d.Sees("Invalid user ID or password.", "Type the password again")
	d.SeesNot("•")
	d.Press("enter", "enter")
	d.Sees("type your password")
	if len(d.tries) != 1 {
		t.Errorf("%d tries", len(d.tries))
	}
	d.Type("Ocean-Pine8")
	d.Press("enter")
	d.Idle()
	if len(d.tries) != 2 || d.tries[1].Password.Reveal() != "Ocean-Pine8" {
		t.Errorf("%d tries", len(d.tries))
	}
}

func TestAnExpiredPasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"refused as a wrong one": refused(),
		"refused with a reason": &hdpclient.Error{
			Op: "list users", Method: "GET", Path: "/api/admin/users", Status: 403, Body: hdpclient.BodyEnvelope,
			Code: "999", Message: hdpclient.TextOf("The password has expired."),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, func(d *desk, _ *welcome.Options) { d.fails["Sign-in"] = refusal })
			d.fill()
			d.Press("ctrl+o", "enter") // ctrl+o has no effect yet
			d.Sees("✗ Sign-in", "ctrl+o change an expired password")
			d.Press("ctrl+o")
			r := d.result(t)
			if !r.ChangePassword || r.Target == nil || r.Target.Address != "hdp.example.com:8443" || r.Target.User != "jdoe" || !r.Target.Password.IsZero() {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestTypingAheadSavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.fill()
	d.Press("enter", "enter", "enter")
	d.Sees("Save this connection")
	if d.saved != nil {
		t.Errorf("saved: %q", d.saved)
	}
	d.Send(uv.PrimaryDeviceAttributesEvent{62})
	d.Press("enter")
	d.Idle()
	if d.saved != nil {
		t.Errorf("saved as soon as anything answered, which may be tmux: %q", d.saved)
	}
	d.look()
	if d.saved != nil {
		t.Errorf("saved by what was typed ahead: %q", d.saved)
	}
	d.Press("enter")
	if r := d.result(t); r.Profile != "prod" || r.Target == nil || r.Target.Password.Reveal() != "Ocean-Pine7" {
		t.Errorf("%+v", r)
	}
	if want := []string{"prod: jdoe at hdp.example.com:8443, keyring false"}; !slices.Equal(d.saved, want) {
		t.Errorf("saved: %q", d.saved)
	}
}

func TestASilentTerminalHoldsKeysForASecond(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.fill()
	d.Press("enter")
	d.Sees("Save this connection")
	d.clock.Advance(time.Second)
	d.Idle()
	d.Press("esc")
	if r := d.result(t); r.Profile != "" || r.Target == nil || d.saved != nil {
		t.Errorf("%+v, saved: %q", r, d.saved)
	}
}

func TestAFailedSaveIsReportedAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(d *desk, _ *welcome.Options) { d.keyring, d.refuse = nil, errors.New("the disk is full") })
	d.fill()
	d.Press("enter")
	d.look()
	d.Type(" x")
	d.Press("enter")
	d.Sees("a name is letters")
	d.Press("backspace", "backspace", "tab", "right", "enter")
	d.Sees("the disk is full")
	d.Press("esc")
	if r := d.result(t); r.Profile != "" || r.Target == nil {
		t.Errorf("%+v", r)
	}
	if want := []string{"prod: jdoe at hdp.example.com:8443, keyring true"}; !slices.Equal(d.saved, want) {
		t.Errorf("saved: %q", d.saved)
	}
}
