// Package welcome is the screen before a console: which server it is to be. It
// offers the profiles there are, the demo, and the way to a server that no profile
// is for yet, which is tried step by step and can be saved. It reaches and writes
// nothing itself: it is handed what does.
package welcome

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/reach"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/theme"
)

// Target is a server and a login, as typed.
type Target struct {
	Address, User string
	CAFile        string // "" for the authorities that this machine knows
	Password      hdpclient.Secret
}

// Profile is one to choose.
type Profile struct {
	Name, Note string
	Accent     string // as of [theme.Theme.Accent]
}

// Options is what the screen is made of.
type Options struct {
	Theme    theme.Theme
	Look     func(theme.Terminal) theme.Theme // instead of Theme, by what is learnt of the terminal; may be nil
	Clock    clock.Clock
	Insecure bool // the server's certificate is not checked

	Profiles []Profile
	Target   Target // what is known of the server to connect to
	Connect  bool   // begin with that

	// Reach makes the steps to the server. The error says what is wrong with what was
	// typed. done is called once the steps are gone or given up.
	Reach func(Target) (steps []reach.Step, done func(), err error)
	// Keyring says why the password cannot be kept in a keyring, nil that it can.
	Keyring func(context.Context, Target) error
	// Propose names a profile for the target; CheckName says what is wrong with a name,
	// "" that nothing is.
	Propose   func(Target) string
	CheckName func(string) string
	// Save writes the profile, and the password into the keyring if that is wanted.
	Save func(ctx context.Context, t Target, name string, keyring bool) error
}

// Result is what was chosen. The zero Result is to leave.
type Result struct {
	Demo    bool
	Profile string  // that was chosen, or saved
	Target  *Target // that was connected to, with the password that was accepted; else nil
}

// Model is the screen.
type Model struct {
	ctx      context.Context // ends with the program
	opts     Options
	theme    theme.Theme
	terminal theme.Terminal
	choice   *choice
	form     *connection
	page     page
	result   Result

	width, height int
	unseen        *unseen
}

// page is what stands in the middle of the screen.
type page interface {
	// update takes a key, pasted text, or an answer to what the page has asked for.
	update(m *Model, msg tea.Msg) tea.Cmd
	// view draws the inside of the box: its lines, the line that must be in view, and
	// what stands below.
	view(th theme.Theme, w int) drawing
}

// drawing is a page as drawn.
type drawing struct {
	frame.Picture
	title  string
	follow int // the line that must be in view
	state  string
	keys   []string // a key and a word each
}

// New returns the screen. What it begins ends with ctx.
func New(ctx context.Context, opts Options) *Model {
	m := &Model{ctx: ctx, opts: opts, theme: opts.Theme, choice: newChoice(opts.Profiles), form: newConnection(opts.Target)}
	if opts.Look != nil {
		m.theme = opts.Look(m.terminal)
	}
	m.page = m.choice
	if opts.Connect {
		m.page = m.form
	}
	return m
}

// Result is what was chosen, once the program has ended.
func (m *Model) Result() Result { return m.result }

// Init reaches for no server before that is asked for.
func (m *Model) Init() tea.Cmd { return m.terminal.Ask(m.opts.Look) }

// Update takes a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m, nil
	case uv.PrimaryDeviceAttributesEvent, rested, gaveUp:
		m.seen(msg)
		return m, nil
	case tea.KeyPressMsg:
		switch msg.String() {
		case "ctrl+c":
			return m, m.leave(Result{})
		case "ctrl+l":
			return m, tea.ClearScreen
		case "ctrl+z":
			return m, tea.Suspend
		}
		if m.unseen != nil {
			return m, nil // typed before the page was seen
		}
	case tea.PasteMsg:
		if m.unseen != nil {
			return m, nil
		}
	}
	return m, m.page.update(m, msg)
}

// leave ends the screen with what was chosen.
func (m *Model) leave(r Result) tea.Cmd {
	m.form.stop()
	m.result = r
	return tea.Quit
}

// unseen keeps keys from a page that has opened by itself: what was typed before
// comes before the terminal's answer to a question that is sent with it. It rests
// besides, since inside tmux or screen it is those that answer, and a terminal that
// does not answer is waited for a little.
type unseen struct{ answered, rested bool }

type (
	rested struct{ of *unseen }
	gaveUp struct{ of *unseen }
)

func (m *Model) open(p page) tea.Cmd {
	m.page, m.unseen = p, &unseen{}
	return tea.Batch(
		tea.Raw(ansi.RequestPrimaryDeviceAttributes),
		m.opts.Clock.After(250*time.Millisecond, rested{m.unseen}),
		m.opts.Clock.After(time.Second, gaveUp{m.unseen}),
	)
}

// seen takes what says that the page has been on the screen.
func (m *Model) seen(msg tea.Msg) {
	u := m.unseen
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		if u != nil {
			u.answered = true
		}
	case rested:
		msg.of.rested = true
	case gaveUp:
		msg.of.answered, msg.of.rested = true, true
	}
	if u != nil && u.answered && u.rested {
		m.unseen = nil
	}
}

// edit moves in a form by the keys for that, and types what else there is.
func edit(f *form.Form, msg tea.Msg) {
	if k, is := msg.(tea.KeyPressMsg); is {
		switch k.String() {
		case "tab", "down":
			f.Move(1)
			return
		case "shift+tab", "up":
			f.Move(-1)
			return
		}
	}
	f.Type(msg)
}

// View draws the whole terminal.
func (m *Model) View() tea.View {
	p := m.frame()
	v := tea.NewView(strings.Join(p.Lines, "\n"))
	v.AltScreen = true
	v.WindowTitle = "hdpadmin"
	if p.Cursor.On {
		v.Cursor = tea.NewCursor(p.Cursor.X, p.Cursor.Y)
		v.Cursor.Shape = tea.CursorBar
	}
	return v
}

// frame is exactly as large as the terminal.
func (m *Model) frame() frame.Picture {
	th, w, h := m.theme, m.width, m.height
	if w < frame.LeastWidth || h < frame.LeastRows {
		return frame.TooSmall(w, h)
	}
	header := " " + th.Heading.Bold(true).Render("hdpadmin")
	if m.opts.Insecure {
		header += " " + th.Alarm.Render(" CERTIFICATE NOT CHECKED ")
	}
	whole := frame.Picture{Lines: frame.Block([]string{header}, w, h, th.Signs.Ellipsis)}
	box := m.box(min(w, 76), h-1)
	x, y := (w-min(w, 76))/2, 1+(h-1-len(box.Lines))/3
	whole.Lines = frame.Over(whole.Lines, box.Lines, x, y)
	if box.Cursor.On {
		whole.Cursor = box.Cursor.Moved(x, y)
	}
	return whole
}

// box is the page in its border, in at most h lines.
func (m *Model) box(w, h int) frame.Picture {
	th, inner := m.theme, w-4
	d := m.page.view(th, inner)
	room := h - 3
	p, _ := d.Window(d.follow, room) // with as much as there is room for of what comes after
	for i, l := range p.Lines {
		p.Lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	keys := ""
	for i := 0; i+1 < len(d.keys); i += 2 {
		keys += "  " + th.Key.Render(d.keys[i]) + th.Muted.Render(" "+d.keys[i+1])
	}
	p.Lines = append(p.Lines, " "+frame.Ends(th.Caution.Render(d.state), strings.TrimPrefix(keys, "  "), inner, th.Signs.Ellipsis))
	p.Lines = frame.Box{Title: d.title, Focus: true}.Draw(th, p.Lines, w, len(p.Lines)+2)
	p.Cursor = p.Cursor.Moved(2, 1)
	return p
}
