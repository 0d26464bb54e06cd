package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/keyboard"
)

// place returns where a key is pressed now.
func (m *Model) place() action.Place {
	switch {
	case m.top() != nil:
		return m.top().Place()
	case m.isOpening():
		return opening
	case m.focus == action.List && m.lookup.IsTyping():
		return action.Search
	}
	return m.focus
}

// press routes a key. An alt key that means nothing here is esc followed by the key: a slow
// connection may deliver the two together.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	if m.isBound(key) {
		return m.route(key)
	}
	var cmds []tea.Cmd
	for _, k := range keyboard.SplitAlt(key) {
		cmds = append(cmds, m.route(k))
	}
	return tea.Batch(cmds...)
}

// isBound reports whether the key itself means something here.
func (m *Model) isBound(key tea.KeyPressMsg) bool {
	place := m.place()
	_, known := m.actions.Match(place, key.String())
	return known || (place.IsWithin(action.Form) || place == action.Search || place == opening) && form.IsEditKey(key)
}

// route passes a key to its action in this place, global actions included, or to the text being
// typed. A dialog that opened unasked takes no key before it has been drawn; a requested one
// keeps enter until then.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	m.notice = notice{}
	a, known := m.actions.Match(m.place(), key.String())
	switch {
	case m.isTopUnseen() && !a.IsGlobal() && !m.fillsDialog(a):
		return m.keepEnter(a) // typed before the dialog was seen
	case m.isTopUnseen():
		m.gate.entered = false // more is being typed first
	}
	if !known || a.Run == nil {
		m.typeText(key)
		return nil
	}
	return m.runAction(a)
}

// runAction runs the action, or says why it is disabled.
func (m *Model) runAction(a action.Action[*Model]) tea.Cmd {
	if why := a.DisabledReason(m); why != "" {
		m.say(caution, a.Keycap()+": "+why)
		return nil
	}
	return a.Run(m)
}

// keepEnter keeps enter for a requested dialog. One that is drawn but not ready answers for
// itself.
func (m *Model) keepEnter(a action.Action[*Model]) tea.Cmd {
	if !m.gate.requested || a.ID != action.FormEnter {
		return nil
	}
	m.gate.entered = true
	if m.gate.isDrawn() {
		return pressEnter(m)
	}
	return nil
}

// isTopUnseen reports whether the dialog on top has not been drawn yet.
func (m *Model) isTopUnseen() bool { return m.gate != nil && m.gate.dialog == m.top() }

// fillsDialog reports whether the key only fills in or closes a dialog that the operator asked
// for. a is the zero action for text. After enter only esc counts, which closes the dialog
// before enter confirms.
func (m *Model) fillsDialog(a action.Action[*Model]) bool {
	if !m.gate.requested || !m.place().IsWithin(action.Form) {
		return false
	}
	switch a.ID {
	case action.FormEsc:
		return true
	case action.FormNext, action.FormPrevious, action.FormPageDown, action.FormPageUp:
		return m.gate.acceptsText()
	default:
		return a.Run == nil && m.gate.acceptsText()
	}
}

// paste inserts text where text is typed. It never presses keys.
func (m *Model) paste(msg tea.PasteMsg) {
	switch {
	case !m.isTopUnseen():
		m.typeText(msg)
	case m.gate.acceptsText():
		m.gate.entered = false
		m.typeText(msg)
	}
}

func (m *Model) typeText(msg tea.Msg) {
	switch place := m.place(); {
	case place.IsWithin(action.Form):
		if d, ok := topAs[interface{ Type(tea.Msg) }](m); ok {
			d.Type(msg)
		}
	case place == opening:
		m.typeAhead(msg)
	case place == action.Search:
		m.lookup.Type(msg)
		m.forgetPending()
	}
}
