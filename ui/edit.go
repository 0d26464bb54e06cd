package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/explain"
	"hdpadmin/internal/words"
	"hdpadmin/ui/action"
	"hdpadmin/ui/passwordform"
	"hdpadmin/ui/statusform"
)

// writeActions lists the changes to accounts.
func writeActions() []action.Action[*writes] {
	return []action.Action[*writes]{
		{
			ID: "unlock", Keys: keys("u"), Places: in(action.AnyPane), ShortFunc: (*writes).unlockLabel, Effect: action.Write,
			Help: "unlock the account, or the marked accounts", Also: "unblock release lockout", Disabled: unlessMarked((*writes).whyNotUnlock), Run: orMarked((*writes).unlock, previewOf(batch.Unlock())),
		},
		{
			ID: "edit-status", Keys: keys("s"), Places: in(action.AnyPane), Short: "status", Effect: action.Write,
			Help: "edit the status info: active, locked, and until when", Also: "active lockout", Disabled: (*writes).whyNotModify, Run: (*writes).editStatus,
		},
		{
			ID: "edit-password", Keys: keys("p"), Places: in(action.AnyPane), Short: "password", Effect: action.Write,
			Help: "edit the password info: must change, and the expiry", Disabled: (*writes).whyNotModify, Run: (*writes).editPassword,
		},
		{
			ID: "reset-password", Keys: keys("r"), Places: in(action.AnyPane), Short: "reset", Effect: action.Write,
			Help: "give the account a temporary password", Also: "new forgot forgotten lost pw pwd", Disabled: (*writes).whyNotPassword, Run: func(m *writes) tea.Cmd { return m.passwords.resetPassword() },
		},
		{
			ID: "activate", Keys: keys("a"), Places: in(action.AnyPane), ShortFunc: (*writes).activateLabel, Effect: action.Write,
			Help: "activate or deactivate the account, or the marked accounts", Also: "enable disable reactivate block", Disabled: (*writes).whyNotModify, Run: orMarked((*writes).activate, func(m *writes) tea.Cmd { return m.batches.askMarkedActivation() }),
		},
		{
			ID: "force-change", Keys: keys("f"), Places: in(action.AnyPane), ShortFunc: (*writes).forceLabel, Effect: action.Write,
			Help: "force a password change, or cancel it (marked: force)", Also: "forgive must", Disabled: unlessMarked((*writes).whyNotPassword), Run: orMarked((*writes).forceChange, previewOf(batch.ForceChange())),
		},
		{
			ID: "edit-expiry", Keys: keys("e"), Places: in(action.AnyPane), ShortFunc: withMarkedCount("set expiry"), Effect: action.Write,
			Help: "set the password expiry, also of marked accounts", Also: "expire expires expiration validity never extend renew date", Disabled: unlessMarked((*writes).whyNotPassword), Run: orMarked((*writes).editExpiry, func(m *writes) tea.Cmd { return m.batches.askMarkedExpiry() }),
		},
		{
			ID: "undo", Keys: keys("z"), Places: in(action.AnyPane), ShortFunc: (*writes).undoLabel, Effect: action.Write,
			Help: "undo your last change to this account", Also: "revert rollback restore", Disabled: (*writes).whyNotModify, Run: (*writes).undo,
		},
	}
}

// orMarked returns an action for one account, or for the marked ones if there are any.
func orMarked(alone, several func(*writes) tea.Cmd) func(*writes) tea.Cmd {
	return func(m *writes) tea.Cmd {
		if m.actsOnMarked() {
			return several(m)
		}
		return alone(m)
	}
}

// unlessMarked disables an action by why, but never for marked accounts: their preview says of
// each why it is skipped.
func unlessMarked(why func(*writes) string) func(*writes) string {
	return func(m *writes) string {
		if m.actsOnMarked() {
			return m.rights.whyNoRight()
		}
		return why(m)
	}
}

// withMarkedCount returns a label with the number of marked accounts, if there are any.
func withMarkedCount(word string) func(*writes) string {
	return func(m *writes) string {
		if m.actsOnMarked() {
			return word + " " + words.Count(m.lookup.MarkCount())
		}
		return word
	}
}

// unlockLabel hides the key in the footer for an account that is not locked by what is known.
func (m *writes) unlockLabel() string {
	if a, known := m.currentAccount(); !m.actsOnMarked() && known && a.HasStatus && !a.Locked {
		return ""
	}
	return withMarkedCount("unlock")(m)
}

func (m *writes) activateLabel() string {
	a, known := m.currentAccount()
	switch {
	case m.actsOnMarked():
		return withMarkedCount("(de)activate")(m)
	case known && a.HasStatus && a.Status == hdpclient.Active:
		return "deactivate"
	case known && a.HasStatus && a.Status == hdpclient.Inactive:
		return "activate"
	}
	return ""
}

func (m *writes) forceLabel() string {
	if m.actsOnMarked() {
		return withMarkedCount("force change")(m)
	}
	return ""
}

func previewOf(a batch.Action) func(*writes) tea.Cmd {
	return func(m *writes) tea.Cmd { return m.batches.openPreview(a) }
}

func (m *writes) unlock() tea.Cmd {
	return m.withStatus(func(who change.Subject, info hdpclient.StatusInfo) tea.Cmd {
		if !info.AccountLocked.Or(false) {
			m.say(caution, m.about(who.Name, " is not locked"))
			return nil
		}
		return m.confirmPlan("Unlock", inactiveNote, change.PlanStatus(who, info, change.Unlock(info)))
	})
}

func (m *writes) whyNotUnlock() string {
	if why := m.whyNotModify(); why != "" {
		return why
	}
	// The list may be old: only a fresh reading can refuse.
	if id, _ := m.currentID(); m.isFresh(id) {
		if a, _ := m.account.Account(); a.HasStatus && !a.Locked {
			return m.about(a.Name, " is not locked")
		}
	}
	return ""
}

// activate asks for the opposite of what the operator saw when the key was pressed.
func (m *writes) activate() tea.Cmd {
	saw, known := m.currentAccount()
	return m.withStatus(func(who change.Subject, info hdpclient.StatusInfo) tea.Cmd {
		if known && saw.HasStatus && saw.Status != info.Status {
			return m.changedMeanwhile(who, saw.Status, info.Status, "activate", map[fmt.Stringer]string{
				hdpclient.Active: "activate", hdpclient.Inactive: "deactivate",
			})
		}
		switch info.Status {
		case hdpclient.Active:
			return m.confirmPlan("Deactivate", m.lockedNote, change.PlanStatus(who, info, change.Deactivate(info)))
		case hdpclient.Inactive:
			return m.confirmPlan("Activate", m.lockedNote, change.PlanStatus(who, info, change.Activate(info)))
		}
		m.say(caution, words.Capitalize(info.Status.String())+" is not documented. Press "+m.keycap("edit-status")+" to edit it.")
		return nil
	})
}

// forceChange asks for the opposite of what the operator saw when the key was pressed.
func (m *writes) forceChange() tea.Cmd {
	saw, known := m.currentAccount()
	return m.withPassword(func(who change.Subject, info hdpclient.PasswordInfo) tea.Cmd {
		if known && saw.HasPassword && saw.PasswordStatus != info.PasswordStatus {
			return m.changedMeanwhile(who, saw.PasswordStatus, info.PasswordStatus, "force-change", map[fmt.Stringer]string{
				hdpclient.PasswordActive: "forgive password change", hdpclient.PasswordMustChange: "force password change",
			})
		}
		switch info.PasswordStatus {
		case hdpclient.PasswordActive:
			return m.confirmPlan("Force a password change", noNote, change.PlanPassword(who, info, change.ForceChange(info)))
		case hdpclient.PasswordMustChange:
			return m.confirmPlan("Cancel the forced password change", noNote, change.PlanPassword(who, info, change.CancelForcedChange(info)))
		}
		m.say(caution, words.Capitalize(info.PasswordStatus.String())+" is not documented. Press "+m.keycap("edit-password")+" to edit it.")
		return nil
	})
}

// changedMeanwhile says that the account changed after the operator saw it, so the key would
// now do the opposite of what was meant. turns maps each state to the operation that leads to
// it.
func (m *writes) changedMeanwhile(who change.Subject, saw, now fmt.Stringer, key action.ID, turns map[fmt.Stringer]string) tea.Cmd {
	p := explain.Problem{
		Title: "Changed meanwhile",
		Lead:  fmt.Sprintf("%s was shown as %s and is now %s.", who.Name, saw, now),
		Means: "Nothing was sent.",
	}
	if turns[saw] != "" && turns[now] != "" {
		p = explain.Unchanged(who.Name.String(), turns[now])
	}
	p.Next = "Press " + m.keycap(key) + " again to change its current state."
	return m.showProblem(p)
}

func (m *writes) editStatus() tea.Cmd {
	return m.withStatus(func(who change.Subject, info hdpclient.StatusInfo) tea.Cmd {
		return m.pushForm(statusform.New(change.PlanStatus(who, info, info), m.times()))
	})
}

func (m *writes) editPassword() tea.Cmd {
	return m.withPassword(func(who change.Subject, info hdpclient.PasswordInfo) tea.Cmd {
		return m.pushForm(passwordform.New(change.PlanPassword(who, info, info), m.times()))
	})
}

func (m *writes) editExpiry() tea.Cmd {
	return m.withPassword(func(who change.Subject, info hdpclient.PasswordInfo) tea.Cmd {
		return m.pushForm(passwordform.NewExpiry(change.PlanPassword(who, info, info), m.times()))
	})
}

// undo finds the operator's last change to the account, made here or elsewhere, and asks to confirm
// its undo.
func (m *writes) undo() tea.Cmd {
	id, _ := m.currentID()
	if shown, is := m.showBackground(id); is {
		return shown
	}
	type found struct {
		plan change.Plan
		err  error
	}
	var looked atomic.Pointer[found] // another read may come first, while this one is still looking
	looked.Store(&found{err: errNotLooked})
	m.accounts.waitForAccount(id, func() tea.Cmd { f := looked.Load(); return m.confirmUndo(f.plan, f.err) })
	return m.accounts.readAnd(id, func(ctx context.Context, r account.Reading) {
		u, err := m.opts.Desk.PlanUndo(ctx, m.opts.AuditLog, r)
		looked.Store(&found{u.Plan, err})
	})
}

// errNotLooked: another read of the account overtook the one that looks for the change.
var errNotLooked = errors.New("the account was read meanwhile. Try again")

func (m *writes) confirmUndo(p change.Plan, err error) tea.Cmd {
	switch {
	case errors.Is(err, change.ErrUndoUnknown):
		m.say(caution, m.keycap("undo")+": the outcome of the last change is not known yet, so it cannot be undone")
		return nil
	case err != nil:
		m.say(caution, m.keycap("undo")+": "+err.Error())
		return nil
	}
	return m.confirmPlan(undoTitle(p), m.undoNote, p)
}

// undoLabel hides the key in the footer unless the last change of this session can be undone.
func (m *writes) undoLabel() string {
	id, _ := m.currentID()
	switch p, err := m.opts.Writer.Undo(id); {
	case err != nil:
		return ""
	case !p.IsUndo():
		return "redo"
	case m.passwords.wasResetHere(id):
		return "undo " + p.Undoes().String() // not the reset
	}
	return "undo"
}

func undoTitle(p change.Plan) string {
	if p.IsUndo() {
		return "Undo"
	}
	return "Undo the undo"
}

// undoNote says what undoing an undo does, and what an undo leaves as it is.
func (m *writes) undoNote(p change.Plan) string {
	switch {
	case !p.IsUndo():
		return "Redo: " + p.Operation() + "."
	case m.passwords.wasResetHere(p.Subject().ID):
		return "This does not undo the password reset: the temporary password remains."
	}
	return ""
}

// whyNotModify says why the operator cannot change the account, as far as that is known. Only
// the server knows whether its tenant is the operator's.
func (m *writes) whyNotModify() string {
	if m.actsOnMarked() {
		return m.rights.whyNoRight()
	}
	return cmp.Or(m.whyNoAccount(), m.rights.whyNoRight(), m.whyInProgress())
}

func (m *writes) whyNotPassword() string {
	a, _ := m.currentAccount()
	return cmp.Or(desk.WhyNoPassword(a), m.whyNotModify())
}

// withStatus calls do with the status info of the current account, just read.
func (m *writes) withStatus(do func(change.Subject, hdpclient.StatusInfo) tea.Cmd) tea.Cmd {
	return withInfo(m, change.PlanStatus, do, func(r account.Reading) (hdpclient.Opt[hdpclient.StatusInfo], error) {
		return r.Status, r.StatusErr
	})
}

// withPassword calls do with the password info of the current account, just read.
func (m *writes) withPassword(do func(change.Subject, hdpclient.PasswordInfo) tea.Cmd) tea.Cmd {
	return withInfo(m, change.PlanPassword, do, func(r account.Reading) (hdpclient.Opt[hdpclient.PasswordInfo], error) {
		return r.Password, r.PasswordErr
	})
}

// withInfo calls do with one part of the current account. If the part could not be read or
// cannot be planned, it shows why.
func withInfo[T any](m *writes, plan func(_ change.Subject, before, after T) change.Plan,
	do func(change.Subject, T) tea.Cmd, part func(account.Reading) (hdpclient.Opt[T], error),
) tea.Cmd {
	return m.accounts.withAccount(func() tea.Cmd {
		r, _ := m.account.Reading()
		read, err := part(r)
		info, ok := read.Get()
		if !ok {
			return m.showProblem(explain.Error(err))
		}
		who := change.SubjectOf(r.User)
		if err := plan(who, info, info).Err(); err != nil {
			return m.showProblem(explain.CannotPlan(who, err))
		}
		return do(who, info)
	})
}
