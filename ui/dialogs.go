package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/confirm"
	"hdpadmin/ui/explain"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/help"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/resetform"
	"hdpadmin/ui/signin"
	"hdpadmin/ui/theme"
)

// dialog is what lies over the panes and has the keys. One in which text is typed
// has also Type(tea.Msg), one with fields or rows Move(by int), one that may be
// longer than the screen Page(by int).
type dialog interface {
	// Place is action.Form, action.Dialog, or a place within the latter where keys of
	// its own work.
	Place() action.Place
	// Words are what enter and esc do now, in a word or two, "" for what is not shown.
	Words() (enter, esc string)
	Enter() tea.Cmd
	Esc() tea.Cmd
	// View draws the dialog in at most w × h cells.
	View(th theme.Theme, keys frame.Keys, w, h int) frame.Picture
}

func (m *Model) push(d dialog) { m.dialogs = append(m.dialogs, d) }

// top is the dialog that has the keys, nil where none lies over the panes. It is
// none of the stack while the console is locked.
func (m *Model) top() dialog {
	if m.lock != nil {
		return m.lock.screen
	}
	if n := len(m.dialogs); n > 0 {
		return m.dialogs[n-1]
	}
	return nil
}

// closeDialog takes the dialog off the stack, wherever in it it lies.
func (m *Model) closeDialog(d dialog) {
	m.dialogs = slices.DeleteFunc(m.dialogs, func(o dialog) bool { return o == d })
}

// closeIfOpen takes the dialog off the stack, and reports whether it was on it: what
// a dialog asks for twice is done once.
func (m *Model) closeIfOpen(d dialog) bool {
	on := slices.Contains(m.dialogs, d)
	m.closeDialog(d)
	return on
}

// findDialog is the first dialog of that kind, wherever on the stack it is.
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

// discardMsg is the answer to the question whether to lose what was typed.
type discardMsg struct{ form *changeform.Model }

// confirmedQuitMsg is the answer to the question whether to quit.
type confirmedQuitMsg struct{}

// handleDialog takes what a dialog asks for.
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

// leaveForm leaves a form, and asks first where that would lose something.
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

// quitWarning says what leaving now would lose, or leave open; "" for nothing.
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

// interrupt quits; over the question whether to quit it is the answer.
func (m *Model) interrupt() tea.Cmd {
	if q, ok := m.top().(*confirm.Model); ok && q.OnYes == (confirmedQuitMsg{}) || m.lock != nil && m.lock.screen.IsAskingToQuit() {
		return tea.Quit
	}
	return m.quit()
}

// interruptLabel is what ctrl+c does, where that is the way for somebody else.
func (m *Model) interruptLabel() string {
	if m.lock != nil {
		return "quit"
	}
	return ""
}
