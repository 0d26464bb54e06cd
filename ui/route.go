package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/bulk"
	"hdpadmin/ui/planform"
	"hdpadmin/ui/reset"
	"hdpadmin/ui/save"
	"hdpadmin/ui/signin"
)

// place is where a key is pressed now.
func (m *Model) place() action.Place {
	if top := m.top(); top != nil {
		switch top.(type) {
		case *planform.Model, *signin.Model, *reset.Model, *save.Model, *bulk.Model:
			return action.Form
		}
		return action.Dialog
	}
	if m.focus == action.List && m.lookup.Typing() {
		return action.Find
	}
	return m.focus
}

// route sends a key on: to the action that it means in the place where it is
// pressed, those that are Always there among them; without one to the top dialog,
// once that has been seen, or to the text field that is being typed in. An action
// that cannot be done now says why instead.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	m.notice = notice{}
	place := m.place()
	if a, ok := m.actions.Match(place, key.String()); ok && a.Run != nil {
		if why := a.Why(m); why != "" {
			m.say(caution, a.Keycap()+": "+why)
			return nil
		}
		return a.Run(m)
	}
	top := m.top()
	switch {
	case top != nil && m.gate != nil && m.gate.of == top:
		return nil // typed before the dialog was seen
	case top != nil:
		return top.Update(key)
	case place == action.Find:
		m.lookup.Type(key)
		m.then = intent{}
	}
	return nil
}

// paste puts pasted text where text is typed, and nowhere else: it never presses
// keys.
func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	switch m.place() {
	case action.Form:
		if m.gate != nil && m.gate.of == m.top() {
			return nil // meant for something else
		}
		return m.top().Update(msg)
	case action.Find:
		m.lookup.Type(msg)
	case action.Always, action.Everywhere, action.List, action.Account, action.Dialog:
	}
	return nil
}
