package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/keyboard"
)

// place is where a key is pressed now.
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

// press takes a key. One with alt that means nothing here is Esc and the key, pressed at
// once or delivered together by a slow line.
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

// isBound reports whether the key means something where it is pressed, as it is.
func (m *Model) isBound(key tea.KeyPressMsg) bool {
	place := m.place()
	_, known := m.actions.Match(place, key.String())
	return known || (place.IsWithin(action.Form) || place == action.Search || place == opening) && form.IsEditKey(key)
}

// route sends a key on: to the action that it means in the place where it is
// pressed, those that are Always there among them, and where it means none to the
// text that is being typed. A dialog that was not asked for takes no key before it has
// been drawn; one that was asked for keeps an enter until then.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	m.notice = notice{}
	a, known := m.actions.Match(m.place(), key.String())
	switch {
	case m.isTopUnseen() && !a.IsGlobal() && !m.fillsDialog(a):
		return m.keepEnter(a) // typed before the dialog was seen
	case m.isTopUnseen():
		m.gate.entered = false // there is more to say first
	}
	if !known || a.Run == nil {
		m.typeText(key)
		return nil
	}
	return m.runAction(a)
}

// runAction does the action, or says why it cannot be done now.
func (m *Model) runAction(a action.Action[*Model]) tea.Cmd {
	if why := a.DisabledReason(m); why != "" {
		m.say(caution, a.Keycap()+": "+why)
		return nil
	}
	return a.Run(m)
}

// keepEnter keeps an enter for a dialog that was asked for. One that is drawn, and not ready,
// says so itself.
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

// isTopUnseen reports whether the dialog on top has not been seen yet.
func (m *Model) isTopUnseen() bool { return m.gate != nil && m.gate.dialog == m.top() }

// fillsDialog reports whether an action, or the text that is none, is for the dialog on top
// because the operator asked for that, and does no more than fill it in or leave it. After
// enter only esc is for it, which leaves before enter confirms.
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

// paste puts pasted text where text is typed, and nowhere else: it never presses
// keys.
func (m *Model) paste(msg tea.PasteMsg) {
	switch {
	case !m.isTopUnseen():
		m.typeText(msg)
	case m.gate.acceptsText():
		m.gate.entered = false
		m.typeText(msg)
	}
}

// typeText puts a key or pasted text where text is typed, if it is anywhere.
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
		m.pending = pendingAction{}
	}
}
