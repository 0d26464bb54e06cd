package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/form"
	"hdpadmin/ui/frame"
)

// pendingAction is an action that waits for its account to be read, with what was typed
// meanwhile.
type pendingAction struct {
	id int64
	do func() tea.Cmd

	typed      []tea.Msg  // keys and pasted text
	field      form.Input // what the keys amount to in the field they are for, as far as that is known
	entered    bool       // enter was pressed; later keys are meant for something else
	escPressed bool       // esc was pressed once
}

func (m *accounts) waitForAccount(id int64, do func() tea.Cmd) {
	m.pending = pendingAction{id: id, do: do, field: form.NewInput(200)}
	m.pending.field.Focus()
}

// isOpening reports whether an account is being read for a dialog. Its keys belong to that dialog, so no
// action of a pane may take them; enter waits until the plan has been drawn.
func (m *accounts) isOpening() bool { return m.pending.do != nil && m.stack.Top() == nil }

// typeAhead keeps a key or pasted text for the dialog that is about to open.
func (m *accounts) typeAhead(msg tea.Msg) {
	m.pending.escPressed = false
	if m.pending.entered {
		return
	}
	if key, is := msg.(tea.KeyPressMsg); is {
		a, _ := m.actions.Match(action.Form, key.String())
		if a.ID == action.FormEnter {
			m.pending.entered = true
			return
		}
		if a.ID == action.FormNext || a.ID == action.FormPrevious {
			m.pending.field.SetValue("")
		}
	}
	m.pending.typed = append(m.pending.typed, msg)
	m.pending.field.Update(msg)
}

func (m *accounts) forgetPending() { m.pending = pendingAction{} }

// dropPending is forgetPending with a notice.
func (m *accounts) dropPending() {
	if m.pending.do != nil {
		m.say(caution, "Not done: the account could not be read")
	}
	m.forgetPending()
}

// cancelOpening drops the pending action. If something was typed, it takes a second esc.
func (m *accounts) cancelOpening() tea.Cmd {
	if len(m.pending.typed) > 0 && !m.pending.escPressed {
		m.pending.escPressed = true
		return nil
	}
	m.forgetPending()
	return nil
}

func (m *accounts) cancelLabel() string {
	if m.pending.escPressed {
		return "again to cancel"
	}
	return "cancel"
}

// openingLine draws the status line while an account is read for a dialog.
func (m *accounts) openingLine(w int) string {
	esc := m.keyHint("cancel-opening", m.cancelLabel()) + " "
	what := "reading the account"
	if w < footerStatusWidth {
		what = "reading"
	}
	left := " " + m.theme.Text.Render(what+m.theme.Signs.Ellipsis)
	if room := w - frame.Width(left) - frame.Width(esc) - 3; room > 0 && m.pending.field.Value() != "" {
		text, _ := m.pending.field.View(room)
		left += "  " + m.theme.Strong.Render(text)
	}
	return frame.Ends(left, esc, w, m.theme.Signs.Ellipsis)
}

// replayTyped passes what was typed ahead to the dialog that opened. If none did, it shows a
// dialog, so that further typing does not reach the panes.
func (m *accounts) replayTyped(then pendingAction) tea.Cmd {
	if len(then.typed) == 0 && !then.entered {
		return nil
	}
	if m.stack.Top() == nil {
		return m.showProblem(explain.Problem{
			Title: "Nothing was changed", Lead: m.notice.text, Means: "The dialog did not open, so what you typed was discarded.", IsInfo: true,
		})
	}
	if !m.stack.IsRequested() {
		return nil // it opened on its own
	}
	for _, msg := range then.typed {
		m.retype(msg)
	}
	m.stack.SetEntered(then.entered)
	return nil
}
