package ui_test

import (
	"net/http"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// A slow write can be left. It continues in the background and reports its outcome.

// unlockAndLeave unlocks 307 with a reason while the fault is in force, and closes the dialog after
// four seconds.
func unlockAndLeave(t *testing.T, hanging bool, f hdptest.Fault, opts ...uitest.OperatorOption) (op *uitest.Op, release func()) {
	t.Helper()
	op = uitest.Operator(t, opts...)
	op.Opens("307")
	op.Presses("u")
	op.Types("INC-4711")
	let := op.Server.Fail(f)
	if hanging {
		op.Hold(1)
		op.Press("enter")
		op.Awaits("/307/statusinfo")
	} else {
		op.Presses("enter")
	}
	op.Presses("esc")
	op.Sees("Unlock · alice.smith") // too early to close the dialog
	op.SeesNot("esc leave")
	op.Waits(4 * time.Second)
	op.Sees("esc leave")
	op.Presses("esc")
	op.SeesNot("Unlock · alice.smith")
	op.Sees("alice.smith: unlock is still running")
	return op, func() { op.Hold(0); let(); op.Looks() }
}

// An esc that was meant for the dialog must not take the operator out of the account, nor hide what happened.
func TestEscJustAfterTheWriteIsDropped(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Presses("u")
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang})
	op.Hold(1)
	op.Press("enter")
	op.Awaits("/307/statusinfo")
	op.Waits(4 * time.Second)
	op.Sees("esc leave")
	op.Hold(0)
	release()
	op.Sees("✓ Unlocked alice.smith")
	op.Press("esc")
	op.Idle()
	op.Sees("✓ Unlocked alice.smith", "z undo", "id 307")
	op.Presses("esc")
	op.SeesNot("✓ Unlocked", "id 307")
}

func TestSlowWriteMovesToTheBackground(t *testing.T) {
	t.Parallel()
	put := func(kind hdptest.FaultKind) hdptest.Fault { return hdptest.Fault{Method: http.MethodPut, Kind: kind} }
	t.Run("and its outcome is reported", func(t *testing.T) {
		t.Parallel()
		op, release := unlockAndLeave(t, true, put(hdptest.Hang))
		op.Sees("unlock: sent, no answer yet, 4 s…")
		for _, key := range []string{"u", "s", "p", "r", "a", "f", "e", "z"} {
			op.Presses(key)
			op.Sees(key + ": unlock is running: sent, no answer yet")
		}
		op.Presses("l")
		op.Shows("alice.smith (307) unlock … under way")
		op.Presses("esc", "esc")
		op.Shows("▸… 307 alice.smith", "alice.smith: change running")
		op.SwitchesTo("alina")
		op.SeesNot("unlock: sent")
		op.Presses("a", "enter") // another account can be changed
		op.Sees("✓ Deactivated alina.kovac")
		release()
		op.Sees("✓ Unlocked alice.smith, verified 14:02:3")
		op.Presses("esc", "esc", "g")
		op.Shows(" 307 alice.smith", "as of 14:02")
		op.SeesNot("… 307")
		checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
		checkLog(t, op, "intent unlock 307 “INC-4711”", "intent deactivate 412", "applied deactivate 412", "applied unlock 307")
	})
	t.Run("and checking finds it stored", func(t *testing.T) {
		t.Parallel()
		op, _ := unlockAndLeave(t, false, hdptest.Fault{Method: http.MethodPut, Kind: hdptest.ApplyLate, Reads: 4})
		op.Sees("unlock: sent, reading it back, 4 s…", "✗ Cannot sign in: locked")
		op.SeesNot("u unlocks it now")
		op.Waits(20 * time.Second)
		op.Sees("✓ Unlocked alice.smith, verified", "✓ Can sign in")
		op.SeesNot("reading it back")
		if n := len(op.Writes()); n != 1 {
			t.Errorf("%d writes", n)
		}
		checkLog(t, op, "intent unlock 307 “INC-4711”", "applied unlock 307")
	})
	t.Run("and its outcome stays unknown", func(t *testing.T) {
		t.Parallel()
		op, _ := unlockAndLeave(t, false, put(hdptest.CloseBefore))
		op.SwitchesTo("alina")
		op.Waits(30 * time.Second)
		op.Sees("alice.smith: unlock: not stored as of 14:03:0")
		op.Presses("esc", "esc", "g")
		op.Shows("✗ 307 alice.smith", "alice.smith: change to review")
		op.Finds("307")
		op.Sees("enter review")
		op.Presses("enter")
		op.Sees("✗ Outcome unknown", "Not stored as of 14:03:0", "it may still arrive", "enter check again")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`) // it was sent after all
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith, verified")
		if n := len(op.Writes()); n != 1 {
			t.Errorf("%d writes", n)
		}
		checkLog(t, op, "intent unlock 307 “INC-4711”", "unknown unlock 307", "applied unlock 307")
	})
	t.Run("and no other change starts before its outcome was seen", func(t *testing.T) {
		t.Parallel()
		for _, key := range []string{"u", "s", "p", "r", "a", "f", "e", "z", "enter"} {
			op, _ := unlockAndLeave(t, false, put(hdptest.CloseBefore))
			op.Waits(30 * time.Second)
			op.Presses("j") // the notice is gone, the note in the account pane is not
			op.Sees("✗ unlock: not stored as of 14:03:0", "enter shows details")
			op.Presses(key)
			op.Sees("✗ Outcome unknown")
			op.Presses("esc")
			op.SeesNot("✗ unlock: not stored")
			op.Presses("s")
			op.Sees("Status · alice.smith")
		}
	})
	t.Run("and nothing typed is lost", func(t *testing.T) {
		t.Parallel()
		op, release := unlockAndLeave(t, true, hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Hang})
		op.Sees("unlock: checking, not sent yet, 4 s…")
		op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":true}`)
		release()
		op.Sees("alice.smith: unlock: changed meanwhile: ")
		op.Presses("u")
		op.Sees("✗ Changed meanwhile", "before", "now", "your change")
		checkNothingWritten(t, op)
		op.Presses("enter")
		op.Sees("Unlock · alice.smith", "INC-4711", "The account is inactive")
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith")
		checkStored(t, op, 307, `{"status":0,"accountLocked":false}`, "")
	})
	t.Run("and someone else made the change", func(t *testing.T) {
		t.Parallel()
		op, release := unlockAndLeave(t, true, hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Hang})
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
		release()
		op.Sees("alice.smith is already unlocked.", "✓ Can sign in")
		op.SeesNot("✗", "to review")
		op.Presses("s")
		op.Sees("Status · alice.smith") // the outcome must be seen first
	})
	t.Run("and quitting mentions it", func(t *testing.T) {
		t.Parallel()
		op, release := unlockAndLeave(t, true, put(hdptest.Hang))
		op.Presses("q")
		op.Sees("Quit?", "A change was sent")
		op.Presses("esc")
		op.Server.Fail(hdptest.Fault{Path: "/307/statusinfo", Kind: hdptest.Status, Status: 403, Times: hdptest.Forever})
		release()
		op.Sees("alice.smith: unlock: stored values not known")
		op.Presses("q")
		op.Sees("Quit?", "You have not seen the result of a change:", "alice.smith,", "unlock: stored values not known.")
	})
	t.Run("and a locked console keeps it", func(t *testing.T) {
		t.Parallel()
		op, _ := unlockAndLeave(t, false, put(hdptest.CloseBefore))
		op.Presses("ctrl+x")
		op.Sees("A change is still running and will be finished.")
		op.Waits(30 * time.Second)
		op.SeesNot("alice", "unlock:")
		op.Types(hdptest.AdminPassword)
		op.Presses("enter")
		op.Sees("✗ unlock: not stored as of 14:03:0")
	})
	t.Run("also on a small screen", func(t *testing.T) {
		t.Parallel()
		op, _ := unlockAndLeave(t, false, put(hdptest.CloseBefore), uitest.On(40, 12))
		op.Sees("unlock: sent, reading it back, 4 s…")
		op.Presses("esc")
		op.Shows("▸… alice.smith", "alice.smith: change running")
		op.Waits(30 * time.Second)
		op.Shows("▸✗ alice.smith", "alice.smith: unlock: not stored as")
	})
}
