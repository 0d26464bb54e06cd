package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/stack"
)

// writes changes accounts: it opens forms and confirmations, sends what they ask for, and shows
// what came of it.
type writes struct {
	*console
	inFlight   int                        // commands that write and have not returned
	background map[int64]*backgroundWrite // writes whose dialog was closed, by account id
}

// writtenMsg is the outcome of a write that a dialog asked for.
type writtenMsg struct {
	session context.Context // of the login that it was sent with
	from    *changeform.Model
	outcome change.Outcome
}

// reviewAgainMsg asks to show the operator's own change against what is stored now.
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

// begin counts a command that writes, and returned its return.
func (m *writes) begin() { m.inFlight++ }

func (m *writes) returned() { m.inFlight = max(0, m.inFlight-1) }

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
	case stageMsg:
		return m.awaitStage(msg.of), true
	case writtenMsg:
		m.returned()
		return m.handleOutcome(msg), true
	case reviewAgainMsg:
		if m.stack.Close(msg.asker) { // else it was asked twice
			return m.reviewAgain(msg.from, msg.outcome, ""), true
		}
	case checkAgainMsg:
		return m.checkAgain(msg), true
	default:
		return nil, false
	}
	return nil, true
}

// reviewAgain shows the operator's own change against what is stored now.
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
		return nil // it was asked twice
	}
	m.say(plain, "Checking "+c.outcome.Plan.Subject().Name.String()+m.theme.Signs.Ellipsis)
	c.from.SetSending(m.progressOf(c.outcome.Plan, "checking"))
	m.begin()
	ctx := m.login.sessionContext()
	return func() tea.Msg { return writtenMsg{ctx, c.from, m.opts.Writer.CheckAgain(m.ctx, c.outcome)} }
}

// canReview reports whether the last check of an unknown outcome allows a new plan. What the
// server answered as done is never sent again.
func canReview(o change.Outcome) bool {
	return o.Kind == change.Unknown && !o.Answered() && o.Seen != change.NotSeen && o.ReadErr == nil && !o.Replan().Empty()
}

func (m *writes) handleOutcome(w writtenMsg) tea.Cmd {
	o := w.outcome
	retry := w.from.IsRetrying() && canReview(o)
	w.from.SetSending(nil)
	cmds := []tea.Cmd{m.applyOutcome(o)}
	switch a := m.backgroundOf(w.from); {
	case a != nil:
		m.finishBackground(a, o)
	case isDone(o):
		m.stack.Close(w.from)
		m.sayDone(o)
	case retry:
		cmds = append(cmds, m.reviewAgain(w.from, o, explain.RetryWarning(o, m.times())))
	default:
		cmds = append(cmds, m.showOutcome(w.from, o))
	}
	return tea.Batch(append(cmds, m.login.judgeWrite(w.session, o.Err))...)
}

// showOutcome explains a write that did not end well.
func (m *writes) showOutcome(from *changeform.Model, o change.Outcome) tea.Cmd {
	dialog := problem.New(explain.Outcome(o, m.times()))
	// What was sent is no longer in the form. Editing can go on only if nothing was sent, or if
	// it was refused.
	switch o.Kind {
	case change.Conflict:
		if o.IsUnchanged() {
			m.stack.Close(from)
			break
		}
		dialog.EnterLabel, dialog.OnEnter = "review again", reviewAgainMsg{from, o, dialog}
	case change.Unknown:
		m.stack.Close(from)
		dialog.EnterLabel, dialog.OnEnter = "check again", checkAgainMsg{from, o, dialog}
	case change.Applied, change.Accepted, change.Differs:
		m.stack.Close(from)
	case change.Refused, change.NotSent:
	}
	return m.stack.PushGated(dialog)
}

// applyOutcome updates the list and the account pane after a write, and reads the account
// again.
func (m *writes) applyOutcome(o change.Outcome) tea.Cmd {
	id := o.Plan.Subject().ID
	m.entries.rememberLock(o)
	m.passwords.noteReset(o)
	m.list.mergeInPlace(rowUpdate{id, func(row account.Account) account.Account { return batch.AccountAfter(row, o) }})
	m.account.Amend(id, o)
	if o.Kind == change.NotSent {
		return nil
	}
	if shown, has := m.account.ID(); has && shown == id {
		return m.accounts.read(id)
	}
	return nil
}
