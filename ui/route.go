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
	case m.opens():
		return opening
	case m.focus == action.List && m.lookup.Typing():
		return action.Find
	}
	return m.focus
}

// press takes a key. One with alt that means nothing here is Esc and the key, pressed at
// once or delivered together by a slow line.
func (m *Model) press(key tea.KeyPressMsg) tea.Cmd {
	if m.binds(key) {
		return m.route(key)
	}
	var cmds []tea.Cmd
	for _, k := range keyboard.Split(key) {
		cmds = append(cmds, m.route(k))
	}
	return tea.Batch(cmds...)
}

// binds reports whether the key means something where it is pressed, as it is.
func (m *Model) binds(key tea.KeyPressMsg) bool {
	place := m.place()
	_, known := m.actions.Match(place, key.String())
	return known || (place.In(action.Form) || place == action.Find || place == opening) && form.Edits(key)
}

// route sends a key on: to the action that it means in the place where it is
// pressed, those that are Always there among them, and where it means none to the
// text that is being typed. A dialog that was not asked for takes no key before it has
// been drawn; one that was asked for keeps an enter until then.
func (m *Model) route(key tea.KeyPressMsg) tea.Cmd {
	m.notice = notice{}
	a, known := m.actions.Match(m.place(), key.String())
	switch {
	case m.unseen() && !a.Anywhere() && !m.edits(a):
		return m.tooEarly(a) // typed before the dialog was seen
	case m.unseen():
		m.gate.entered = false // there is more to say first
	}
	if !known || a.Run == nil {
		m.typed(key)
		return nil
	}
	return m.do(a)
}

// do does the action, or says why it cannot be done now.
func (m *Model) do(a action.Action[*Model]) tea.Cmd {
	if why := a.Why(m); why != "" {
		m.say(caution, a.Keycap()+": "+why)
		return nil
	}
	return a.Run(m)
}

// tooEarly keeps an enter for a dialog that was asked for. One that is drawn, and not ready,
// says so itself.
func (m *Model) tooEarly(a action.Action[*Model]) tea.Cmd {
	if !m.gate.asked || a.ID != action.FormEnter {
		return nil
	}
	m.gate.entered = true
	if m.gate.drawn() {
		return enter(m)
	}
	return nil
}

// unseen reports whether the dialog on top has not been seen yet.
func (m *Model) unseen() bool { return m.gate != nil && m.gate.of == m.top() }

// edits reports whether an action, or the text that is none, is for the dialog on top
// because the operator asked for that, and does no more than fill it in or leave it. After
// enter only esc is for it, which leaves before enter confirms.
func (m *Model) edits(a action.Action[*Model]) bool {
	if !m.gate.asked || !m.place().In(action.Form) {
		return false
	}
	switch a.ID {
	case action.FormEsc:
		return true
	case action.FormNext, action.FormPrevious, action.FormPageDown, action.FormPageUp:
		return m.gate.takes()
	default:
		return a.Run == nil && m.gate.takes()
	}
}

// paste puts pasted text where text is typed, and nowhere else: it never presses
// keys.
func (m *Model) paste(msg tea.PasteMsg) {
	switch {
	case !m.unseen():
		m.typed(msg)
	case m.gate.takes():
		m.gate.entered = false
		m.typed(msg)
	}
}

// typed puts a key or pasted text where text is typed, if it is anywhere.
func (m *Model) typed(msg tea.Msg) {
	switch place := m.place(); {
	case place.In(action.Form):
		if d, ok := topAs[interface{ Type(tea.Msg) }](m); ok {
			d.Type(msg)
		}
	case place == opening:
		m.ahead(msg)
	case place == action.Find:
		m.lookup.Type(msg)
		m.then = intent{}
	}
}
