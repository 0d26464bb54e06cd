package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/ui/changeform"
	"hdpadmin/ui/frame"
	"hdpadmin/ui/hints"
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
		cmds = append(cmds, m.stack.CloseFinished(w.from))
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
	dialog := problem.New(m.hideHostIn(explain.Outcome(o, m.times())))
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
		dialog.Next = hints.NextOfWrite(dialog.Problem)
	}
	return m.stack.PushGated(dialog)
}

// applyOutcome updates the list and the account pane after a write, and reads the account
// again.
func (m *writes) applyOutcome(o change.Outcome) tea.Cmd {
	id := o.Plan.Subject().ID
	m.opts.Desk.RememberLock(o)
	m.passwords.noteReset(o)
	m.list.mergeInPlace(desk.RowWritten(o))
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

// sayDone reports a verified change. On a narrow screen, the time is left out first, then the verb or the
// name is shortened; the verb goes last.
func (m *writes) sayDone(o change.Outcome) {
	who := o.Plan.Subject()
	befores, after := inPastTense(o.Plan)
	tails := []string{after + ", verified " + m.times().Second(o.At), after + ", verified"}
	if names := strings.Join(o.Plan.Volatile(), ", "); names != "" {
		tails = []string{tails[0] + ", except " + names + ", which changes on its own", tails[0] + ", except " + names, tails[1] + " except " + names, after + ", partly verified"}
	}
	fit := func(w int) string {
		const least = 8
		name := who.Name.String()
		width := frame.Width(name)
		for _, before := range befores {
			for _, tail := range tails {
				if frame.Width(before+name+tail) <= w {
					return before + name + tail
				}
			}
		}
		for _, tail := range tails {
			for _, before := range befores {
				if room := w - frame.Width(before+tail); room >= min(width, least) {
					return before + frame.Fit(name, min(width, room), m.theme.Signs.Ellipsis) + tail
				}
			}
		}
		return frame.Fit(befores[len(befores)-1]+name, w, m.theme.Signs.Ellipsis)
	}
	m.notice = notice{text: befores[0] + who.Name.String() + tails[0], tone: good, fit: fit, changed: who.ID}
}

// inPastTense returns the words for a finished plan before the name of its account, the longest first,
// and after it.
func inPastTense(p change.Plan) (before []string, after string) {
	if p.IsUndo() {
		if undone, short := undoneWords(p.Undoes()); undone != "" {
			return []string{"Undid " + undone + " of ", "Undid " + short + " of "}, ""
		}
		return []string{"Undid a change of "}, " (" + p.Undoes().String() + ")"
	}
	effects := p.Effects()
	if len(effects) == 1 {
		switch effects[0] {
		case change.Unlocks:
			return []string{"Unlocked "}, ""
		case change.LocksAccount:
			return []string{"Locked "}, ""
		case change.SetsLockTimes:
			return []string{"Set the lock times of "}, ""
		case change.Activates:
			return []string{"Activated "}, ""
		case change.Deactivates:
			return []string{"Deactivated "}, ""
		case change.ForcesChange:
			return []string{"Forced a password change for ", "Forced change for "}, ""
		case change.CancelsChange:
			return []string{"Cancelled the forced password change for ", "Cancelled forced change for "}, ""
		case change.SetsExpiry:
			return []string{"Set the password expiry of ", "Set expiry of "}, ""
		case change.ClearsExpiry:
			return []string{"Cleared the password expiry of ", "Cleared expiry of "}, ""
		}
	}
	return []string{"Changed "}, " (" + effects.String() + ")"
}

func undoneWords(effects change.Effects) (long, short string) {
	if len(effects) != 1 {
		return "", ""
	}
	words := map[change.Effect][2]string{
		change.Unlocks:       {"the unlock", "unlock"},
		change.LocksAccount:  {"the lock", "lock"},
		change.SetsLockTimes: {"the new lock times", "lock times"},
		change.Activates:     {"the activation", "activation"},
		change.Deactivates:   {"the deactivation", "deactivation"},
		change.ForcesChange:  {"the forced password change", "forced change"},
		change.CancelsChange: {"the cancelled password change", "cancelled change"},
		change.SetsExpiry:    {"the new password expiry", "new expiry"},
		change.ClearsExpiry:  {"the cleared password expiry", "cleared expiry"},
	}[effects[0]]
	return words[0], words[1]
}
