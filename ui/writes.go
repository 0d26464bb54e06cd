package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/stack"
)

// writes changes accounts: it opens forms and confirmations, sends the changes, and shows their
// outcomes.
type writes struct {
	*console
	inFlight   int                        // write commands that have not returned
	background map[int64]*backgroundWrite // writes whose dialog was closed, by account id
	other      otherWrite
}

// writtenMsg is the outcome of a write that a dialog asked for.
type writtenMsg struct {
	session context.Context // of the login that it was sent with
	from    *changeform.Model
	outcome change.Outcome
}

// reviewAgainMsg asks to compare the operator's change with what is stored now.
type reviewAgainMsg struct {
	from    *changeform.Model
	outcome change.Outcome
	asker   stack.Dialog
}

// checkAgainMsg asks to check a write whose outcome is unknown.
type checkAgainMsg struct {
	from    *changeform.Model
	outcome change.Outcome
	asker   stack.Dialog
}

func (m *writes) take(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case changeform.ApplyMsg:
		return m.applyPlan(msg.From, msg.Plan), true
	case changeform.BackgroundMsg:
		m.moveToBackground(msg.From)
	case changeform.CheckNowMsg:
		m.opts.Writer.CheckNow(msg.From.Plan().Subject().ID)
	case changeform.RetryMsg:
		m.opts.Writer.StopWatching(msg.From.Plan().Subject().ID)
	case otherWriteMsg:
		return m.takeOther(msg), true
	case stageMsg:
		return m.awaitStage(msg.of), true
	case writtenMsg:
		m.returned()
		return m.handleOutcome(msg), true
	case reviewAgainMsg:
		if m.stack.Close(msg.asker) { // else it was requested twice
			return m.reviewAgain(msg.from, msg.outcome, ""), true
		}
	case checkAgainMsg:
		return m.checkAgain(msg), true
	default:
		return nil, false
	}
	return nil, true
}

func (m *writes) applyPlan(from *changeform.Model, plan change.Plan) tea.Cmd {
	if probe, held := m.offline.holdBack(); held {
		return probe
	}
	from.SetSending(m.progressOf(plan, stageText(change.Checking)))
	plan = m.rights.guarded(plan)
	m.begin()
	ctx := m.login.sessionContext()
	return m.runWrite(func() tea.Msg { return writtenMsg{ctx, from, m.opts.Writer.Apply(ctx, plan)} })
}

// begin counts a write command when it starts, returned when it is back.
func (m *writes) begin() { m.inFlight++ }

func (m *writes) returned() { m.inFlight = max(0, m.inFlight-1) }

// isWriting reports whether a write is running, in a dialog or in the background.
func (m *writes) isWriting() bool { return m.inFlight > 0 || len(m.opts.Writer.InFlight()) > 0 }

// reviewAgain compares the operator's change with what is stored now.
func (m *writes) reviewAgain(from *changeform.Model, o change.Outcome, note string) tea.Cmd {
	m.stack.Close(from)
	again := from.Rebuild(o.Replan())
	again.Note = strings.TrimSpace(note + " " + again.Note)
	m.applyRules(again)
	return m.stack.PushGated(again)
}

// checkAgain reads what is stored now for a write whose outcome is unknown.
func (m *writes) checkAgain(c checkAgainMsg) tea.Cmd {
	if !m.stack.Close(c.asker) {
		return nil // it was requested twice
	}
	m.say(plain, "Checking "+c.outcome.Plan.Subject().Name.String()+m.theme.Signs.Ellipsis)
	c.from.SetSending(m.progressOf(c.outcome.Plan, "checking"))
	m.begin()
	checked := writtenMsg{session: m.login.sessionContext(), from: c.from}
	return func() tea.Msg {
		checked.outcome = m.opts.Writer.CheckAgain(m.ctx, c.outcome)
		return checked
	}
}
