package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/explain"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/profiles"
)

// profilesMsg holds the profiles of the settings as they are now.
type profilesMsg struct {
	list []profiles.Profile
	err  error
}

// switchServerMsg confirms switching to another server.
type switchServerMsg struct{ to Next }

// Next returns where the operator wants to go, once the program has ended.
func (m *Model) Next() Next { return m.next }

func (m *Model) whyNoProfiles() string {
	switch {
	case m.opts.Demo != nil:
		return "profiles are not available in the demo"
	case m.opts.Profiles == nil:
		return "no settings file is in use"
	}
	return ""
}

// showProfiles reads the profiles again, since the settings may have changed since the start.
func (m *Model) showProfiles() tea.Cmd {
	return func() tea.Msg {
		list, err := m.opts.Profiles()
		return profilesMsg{list, err}
	}
}

func (m *Model) takeProfiles(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case profilesMsg:
		if msg.err != nil {
			p := explain.Error(msg.err)
			p.Title = "Errors in the settings"
			return m.showProblem(p), true
		}
		if !m.stack.IsEmpty() {
			return nil, true // the operator is doing something else by now
		}
		return m.stack.PushGated(profiles.New(msg.list, m.opts.Profile)), true
	case profiles.SwitchMsg:
		m.stack.Close(msg.From)
		return m.switchServer(Next{Profile: msg.Name}), true
	case profiles.ConnectMsg:
		m.stack.Close(msg.From)
		return m.switchServer(Next{Connect: true}), true
	case switchServerMsg:
		m.next = msg.to
		return tea.Quit, true
	}
	return nil, false
}

// switchServer switches to another server, and asks first if something would be lost.
func (m *Model) switchServer(to Next) tea.Cmd {
	why := m.quitWarning()
	if why == "" {
		m.next = to
		return tea.Quit
	}
	return m.stack.PushGated(&confirm.Model{Title: "Leave this server?", Text: why, Yes: "leave", No: "stay", OnYes: switchServerMsg{to}})
}
