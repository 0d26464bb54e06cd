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

// The next operator cannot undo, see or continue what the first one did.
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
	op.Presses("esc", "z")
	op.Sees("z: nothing to undo")
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
func refuseNext(d *desk, path string) {
	d.server.Fail(hdptest.Fault{Method: http.MethodGet, Path: path, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
}

// The next login is not proven yet, so nothing that the refused operator asked for is sent with
// it.
func TestLateAnswerDoesNotAcceptARefusedLogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.press("/")
	d.types("307")
	d.press("esc")
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	d.slow = true
	d.press("u", "I", "enter")
	refuseNext(d, "/api/admin/users")
	d.run(refresh)
	d.answers()
	d.sees("Sign in to", "Not done")
	d.slow = false
	typeLogin(d)
	d.server.ResetRequests()
	_, submitted := d.Update(uitest.Key(t, "enter"))
	if len(d.held) != 1 {
		t.Fatalf("%d answers are held, want one, for the account", len(d.held))
	}
	d.send(d.held[0])
	d.answers()
	d.sees("Sign in to", "signing in")
	d.run(submitted)
	d.answers()
	d.seesNot("Sign in to", "Unlock ·")
	for _, r := range d.server.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
}

// A password that is being typed must not reach the panes.
func TestLateListLeavesTheSignInOpen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	late := runCommands(refresh)
	refuseNext(d, "/api/admin/users/*")
	d.press("enter")
	d.sees("Sign in to")
	d.types("u")
	for _, msg := range late {
		d.send(msg)
	}
	d.answers()
	d.types("u")
	d.sees("Sign in to", "••")
}

// A write that was about to be sent is not sent with the next login.
func TestNextLoginSendsNothingOfThePreviousOne(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"a change": {"u"}, "a reset": {"r"}, "a batch": {"space", "u"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			d.press("2")
			_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
			d.press(keys...)
			_, entered := d.Update(uitest.Key(t, "enter"))
			refuseNext(d, "/api/admin/users")
			d.run(refresh)
			d.answers()
			d.sees("Sign in to")
			typeLogin(d)
			d.press("enter")
			d.seesNot("Sign in to")
			d.server.ResetRequests()
			d.run(entered)
			d.answers()
			for _, r := range d.server.Requests() {
				if r.Method != http.MethodGet {
					t.Errorf("%s %s was sent", r.Method, r.Path)
				}
			}
			d.seesNot("applied", "✓")
		})
	}
}

// typeLogin types another login without pressing enter.
func typeLogin(d *desk) {
	d.press("shift+tab", "ctrl+u")
	d.types("helpdesk")
	d.press("tab")
	d.types(hdptest.HelpdeskPassword)
}

// A password that is being typed must not reach a dialog that is ready late.
func TestLateResetLeavesTheSignInOnTop(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.press("2", "j")
	_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
	d.server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 400, Body: envelope("222207999", "Too weak.")})
	d.press("r", "enter")
	d.sees("Too weak.", "n another")
	d.slow = true
	d.press("n")
	d.slow = false
	refuseNext(d, "/api/admin/users")
	d.run(refresh)
	d.answers()
	d.sees("Sign in to")
	d.types("u")
	for _, msg := range d.held {
		d.send(msg)
	}
	d.types("u")
	d.sees("Sign in to", "••")
}

// A late refusal of a write says nothing about the next login.
func TestLateRefusalLeavesTheNextLoginSignedIn(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"a change": "u", "a reset": "r"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, nil)
			d.press("2", "j")
			_, refresh := d.Update(uitest.Key(t, "ctrl+r"))
			d.press(key)
			_, entered := d.Update(uitest.Key(t, "enter"))
			d.server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
			late := runCommands(entered)
			for fmt.Sprintf("%T", late[0]) == "ui.stageMsg" {
				_, next := d.Update(late[0])
				late = runCommands(next)
			}
			d.run(refresh)
			d.answers()
			d.sees("Sign in to")
			typeLogin(d)
			d.press("enter")
			for _, msg := range late {
				d.send(msg)
			}
			d.answers()
			d.seesNot("Sign in to")
		})
	}
}
