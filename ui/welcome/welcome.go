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
	CAFile        string // "" for the authorities that this machine knows
	Password      hdpclient.Secret
}

// Field is one of the fields in which a target is typed.
type Field int

// The fields that something may be wrong with before anything is sent.
const (
	Address Field = iota
	User
	CAFile
)

// FieldError is what is wrong with one of them.
type FieldError struct {
	Field Field
	Err   error
}

func (e *FieldError) Error() string { return e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// Profile is one to choose.
type Profile struct {
	Name, Note string
	Accent     string // as of [theme.Theme.Accent]
}

// Options is what the screen is made of.
type Options struct {
	Theme    theme.Theme
	Look     func(theme.Terminal) theme.Theme // instead of Theme, by what is learnt of the terminal; may be nil
	Keys     Keys
	Clock    clock.Clock
	Insecure bool // the server's certificate is not checked

	Profiles []Profile
	Target   Target // what is known of the server to connect to
	Connect  bool   // begin with that

	// Probe makes the steps to the server. The error says what is wrong with what was
	// typed; a [FieldError] also where. done is called once the steps are gone or given up.
	Probe func(Target) (steps []probe.Step, done func(), err error)
	// CheckKeyring says why the password cannot be kept in a keyring, nil that it can.
	CheckKeyring func(context.Context, Target) error
	// ProposeName names a profile for the target; CheckName says what is wrong with a name,
	// "" that nothing is.
	ProposeName func(Target) string
	CheckName   func(string) string
	// Save writes the profile, and the password into the keyring if that is wanted.
	Save func(ctx context.Context, t Target, name string, keyring bool) error
}

// Keys are those of the console: this screen has some of its actions.
type Keys interface {
	// MatchID is the action of the key in the place, "" where it has none, or where the
	// key is the field's.
	MatchID(place action.Place, key string) action.ID
	// Keycap is how the keys of an action are shown.
	Keycap(of action.ID) string
}

// Result is what was chosen. The zero Result is to leave.
type Result struct {
	Demo    bool
	Profile string  // that was chosen, or saved
	Target  *Target // that was connected to, with the password that was accepted; else nil
	// ChangePassword is to change the password first, at a Target that did not accept it: none
	// is in there.
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
	room          int // for lines of the page, when it was last drawn
	paged         int // how many lines its rest was scrolled by, until another key
	gate          *keyGate
}

// page is what stands in the middle of the screen.
type page interface {
	// place is where its keys are pressed, and enter and esc what those mean now, ""
	// for nothing.
	place() action.Place
	words() (enter, esc string)
	// run does what a key means.
	run(m *Model, id action.ID) tea.Cmd
	// typeText takes a key or pasted text that is no more than text.
	typeText(msg tea.Msg)
	// update takes what became of something that the page has asked for.
	update(m *Model, msg tea.Msg) tea.Cmd
	// view draws the inside of the box.
	view(th theme.Theme, w int) drawing
}

// drawing is a page as drawn.
type drawing struct {
	frame.Picture
	title  string
	follow int // the line that must be in view, and what is below it as far as there is room
	state  string
}

// New returns the screen. What it begins ends with ctx.
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

// Result is what was chosen, once the program has ended.
func (m *Model) Result() Result { return m.result }

// Init reaches for no server before that is asked for.
func (m *Model) Init() tea.Cmd { return m.terminal.QueryBackground(m.opts.Look) }

// Update takes a message.
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

// press takes a key. One with alt that means nothing here is Esc and the key.
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

// route does what the key means, or types it.
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
	case m.gate != nil: // typed before the page was seen
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

// leave ends the screen with what was chosen.
func (m *Model) leave(r Result) tea.Cmd {
	m.form.stop()
	m.result = r
	return tea.Quit
}

// keyGate keeps keys from a page that has opened by itself: what was typed before
// comes before the terminal's answer to a question that is sent with it. It rests
// besides, since inside tmux or screen it is those that answer, and a terminal that
// does not answer is waited for a little.
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

// passGate takes what says that the page has been on the screen.
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

// moveFocus moves in a form, if that is what the key means.
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

// frame is exactly as large as the terminal.
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

// keys are those of the page, as it shows them.
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

// box is the page in its border, in at most h lines.
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
