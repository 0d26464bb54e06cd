package ui_test

import (
	"net/http"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// hands lets another operator sign in, after the server has refused the first one.
func hands(op *uitest.Op, user, password string) {
	op.Server.Fail(hdptest.Fault{Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No."), Times: hdptest.Forever})
	op.Presses("ctrl+r")
	op.Sees("Sign in to")
	op.Server.ClearFaults()
	op.Presses("shift+tab")
	op.Clears()
	op.Types(user)
	op.Presses("tab")
	op.Signs(password)
	op.SeesNot("Sign in to")
}

// What one operator did is not the next one's to undo, to see or to go on with.
func TestTheNextOperatorGetsNothingOfTheLast(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Unlocks("INC-4711")
	op.Presses("esc", "space")
	op.Sees("1 marked")
	hands(op, "helpdesk", hdptest.HelpdeskPassword)
	op.SeesNot("marked")
	op.Turns("307")
	op.Presses("z")
	op.Sees("nothing was changed here")
	op.Presses("l")
	op.Sees("Nothing was changed here yet.")
	op.SeesNot("INC-4711")
	op.Presses("esc")
	op.Presses("a", "enter")
	op.Presses("l")
	op.Sees("deactivate", "✓ applied")
	op.Presses("esc", "z")
	op.Sees("Undo")
	op.Presses("esc")
	hands(op, "d2cadmin", hdptest.AdminPassword)
	op.Presses("l")
	op.Sees("unlock", "INC-4711")
	op.Presses("esc", "z")
	op.Sees("nothing was changed here")
}

// A batch whose login was refused is not tried again or undone in the next operator's name.
func TestABatchEndsWithItsOperator(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne())
	drafts(op)
	op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 9, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
	confirms(op, "37")
	op.Looks()
	op.Sees("Sign in to")
	op.Presses("shift+tab")
	op.Clears()
	op.Types("helpdesk")
	op.Presses("tab")
	op.Signs(hdptest.HelpdeskPassword)
	op.SeesNot("Sign in to", "not sent", "applied")
	op.Presses("l")
	op.Sees("Nothing was changed here yet.")
}
