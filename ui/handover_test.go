package ui_test

import (
	"fmt"
	"net/http"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui/uitest"
)

// handOver signs another operator in after the server has refused the first one.
func handOver(op *uitest.Op, user, password string) {
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

// The next operator cannot undo, see or continue what the first one did. The first one may undo it later.
func TestNextOperatorInheritsNothing(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Unlocks("INC-4711")
	op.Presses("esc", "space")
	op.Sees("1 marked")
	handOver(op, "helpdesk", hdptest.HelpdeskPassword)
	op.SeesNot("marked")
	op.SwitchesTo("307")
	op.Presses("z")
	op.Sees("z: nothing to undo")
	op.Presses("l")
	op.Sees("No changes yet.")
	op.SeesNot("INC-4711")
	op.Presses("esc")
	op.Presses("a", "enter")
	op.Presses("l")
	op.Sees("deactivate", "✓ applied")
	op.Presses("esc", "z")
	op.Sees("Undo")
	op.Presses("esc")
	handOver(op, "d2cadmin", hdptest.AdminPassword)
	op.Presses("l")
	op.Sees("unlock", "INC-4711")
	op.Presses("esc", "z", "enter")
	op.Sees("✗ Changed meanwhile") // the next operator has deactivated the account
}

// A batch whose login was refused is not retried or undone in the next operator's name.
func TestBatchStopsWhenAnotherOperatorSignsIn(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne())
	previewLocked(op)
	op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 9, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
	confirmBatch(op, "37")
	op.Looks()
	op.Sees("Sign in to")
	op.Presses("shift+tab")
	op.Clears()
	op.Types("helpdesk")
	op.Presses("tab")
	op.Signs(hdptest.HelpdeskPassword)
	op.SeesNot("Sign in to", "not sent", "applied")
	op.Presses("l")
	op.Sees("No changes yet.")
}

// refuseNext refuses the login at the next request for that path.
func refuseNext(d *uitest.Console, path string) {
	d.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: path, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
}

// The next login is not proven yet, so nothing that the refused operator asked for is sent with
// it.
func TestLateAnswerDoesNotAcceptARefusedLogin(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Presses("/")
	d.Types("307")
	d.Presses("esc")
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	d.Slow = true
	d.Presses("u", "I", "enter")
	refuseNext(d, "/api/admin/users")
	d.Runs(refresh)
	d.Answers()
	d.Sees("Sign in to", "Not done")
	d.Slow = false
	typeLogin(d)
	d.Server.ResetRequests()
	_, submitted := d.Update(uitest.Key(t, "enter"))
	if len(d.Held) != 1 {
		t.Fatalf("%d answers are held, want one, for the account", len(d.Held))
	}
	d.Send(d.Held[0])
	d.Answers()
	d.Sees("Sign in to", "signing in")
	d.Runs(submitted)
	d.Answers()
	d.SeesNot("Sign in to", "Unlock ·")
	for _, r := range d.Server.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// A password that is being typed must not reach the panes.
func TestLateListLeavesTheSignInOpen(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	late := runCommands(refresh)
	refuseNext(d, "/api/admin/users/*")
	d.Presses("enter")
	d.Sees("Sign in to")
	d.Types("u")
	for _, msg := range late {
		d.Send(msg)
	}
	d.Answers()
	d.Types("u")
	d.Sees("Sign in to", "••")
}

// A write that was about to be sent is not sent with the next login.
func TestNextLoginSendsNothingOfThePreviousOne(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"a change": {"u"}, "a reset": {"r"}, "a batch": {"space", "u"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, nil)
			d.Presses("2")
			_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
			d.Presses(keys...)
			_, entered := d.Update(uitest.Key(t, "enter"))
			refuseNext(d, "/api/admin/users")
			d.Runs(refresh)
			d.Answers()
			d.Sees("Sign in to")
			typeLogin(d)
			d.Presses("enter")
			d.SeesNot("Sign in to")
			d.Server.ResetRequests()
			d.Runs(entered)
			d.Answers()
			for _, r := range d.Server.Requests() {
				if r.Method != http.MethodGet {
					t.Errorf("%s %s was sent", r.Method, r.Path)
				}
			}
			d.SeesNot("applied", "✓")
		})
	}
}

// typeLogin types another login without pressing enter.
func typeLogin(d *uitest.Console) {
	d.Presses("shift+tab", "ctrl+u")
	d.Types("helpdesk")
	d.Presses("tab")
	d.Types(hdptest.HelpdeskPassword)
}

// A password that is being typed must not reach a dialog that is ready late.
func TestLateResetLeavesTheSignInOnTop(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Presses("2", "j")
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	d.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 400, Body: envelope("222207999", "Too weak.")})
	d.Presses("r", "enter")
	d.Sees("Too weak.", "n another")
	d.Slow = true
	d.Presses("n")
	d.Slow = false
	refuseNext(d, "/api/admin/users")
	d.Runs(refresh)
	d.Answers()
	d.Sees("Sign in to")
	d.Types("u")
	for _, msg := range d.Held {
		d.Send(msg)
	}
	d.Types("u")
	d.Sees("Sign in to", "••")
}

// A late refusal of a write says nothing about the next login.
func TestLateRefusalLeavesTheNextLoginSignedIn(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"a change": "u", "a reset": "r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := uitest.NewConsole(t, nil)
			d.Presses("2", "j")
			_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
			d.Presses(key)
			_, entered := d.Update(uitest.Key(t, "enter"))
			d.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
			late := runCommands(entered)
			for fmt.Sprintf("%T", late[0]) == "ui.stageMsg" {
				_, next := d.Update(late[0])
				late = runCommands(next)
			}
			d.Runs(refresh)
			d.Answers()
			d.Sees("Sign in to")
			typeLogin(d)
			d.Presses("enter")
			for _, msg := range late {
				d.Send(msg)
			}
			d.Answers()
			d.SeesNot("Sign in to")
		})
	}
}

// The next operator sees only what the server shows to their login, even if that is nothing.
func TestNextOperatorSeesNothingOfThePreviousOne(t *testing.T) {
	t.Parallel()
	for name, rights := range map[string][]int64{"nothing": {11}, "one tenant": {11, 14}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.On(120, 36), uitest.Given(func(s *hdptest.Server) {
				s.AddOperator("newcomer", "Quince-17/x", []int64{56}, rights...) // Sales
			}))
			op.Opens("321")
			op.Presses("esc")
			op.Sees("dorian.grau", "d.okafor")
			handOver(op, "newcomer", "Quince-17/x")
			op.SeesNot("dorian.grau", "d.okafor")
			if name == "one tenant" {
				op.Sees("alice.smith")
			}
		})
	}
}
