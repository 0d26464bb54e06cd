// Package welcome is the screen before a console. It offers the profiles, the demo and a new server,
// to which it connects step by step and which it can save as a profile. It connects and writes only
// through the functions in its Options.
package welcome

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/keyboard"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/theme"
)

// Model is the screen.
type Model struct {
	ctx      context.Context // ends with the program
	opts     Options
	theme    theme.Theme
	terminal theme.Terminal
	stack    *stack.Stack // the choice of a server, the form and the offer to save; only the top one is drawn
	form     *connectForm
	result   Result

	width, height int
}

// New returns the screen. Everything it starts ends with ctx.
func New(ctx context.Context, opts Options) *Model {
	m := &Model{ctx: ctx, opts: opts, theme: opts.Theme, form: newConnectForm(opts.Target, opts.Keys), stack: stack.New(opts.Clock, opts.InMultiplexer)}
	m.chooseTheme()
	m.stack.Push(newChoice(opts.Profiles))
	if opts.Connect {
		m.stack.Push(m.form)
	}
	return m
}

// Result returns what the operator chose, after the program has ended.
func (m *Model) Result() Result { return m.result }

// Init asks the terminal about itself. Nothing is sent to a server yet.
func (m *Model) Init() tea.Cmd { return m.terminal.QueryBackground(m.opts.ThemeFor) }

// Update implements [tea.Model].
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m, keyboard.Press(msg, m.isBound, m.route)
	case tea.PasteMsg:
		if _, admitted := m.stack.Admit("", false); admitted {
			m.stack.Type(msg)
		}
	default:
		if !m.terminal.Update(msg) {
			return m, m.handle(msg)
		}
		m.chooseTheme()
	}
	return m, nil
}

func (m *Model) chooseTheme() {
	if m.opts.ThemeFor != nil {
		m.theme = m.opts.ThemeFor(m.terminal)
	}
}

// isBound reports whether the key itself means something here.
func (m *Model) isBound(key tea.KeyPressMsg) bool {
	place := m.stack.Top().Place()
	return m.opts.Keys.MatchID(place, key.String()) != "" || place.IsWithin(action.Form) && form.IsEditKey(key)
}

// route runs the action of the key, or types it.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	id := m.opts.Keys.MatchID(m.stack.Top().Place(), key.String())
	isGlobal := id == action.Interrupt || id == action.Redraw || id == action.Suspend
	if asked, admitted := m.stack.Admit(id, isGlobal); !admitted {
		return m.handleNow(asked)
	}
	switch id {
	case action.Interrupt:
		return m.leave(Result{})
	case action.Redraw:
		return tea.ClearScreen
	case action.Suspend:
		return tea.Suspend
	case action.ExpiredPassword:
		return m.leave(m.form.changePassword())
	case "":
		m.stack.Type(key)
		return nil
	default:
		asked, _ := m.stack.Run(id)
		return m.handleNow(asked)
	}
}

// handleNow handles a dialog's request before the next key, which is meant for what it opens.
func (m *Model) handleNow(asked tea.Cmd) tea.Cmd {
	if asked == nil {
		return nil
	}
	return m.handle(asked())
}

// handle handles a dialog's request, or the reply to one.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case chosenMsg:
		return m.leave(msg.result)
	case newServerMsg:
		m.stack.Push(m.form)
	case connectMsg:
		return m.connect(msg.target)
	case stepMsg:
		return m.finishStep(msg)
	case keyringMsg:
		msg.of.showKeyring(msg.err)
	case saveMsg:
		return func() tea.Msg {
			return savedMsg{msg, m.opts.Save(m.ctx, msg.of.attempt.target, msg.name, msg.keyring)}
		}
	case savedMsg:
		if msg.err == nil {
			return m.leave(Result{Profile: msg.name, Target: &msg.of.attempt.target})
		}
		msg.of.showError(msg.err)
	case stack.ClosedMsg:
		return m.closeDialog(msg.From)
	default:
		asked, _ := m.stack.Update(msg)
		return m.handleNow(asked)
	}
	return nil
}

func (m *Model) closeDialog(d stack.Dialog) tea.Cmd {
	switch d := d.(type) {
	case *connectForm:
		m.stack.Close(d)
		return nil
	case *saveForm:
		return m.leave(Result{Target: &d.attempt.target})
	}
	return m.leave(Result{})
}

func (m *Model) leave(r Result) tea.Cmd {
	m.form.stop()
	m.result = r
	return tea.Quit
}

func (m *Model) connect(t Target) tea.Cmd {
	steps, done, err := m.opts.Probe(t)
	if err != nil {
		m.form.showTargetError(err)
		return nil
	}
	a := &attempt{target: t, steps: steps, done: done, running: true}
	a.ctx, a.cancel = context.WithCancel(m.ctx)
	m.form.attempt = a
	return a.step()
}

// finishStep starts the next step, or offers to save the connection.
func (m *Model) finishStep(s stepMsg) tea.Cmd {
	if s.of != m.form.attempt || !s.of.running {
		return nil // it was stopped
	}
	switch {
	case !m.form.takeResult(s):
		return nil
	case len(s.of.found) < len(s.of.steps):
		return s.of.step()
	}
	m.form.stop()
	d := newSaveForm(s.of, m.opts.ProposeName(s.of.target), m.opts.CheckName)
	return tea.Batch(m.stack.PushGated(d), func() tea.Msg { return keyringMsg{d, m.opts.CheckKeyring(m.ctx, s.of.target)} })
}

// View draws the whole terminal.
func (m *Model) View() tea.View {
	p := m.frame()
	v := tea.NewView(m.theme.ToASCII(strings.Join(p.Lines, "\n")))
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
	box := m.stack.Top().View(th, m.keys(), w, h-1)
	x, y := (w-frame.Width(box.Lines[0]))/2, 1+(h-1-len(box.Lines))/3
	whole.Lines = frame.Overlay(whole.Lines, box.Lines, x, y)
	if box.Cursor.On {
		whole.Cursor = box.Cursor.Offset(x, y)
	}
	return whole
}

// keys returns the keys of the dialog on top for its last line.
func (m *Model) keys() frame.Keys {
	d := m.stack.Top()
	enter, esc, more := action.DialogEnter, action.DialogEsc, action.DialogPageDown
	if d.Place().IsWithin(action.Form) {
		enter, esc, more = action.FormEnter, action.FormEsc, action.FormPageDown
	}
	onEnter, onEsc := d.Words()
	k := frame.Keys{More: frame.Key{Cap: m.opts.Keys.Keycap(more), Label: "more"}}
	if onEnter != "" {
		k.List = append(k.List, frame.Key{Cap: m.opts.Keys.Keycap(enter), Label: onEnter})
	}
	if f, has := d.(stack.Fielder); has {
		next, choose := f.FieldKeys()
		if next {
			k.List = append(k.List, frame.Key{Cap: m.opts.Keys.Keycap(action.FormNext), Label: "next", Minor: true})
		}
		if choose {
			k.List = append(k.List, frame.Key{Cap: m.opts.Keys.Keycap(action.FormChoose), Label: "change", Minor: true})
		}
	}
	k.List = append(k.List, frame.Key{Cap: m.opts.Keys.Keycap(esc), Label: onEsc})
	return k
}

// widest is the width of the dialogs if there is room for it.
const widest = 76
