package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
)

// isBound reports whether the key itself means something here.
func (m *Model) isBound(key tea.KeyPressMsg) bool {
	place := m.place()
	_, known := m.actions.Match(place, key.String())
	return known || (place.IsWithin(action.Form) || place == action.Search || place == action.Opening) && form.IsEditKey(key)
}

// route passes a key to its action in this place, global actions included, or to the text being
// typed. The stack drops or keeps a key that was typed before the dialog on top was seen.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	if key.String() == "esc" && m.stack.IsLateEsc() {
		return nil
	}
	m.notice = notice{}
	a, known := m.actions.Match(m.place(), key.String())
	if !known || a.Run == nil {
		a = action.Action[scene]{} // text
	}
	if asked, admitted := m.stack.Admit(a.ID, a.IsGlobal()); !admitted {
		return m.handleNow(asked)
	}
	if a.Run == nil {
		m.typeText(key)
		m.explainKey(key)
		return nil
	}
	return m.runAction(a)
}

// explainKey says why a key does nothing in a pane, if it does something in the list or in a console
// that may write.
func (m *Model) explainKey(key tea.KeyPressMsg) {
	if m.place().IsPane() && m.actions.IsReadOnly(m.place(), key.String()) {
		m.say(caution, key.String()+": "+whyReadOnly)
	}
	if _, known := m.actions.Match(action.List, key.String()); known && m.place() == action.Account {
		m.say(caution, key.String()+": works in the list; press "+m.keycap("to-list")+" first")
	}
}

// runAction runs the action, or says why it is disabled.
func (m *Model) runAction(a action.Action[scene]) tea.Cmd {
	if why := a.DisabledReason(m.scene()); why != "" {
		m.say(caution, a.Keycap()+": "+why)
		return nil
	}
	return a.Run(m.scene())
}

// retype handles what was typed before the dialog that it is for had opened.
func (m *Model) retype(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		m.route(msg)
	case tea.PasteMsg:
		m.paste(msg)
	}
}

// paste inserts text where text is typed; in a pane it starts a search. It never presses keys.
func (m *Model) paste(msg tea.PasteMsg) {
	if _, admitted := m.stack.Admit("", false); !admitted {
		return
	}
	if m.place().IsPane() && strings.TrimSpace(msg.Content) != "" {
		m.accounts.startSearch()
	}
	m.typeText(msg)
}

func (m *Model) typeText(msg tea.Msg) {
	switch place := m.place(); {
	case place.IsWithin(action.Form):
		m.stack.Type(msg)
	case place == action.Opening:
		m.accounts.typeAhead(msg)
	case place == action.Search:
		m.lookup.Type(msg)
		m.accounts.forgetPending()
	}
}
