package ui_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

func TestViews(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{120, 36}, {80, 24}, {40, 12}} {
		op := uitest.Operator(t, uitest.On(size[0], size[1]))
		for i, name := range []string{"all", "locked", "inactive", "must reset", "expired", "expiring"} {
			op.Presses(fmt.Sprint(i + 1))
			op.Waits(200 * time.Millisecond) // the account pane follows
			op.GoldenAt(name, size[0], size[1])
		}
	}
}

func TestWorkingInTheList(t *testing.T) {
	t.Parallel()
	finds := func(text string) func(*uitest.Op) { return func(op *uitest.Op) { op.Finds(text) } }
	press := func(keys ...string) func(*uitest.Op) { return func(op *uitest.Op) { op.Presses(keys...) } }
	for _, s := range []screen{
		{name: "an incomplete qualifier", do: finds("status:")},
		{name: "a qualifier in a narrow view", do: func(op *uitest.Op) {
			op.Presses("2")
			op.Finds("tenant:sales ")
		}, one: true},
		{name: "a wrong qualifier", do: finds("ali expires:soonish ")},
		{name: "sorted by tenant, reversed", do: press("o", "o", "o", "O")},
		{name: "no match in this view", do: func(op *uitest.Op) { op.Presses("5"); op.Finds("alice") }, one: true},
		{name: "marks", do: press("2", "space", "space", "J", "J", "1")},
		{name: "marks that are not shown", do: func(op *uitest.Op) {
			op.Presses("2", "*")
			op.Finds("ali")
		}},
	} {
		s.run(t)
	}
}

func TestCompleteQualifiers(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("sta")
	op.Presses("tab")
	op.Types("i")
	op.Presses("tab")
	op.Types("ten")
	op.Presses("tab")
	op.Types("engi")
	op.Presses("tab")
	op.Types("ali")
	op.Sees("/ status:inactive tenant:Engineering ali")
}

// callers is the number of locked accounts besides the seven that every server has.
const callers = 30

// caller returns the id of the nth of them.
func caller(n int) int64 { return 2000 + int64(n) }

// manyLocked adds the callers, so that 37 accounts are locked.
func manyLocked() uitest.OperatorOption { return uitest.Given(lockCallers) }

func lockCallers(s *hdptest.Server) {
	for n := 1; n <= callers; n++ {
		a := hdptest.Account{
			ID: caller(n), UserName: fmt.Sprintf("caller%02d", n), TenantID: 57,
			StatusInfo:   `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00","accountLockedUntil":"2026-11-22 14:30:00"}`,
			PasswordInfo: `{"passwordStatus":1,"passwordExpiration":null}`,
		}
		if n == 5 {
			a.AuthUsers = []hdptest.AuthUser{{AuthUserName: "c5", AuthServiceID: 2}}
		}
		s.AddAccount(a)
	}
}

// oneByOne limits a batch to one write at a time.
func oneByOne() uitest.OperatorOption { return uitest.With(func(o *ui.Options) { o.Concurrency = 1 }) }

// changeMeanwhile makes the changes of other administrators between the list and the preview.
func changeMeanwhile(s *hdptest.Server) {
	s.SetStatusInfo(caller(3), `{"status":1,"accountLocked":false}`)
	s.Delete(caller(4))
}

func TestBatch(t *testing.T) {
	t.Parallel()
	previewed := func(op *uitest.Op) {
		op.Presses("2", "*")
		changeMeanwhile(op.Server)
		op.Presses("u")
	}
	begin := func(op *uitest.Op) {
		op.Types("INC-4711 storm")
		op.Presses("tab")
		op.Types("34")
		op.Press("enter")
	}
	ended := func(op *uitest.Op) {
		op.Presses("2", "*", "u")
		s := op.Server
		s.SetStatusInfo(caller(2), `{"status":0,"accountLocked":true,"note":"on leave"}`)
		s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/2006/statusinfo", Kind: hdptest.Status, Status: 400, Body: envelope("222207007", "The account is reserved.")})
		s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/2007/statusinfo", Kind: hdptest.CloseBefore})
		s.SetStatusInfo(caller(9), `{"status":1,"accountLocked":false}`)
		op.Presses("tab")
		op.Types("36")
		op.Presses("enter")
		op.Waits(31 * time.Second)
	}
	many := func(more ...uitest.OperatorOption) []uitest.OperatorOption {
		return append(more, manyLocked(), oneByOne())
	}
	for _, s := range []screen{
		{name: "preview", habits: many(), do: previewed},
		{name: "preview, to the end", habits: many(), one: true, do: func(op *uitest.Op) { previewed(op); op.Presses("pgdown", "pgdown", "pgdown") }},
		{name: "preview, in its rows", habits: many(), do: func(op *uitest.Op) { previewed(op); op.Presses("tab", "down", "down", "down", "down", "down") }},
		{name: "preview, a long reason", habits: many(), do: func(op *uitest.Op) {
			op.Presses("2", "*")
			op.Server.Fail(hdptest.Fault{Path: "/2001", Kind: hdptest.Status, Status: 400, Body: envelope("222207007", longRefusal)})
			op.Presses("u", "tab", "tab", "end", "up")
		}},
		{name: "preview, a row shown", habits: many(), do: func(op *uitest.Op) { previewed(op); op.Presses("tab", "down", "enter") }},
		{name: "preview, own account skipped", habits: many(), one: true, do: func(op *uitest.Op) {
			op.Presses("space", "space", "space", "space", "space", "space", "space", "a", "d")
		}},
		{name: "the number is asked for", habits: many(), one: true, do: func(op *uitest.Op) { previewed(op); op.Presses("enter") }},
		{name: "paused", habits: many(), do: func(op *uitest.Op) {
			previewed(op)
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 5, Kind: hdptest.Hang})
			begin(op)
			op.Sees("5 of 34 done", "1 under way")
			op.Press("space")
			op.Sees("paused")
			op.Hold(1)
		}},
		{name: "running", habits: many(), do: func(op *uitest.Op) {
			previewed(op)
			op.Waits(2 * time.Second) // the seconds are counted from the start of the batch
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 5, Kind: hdptest.Hang})
			begin(op)
			op.Sees("5 of 34 done", "1 under way")
			op.Hold(1)
			op.Waits(10 * time.Second)
			op.Sees("0.5 a second, ")
		}},
		{name: "running, followed", habits: many(), do: func(op *uitest.Op) {
			previewed(op)
			op.Waits(2 * time.Second) // the seconds are counted from the start of the batch
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 25, Kind: hdptest.Hang})
			begin(op)
			op.Sees("25 of 34 done", "1 under way", "caller21")
			op.Hold(1)
		}},
		{name: "ended", habits: many(), do: ended},
		{name: "ended, a long reason", habits: many(), do: func(op *uitest.Op) {
			ended(op)
			for range 8 {
				op.Presses("down")
			}
		}},
		{name: "ended, only the unknown", habits: many(), one: true, do: func(op *uitest.Op) { ended(op); op.Presses("f", "f", "f") }},
		{name: "ended, why", habits: many(), do: func(op *uitest.Op) { ended(op); op.Presses("f", "f", "f", "enter") }},
		{name: "ended, what was done", habits: many(), one: true, do: func(op *uitest.Op) { ended(op); op.Presses("down", "enter") }},
		{name: "ended, undo", habits: many(), one: true, do: func(op *uitest.Op) { ended(op); op.Presses("z") }},
		{name: "login refused during the batch", habits: many(), one: true, do: func(op *uitest.Op) {
			previewed(op)
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 5, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "Invalid user ID or password.")})
			begin(op)
		}},
		{name: "expiry", habits: many(), do: func(op *uitest.Op) { op.Presses("2", "*", "e"); op.Clears(); op.Types("+30d") }},
		{name: "expiry, preview", habits: many(), one: true, do: func(op *uitest.Op) { op.Presses("2", "*", "e"); op.Clears(); op.Types("+30d"); op.Presses("enter") }},
		{name: "activate or deactivate", do: func(op *uitest.Op) { op.Presses("2", "*", "a") }},
		{name: "reason required", one: true, habits: with(reasonRequired()), do: func(op *uitest.Op) { op.Presses("2", "*", "u", "enter") }},
		{name: "export of the results", habits: many(), one: true, do: func(op *uitest.Op) { ended(op); op.Presses("x") }},
	} {
		s.run(t)
	}
}

// longRefusal does not fit into any row.
const longRefusal = "The account is reserved by the migration of the finance department until the end of the quarter; ask the service desk for an exception and quote the change number."

func reasonRequired() uitest.OperatorOption {
	return uitest.Under(change.Rules{Reason: change.ReasonRule{Required: true}})
}
