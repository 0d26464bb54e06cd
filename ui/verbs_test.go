package ui_test

import (
	"testing"

	"hdpadmin/internal/change"
	"hdpadmin/ui/uitest"
)

// mayOnly limits the operator to the verbs.
func mayOnly(verbs ...change.Verb) uitest.OperatorOption {
	return uitest.Under(change.Rules{Verbs: verbs})
}

// What the service does not let the operator do is off as a missing permission is: in the footer, the
// account pane, the help and the palette.
func TestForbiddenActionsAreOff(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, mayOnly(change.ActivateVerb), served())
	op.Opens("ali")
	for key, why := range map[string]string{
		"u": "unlock accounts", "r": "reset passwords", "e": "change password expiries", "f": "force password changes", "p": "change password expiries",
		"a": "deactivate accounts", "z": "undo changes",
	} {
		op.Presses(key)
		op.Sees(key + ": you may not " + why + " here")
	}
	op.SeesNot("u unlock", "p edit")
	op.Sees("s edit")
	op.Presses("?")
	op.Types("unlock")
	op.Golden("help")
	op.Presses("esc", "esc")
	op.Golden("account")
	op.Presses("esc", "space", "a")
	op.Sees("Activate or deactivate?", "a activate")
	op.SeesNot("d deactivate")
}

// A form can do several things, of which some may be forbidden.
func TestFormRefusesForbiddenChanges(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, mayOnly(change.ActivateVerb, change.UnlockVerb), served())
	op.Opens("ali")
	op.Presses("s", "right", "enter")
	op.Sees("you may not deactivate accounts here")
	op.Golden("")
	if writes := op.Writes(); writes != nil {
		t.Errorf("sent %q", writes)
	}
}
