package ui_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui/uitest"
)

// previewLocked marks every locked account and prepares a preview of unlocking them.
func previewLocked(op *uitest.Op) {
	op.Presses("2", "*", "u")
	op.Sees("37 of 37 will change.")
}

// confirmBatch gives a reason, types the number and presses enter.
func confirmBatch(op *uitest.Op, number string) {
	op.Types("INC-4711")
	op.Presses("tab")
	op.Types(number)
	op.Press("enter")
}

// lockedIDs returns the seven accounts that are locked on every server, and the callers.
func lockedIDs() []int64 {
	ids := []int64{304, 307, 318, 321, 363, 370, 433}
	for n := 1; n <= callers; n++ {
		ids = append(ids, caller(n))
	}
	return ids
}

// checkUnlocked checks the number of unlocked accounts on the server, in the audit log and on the
// screen.
func checkUnlocked(t *testing.T, op *uitest.Op, applied int, screen ...string) {
	t.Helper()
	op.Sees(append(screen, fmt.Sprintf("%d applied", applied))...)
	if n := checkLogged(t, op); n != applied {
		t.Errorf("%d are unlocked, want %d", n, applied)
	}
}

// checkLogged checks that exactly the accounts logged as unlocked are unlocked, and returns
// their number.
func checkLogged(t *testing.T, op *uitest.Op) (n int) {
	t.Helper()
	logged := map[int64]file.OutcomeKind{}
	intents := 0
	for _, r := range op.AuditLog.All() {
		switch r.Kind {
		case file.KindIntent:
			intents++
		case file.KindOutcome:
			intents--
			logged[r.AccountID] = r.Outcome
		}
	}
	if intents != 0 {
		t.Errorf("%d writes without a logged outcome", intents)
	}
	for _, id := range lockedIDs() {
		unlocked := !op.Server.Stored(id).Locked()
		if unlocked {
			n++
		}
		if said := logged[id] == file.Applied; said != unlocked {
			t.Errorf("%d is unlocked: %v, logged as %q", id, unlocked, logged[id])
		}
	}
	return n
}

// allInternal gives all 37 accounts internal sign-in, so that each can be unlocked.
func allInternal() uitest.OperatorOption { return uitest.Given(makeInternal) }

func makeInternal(s *hdptest.Server) {
	s.Delete(caller(5))
	s.AddAccount(hdptest.Account{
		ID: caller(5), UserName: "caller05", TenantID: 57,
		StatusInfo: `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00","accountLockedUntil":"2026-11-22 14:30:00"}`,
	})
}

func TestBatchOfThirtySevenAccounts(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T, more ...uitest.OperatorOption) *uitest.Op {
		t.Helper()
		op := uitest.Operator(t, append([]uitest.OperatorOption{manyLocked(), allInternal(), uitest.On(100, 30)}, more...)...)
		previewLocked(op)
		op.Forgets()
		return op
	}
	t.Run("unlocked", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		op.Types("INC-4711")
		op.Presses("enter")
		op.Sees("type 37 to confirm: 37 accounts will change")
		op.Types("3")
		op.Presses("enter")
		op.Sees("type 37 to confirm: 37")
		checkNothingWritten(t, op)
		op.Types("7")
		op.Presses("enter")
		checkUnlocked(t, op, 37)
		if w := op.Writes(); len(w) != 37 {
			t.Errorf("%d writes", len(w))
		}
		checkStored(t, op, 304, `{"status":0,"accountLocked":false}`, "") // inactive remains inactive
		all := op.AuditLog.All()
		if !slices.ContainsFunc(all, func(r file.Entry) bool {
			return r.Kind == file.KindBatch && r.Reason == "INC-4711" && len(r.Accounts) == 37
		}) ||
			!slices.ContainsFunc(all, func(r file.Entry) bool { return r.Kind == file.KindBatchEnded }) {
			t.Error("the start or the end of the batch is not logged")
		}
		op.Presses("esc")
		op.SeesNot("marked", "applied")
		op.Sees("No account is locked.", "[2] Locked 0")
		op.Presses("1")
		op.Finds("caller01")
		op.Shows("caller01 active never")
	})
	t.Run("every tenth fails and is retried", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		for i, id := range lockedIDs() {
			if i%10 == 9 {
				op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: fmt.Sprintf("/%d/statusinfo", id), Kind: hdptest.Status, Status: 400, Body: envelope("222207007", "Reserved.")})
			}
		}
		confirmBatch(op, "37")
		op.Looks()
		checkUnlocked(t, op, 34, "3 refused")
		op.Presses("f", "f")
		op.Sees("[3 refused]", "caller03", "caller13", "caller23")
		op.SeesNot("caller04")
		op.Presses("n")
		op.Sees("3 of 3 will change.", "INC-4711") // the reason is kept
		op.Presses("esc")                          // one step back, to the results
		checkUnlocked(t, op, 34, "3 refused")
		op.Presses("n", "enter")
		op.Looks()
		checkUnlocked(t, op, 37)
		op.Presses("z") // of both rounds
		op.Sees("Undo unlock · 37 accounts", "37 of 37 will change")
		confirmBatch(op, "37")
		op.Looks()
		op.Sees("37 applied")
		if n := countUnlocked(op); n != 0 {
			t.Errorf("%d are unlocked", n)
		}
		op.Presses("z") // and undo that
		op.Sees("╭ Unlock · 37 accounts", "37 of 37 will change")
	})
	t.Run("the login is refused during the batch", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Times: 2, Kind: hdptest.Hang}) // both workers are busy
		op.Hold(1)
		confirmBatch(op, "37")
		op.Awaits("/statusinfo")
		op.Server.SetPassword(1, "Other-Word9")
		op.Hold(0)
		release()
		op.Looks()
		op.Sees("Sign in to hdp.example.test")
		refused := 0
		for _, r := range op.Server.Requests() {
			if r.Status == http.StatusUnauthorized {
				refused++
			}
		}
		if refused < 1 || refused > 2 {
			t.Errorf("%d requests were refused", refused)
		}
		op.Forgets()
		op.Waits(time.Minute)
		op.Sends()
		op.Signs("Other-Word9")
		op.SeesNot("Sign in to")
		op.Sees("Stopped: ")
		n := countUnlocked(op)
		if n != 12 {
			t.Errorf("%d are unlocked", n)
		}
		checkClaims(t, op) // the second request may have been a read-back
		op.Sees(" not sent")
		op.Presses("n")
		op.Sees(fmt.Sprintf("%d of ", 37-n), " will change")
		confirmBatch(op, fmt.Sprint(37-n))
		op.Looks()
		op.Sees(" applied")
		op.SeesNot(" not sent", " unknown")
		if n := countUnlocked(op); n != 37 {
			t.Errorf("%d are unlocked", n)
		}
	})
	t.Run("the connection is lost during the batch", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Times: 2, Kind: hdptest.Hang}) // both workers are busy
		op.Hold(1)
		confirmBatch(op, "37")
		op.Awaits("/statusinfo")
		op.Server.Fail(hdptest.Fault{Kind: hdptest.CloseBefore, Times: hdptest.Forever})
		op.Hold(0)
		release()
		op.Looks()
		op.Waits(31 * time.Second)
		op.Sees("Stopped: the server failed several times in a row")
		n := countUnlocked(op)
		checkClaims(t, op)
		op.Server.ClearFaults()
		op.Presses("n")
		op.SeesNot("could not be read")
		confirmBatch(op, fmt.Sprint(37-n))
		op.Looks()
		op.Sees(" applied")
		if n := countUnlocked(op); n != 37 {
			t.Errorf("%d are unlocked", n)
		}
	})
	t.Run("the own password cannot be changed meanwhile", func(t *testing.T) {
		t.Parallel()
		op := start(t, oneByOne())
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Kind: hdptest.Hang})
		op.Hold(1)
		confirmBatch(op, "37")
		op.Awaits("/statusinfo")
		op.Press("c", ":")
		op.Type("own password")
		op.Sees("change your own password", "only in the list and the account")
		op.Press("enter", "esc")
		op.Hold(0)
		release()
		op.Looks()
		checkUnlocked(t, op, 37)
		op.Presses("esc", "c")
		op.Sees("Your password · d2cadmin")
	})
	t.Run("paused, stopped, retried", func(t *testing.T) {
		t.Parallel()
		op := start(t, oneByOne())
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 5, Kind: hdptest.Hang})
		confirmBatch(op, "37")
		op.Sees("5 of 37 done", "1 under way")
		op.Press("space")
		op.Sees("5 of 37 done, paused")
		release()
		op.Sees("6 of 37 done, paused")
		op.Hold(1) // the next step comes when the batch resumes
		op.Presses("esc")
		op.Sees("stop the batch first", "6 of 37 done, paused")
		op.Presses("ctrl+c")
		op.Sees("Quit?", "Leaving now stops the batch")
		op.Presses("esc")
		if n := len(op.Writes()); n != 6 {
			t.Errorf("%d writes while it was paused", n)
		}
		release = op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 4, Kind: hdptest.Hang})
		op.Hold(0)
		op.Press("space")
		op.Sees("10 of 37 done", "1 under way")
		op.Press("s")
		op.Sees("stopping")
		release()
		op.Looks()
		checkUnlocked(t, op, 11, "26 not sent")
		op.Presses("n")
		op.Sees("26 of 26 will change.")
		confirmBatch(op, "26")
		op.Looks()
		op.Sees("37 applied")
		if n := countUnlocked(op); n != 37 {
			t.Errorf("%d are unlocked", n)
		}
	})
	t.Run("undone", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		confirmBatch(op, "37")
		op.Looks()
		checkUnlocked(t, op, 37)
		op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":false}`) // another administrator was faster
		op.Presses("z")
		op.Sees("37 of 37 will change; 37 accounts are outside this view.")
		confirmBatch(op, "37")
		op.Looks()
		op.Sees("36 applied", "1 conflict")
		for _, id := range lockedIDs() {
			if locked := op.Server.Stored(id).Locked(); locked != (id != 307) {
				t.Errorf("%d is locked: %v", id, locked)
			}
		}
		checkStored(t, op, 307, `{"status":0,"accountLocked":false}`, "")
		checkStored(t, op, caller(1), `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00","accountLockedUntil":"2026-11-22 14:30:00"}`, "")
	})
	t.Run("exported", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/2003/statusinfo", Kind: hdptest.Status, Status: 400, Body: envelope("222207007", "Reserved.")})
		confirmBatch(op, "37")
		op.Looks()
		path := t.TempDir() + "/results.csv"
		op.Presses("x")
		op.Clears()
		op.Types(path)
		op.Presses("enter")
		op.Sees("36 applied", "Wrote 37 rows to")
		for _, row := range checkRows(t, path, 37) {
			want := "applied"
			if row[0] == "2003" {
				want = "refused"
			}
			if row[5] != want || want == "refused" && !strings.Contains(row[6], "Reserved.") {
				t.Errorf("%q", row)
			}
		}
	})
	t.Run("not started if it cannot be logged", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		op.AuditLog.Breaks()
		confirmBatch(op, "37")
		op.Looks()
		op.Sees("Not started: log the batch")
		checkNothingWritten(t, op)
		op.AuditLog.Recovers()
		op.Presses("enter")
		checkUnlocked(t, op, 37)
	})
	t.Run("left before it is sent", func(t *testing.T) {
		t.Parallel()
		op := start(t)
		op.Presses("esc")
		op.SeesNot("will change")
		op.Sees("37 marked")
		checkNothingWritten(t, op)
		checkLog(t, op)
	})
}

func countUnlocked(op *uitest.Op) (n int) {
	for _, id := range lockedIDs() {
		if !op.Server.Stored(id).Locked() {
			n++
		}
	}
	return n
}

// checkClaims checks that the log claims nothing that is not stored: what it calls applied
// is unlocked, and what is still locked was at most tried.
func checkClaims(t *testing.T, op *uitest.Op) {
	t.Helper()
	for _, r := range op.AuditLog.All() {
		if r.Kind == file.KindOutcome && r.Outcome == file.Applied && op.Server.Stored(r.AccountID).Locked() {
			t.Errorf("%d is logged as applied and still locked", r.AccountID)
		}
	}
}

// The next console offers an unfinished batch. Accounts that are done are not written again.
func TestUnfinishedBatchIsResumed(t *testing.T) {
	t.Parallel()
	file := uitest.AuditLogFile(t)
	first := uitest.Operator(t, manyLocked(), allInternal(), oneByOne(), uitest.AuditLogIn(file))
	previewLocked(first)
	first.Forgets()
	first.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 9, Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
	confirmBatch(first, "37")
	first.Looks()
	first.Sees("Sign in to")
	var done []int64
	for _, id := range lockedIDs() {
		if !first.Server.Stored(id).Locked() {
			done = append(done, id)
		}
	}
	if len(done) != 9 {
		t.Fatalf("done: %v", done)
	}
	next := uitest.Operator(t, manyLocked(), allInternal(), uitest.AuditLogIn(file), uitest.At(time.Date(2026, 11, 22, 14, 10, 0, 0, time.UTC)),
		uitest.Given(func(s *hdptest.Server) {
			for _, id := range done {
				s.SetStatusInfo(id, first.Server.Stored(id).StatusInfo)
			}
		}))
	next.Sees("Unfinished batch", "Unlock of 37 accounts", "28 left")
	late := uitest.Operator(t, uitest.AuditLogIn(file), uitest.At(time.Date(2026, 11, 22, 14, 10, 0, 0, time.UTC)))
	late.Sees("Unfinished batch", "28 left")
	next.Presses("r")
	next.Sees("28 of 28 will change.", "INC-4711")
	late.Presses("r")
	late.Sees("Not resumed: another console is running this batch")
	late.SeesNot("will change")
	next.Forgets()
	next.Presses("tab")
	next.Types("28")
	next.Presses("enter")
	next.Sees("28 applied")
	if n := countUnlocked(next); n != 37 || len(next.Writes()) != 28 {
		t.Errorf("%d are unlocked by %d writes", n, len(next.Writes()))
	}
}

// A paused batch belongs to the console that runs it.
func TestPausedBatchIsNotOfferedToOtherConsoles(t *testing.T) {
	t.Parallel()
	file := uitest.AuditLogFile(t)
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne(), uitest.AuditLogIn(file))
	previewLocked(op)
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 2, Kind: hdptest.Hang})
	confirmBatch(op, "37")
	op.Sees("2 of 37 done", "1 under way")
	op.Press("space")
	release()
	op.Sees("3 of 37 done, paused")
	next := uitest.Operator(t, uitest.AuditLogIn(file), uitest.At(time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)))
	next.SeesNot("Unfinished batch")
	op.Hold(1)
	op.Press("s")
	op.Hold(0)
	op.Looks()
}

// What the operator confirms must be visible before what is skipped.
func TestPreviewListsChangesFirst(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("*", "a", "a")
	op.Sees("4 of 38 will change, 1 not documented, 33 unchanged.")
	if screen := op.Screen(); strings.Count(screen[:strings.Index(screen, "already active")], "  will change  ") != 4 {
		t.Errorf("the changes are not first:\n%s", screen)
	}
	op.Presses("down", "enter")
	op.Sees("Will change · bao.tran")
}

func TestMarksAndCursorSurviveABatch(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Before(hdptest.WithAccounts(300)))
	op.Presses("3", "*")
	marked := regexp.MustCompile(`\d+ marked`).FindString(op.Screen())
	op.Presses("1")
	op.Sees(marked)
	op.Finds("ali")
	op.Sees(marked+", ", " not shown")
	op.Presses("esc", "esc", "G", "pgup", "up", "up")
	before := op.Screen()
	op.Server.AddAccount(hdptest.Account{ID: 299, UserName: "newcomer"}) // above the rows in view
	op.Presses("ctrl+r")
	op.Sees(marked, "of 301")
	after := op.Screen()
	if a, b := uitest.RowsOf(before), uitest.RowsOf(after); !slices.Equal(a, b) {
		t.Errorf("the rows were\n%s\nand are\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	op.Finds("status:inactive ")
	op.Presses("esc", "down", "down")
	before = op.Screen()
	op.Presses("ctrl+r")
	if a, b := uitest.RowsOf(before), uitest.RowsOf(op.Screen()); !slices.Equal(a, b) {
		t.Errorf("the rows were\n%s\nand are\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	op.Sees("/ status:inactive")
}

func TestHiddenMarksAreCountedAndCleared(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked())
	op.Sees("s status  p password")
	op.Presses("U")
	op.Sees("U: no account is marked")
	op.Presses("O")
	op.Sees("O: not sorted; press o to sort")
	op.Presses("2", "*")
	op.Sees("u unlock 37")
	op.Finds("caller")
	op.Sees("37 marked, 7 not shown")
	op.Presses("esc", "esc", "esc")
	op.Server.Delete(caller(1))
	op.Server.Delete(caller(2))
	op.Presses("ctrl+r")
	op.Sees("Unmarked 2 accounts, no longer in the list", "35 marked")
	op.Finds("nobody-like-that")
	op.Presses("esc", "space")
	op.Sees("space: no account is selected")
	op.Presses("tab")
	op.Sees("tab: no account is selected")
	op.Sees("35 marked, 35 not shown")
	op.Presses("U")
	op.SeesNot("marked")
}

// A batch may have as many accounts as the list.
func TestPreviewOfAHundredThousandAccounts(t *testing.T) {
	t.Parallel()
	const accounts = 100_000
	op := uitest.Operator(t, uitest.Before(hdptest.WithAccounts(accounts)), uitest.Terminal(uitest.Deadline(2*time.Minute)))
	op.Presses("*")
	op.Sees("100,000 marked")
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Times: hdptest.Forever, Kind: hdptest.Hang})
	op.Hold(1)
	op.Presses("f")
	op.Sees("Force password change · 100,000 accounts", "0 of 100,000 read")
	op.Presses("enter")
	op.Sees("still reading the accounts")
	op.Types("storm")
	op.Presses("esc")
	op.Sees("Leave the preview?")
	op.Presses("enter")
	op.SeesNot("Force password change")
	op.Sees("100,000 marked")
	checkNothingWritten(t, op)
	release()
	op.Hold(0)
	op.Presses("U")
	op.SeesNot("marked")
}
