package ui_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// activePassword returns the temporary password on the screen and checks that it is the account's.
func activePassword(t *testing.T, op *uitest.Op, id int64) string {
	t.Helper()
	p := op.Password()
	if p == "" || !op.Server.CheckPassword(id, p) {
		t.Fatalf("%q is not the password of %d", p, id)
	}
	return p
}

// typedPasswords turns the setting of that name on.
func typedPasswords() uitest.OperatorOption {
	return uitest.With(func(o *ui.Options) { o.TypedPasswords = true })
}

// longPasswords gives the server the custom policy of HDP's documents.
func longPasswords() uitest.OperatorOption {
	return uitest.Before(hdptest.WithPolicy(hdptest.Policy{
		ID: 2, MinLength: 12, MaxLength: 128, MinUpper: 1, MinLower: 1, MinDigit: 1, MinSpecial: 1,
	}))
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	t.Run("accepted, shown and copied", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r")
		op.SeesNot("Also unlock")
		op.Types("INC-7")
		op.Presses("enter")
		op.Sees("✓ Reset accepted at 14:02:3", "Password  ••••••••••••")
		op.Presses("v")
		op.Sees("v hide")
		activePassword(t, op, 412)
		op.Presses("v", "y")
		op.Sees("Password  ••••••••••••", "Sent to your terminal's clipboard")
		op.Presses("esc")
		op.Sees("! Can sign in, but must then change the password")
		checkLog(t, op, "intent reset password 412 “INC-7”", "accepted reset password 412",
			"password-revealed 412", "password-copied 412")
	})
	t.Run("typed, if that is allowed", func(t *testing.T) {
		t.Parallel()
		const typed = "Ebb-Tide2026"
		op := uitest.Operator(t, typedPasswords())
		op.Opens("alina")
		op.Presses("r")
		op.Sees("Password   generated unless you type one")
		op.Types("INC-7")
		op.Presses("tab")
		op.Types(typed)
		op.SeesNot(typed)
		op.Sees("The password you typed. The server decides whether to accept it.")
		op.Presses("enter")
		op.Sees("✓ Reset accepted at 14:02:3")
		op.SeesNot(typed)
		op.Presses("v")
		op.Sees(typed)
		if !op.Server.CheckPassword(412, typed) {
			t.Error("another password is active")
		}
		if op.Presses("esc"); op.HoldsInMemory(typed) {
			t.Error("the dialog still has it")
		}
	})
	t.Run("typed, and longer than the line", func(t *testing.T) {
		t.Parallel()
		const typed = "Ebb-Tide2026-Ebb-Tide2027-Ebb-Ti"
		op := uitest.Operator(t, typedPasswords(), longPasswords(), uitest.On(40, 12))
		op.Opens("alina")
		op.Presses("r", "tab")
		op.Types(typed)
		op.Presses("enter", "v")
		op.Sees("│ Password ", "│ "+typed+"     │", "    1  capital Echo")
	})
	t.Run("typing is allowed, but it is generated", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, typedPasswords())
		op.Opens("alina")
		op.Presses("r", "enter", "v")
		activePassword(t, op, 412)
	})
	t.Run("typed, and too weak for the server", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, typedPasswords())
		op.Opens("alina")
		op.Presses("r", "tab")
		op.Types("weak")
		op.Presses("enter")
		op.Sees("✗ Refused", "The password does not meet the requirements", "Nothing was changed.", "n another")
	})
	t.Run("typed, and locked before it was sent", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, typedPasswords())
		op.Opens("alina")
		op.Presses("r", "tab")
		op.Types("Ebb-Tide2026")
		op.Presses("ctrl+x")
		op.Signs(hdptest.AdminPassword)
		op.Sees("Password   generated unless you type one")
	})
	t.Run("pasted with other text, and too long", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, typedPasswords())
		op.Opens("alina")
		op.Presses("r", "tab")
		op.Send(tea.PasteMsg{Content: "alina\tEbb-Tide2026"})
		op.Presses("enter")
		op.Shows("not pasted: it contains a tab")
		op.Types(strings.Repeat("Ebb-Tide", 4) + "2026")
		op.Presses("enter")
		op.Shows("longer than 32 characters")
		op.Clears()
		op.Send(tea.PasteMsg{Content: "Ebb-Tide202 \r\n"})
		op.Shows("ends with a space")
		if writes := op.Writes(); len(writes) > 0 {
			t.Errorf("sent %q", writes)
		}
		op.Presses("enter")
		op.Sees("✓ Reset accepted")
		if !op.Server.CheckPassword(412, "Ebb-Tide202 ") {
			t.Error("another password is active")
		}
	})
	t.Run("not typed without the setting", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r")
		op.SeesNot("unless you type one")
	})
	t.Run("other obstacles are named before and after", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Server.SetStatusInfo(412, `{"status":0}`)
		op.Server.SetPasswordInfo(412, `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`)
		op.Opens("alina")
		op.Presses("r")
		op.Shows("Inactive: a new password alone does not help (a activates it).",
			"Expired on 2020-01-01; a reset may not change that", "(e sets a later expiry).")
		op.Presses("enter")
		op.Shows("✓ Reset accepted", "! Inactive: a new password alone does not help (a activates it).",
			"! Expired on 2020-01-01 despite the reset (e sets a later expiry).")
	})
	t.Run("but not if the server removed them", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.Before(hdptest.WithQuirks(hdptest.ResetAddsExpiry)))
		op.Server.SetPasswordInfo(412, `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`)
		op.Opens("alina")
		op.Presses("r")
		op.Sees("Expired on 2020-01-01; a reset may not change that")
		op.Presses("enter")
		op.Sees("✓ Reset accepted")
		op.SeesNot("Expired", "expired")
	})
	t.Run("and not guessed if the account could not be read since", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Server.SetPasswordInfo(412, `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`)
		op.Opens("alina")
		op.Presses("r")
		op.Sees("Expired on 2020-01-01; a reset may not change that")
		op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/412", Kind: hdptest.Status, Status: 404, Times: hdptest.Forever})
		op.Presses("enter")
		op.Sees("✓ Reset accepted")
		op.SeesNot("Expired on 2020-01-01")
	})
	t.Run("the account pane does not recommend another reset", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Server.SetPasswordInfo(412, `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`)
		op.Opens("alina")
		op.Sees("Password expired 6 years ago", "r gives a temporary password")
		op.Presses("r", "enter", "v", "esc")
		op.Shows("Password expired 6 years ago and must be changed", "e sets a later expiry",
			"A temporary password was set; the expiry is still in the past")
		op.SeesNot("r gives a temporary password")
	})
	t.Run("the spelling is numbered, in one column or two", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r", "enter", "v")
		_, first := op.Find("   1  ")
		if _, last := op.Find("  12  "); last != first+11 {
			t.Errorf("the first is in line %d, the last in %d", first, last)
		}
		op.Resizes(80, 18)
		_, first = op.Find("   1  ")
		if x, seventh := op.Find("   7  "); seventh != first || x < 30 {
			t.Errorf("the seventh is in line %d, cell %d", seventh, x)
		}
		op.Resizes(40, 12)
		op.Presses("v", "v")
		op.Sees("Password  ", "│    1  ") // what was asked for is shown
		for n := range 12 {
			for line := fmt.Sprintf("│ %4d  ", n+1); !strings.Contains(op.Screen(), line); {
				if strings.Contains(op.Screen(), "│   12  ") {
					t.Fatalf("%q is not there", line)
				}
				op.Presses("down")
			}
		}
	})
	t.Run("and the lock is removed", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("r", "enter", "v")
		op.Sees("✓ Reset accepted", "✓ Unlocked, verified")
		activePassword(t, op, 307)
		checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, `{"passwordStatus":2,"passwordExpiration":"2026-12-01 00:00:00"}`)
		checkLog(t, op, "intent reset password 307", "accepted reset password 307", "intent unlock 307", "applied unlock 307",
			"password-revealed 307")
	})
	t.Run("and the lock remains", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("r", "tab", "right", "enter", "v")
		op.Sees("✓ Reset accepted")
		op.SeesNot("Unlocked")
		activePassword(t, op, 307)
		if !op.Server.Stored(307).Locked() {
			t.Error("it is no longer locked")
		}
	})
	t.Run("accepted, and not unlocked", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Status, Status: 403, Body: envelope("222208103", "No.")})
		op.Presses("r", "enter", "v")
		op.Sees("✓ Reset accepted", "✗ Unlock not confirmed")
		activePassword(t, op, 307)
		if !op.Server.Stored(307).Locked() {
			t.Error("it is no longer locked")
		}
		checkLog(t, op, "intent reset password 307", "accepted reset password 307", "intent unlock 307", "refused unlock 307",
			"password-revealed 307")
	})
	for _, applied := range []bool{true, false} {
		name, kind := "the answer is lost, it was done", hdptest.CloseAfterApply
		if !applied {
			name, kind = "the answer is lost, it was not done", hdptest.CloseBefore
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("307")
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: resetPath, Kind: kind})
			op.Presses("r", "enter", "v")
			op.Sees("? Outcome unknown: the password below may be valid.", "n another", "Not unlocked: it is not known whether")
			op.SeesNot("Reset accepted", "was not accepted")
			first := op.Password()
			if op.Server.CheckPassword(307, first) != applied {
				t.Errorf("%q is the password: %v", first, !applied)
			}
			op.Presses("n")
			op.Sees("enter reset")
			op.SeesNot(first)
			op.Presses("enter", "v")
			op.Sees("✓ Reset accepted", "✓ Unlocked")
			if second := activePassword(t, op, 307); second == first {
				t.Error("it is the same password")
			}
			checkLog(t, op, "intent reset password 307", "unknown reset password 307", "password-revealed 307",
				"intent reset password 307", "accepted reset password 307", "intent unlock 307", "applied unlock 307", "password-revealed 307")
		})
	}
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: resetPath, Kind: hdptest.Status, Status: 400, Body: envelope("222207025", "Too weak.")})
		op.Presses("r", "enter")
		op.Sees("✗ Refused: Too weak.", "n another")
		op.Presses("v", "y")
		op.SeesNot("Password  ", "clipboard")
		op.Presses("n", "enter")
		op.Sees("✓ Reset accepted")
	})
	t.Run("an external service manages the password", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Finds("jan.novak")
		op.Presses("esc", "r") // the list does not know it yet
		op.Sees("An external service manages the password of jan.novak. Change it there.")
		op.Presses("r")
		op.Sees("an external service manages the password")
		op.SeesNot("Reset password")
		checkNothingWritten(t, op)
	})
	t.Run("one's own account requires its name", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("d2cadmin")
		op.Presses("r", "enter")
		op.Sees("type the full user name")
		checkNothingWritten(t, op)
		op.Types("d2cadmin")
		op.Presses("enter")
		checkLog(t, op, "intent reset password 1", "accepted reset password 1")
	})
}

func TestUnseenPasswordIsAskedAbout(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("alina")
	op.Presses("r", "enter", "esc")
	op.Sees("Close without seeing the password?")
	op.Presses("esc")
	op.SeesNot("Close without seeing the password?")
	op.Sees("Password  ••••••••••••")
	op.Presses("ctrl+c")
	op.Sees("Quit?", "cannot be shown again")
	op.Presses("esc", "v", "esc")
	op.SeesNot("Close without seeing the password?", "Reset password")
	op.Presses("r", "enter", "esc", "enter")
	op.SeesNot("Close without seeing the password?", "Reset password")
}

// Once its dialog is closed, a temporary password is nowhere: not on the screen, in the
// console's memory, in the audit log, or in any other request.
func TestClosedDialogKeepsNoPassword(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Opens("307")
	op.Presses("r", "enter", "v", "y")
	p := activePassword(t, op, 307)
	if !op.HoldsInMemory(p) {
		t.Fatal("the dialog does not have its own password: the test looks in the wrong place")
	}
	op.Presses("esc")
	for _, keys := range [][]string{{"l"}, {"esc", "z"}, {"esc", "ctrl+r"}, {"?"}} {
		op.Presses(keys...)
		op.SeesNot(p)
	}
	if op.HoldsInMemory(p) {
		t.Error("it is still in memory")
	}
	if strings.Contains(op.AuditLog.Text(), p) {
		t.Error("it is logged")
	}
	for _, r := range op.Server.Requests() {
		if strings.Contains(r.Path, p) {
			t.Errorf("it is in %s", r.Path)
		}
	}
}

// Another reset starts with the same reason and reads the account again.
func TestResetAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, account string
		id            int64
		stored        string // when n is pressed
		locked        bool
	}{
		{"locked, and no longer", "307", 307, `{"status":1,"accountLocked":false}`, false},
		{"not locked, and locked since", "alina", 412, `{"status":1,"accountLocked":true}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens(c.account)
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: resetPath, Kind: hdptest.Status, Status: 400, Body: envelope("222207025", "Too weak.")})
			op.Presses("r")
			op.Types("INC-7")
			op.Presses("enter")
			op.Sees("✗ Refused: Too weak.")
			op.Server.SetStatusInfo(c.id, c.stored)
			op.Presses("n")
			op.Sees("INC-7", "enter reset")
			if shown := strings.Contains(op.Screen(), "Also unlock"); shown != c.locked {
				t.Errorf("it offers to unlock: %v", shown)
			}
			op.Presses("enter")
			op.Sees("✓ Reset accepted")
			if told := op.AuditLog.Summary(); !slices.Contains(told[2:], fmt.Sprintf("intent reset password %d “INC-7”", c.id)) {
				t.Errorf("logged %q", told)
			}
		})
	}
	t.Run("when the lock cannot be read", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: resetPath, Kind: hdptest.Status, Status: 400, Body: envelope("222207025", "Too weak.")})
		op.Presses("r", "enter")
		op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Status, Status: 403, Body: envelope("222208103", "No.")})
		op.Presses("n")
		op.Sees("Could not read whether the account is locked: No.", "enter reset")
		op.SeesNot("Also unlock")
	})
}

// After a reset with an unlock, z undoes the unlock alone, and says so.
func TestUndoAfterAResetSaysWhatRemains(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Presses("r", "right", "enter", "v", "esc")
	op.Sees("z undo unlock")
	op.Presses("z")
	op.Sees("Undo · alice.smith (307)", "This does not undo the password reset: the temporary password remains.")
}
