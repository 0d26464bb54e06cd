package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// A batch is logged before it starts, which may wait for other consoles. Keys for a running
// batch do nothing before that.
func TestKeysBeforeABatchStartsDoNothing(t *testing.T) {
	d := uitest.NewConsole(t, nil)
	d.Presses("2", "space", "space", "u")
	d.Sees("2 of 2 will change.")
	d.Server.ResetRequests()
	_, begin := d.Update(uitest.Key(t, "enter"))
	d.Presses("space", "s")
	d.Runs(begin)
	d.Sees("2 applied")
	writes := 0
	for _, r := range d.Server.Requests() {
		if r.Method == http.MethodPut {
			writes++
		}
	}
	if writes != 2 {
		t.Errorf("%d writes, want two", writes)
	}
}

// The sign-in dialog opens on its own when a login is refused. Text that was typed for
// something else is not a password.
func TestTypeaheadIsNotTakenAsAPassword(t *testing.T) {
	op := startMarked(t)
	op.Server.SetPassword(1, "Other-Word99")
	op.Forgets()
	op.Press("ctrl+r")
	op.Idle() // the dialog is open but has not been drawn
	op.Type("alice.smith")
	op.Press("enter")
	op.Looks()
	op.Sees("Sign in to")
	if n := len(op.Sent()); n != 1 {
		t.Errorf("%d requests, want the one that was refused: %v", n, op.Sent())
	}
	op.Presses("esc")
	op.Sees("Quit?")
	op.Presses("esc")
	op.Sees("Sign in to")
}

// startMarked returns an operator with two locked accounts marked.
func startMarked(t *testing.T) *uitest.Op {
	t.Helper()
	op := uitest.Operator(t, uitest.On(100, 30))
	op.Presses("2", "space", "space")
	op.Sees("2 marked")
	return op
}

func TestOneEscKeepsTheReasonOfAReset(t *testing.T) {
	op := uitest.Operator(t, uitest.On(100, 30))
	op.Opens("ali")
	op.Presses("r")
	op.Types("INC-4711")
	op.Presses("esc")
	op.Sees("Leave the dialog?")
	op.Presses("esc")
	op.Sees("INC-4711", "Reset password")
	op.Presses("esc", "enter")
	op.SeesNot("Reset password ·")
	if w := op.Writes(); len(w) != 0 {
		t.Errorf("%d writes", len(w))
	}
}

// startReading returns an operator who has pressed key while the account is read over a slow
// connection, and a function that lets the answer come.
func startReading(t *testing.T, key string, opts ...uitest.OperatorOption) (op *uitest.Op, answered func()) {
	t.Helper()
	op = uitest.Operator(t, append([]uitest.OperatorOption{uitest.On(100, 30)}, opts...)...)
	op.Finds("alice.smith")
	op.Presses("esc")
	op.Forgets()
	let := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307", Kind: hdptest.Hang})
	op.Hold(1)
	op.Press(key)
	op.Looks()
	return op, func() { let(); op.Hold(0); op.Looks() }
}

// Keys typed while an account is read go into the dialog that opens, not to the list.
func TestTypeaheadWhileLoadingGoesIntoTheDialog(t *testing.T) {
	t.Parallel()
	t.Run("the reason", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u")
		op.Sees("reading the account… ", "esc cancel")
		op.Types("INC-77 phone")
		op.Sees("reading the account…  INC-77 phone")
		answered()
		op.Sees("Unlock · alice.smith (307)", "Reason     INC-77 phone")
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith")
		checkLog(t, op, "intent unlock 307 “INC-77 phone”", "applied unlock 307")
	})
	t.Run("the reason of a reset, pasted", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "r")
		op.Paste("INC-77")
		answered()
		op.Shows("Reset password · alice.smith (307)", "Reason INC-77")
	})
	t.Run("a field and the next", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "e")
		op.Types("+30d")
		op.Presses("tab")
		op.Types("INC-77")
		op.Presses("backspace")
		op.Sees("reading the account…  INC-7 ")
		answered()
		op.Shows("Expiry · alice.smith", "Expires +30d 2026-12-22 14:02", "Reason INC-7 ")
	})
	t.Run("enter confirms it, and later keys are not for the dialog", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u")
		op.Types("INC-77")
		op.Presses("enter", "j", "a")
		checkNothingWritten(t, op)
		answered()
		op.Sees("✓ Unlocked alice.smith")
		checkLog(t, op, "intent unlock 307 “INC-77”", "applied unlock 307")
	})
	t.Run("esc cancels, and asks if that loses something", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u")
		op.Types("INC")
		op.Presses("esc")
		op.Sees("INC", "esc again to cancel")
		op.Types("-7")
		op.Sees("INC-7", "esc cancel")
		op.Presses("esc", "esc")
		op.SeesNot("INC-7", "esc cancel")
		op.Presses("j")
		answered()
		op.SeesNot("Unlock ·")
	})
	t.Run("it is not locked", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u", uitest.Given(func(s *hdptest.Server) { s.SetStatusInfo(307, `{"status":1}`) }))
		op.Types("INC-77 phone")
		answered()
		op.Sees("Nothing was changed", "alice.smith is not locked", "The dialog did not open, so what you typed was discarded.")
		op.Type("ape") // the rest of the typing
		op.Looks()
		op.Presses("esc")
		op.SeesNot("Password ·", "Expiry ·", "Deactivate ·")
	})
	t.Run("it cannot be read", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u")
		op.Types("INC-77")
		op.Server.Delete(307)
		answered()
		op.Sees("Nothing was changed", "Not done: the account could not be read")
	})
	t.Run("a dialog that opens on its own gets none of it", func(t *testing.T) {
		t.Parallel()
		op, answered := startReading(t, "u", uitest.Given(func(s *hdptest.Server) {
			s.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Status, Status: 200, Body: `{"status":1,"status":0}`})
		}))
		op.Types("qy")
		answered()
		op.Sees("✗ Unexpected answer")
	})
}

// Keys typed before a requested dialog has been drawn go into it.
func TestTypeaheadBeforeDrawingGoesIntoTheDialog(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"u", "s", "r"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("307")
			op.Forgets()
			op.Press(key)
			if key == "s" {
				op.Press("right")
				op.Press("shift+tab")
			}
			op.Type("INC-77 phone")
			op.Shows("Reason INC-77 phone")
			op.Press("enter")
			checkNothingWritten(t, op)
			op.Looks()
			op.Sees("✓")
		})
	}
}

// The row leaves the list while its account is read, and the cursor is on another one. Typing
// still goes to the requested dialog and never to another account.
func TestTypeaheadNeverReachesAnotherAccount(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{"and another is under the cursor": "locked:yes a", "and none is": "locked:yes alice"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.On(100, 30))
			op.Presses("/")
			op.Types(query)
			op.Presses("down", "home")
			op.Waits(time.Second) // the pane follows the cursor
			op.Sees("alice.smith ─")
			list := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/admin/users", Kind: hdptest.Hang})
			account := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307", Kind: hdptest.Hang})
			op.Hold(1)
			op.Press("ctrl+r")
			op.Awaits("/users?details=true")
			op.Hold(2)
			op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
			op.Press("u")
			op.Looks()
			list()
			op.Hold(1)
			op.Waits(time.Second)
			op.Sees("reading the account")
			op.Types("ad")
			account()
			op.Hold(0)
			op.Looks()
			op.Sees("Nothing was changed", "something else is on the screen now")
			op.Presses("enter")
			op.SeesNot("Nothing was changed", "reading the account")
			checkNothingWritten(t, op)
		})
	}
}
