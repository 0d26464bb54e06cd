package ui

import (
	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/batchview"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/lockscreen"
	"hdpadmin/ui/ownpassword"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/stack"
)

// confirmedQuitMsg confirms quitting.
type confirmedQuitMsg struct{}

func (m *Model) takeDialog(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case stack.ClosedMsg:
		return m.leaveDialog(msg), true
	case stack.UnreadMsg:
		m.say(caution, "You pressed enter before this was shown. Read it first.")
	case problem.CopyMsg:
		return m.clipboard.copy(msg.Text), true
	case confirmedQuitMsg:
		return tea.Quit, true
	case confirm.AnsweredMsg:
		if m.stack.Close(msg.From) && msg.Msg != nil {
			return m.handle(msg.Msg), true
		}
	default:
		return nil, false
	}
	return nil, true
}

// leaveDialog closes a dialog, and asks first if something would be lost.
func (m *Model) leaveDialog(msg stack.ClosedMsg) tea.Cmd {
	if d, may := msg.From.(stack.Asker); may && !msg.Confirmed {
		if title, text := d.AskOnClose(); title != "" {
			return m.stack.PushGated(&confirm.Model{
				Title: title, Text: text, Yes: "leave", No: "stay", OnYes: stack.ClosedMsg{From: msg.From, Confirmed: true},
			})
		}
	}
	switch d := msg.From.(type) {
	case *batchview.Model:
		m.batches.leave(d)
		return nil
	case *ownpassword.Model:
		return m.passwords.leaveOwnPassword(d)
	case *resetform.Model:
		d.Wipe()
	}
	m.stack.Close(msg.From)
	return nil
}

func (m *Model) quit() tea.Cmd {
	lost := m.quitWarning()
	switch {
	case lost == "":
		return tea.Quit
	case m.login.askToQuit(lost):
		return nil
	}
	return m.stack.PushGated(&confirm.Model{Title: "Quit?", Text: lost, Yes: "quit", No: "stay", OnYes: confirmedQuitMsg{}})
}

// quitWarning says what quitting now would lose or leave unfinished, or "".
func (m *Model) quitWarning() string {
	switch {
	case m.batches.quitWarning() != "":
		return m.batches.quitWarning()
	case m.writes.quitWarning() != "":
		return m.writes.quitWarning()
	case len(m.writes.unreviewed()) > 0:
		a := m.writes.unreviewed()[0]
		return "You have not seen the result of a change: " + a.plan.Subject().Name.String() + ", " + a.summary(m.times()) + "."
	case m.passwords.holdsPassword():
		return "The temporary password cannot be shown again."
	}
	for f := range stack.All[*changeform.Model](m.stack) {
		if f.Dirty() {
			return "Your changes in the form were not sent and will be lost."
		}
	}
	return ""
}

// interrupt quits. While the question about quitting is open, it is the answer yes.
func (m *Model) interrupt() tea.Cmd {
	if q, ok := stack.TopAs[*confirm.Model](m.stack); ok && q.OnYes == (confirmedQuitMsg{}) {
		return tea.Quit
	}
	if l, ok := stack.TopAs[*lockscreen.Model](m.stack); ok && l.IsAskingToQuit() {
		return tea.Quit
	}
	return m.quit()
}

// interruptLabel shows ctrl+c on the lock screen, where someone else may need a way out.
func (m *Model) interruptLabel() string {
	if m.login.isLocked() {
		return "quit"
	}
	return ""
}
