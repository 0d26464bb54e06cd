// Package ui is the console: the root model and [Run], which runs it until its end. The model
// holds the panes and the stack of dialogs, routes every key, and starts every call as a
// tea.Cmd. The panes and dialogs are in the folders below; they never call the server
// themselves.
package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/desk"
	"hdpadmin/ui/accountpane"
	"hdpadmin/ui/action"
	"hdpadmin/ui/keyboard"
	"hdpadmin/ui/lookup"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/terminal"
	"hdpadmin/ui/theme"
)

// Model is the root model of the console: it routes keys, passes every message to the part that it
// is for, and draws.
type Model struct {
	*console
	terminal theme.Terminal // what is known of it
	next     Next           // where to go when the console ends
}

// New returns the console's root model. Every call that it makes ends with ctx, except a write
// that was sent.
func New(ctx context.Context, opts Options) (*Model, error) {
	actions, err := BindKeys(opts.Keys)
	if err != nil {
		return nil, err
	}
	if opts.ReadOnly {
		actions = actions.ReadOnly()
	}
	if opts.Desk == nil {
		opts.Desk = desk.New(opts.Client, opts.Writer)
	}
	m := &Model{console: &console{
		ctx: ctx, opts: opts, theme: opts.Theme, actions: actions,
		lookup: lookup.New(), account: &accountpane.Model{}, focus: action.List, stack: stack.New(opts.Clock, opts.InMultiplexer),
	}}
	m.addParts(m.retype)
	m.lookup.SetExpiringWithin(opts.ExpiringWithin)
	if opts.ThemeFor != nil {
		m.theme = opts.ThemeFor(m.terminal)
	}
	return m, nil
}

// Init signs in, or asks for the password.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.terminal.QueryBackground(m.opts.ThemeFor), m.login.start(), m.entries.readEarlierSessions(), m.ticker.schedule(), m.list.awaitNews())
}

// Update handles a message. Keys are routed in the order that route documents; every other
// message goes to the part that asked for it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	// A key refers to what was on the screen when it was pressed, so the time moves on only
	// after it.
	isKey := isInput(msg)
	if !isKey {
		m.lookup.SetNow(m.opts.Clock.Now())
	}
	locked, isDue := m.login.lockIfDue()
	cmds := []tea.Cmd{locked}
	if !isDue || !isKey { // a key that was meant for something else is dropped
		cmds = append(cmds, m.update(msg))
	}
	m.login.signOutIfIdle()
	for _, then := range m.afterwards() {
		cmds = append(cmds, then())
	}
	return m, tea.Batch(cmds...)
}

// afterwards lists what any message may have made necessary, in this order.
func (m *Model) afterwards() []func() tea.Cmd {
	return []func() tea.Cmd{
		m.offline.check, m.batches.offerUnfinished, m.accounts.follow, m.ticker.schedule, m.login.scheduleLockCheck, m.entries.retry, m.drain.check, m.writes.watchOthers,
	}
}

func isInput(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return true
	}
	return false
}

func (m *Model) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		m.login.keyPressed()
		return keyboard.Press(msg, m.isBound, m.route)
	case tea.PasteMsg:
		m.login.keyPressed()
		m.paste(msg)
	case terminal.NoShellMsg:
		m.say(caution, "ctrl+z: no shell to suspend to")
	default:
		return m.handle(msg)
	}
	return nil
}

// handle passes a message from a call or a dialog to the part that it is for.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	for _, take := range m.takers() {
		if cmd, taken := take(msg); taken {
			return cmd
		}
	}
	return nil
}

// takers lists the functions that handle the messages of one subject and report whether a message
// was one of them.
func (m *Model) takers() []func(tea.Msg) (tea.Cmd, bool) {
	return []func(tea.Msg) (tea.Cmd, bool){
		m.clipboard.take, m.login.take, m.offline.take, m.list.take, m.accounts.take, m.rights.take, m.passwords.take, m.writes.take,
		m.entries.take, m.batches.take, m.ticker.take, m.drain.take,
		m.takeStack, m.takeTerminal, m.takeProfiles, m.takePalette, m.takeDialog,
	}
}

// takeTerminal takes what the terminal says about itself. Only colours may change in the next
// frame.
func (m *Model) takeTerminal(msg tea.Msg) (tea.Cmd, bool) {
	if !m.terminal.Update(msg) {
		return nil, false
	}
	if m.opts.ThemeFor != nil {
		m.theme = m.opts.ThemeFor(m.terminal)
	}
	return nil, true
}
