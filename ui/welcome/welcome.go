// Package welcome is the screen before a console. It offers the profiles, the demo and a new server,
// to which it connects step by step and which it can save as a profile. It connects and writes only
// through the functions in its Options.
package welcome

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/probe"
	"hdpadmin/ui/action"
	"hdpadmin/ui/clock"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/keyboard"
	"hdpadmin/ui/theme"
)

// Target is a server and a login, as typed.
type Target struct {
	Address, User string
	CAFile        string // "" for the authorities that this machine trusts
	Password      hdpclient.Secret
}

// Field names a field of a Target.
type Field int

// The fields that are checked before anything is sent.
const (
	Address Field = iota
	User
	CAFile
)

// FieldError says what is wrong with one field.
type FieldError struct {
	Field Field
	Err   error
}

func (e *FieldError) Error() string { return e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// Profile is a profile to choose from.
type Profile struct {
	Name, Note string
	Accent     string // see [theme.Theme.Accent]
}

// Options configures the screen.
type Options struct {
	Theme    theme.Theme
	Look     func(theme.Terminal) theme.Theme // replaces Theme when the terminal has answered; may be nil
	Keys     Keys
	Clock    clock.Clock
	Insecure bool // the server's certificate is not checked

	Profiles []Profile
	Target   Target // prefilled values of the form
	Connect  bool   // start with the form

	// Probe returns the steps of a connection. Its error says what is wrong with the Target, and a
	// [FieldError] also in which field. done must be called after the last step, or when the rest is
	// abandoned.
	Probe func(Target) (steps []probe.Step, done func(), err error)
	// CheckKeyring returns why no keyring can store the password, or nil.
	CheckKeyring func(context.Context, Target) error
	// ProposeName returns a name for the profile. CheckName returns what is wrong with a name, or "".
	ProposeName func(Target) string
	CheckName   func(string) string
	// Save writes the profile and, if keyring is set, stores the password in the keyring.
	Save func(ctx context.Context, t Target, name string, keyring bool) error
}

// Keys looks up the keys of the console, since this screen shares some of its actions.
type Keys interface {
	// MatchID returns the action of the key in the place. It returns "" if the key has none there, or
	// edits the field.
	MatchID(place action.Place, key string) action.ID
	// Keycap returns the keys of an action as shown on the screen.
	Keycap(of action.ID) string
}

// Result is what the operator chose. The zero Result means to quit.
type Result struct {
	Demo    bool
	Profile string  // chosen or saved profile
	Target  *Target // connected server with the accepted password, or nil
	// ChangePassword asks to change the password first. The Target then refused the password, and
	// holds none.
	ChangePassword bool
}

// Model is the screen.
type Model struct {
	ctx      context.Context // ends with the program
	opts     Options
	theme    theme.Theme
	terminal theme.Terminal
	choice   *serverChoice
	form     *connectForm
	page     page
	result   Result

	width, height int
	room          int // lines for the page at the last drawing
	paged         int // lines scrolled by the page keys, reset by any other key
	gate          *keyGate
}

// page is the content of the box.
type page interface {
	// place returns the place of its keys; words returns the labels of enter and esc, "" for none.
	place() action.Place
	words() (enter, esc string)
	// run runs the action of a key.
	run(m *Model, id action.ID) tea.Cmd
	// typeText takes a key or pasted text that is not an action.
	typeText(msg tea.Msg)
	// update handles the reply to a request of the page.
	update(m *Model, msg tea.Msg) tea.Cmd
	// view draws the inside of the box.
	view(th theme.Theme, w int) drawing
}

// drawing is a page as drawn.
type drawing struct {
	frame.Picture
	title  string
	follow int // line that must be visible, with as much below it as fits
	state  string
}

// New returns the screen. Everything it starts ends with ctx.
func New(ctx context.Context, opts Options) *Model {
	m := &Model{ctx: ctx, opts: opts, theme: opts.Theme, choice: newChoice(opts.Profiles), form: newConnectForm(opts.Target, opts.Keys)}
	if opts.Look != nil {
		m.theme = opts.Look(m.terminal)
	}
	m.page = m.choice
	if opts.Connect {
		m.page = m.form
	}
	return m
}

// Result returns what the operator chose, after the program has ended.
func (m *Model) Result() Result { return m.result }

// Init asks the terminal about itself. Nothing is sent to a server yet.
func (m *Model) Init() tea.Cmd { return m.terminal.QueryBackground(m.opts.Look) }

// Update implements [tea.Model].
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		return m, nil
	case uv.PrimaryDeviceAttributesEvent, restedMsg, gaveUpMsg:
		m.passGate(msg)
		return m, nil
	case tea.KeyPressMsg:
		return m, m.press(msg)
	case tea.PasteMsg:
		if m.gate == nil {
			m.page.typeText(msg)
		}
		return m, nil
	}
	return m, m.page.update(m, msg)
}

// press handles a key. Alt with a key that has no meaning here counts as Esc and then the key, because
// terminals send both the same way.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	place := m.page.place()
	if m.opts.Keys.MatchID(place, key.String()) != "" || place.IsWithin(action.Form) && form.IsEditKey(key) {
		return m.route(key)
	}
	var cmds []tea.Cmd
	for _, k := range keyboard.SplitAlt(key) {
		cmds = append(cmds, m.route(k))
	}
	return tea.Batch(cmds...)
}

// route runs the action of the key, or types it.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	id := m.opts.Keys.MatchID(m.page.place(), key.String())
	paged := m.paged
	m.paged = 0
	switch {
	case id == action.Interrupt:
		return m.leave(Result{})
	case id == action.Redraw:
		return tea.ClearScreen
	case id == action.Suspend:
		return tea.Suspend
	case m.gate != nil: // typed before the page was visible
	case id == action.FormPageDown:
		m.paged = paged + frame.PageStep(m.room)
	case id == action.FormPageUp:
		m.paged = paged - frame.PageStep(m.room)
	case id == "":
		m.page.typeText(key)
	default:
		return m.page.run(m, id)
	}
	return nil
}

func (m *Model) leave(r Result) tea.Cmd {
	m.form.stop()
	m.result = r
	return tea.Quit
}

// keyGate drops keys for a page that opened on its own until the operator can have seen it. Keys typed
// earlier arrive before the terminal's answer to a query sent with the page. Inside tmux or screen
// those answer instead, so it also waits a moment, and at most a second if there is no answer.
type keyGate struct{ answered, rested bool }

type (
	restedMsg struct{ of *keyGate }
	gaveUpMsg struct{ of *keyGate }
)

func (m *Model) openGated(p page) tea.Cmd {
	m.page, m.gate = p, &keyGate{}
	return tea.Batch(
		tea.Raw(ansi.RequestPrimaryDeviceAttributes),
		m.opts.Clock.After(250*time.Millisecond, restedMsg{m.gate}),
		m.opts.Clock.After(time.Second, gaveUpMsg{m.gate}),
	)
}

// passGate opens the gate once the terminal has answered and the pause is over.
func (m *Model) passGate(msg tea.Msg) {
	u := m.gate
	switch msg := msg.(type) {
	case uv.PrimaryDeviceAttributesEvent:
		if u != nil {
			u.answered = true
		}
	case restedMsg:
		msg.of.rested = true
	case gaveUpMsg:
		msg.of.answered, msg.of.rested = true, true
	}
	if u != nil && u.answered && u.rested {
		m.gate = nil
	}
}

// moveFocus moves the focus if the action does that, and reports whether it does.
func moveFocus(f *form.Form, id action.ID) bool {
	switch id {
	case action.FormNext:
		f.Move(1)
	case action.FormPrevious:
		f.Move(-1)
	default:
		return false
	}
	return true
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

// frame draws exactly the size of the terminal.
func (m *Model) frame() frame.Picture {
	th, w, h := m.theme, m.width, m.height
	if w < frame.MinWidth || h < frame.MinRows {
		return frame.TooSmall(w, h)
	}
	header := " " + th.Heading.Bold(true).Render("hdpadmin")
	if m.opts.Insecure {
		header += " " + th.Alarm.Render(" CERTIFICATE NOT CHECKED ")
	}
	whole := frame.Picture{Lines: frame.Block([]string{header}, w, h, th.Signs.Ellipsis)}
	box := m.box(min(w, 76), h-1)
	x, y := (w-min(w, 76))/2, 1+(h-1-len(box.Lines))/3
	whole.Lines = frame.Overlay(whole.Lines, box.Lines, x, y)
	if box.Cursor.On {
		whole.Cursor = box.Cursor.Offset(x, y)
	}
	return whole
}

// keys returns the keys of the page for its footer.
func (m *Model) keys() frame.Keys {
	enter, esc, more := action.DialogEnter, action.DialogEsc, action.DialogPageDown
	if m.page.place().IsWithin(action.Form) {
		enter, esc, more = action.FormEnter, action.FormEsc, action.FormPageDown
	}
	keycap := m.opts.Keys.Keycap
	k := frame.Keys{More: frame.Key{Cap: keycap(more), Label: "more"}}
	onEnter, onEsc := m.page.words()
	for _, key := range []frame.Key{{Cap: keycap(enter), Label: onEnter}, {Cap: keycap(esc), Label: onEsc}} {
		if key.Label != "" {
			k.List = append(k.List, key)
		}
	}
	return k
}

// box draws the page in its border, in at most h lines.
func (m *Model) box(w, h int) frame.Picture {
	th, inner := m.theme, w-4
	d := m.page.view(th, inner)
	m.room = h - 3
	top := max(0, min(d.follow, len(d.Lines)-m.room))
	m.paged = min(max(-top, m.paged), max(0, len(d.Lines)-m.room-top))
	p, top := d.Window(top+m.paged, m.room)
	for i, l := range p.Lines {
		p.Lines[i] = " " + frame.Fit(l, inner, th.Signs.Ellipsis)
	}
	p.Lines = append(p.Lines, " "+m.keys().Foot(th, th.Caution.Render(d.state), top+len(p.Lines) < len(d.Lines), inner))
	p.Lines = frame.Box{Title: d.title, Focus: true}.Draw(th, p.Lines, w, len(p.Lines)+2)
	p.Cursor = p.Cursor.Offset(2, 1)
	return p
}
