package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/explain"
	"hdpadmin/ui/action"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/help"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/signin"
	"hdpadmin/ui/theme"
)

// dialog lies over the panes and has the keys. A dialog may also implement Type(tea.Msg) for
// typed text, Move(by int) for fields or rows, Page(by int) if it may be longer than the
// screen, Sending() bool while it waits for a write, and DropSecrets() if it holds a password.
type dialog interface {
	// Place returns action.Form, action.Dialog, or a place within the latter that has keys of
	// its own.
	Place() action.Place
	// Words returns one or two words for what enter and esc do now; "" hides one.
	Words() (enter, esc string)
	Enter() tea.Cmd
	Esc() tea.Cmd
	// View draws the dialog in at most w × h cells.
	View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture
}

func (m *Model) push(d dialog) { m.dialogs = append(m.dialogs, d) }

// top returns the dialog that has the keys, or nil. The lock screen is on top of the stack
// while the console is locked.
func (m *Model) top() dialog {
	if m.lock != nil {
		return m.lock.screen
	}
	if n := len(m.dialogs); n > 0 {
		return m.dialogs[n-1]
	}
	return nil
}

func (m *Model) closeDialog(d dialog) {
	m.dialogs = slices.DeleteFunc(m.dialogs, func(o dialog) bool { return o == d })
}

// closeIfOpen closes the dialog and reports whether it was open, so that a request that arrives
// twice is handled once.
func (m *Model) closeIfOpen(d dialog) bool {
	on := slices.Contains(m.dialogs, d)
	m.closeDialog(d)
	return on
}

// findDialog returns the lowest dialog of that type on the stack.
func findDialog[D dialog](m *Model) (D, bool) {
	for _, d := range m.dialogs {
		if found, ok := d.(D); ok {
			return found, true
		}
	}
	var none D
	return none, false
}

func (m *Model) showProblem(p explain.Problem) tea.Cmd { return m.pushGated(problem.New(p)) }

// discardMsg confirms that typed changes may be lost.
type discardMsg struct{ form *changeform.Model }

// confirmedQuitMsg confirms quitting.
type confirmedQuitMsg struct{}

func (m *Model) handleDialog(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case problem.CloseMsg:
		m.closeDialog(msg.From)
	case problem.CopyMsg:
		return m.copyText(msg.Text), true
	case help.ClosedMsg:
		m.closeDialog(msg.From)
	case changeform.CloseMsg:
		return m.leaveForm(msg.From), true
	case discardMsg:
		m.closeDialog(msg.form)
	case confirmedQuitMsg:
		return tea.Quit, true
	case confirm.AnsweredMsg:
		if m.closeIfOpen(msg.From) && msg.Msg != nil {
			return m.handle(msg.Msg), true
		}
	case confirm.ChosenMsg:
		if m.closeIfOpen(msg.From) && msg.Msg != nil {
			return m.handle(msg.Msg), true
		}
	case signin.SubmitMsg:
		return m.signIn(msg), true
	case signin.QuitMsg:
		return m.pushGated(&confirm.Model{
			Title: "Quit?", Text: "Without a password nothing can be read or changed.",
			Yes: "quit", No: "stay", OnYes: confirmedQuitMsg{},
		}), true
	default:
		return nil, false
	}
	return nil, true
}

// leaveForm closes a form, and asks first if something would be lost.
func (m *Model) leaveForm(f *changeform.Model) tea.Cmd {
	if !f.Dirty() {
		m.closeDialog(f)
		return nil
	}
	return m.pushGated(&confirm.Model{
		Title: "Leave the form?", Text: "Your changes were not sent and will be lost.",
		Yes: "leave", No: "stay", OnYes: discardMsg{f},
	})
}

func (m *Model) quit() tea.Cmd {
	lost := m.quitWarning()
	switch {
	case lost == "":
		return tea.Quit
	case m.lock == nil:
		return m.pushGated(&confirm.Model{Title: "Quit?", Text: lost, Yes: "quit", No: "stay", OnYes: confirmedQuitMsg{}})
	}
	m.lock.screen.AskToQuit(lost)
	return nil
}

// quitWarning says what quitting now would lose or leave unfinished, or "".
func (m *Model) quitWarning() string {
	switch {
	case m.batchQuitWarning() != "":
		return m.batchQuitWarning()
	case m.writeQuitWarning() != "":
		return m.writeQuitWarning()
	case len(m.unreviewed()) > 0:
		a := m.unreviewed()[0]
		return "You have not seen the result of a change: " + a.plan.Subject().Name.String() + ", " + a.summary() + "."
	case m.holdsPassword():
		return "The temporary password cannot be shown again."
	case slices.ContainsFunc(m.dialogs, func(d dialog) bool { f, ok := d.(*changeform.Model); return ok && f.Dirty() }):
		return "Your changes in the form were not sent and will be lost."
	}
	return ""
}

func (m *Model) holdsPassword() bool {
	d, open := findDialog[*resetform.Model](m)
	return open && d.HoldsPassword()
}

// interrupt quits. While the question about quitting is open, it is the answer yes.
func (m *Model) interrupt() tea.Cmd {
	if q, ok := m.top().(*confirm.Model); ok && q.OnYes == (confirmedQuitMsg{}) || m.lock != nil && m.lock.screen.IsAskingToQuit() {
		return tea.Quit
	}
	return m.quit()
}

// interruptLabel shows ctrl+c on the lock screen, where someone else may need a way out.
func (m *Model) interruptLabel() string {
	if m.lock != nil {
		return "quit"
	}
	return ""
}
