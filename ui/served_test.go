package ui_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/terminal"
	"hdpadmin/ui/uitest"
)

// served makes the console that of bob's session of the SSH service.
func served(set ...func(*ui.Options)) uitest.OperatorOption {
	return uitest.With(func(o *ui.Options) {
		o.Served = &ui.Served{Operator: "bob"}
		for _, s := range set {
			s(o)
		}
	})
}

func sharedLogin(o *ui.Options) { o.Served.SharedLogin = "d2cadmin" }

// A served console does not touch its host, and says so in a way that helps.
func TestServedConsoleSaysWhatIsOff(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served())
	for key, why := range map[string]string{
		"x":      "x: not over SSH; run ssh HOST list --csv >FILE",
		"P":      "P: the SSH service has only this HDP server",
		"ctrl+z": "ctrl+z: not over SSH; enter ~ ctrl+z suspends ssh",
	} {
		op.Presses(key)
		op.Sees(why)
	}
	op.Presses("?")
	op.Types("export")
	op.Golden("help")
}

// The operators file says which login an operator has in HDP, so no other can be typed.
func TestServedConsoleSignsInWithTheLoginOfItsOperator(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served(func(o *ui.Options) { o.Served.Login = "d2cadmin" }), uitest.WithoutPassword())
	op.Golden("sign-in")
	op.Presses("up", "backspace")
	op.Types("x")
	op.Sees("Sign in to hdp.example.test as d2cadmin")
	op.Presses("backspace")
	op.Signs(hdptest.AdminPassword)
	op.SeesNot("Sign in to")
}

func TestServedConsoleNamesTheSharedLogin(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served(sharedLogin), uitest.With(func(o *ui.Options) { o.IdleLock = time.Hour }))
	op.Golden("list")
	op.Presses("c")
	op.Sees("c: other operators share this login")
	op.Presses("ctrl+x")
	op.Sees("ctrl+x: other operators share this login; quit instead")
	op.Waits(2 * time.Hour)
	op.Golden("locked")
	op.Types("secret")
	op.Presses("enter")
	op.Sees("so your password cannot unlock")
	op.Presses("ctrl+c")
	op.Ended()
}

// The password of a shared login is not for one operator to change, whatever the server says of it.
func TestServedConsoleDoesNotOfferToChangeTheSharedPassword(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served(sharedLogin), ownInfo(`{"passwordStatus":2,"passwordExpiration":null}`))
	op.SeesNot("must be changed", "change it")
	op.Presses("c")
	op.Sees("c: other operators share this login")
	if op.Writes() != nil {
		t.Errorf("sent %q", op.Writes())
	}
}

// Wherever a time is shown, so is its zone: the operator may be in another one than the host.
func TestServedConsoleNamesTheZone(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served(), inZone(t, "Europe/Berlin"))
	op.Opens("ali")
	op.Golden("account")
	op.Unlocks("INC-7")
	op.Sees("✓ Unlocked alice.smith, verified 15:02:3")
	op.Presses("l")
	op.Golden("history")
	op.Presses("esc", "ctrl+x")
	op.Sees("Since 15:02 CET")
}

// What was sent before the service began to shut down is finished in front of the operator.
func TestServedConsoleIsDrained(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, served())
	op.Opens("ali")
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/307/statusinfo", Kind: hdptest.Hang})
	op.Presses("u")
	op.Types("INC-7")
	op.Hold(1)
	op.Press("enter")
	op.Awaits("/307/statusinfo")
	op.Send(terminal.DrainMsg{})
	op.Sees("SHUTTING DOWN", "The service is shutting down; nothing new is sent.", "sent, no answer yet")
	op.Waits(time.Minute)
	op.Golden("sent")
	op.Hold(0)
	release()
	op.Sees("✓ Unlocked alice.smith, verified")
	op.Presses("s")
	op.Sees("s: the service is shutting down")
	op.Waits(6 * time.Second)
	op.Ended()
}

func TestDrainedConsoleEndsOnceTheNoticeCouldBeRead(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*uitest.Op){
		"in the list": func(*uitest.Op) {},
		"in a form":   func(op *uitest.Op) { op.Opens("ali"); op.Presses("u"); op.Types("INC-7") },
		"locked":      func(op *uitest.Op) { op.Presses("ctrl+x") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, served())
			prepare(op)
			op.Send(terminal.DrainMsg{})
			op.Sees("The service is shutting down; nothing new is sent.", "SHUTTING DOWN")
			op.Waits(5 * time.Second)
			op.Ended()
			if op.Writes() != nil {
				t.Errorf("sent %q", op.Writes())
			}
		})
	}
}

// Nobody but the service's administrator needs to know where its audit log is.
func TestServedConsoleHidesItsHost(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36), served())
	op.Opens("ali")
	op.AuditLog.Breaks()
	op.Unlocks("INC-7")
	op.Sees("the audit log")
	hidden := func() {
		t.Helper()
		if folder := filepath.Dir(op.AuditLog.Path()); strings.Contains(op.Screen(), folder) {
			t.Errorf("%s is on the screen:\n%s", folder, op.Screen())
		}
	}
	hidden()
	op.Presses("esc", "esc", "enter", "l")
	op.Sees("History")
	hidden()
	op.Presses("esc", "ctrl+x")
	hidden()
}
