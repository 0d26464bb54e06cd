package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/problem"
)

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

// canReview reports whether the last check of an unknown outcome allows a new plan. What the
// server answered as done is never sent again.
func canReview(o change.Outcome) bool {
	return o.Kind == change.Unknown && !o.Answered() && o.Seen != change.NotSeen && o.ReadErr == nil && !o.Replan().Empty()
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
	m.opts.Desk.RememberLock(o)
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

func isDone(o change.Outcome) bool { return o.Kind == change.Applied && o.LogErr == nil }

func (m *writes) sayDone(o change.Outcome) {
	before, after := inPastTense(o.Plan)
	after += ", verified " + m.times().Second(o.At)
	if names := o.Plan.Volatile(); len(names) > 0 {
		after += ", except " + strings.Join(names, ", ") + ", which changes on its own"
	}
	m.say(good, m.fitName(before, o.Plan.Subject().Name, after))
}

// inPastTense returns the words for a finished plan, before and after the name of its account.
func inPastTense(p change.Plan) (before, after string) {
	if p.IsUndo() {
		return "Undid " + p.Undoes().String() + " of ", ""
	}
	if effects := p.Effects(); len(effects) == 1 {
		switch effects[0] {
		case change.Unlocks:
			return "Unlocked ", ""
		case change.Locks:
			return "Locked ", ""
		case change.SetsLockTimes:
			return "Set the lock times of ", ""
		case change.Activates:
			return "Activated ", ""
		case change.Deactivates:
			return "Deactivated ", ""
		case change.ForcesChange:
			return "Forced a password change for ", ""
		case change.CancelsChange:
			return "Cancelled the forced password change for ", ""
		case change.SetsExpiry:
			return "Set the password expiry of ", ""
		case change.ClearsExpiry:
			return "Cleared the password expiry of ", ""
		}
	}
	return "Changed ", " (" + p.Operation() + ")"
}
