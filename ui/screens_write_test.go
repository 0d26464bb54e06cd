package ui_test

import (
	"net/http"
	"os"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

const resetPath = "/resetpassword"

func TestReset(t *testing.T) {
	t.Parallel()
	reset := func(account string, then ...string) func(*uitest.Op) {
		return func(op *uitest.Op) {
			op.Opens(account)
			op.Presses("r")
			op.Presses(then...)
		}
	}
	failed := func(f hdptest.Fault, then ...string) func(*uitest.Op) {
		return func(op *uitest.Op) {
			f.Method = http.MethodPut
			op.Server.Fail(f)
			reset("307", append([]string{"enter"}, then...)...)(op)
		}
	}
	for _, s := range []screen{
		{name: "asking", do: reset("307")},
		{
			name: "without a lock, the policy unreadable", one: true, do: reset("alina"),
			habits: with(failing(hdptest.Fault{Path: "/passwordpolicy", Kind: hdptest.Status, Status: 403})),
		},
		{name: "accepted, hidden", do: reset("307", "enter"), one: true},
		{name: "accepted, shown", do: reset("307", "enter", "v")},
		{
			name: "a long password, shown", do: reset("alina", "enter", "v"),
			habits: with(longPasswords()),
		},
		{name: "accepted, unlock failed", one: true, timed: true, do: failed(
			hdptest.Fault{Path: "/statusinfo", Kind: hdptest.Status, Status: 403, Body: envelope("222208103", "You are not authorized.")}, "v")},
		{name: "outcome unknown", do: failed(hdptest.Fault{Path: resetPath, Kind: hdptest.CloseBefore}), timed: true},
		{name: "refused", one: true, timed: true, do: failed(hdptest.Fault{
			Path: resetPath, Kind: hdptest.Status, Status: 400,
			Body: envelope("222207025", "Password does not meet the password policy."),
		})},
		{name: "leaving unseen", do: reset("307", "enter", "esc"), one: true},
		{name: "own account", do: reset("d2cadmin"), one: true},
		{name: "external", do: reset("jan.novak"), one: true},
	} {
		s.run(t)
	}
}

func TestConfirmations(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "undo", do: func(op *uitest.Op) { op.Opens("307"); op.Unlocks("INC-4711"); op.Presses("z") }},
		{name: "own account", do: func(op *uitest.Op) { op.Opens("d2cadmin"); op.Presses("a", "enter") }},
		{
			name: "reason required", habits: with(reasonRequired()), one: true,
			do: func(op *uitest.Op) { op.Opens("307"); op.Presses("u", "enter") },
		},
		{name: "deactivate a locked account", one: true, do: func(op *uitest.Op) { op.Opens("307"); op.Presses("a") }},
		{name: "force a change", one: true, do: func(op *uitest.Op) { op.Opens("307"); op.Presses("f") }},
		{name: "expiry", one: true, do: func(op *uitest.Op) { op.Opens("307"); op.Presses("e") }},
		{name: "not logged", one: true, do: func(op *uitest.Op) {
			op.Opens("307")
			op.Presses("u")
			op.AuditLog.Breaks()
			op.Presses("enter")
		}},
	} {
		s.run(t)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "empty", do: func(op *uitest.Op) { op.Presses("l") }, one: true},
		{name: "three entries", do: func(op *uitest.Op) {
			op.Opens("307")
			op.Unlocks("INC-4711 caller verified")
			op.Presses("r", "enter", "v", "esc", "esc")
			op.SwitchesTo("alina")
			op.Presses("f")
			op.Server.SetPasswordInfo(412, `{"passwordStatus":1,"passwordExpiration":"2027-01-01 00:00:00"}`)
			op.Presses("enter", "esc", "esc", "l")
		}},
		{name: "not kept", habits: with(uitest.WithoutAuditLog()), do: func(op *uitest.Op) { op.Presses("l") }, one: true},
	} {
		s.run(t)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("2", "x")
	op.Golden("asking")
	op.Clears()
	op.Types("accounts.txt")
	op.Presses("enter")
	op.GoldenAt("another_ending", 80, 24)
	op.Clears()
	op.Types("testdata/there.csv")
	op.Presses("enter")
	op.GoldenAt("replace", 80, 24)
	op.Presses("esc")
	op.Sees("testdata/there.csv")
	op.SeesNot("Replace", "written", "writing")
	if b, err := os.ReadFile("testdata/there.csv"); err != nil || string(b) != "not to be lost\n" {
		t.Errorf("%v %q", err, b)
	}
}
