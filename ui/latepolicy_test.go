package ui_test

import (
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// withLateQuestion returns an operator whose own password must be changed, on a server that says so
// late and has no password policy. The reset of 412 is open.
func withLateQuestion(t *testing.T, opts ...func(*hdptest.Server)) (op *uitest.Op, asks func()) {
	t.Helper()
	var release func()
	op = uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
		s.Fail(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Status, Status: 404, Times: hdptest.Forever})
		s.SetPasswordInfo(1, `{"passwordStatus":2}`)
		release = s.Fail(hdptest.Fault{Path: "/api/mgmt/user", Kind: hdptest.Hang})
		for _, o := range opts {
			o(s)
		}
	}), uitest.Hanging(1))
	op.Awaits("/api/mgmt/user")
	op.Looks()
	op.Opens("alina")
	op.Presses("r")
	return op, release
}

// The own-password dialog reads the policy again. A reset that was sent must ignore that
// answer.
func TestLatePolicyLeavesAFinishedResetAlone(t *testing.T) {
	t.Parallel()
	t.Run("that is done", func(t *testing.T) {
		t.Parallel()
		op, asks := withLateQuestion(t)
		op.Presses("enter", "v")
		told := activePassword(t, op, 412)
		asks()
		op.Hold(0)
		op.Looks()
		op.Presses("enter", "esc")
		op.Sees("✓ Reset accepted", told)
		op.Presses("enter")
		op.SeesNot("Reset password ·")
		if n := strings.Count(strings.Join(op.Writes(), "\n"), resetPath); n != 1 || !op.Server.CheckPassword(412, told) {
			t.Errorf("%d resets; the password shown is active: %v", n, op.Server.CheckPassword(412, told))
		}
	})
	t.Run("that is running", func(t *testing.T) {
		t.Parallel()
		var answer func()
		op, asks := withLateQuestion(t, func(s *hdptest.Server) { answer = s.Fail(hdptest.Fault{Path: resetPath, Kind: hdptest.Hang}) })
		op.Hold(2)
		op.Presses("enter")
		asks()
		op.Hold(1)
		op.Looks()
		op.Presses("enter", "esc")
		op.Sees("sent, no answer yet…")
		answer()
		op.Hold(0)
		op.Looks()
		op.Sees("Reset accepted")
		op.Presses("v")
		activePassword(t, op, 412)
	})
}

// The policy arrives while a question lies over the dialog that waits for it.
func TestPolicyReachesADialogBelowAQuestion(t *testing.T) {
	t.Parallel()
	var policy func()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
		policy = s.Fail(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Hang})
	}))
	op.Hold(1)
	op.Presses("c")
	op.Types("x")
	op.Presses("esc")
	op.Sees("Leave the dialog?")
	policy()
	op.Hold(0)
	op.Looks()
	op.Presses("esc")
	op.Sees("8 to 12 characters")
	op.SeesNot("reading the rules")
}
