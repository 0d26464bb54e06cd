package ui

import (
	"cmp"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
	"hdpadmin/ui/action"
)

// verbsOf returns the verbs one of which the action needs, nil if it needs none.
func (m *console) verbsOf(id action.ID) []change.Verb {
	a, known := m.currentAccount()
	known = known && !m.actsOnMarked()
	switch id {
	case "unlock":
		return []change.Verb{change.UnlockVerb}
	case "edit-status":
		return []change.Verb{change.LockVerb, change.UnlockVerb, change.ActivateVerb, change.DeactivateVerb, change.EditVerb}
	case "edit-password":
		return []change.Verb{change.ExpireVerb, change.ForceChangeVerb, change.ForgiveChangeVerb, change.EditVerb}
	case "reset-password":
		return []change.Verb{change.ResetVerb}
	case "choose-activate":
		return []change.Verb{change.ActivateVerb}
	case "choose-deactivate":
		return []change.Verb{change.DeactivateVerb}
	case "activate":
		switch {
		case known && a.HasStatus && a.Status == hdpclient.Active:
			return []change.Verb{change.DeactivateVerb}
		case known && a.HasStatus && a.Status == hdpclient.Inactive:
			return []change.Verb{change.ActivateVerb}
		}
		return []change.Verb{change.ActivateVerb, change.DeactivateVerb}
	case "force-change":
		switch {
		case m.actsOnMarked(), known && a.HasPassword && a.PasswordStatus == hdpclient.PasswordActive:
			return []change.Verb{change.ForceChangeVerb}
		case known && a.HasPassword && a.PasswordStatus == hdpclient.PasswordMustChange:
			return []change.Verb{change.ForgiveChangeVerb}
		}
		return []change.Verb{change.ForceChangeVerb, change.ForgiveChangeVerb}
	case "edit-expiry":
		return []change.Verb{change.ExpireVerb}
	case "undo":
		return []change.Verb{change.UndoVerb}
	default:
		return nil
	}
}

// whyForbidden says why the operator may not do what the action does, whatever the account, "" if they
// may.
func (m *console) whyForbidden(id action.ID) string {
	verbs := m.verbsOf(id)
	if len(verbs) == 0 {
		return ""
	}
	return m.opts.Desk.MayNotMake(verbs...)
}

// disableForbidden disables the actions that the operator may not carry out.
func disableForbidden(actions []action.Action[scene]) []action.Action[scene] {
	for i, a := range actions {
		if a.Effect != action.Write {
			continue
		}
		actions[i].Disabled = func(s scene) string { return cmp.Or(s.whyForbidden(a.ID), a.DisabledReason(s)) }
	}
	return actions
}
