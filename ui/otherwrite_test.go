package ui_test

import (
	"net/http"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// bobChanges makes bob unlock alice.smith in another session of the process. It returns once his write
// has been sent, and gets its answer with finish.
func bobChanges(t *testing.T, op *uitest.Op, locks *change.Locks) (finish func()) {
	t.Helper()
	client, err := hdpclient.New(op.Server.URL, hdpclient.WithAllowHTTP())
	if err != nil {
		t.Fatal(err)
	}
	client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	writer := change.NewWriter(t.Context(), client, change.WithLocks(locks, "http://hdp.example.test", "bob"))
	info, err := client.StatusInfo(t.Context(), 307)
	if err != nil {
		t.Fatal(err)
	}
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/307/statusinfo", Kind: hdptest.Hang})
	who := change.Subject{ID: 307, Name: hdpclient.TextOf("alice.smith")}
	done := make(chan change.Outcome, 1)
	go func() { done <- writer.Apply(t.Context(), change.PlanStatus(who, info, change.Unlock(info))) }()
	op.Awaits("/307/statusinfo")
	finish = func() {
		t.Helper()
		release()
		if o := <-done; o.Kind != change.Applied {
			t.Errorf("bob's change: %s, %v", o.Kind, o.Err)
		}
	}
	t.Cleanup(func() { writer.Shutdown(0); client.Close() })
	return finish
}

// A change by another operator of the service shows before a form is open, and in an open form. It
// keeps the form from sending anything until it has ended.
func TestOtherOperatorsChangeIsShown(t *testing.T) {
	t.Parallel()
	locks := change.NewLocks()
	op := uitest.Operator(t, served(func(o *ui.Options) { o.Served.Operator = "carol" }), uitest.Writing(change.WithLocks(locks, "http://hdp.example.test", "carol")))
	op.Hold(1) // the console waits for others
	op.Opens("ali")
	finish := bobChanges(t, op, locks)
	op.Hold(0) // the console is about to hear of it
	op.Sees("bob is changing this account")
	op.Hold(1)
	op.Golden("account")
	for _, form := range []string{"u", "r"} {
		op.Presses(form)
		op.Types("INC-7")
		op.Golden("form-" + form)
		op.Presses("enter")
		op.Sees("bob is changing this account")
		op.SeesNot("enter apply", "enter reset")
		op.Presses("esc", "enter")
	}
	op.Presses("u")
	op.Forgets()
	op.Hold(0)
	finish()
	op.Sees("enter apply", "✓ Can sign in") // the account has been read again
	op.Hold(1)
	op.SeesNot("bob is changing")
	if writes := op.Writes(); writes != nil {
		t.Errorf("sent %q", writes)
	}
}

// The console says so if the other session is the operator's own.
func TestOwnOtherSessionIsNamed(t *testing.T) {
	t.Parallel()
	locks := change.NewLocks()
	op := uitest.Operator(t, served(), uitest.Writing(change.WithLocks(locks, "http://hdp.example.test", "bob")))
	op.Hold(1)
	op.Opens("ali")
	finish := bobChanges(t, op, locks)
	op.Hold(0)
	op.Sees("your other session is changing this account")
	finish()
	op.Sees("✓ Can sign in")
	op.Hold(1)
}
