package ui_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui/uitest"
)

// Each key changes one account, logs the change before and after it, and can be undone with z.
func TestOneKeyIsOneChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, account, key, typed string
		id                        int64
		status, password          string // afterwards
		operation, done, undone   string
	}{
		{name: "unlock", account: "307", id: 307, key: "u", status: `{"status":1,"accountLocked":false}`, operation: "unlock", done: "Unlocked", undone: "the unlock"},
		{name: "deactivate", account: "alina", id: 412, key: "a", status: `{"status":0}`, operation: "deactivate", done: "Deactivated", undone: "the deactivation"},
		{name: "activate", account: "325", id: 325, key: "a", status: `{"status":1}`, operation: "activate", done: "Activated", undone: "the activation"},
		{
			name: "force a change", account: "301", id: 301, key: "f",
			password: `{"passwordStatus":2,"passwordExpiration":"2027-01-25 00:00:00"}`, operation: "force password change", done: "Forced a password change for", undone: "the forced password change",
		},
		{
			name: "cancel a forced change", account: "349", id: 349, key: "f",
			password: `{"passwordStatus":1,"passwordExpiration":"2026-12-22 00:00:00"}`, operation: "forgive password change", done: "Cancelled forced change for", undone: "the cancelled password change",
		},
		{
			name: "set the expiry", account: "301", id: 301, key: "e", typed: "2027-02-01",
			password: `{"passwordStatus":1,"passwordExpiration":"2027-02-01 00:00:00"}`, operation: "set expiry", done: "Set the password expiry of", undone: "the new password expiry",
		},
		{
			name: "clear the expiry", account: "301", id: 301, key: "e", typed: "never",
			password: `{"passwordStatus":1,"passwordExpiration":null}`, operation: "clear expiry", done: "Cleared the password expiry of", undone: "the cleared password expiry",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			before := op.Server.Stored(c.id)
			op.Opens(c.account)
			op.Forgets()
			op.Presses(c.key)
			checkNothingWritten(t, op)
			if c.typed != "" {
				op.Clears()
				op.Types(c.typed)
				op.Presses("tab")
			}
			op.Types("INC-1")
			op.Presses("enter")
			op.Sees("✓ "+c.done+" ", ", verified", "z undo")
			checkStored(t, op, c.id, c.status, c.password)
			id := fmt.Sprint(c.id)
			did := []string{"intent " + c.operation + " " + id + " “INC-1”", "applied " + c.operation + " " + id}
			checkLog(t, op, did...)
			op.Presses("z")
			op.Sees("Undo · ")
			op.Presses("enter")
			op.Sees("✓ Undid "+c.undone+" of ", ", verified", "z redo")
			checkStored(t, op, c.id, before.StatusInfo, before.PasswordInfo)
			checkLog(t, op, append(did, "intent undo "+c.operation+" "+id, "applied undo "+c.operation+" "+id)...)
		})
	}
}

// An account with a duplicate property is not changed, and the reason is shown first.
func TestAccountWithADuplicateProperty(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ info, within string }{
		"at the top":        {`{"status":1,"accountLocked":true,"note":"a","note":"b"}`, "twice: note"},
		"within a property": {`{"status":1,"accountLocked":true,"site":{"room":1,"room":2}}`, "twice: within"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Server.Fail(hdptest.Fault{
				Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Status, Status: 200, Body: c.info, Times: hdptest.Forever,
			})
			op.Opens("307")
			for _, key := range []string{"u", "a", "s"} {
				op.Presses(key)
				op.Sees("✗ Not sent", "a property occurs", "It is not clear which of the two counts")
				op.Presses("esc")
			}
			checkNothingWritten(t, op)
			op.Presses("esc")
			op.Presses("space", "u")
			op.Sees("could not be read")
			checkNothingWritten(t, op)
		})
	}
	t.Run("with a known name", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Server.Fail(hdptest.Fault{
			Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Status, Status: 200, Body: `{"status":1,"accountLocked":true,"status":0}`, Times: hdptest.Forever,
		})
		op.Opens("307")
		op.Sees("Not read: The answer is not in the format", "appears twice.", "Expires")
		for _, key := range []string{"u", "a", "s"} {
			op.Presses(key)
			op.Sees("✗ Unexpected answer", "/status appears twice", "hdpadmin does not change what it")
			op.Presses("esc")
		}
		checkNothingWritten(t, op)
		op.Presses("f", "enter") // the readable part can be changed
		op.Sees("✓ Forced a password change for alice.smith")
	})
	t.Run("with a known name, in the answer to a change", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.Fail(hdptest.Fault{
			Method: http.MethodPut, Kind: hdptest.Status, Status: 200, Body: `{"status":1,"status":0}`, Applied: true,
		})
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith, verified") // by reading it back
		checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
	})
	t.Run("that appeared after the reading", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":true,"site":{"room":1,"room":2}}`)
		op.Presses("enter")
		op.Sees("✗ Not sent", "Nothing was sent or changed.")
		checkNothingWritten(t, op)
	})
}

// The console never keeps a password, so it cannot write an unknown property that contains one:
// a change would delete it.
func TestAccountWithAnUnknownPasswordProperty(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	const within = `{"status":1,"accountLocked":true,"sync":{"bind":"cn=x","password":"s3cret"}}`
	op.Server.SetStatusInfo(307, within)
	op.Opens("307")
	for _, key := range []string{"u", "a", "s"} {
		op.Presses(key)
		op.Sees("✗ Not sent", "hdpadmin keeps no passwords")
		op.SeesNot("s3cret")
		op.Presses("esc")
	}
	checkNothingWritten(t, op)
	checkStored(t, op, 307, within, "")
	op.Presses("f", "enter") // the password info has none
	op.Sees("✓ Forced a password change for alice.smith")
	op.SwitchesTo("325")
	op.Presses("a")
	op.Server.SetStatusInfo(325, `{"status":0,"sync":{"password":"s3cret"}}`)
	op.Presses("enter")
	op.Sees("✗ Not sent", "hdpadmin keeps no passwords")
	op.Presses("esc", "esc", "esc", "esc")
	op.Presses("space", "a", "a")
	op.Sees("could not be read")
	if n := len(op.Writes()); n != 1 {
		t.Errorf("%d writes", n)
	}
}

// An error that recommends ctrl+r lets the key through.
func TestCtrlRWorksOverAnError(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Presses("u")
	op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 404, Body: envelope("222207916", "There is no User with that id: 307.")})
	op.Presses("enter")
	op.Sees("✗ Refused", "Press ctrl+r to refresh the list.")
	op.Forgets()
	op.Presses("ctrl+r")
	op.SeesNot("✗ Refused")
	op.Sees("Unlock · alice.smith") // what was typed stays
	if sent := op.Sent(); !slices.Contains(sent, "GET /api/admin/users") || len(op.Writes()) > 0 {
		t.Errorf("sent: %q", sent)
	}
}

// An account that was unlocked in the view Locked stays under the cursor, so that the operator
// and z find it.
func TestChangedRowStaysUnderTheCursor(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("2", "j", "u", "enter")
	op.Shows("✓ Unlocked alice.smith, verified", "▸~ 307 alice.smith", "[2] Locked 6")
	op.Presses("z")
	op.Sees("Undo · alice.smith (307)")
	op.Presses("enter")
	op.Shows("✓ Undid the unlock of alice.smith", "▸ 307 alice.smith", "[2] Locked 7")
	op.Presses("u", "enter", "j")
	op.SeesNot("alice.smith")
	op.Presses("k", "k")
	// A row that is out of date says so and stays too.
	op.Server.SetStatusInfo(304, `{"status":1}`)
	op.Presses("u")
	op.Shows("bao.tran is not locked", "▸~ 304 bao.tran")
}

// z also undoes an undo, and says what that does.
func TestUndoOfAnUndoSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Presses("s", "right", "tab", "right", "enter") // inactive, not locked
	op.Sees("✓ Changed alice.smith (deactivate, unlock)")
	op.Presses("z")
	op.Sees("Undo · alice.smith (307)")
	op.SeesNot("Redo")
	op.Presses("enter")
	op.Sees("✓ Undid a change of alice.smith (deactivate, unlock)")
	op.Presses("z")
	op.Sees("Undo the undo · alice.smith (307)", "Redo: deactivate, unlock.")
	op.Presses("enter")
	op.Sees("✓ Changed alice.smith (deactivate, unlock)")
	op.Presses("z")
	op.Sees("╭ Undo · alice.smith (307)")
}

func TestRefusedUndo(t *testing.T) {
	t.Parallel()
	t.Run("without a change", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("z")
		op.Sees("z: nothing to undo")
	})
	t.Run("after the account has changed", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Unlocks("")
		op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":false,"note":"left"}`)
		op.Forgets()
		op.Presses("z", "enter")
		op.Sees("✗ Changed meanwhile", "Nothing was sent.")
		checkNothingWritten(t, op)
		checkStored(t, op, 307, `{"status":0,"accountLocked":false,"note":"left"}`, "")
		checkLog(t, op, "intent unlock 307", "applied unlock 307", "intent undo unlock 307", "conflict undo unlock 307")
	})
	t.Run("of a password reset", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r", "enter", "v", "esc", "z")
		op.Sees("z: a password reset cannot be undone")
		op.SeesNot("Undo ·")
	})
	t.Run("while the outcome is unknown", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.CloseBefore})
		op.Presses("enter")
		op.Waits(31 * time.Second)
		op.Presses("esc", "esc", "z")
		op.Sees("z: the outcome of the last change is not known yet")
		op.SeesNot("Undo ·")
	})
}

func TestLockedAgainAfterUnlock(t *testing.T) {
	t.Parallel()
	again := `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:04:40","accountLockedUntil":"2026-11-22 14:34:40"}`
	const words = "locked again 2 min after your unlock: something keeps"
	for _, c := range []struct {
		name   string
		unlock func(op *uitest.Op)
	}{
		{"after u", func(op *uitest.Op) { op.Opens("307"); op.Unlocks("") }},
		{"after a form", func(op *uitest.Op) { op.Opens("307"); op.Presses("s", "tab", "right", "enter") }},
		{"after a reset that also unlocks", func(op *uitest.Op) { op.Opens("307"); op.Presses("r", "enter", "v", "esc") }},
		{"after a batch", func(op *uitest.Op) {
			op.Finds("307")
			op.Presses("esc", "space", "u", "enter")
			op.Sees("1 applied")
			op.Presses("esc", "enter")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			c.unlock(op)
			op.SeesNot("locked again")
			op.Waits(3 * time.Minute)
			op.Server.SetStatusInfo(307, again)
			op.Presses("enter")
			op.Sees("✗ Cannot sign in: locked", words)
		})
	}
	t.Run("a day later", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Unlocks("")
		op.Waits(25 * time.Hour)
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-23 15:02:00","accountLockedUntil":"2026-11-23 15:34:40"}`)
		op.Presses("enter")
		op.Sees("locked again 1 day after your unlock")
	})
	t.Run("and locked by hand", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Unlocks("")
		op.Waits(time.Minute)
		op.Presses("z", "enter")
		op.Sees("✓ Undid the unlock of alice.smith")
		op.Server.SetStatusInfo(307, again)
		op.Waits(2 * time.Minute)
		op.Presses("enter")
		op.Sees("✗ Cannot sign in: locked")
		op.SeesNot("locked again")
	})
	earlier := func(t *testing.T, do func(before *uitest.Op), habits ...uitest.OperatorOption) *uitest.Op {
		t.Helper()
		file := uitest.AuditLogFile(t)
		do(uitest.Operator(t, append(habits, uitest.AuditLogIn(file))...))
		op := uitest.Operator(t, uitest.AuditLogIn(file), uitest.At(time.Date(2026, 11, 22, 14, 20, 0, 0, time.UTC)),
			uitest.Given(func(s *hdptest.Server) { s.SetStatusInfo(307, again) }))
		op.Opens("307")
		op.Sees("✗ Cannot sign in: locked")
		return op
	}
	t.Run("in an earlier session", func(t *testing.T) {
		t.Parallel()
		op := earlier(t, func(before *uitest.Op) { before.Opens("307"); before.Unlocks("") })
		op.Sees(words)
		op.SwitchesTo("318")
		op.SeesNot("locked again")
	})
	t.Run("by someone else", func(t *testing.T) {
		t.Parallel()
		op := earlier(t, func(before *uitest.Op) { before.Opens("307"); before.Unlocks("") }, uitest.As("helpdesk", hdptest.HelpdeskPassword))
		op.Sees("locked again 2 min after the unlock by helpdesk: something keeps")
	})
	t.Run("by another console meanwhile", func(t *testing.T) {
		t.Parallel()
		file := uitest.AuditLogFile(t)
		op := uitest.Operator(t, uitest.AuditLogIn(file), uitest.Given(func(s *hdptest.Server) { s.SetStatusInfo(307, again) }))
		op.Opens("307")
		op.SeesNot("locked again")
		other := uitest.Operator(t, uitest.AuditLogIn(file), uitest.As("helpdesk", hdptest.HelpdeskPassword))
		other.Opens("307")
		other.Unlocks("")
		op.Presses("ctrl+r")
		op.Sees("the unlock by helpdesk")
	})
	for name, skew := range map[string]time.Duration{"ahead": 10 * time.Minute, "behind": -10 * time.Minute} {
		t.Run("in an earlier session, by a server whose clock is "+name, func(t *testing.T) {
			t.Parallel()
			file := uitest.AuditLogFile(t)
			before := uitest.Operator(t, uitest.AuditLogIn(file), uitest.ServerAhead(skew))
			before.Opens("307")
			before.Unlocks("")
			op := uitest.Operator(t, uitest.AuditLogIn(file), uitest.ServerAhead(skew), uitest.At(time.Date(2026, 11, 22, 14, 20, 0, 0, time.UTC)),
				uitest.Given(func(s *hdptest.Server) {
					at := time.Date(2026, 11, 22, 14, 4, 40, 0, time.UTC).Add(skew)
					s.SetStatusInfo(307, fmt.Sprintf(`{"status":1,"accountLocked":true,"accountLockedAt":%q,"accountLockedUntil":%q}`,
						at.Format(time.DateTime), at.Add(time.Hour).Format(time.DateTime)))
				}))
			op.Opens("307")
			op.Sees(words)
		})
	}
	t.Run("in an earlier session, and locked by hand", func(t *testing.T) {
		t.Parallel()
		op := earlier(t, func(before *uitest.Op) { before.Opens("307"); before.Unlocks(""); before.Presses("z", "enter") })
		op.SeesNot("locked again")
	})
}

func TestMissingPermissions(t *testing.T) {
	t.Parallel()
	t.Run("the key says which permission is missing", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.As("viewer", hdptest.ViewerPassword))
		op.Opens("307")
		op.Forgets()
		for _, key := range []string{"u", "s", "p", "r", "a", "f", "e", "z"} {
			op.Presses(key)
			op.Sees(key + ": your login lacks ModifyUsers (15)")
			op.SeesNot("apply", "Reset password")
		}
		op.Sends()
	})
	t.Run("actions known to be refused are not offered", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.As("viewer", hdptest.ViewerPassword))
		offers := []string{"u unlock", "s status", "p password", "r reset", "s edit", "p edit"}
		op.Presses("2")
		op.SeesNot(offers...)
		op.Opens("307")
		op.Sees("✗ Cannot sign in: locked", "You cannot unlock it: your login lacks ModifyUsers (15). Ask someone who")
		op.SeesNot(offers...)
		op.SwitchesTo("alina")
		op.Sees("✓ Can sign in")
		op.SeesNot("ModifyUsers")
	})
	t.Run("nothing is hidden if the permissions are unknown", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.As("viewer", hdptest.ViewerPassword),
			failing(hdptest.Fault{Path: "/api/mgmt/user", Kind: hdptest.Status, Status: 403}))
		op.Opens("307")
		op.Sees("u unlocks it now", "s edit", "r reset")
		op.Unlocks("")
		op.Sees("Refused", "HTTP 403")
		checkLog(t, op, "intent unlock 307", "refused unlock 307")
	})
	t.Run("read-only", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.ReadOnly())
		op.Sees("READ-ONLY")
		op.SeesNot("u unlock", "s status", "r reset")
		op.Opens("307")
		op.Forgets()
		op.Presses("u", "s", "p", "r", "a", "f", "e", "z")
		op.SeesNot("apply", "Unlock ·", "Reset password", "u unlocks it now", "s edit")
		op.Presses("esc", "2", "*", "u", "a", "f", "e")
		op.SeesNot("apply", "will change", "Activate or")
		op.Sends()
		checkLog(t, op)
	})
}

func TestEntriesThatCannotBeLogged(t *testing.T) {
	t.Parallel()
	t.Run("an intent: nothing is sent", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Forgets()
		op.AuditLog.Breaks()
		op.Presses("enter")
		op.Sees("Nothing was sent or changed.", "the audit log is open to others", "chmod 600")
		checkNothingWritten(t, op)
		op.AuditLog.Recovers()
		op.Presses("esc", "enter")
		op.Sees("✓ Unlocked alice.smith, verified")
		checkLog(t, op, "intent unlock 307", "applied unlock 307")
	})
	t.Run("an intent of a reset", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r")
		op.Forgets()
		op.AuditLog.Breaks()
		op.Presses("enter")
		op.Sees("Nothing was sent or changed.")
		op.SeesNot("Password  •", "v show")
		checkNothingWritten(t, op)
		op.AuditLog.Recovers()
		checkLog(t, op)
	})
	t.Run("an outcome: no further write is sent until it is", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang})
		op.Hold(1)
		op.Press("enter")
		op.Awaits("/307/statusinfo")
		op.AuditLog.Breaks()
		op.Hold(0)
		release()
		op.Looks()
		op.Sees("It could not be written to the audit log", "until that works.")
		op.SeesNot(", verified")
		checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
		op.Presses("esc", "esc")
		op.SwitchesTo("alina")
		op.Forgets()
		op.Presses("a", "enter")
		op.Sees("Nothing was sent or changed.", "earlier write could not be logged")
		checkNothingWritten(t, op)
		op.AuditLog.Recovers()
		op.Presses("esc", "enter")
		op.Sees("✓ Deactivated alina.kovac, verified")
		checkLog(t, op, "intent unlock 307", "applied unlock 307", "intent deactivate 412", "applied deactivate 412")
	})
}

func TestExportIsLogged(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	path := t.TempDir() + "/locked.csv"
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, path)
	if err != nil {
		t.Fatal(err)
	}
	op.Presses("2", "x")
	op.Clears()
	op.Types(relative)
	op.Presses("enter")
	op.Sees("✓ Wrote 7 rows to ", path[len(path)-20:])
	op.SeesNot("../")
	if told := op.AuditLog.All(); !slices.ContainsFunc(told, func(r file.Entry) bool { return r.File == path && r.Count == 7 }) {
		t.Errorf("logged %+v", told)
	}
	checkRows(t, path, 7)
	op.Presses("1", "x")
	op.Clears()
	op.Types(path)
	op.Presses("enter")
	op.Sees("Replace the file?")
	checkRows(t, path, 7)
	op.Presses("enter")
	op.Sees("✓ Wrote 38 rows to")
	checkRows(t, path, 38)
}

// After resetting the own password, the next request is refused. The new password must still be
// readable then.
func TestResetOfTheOwnPasswordStaysInView(t *testing.T) {
	op := uitest.Operator(t, uitest.On(100, 30))
	op.Opens("d2cadmin")
	op.Presses("r", "tab")
	op.Types("d2cadmin")
	op.Presses("enter")
	op.Sees("Reset accepted", "v show")
	op.Presses("v")
	op.Sees("capital")
	op.Presses("esc")
	op.Sees("Sign in to")
}

// The screen says how far a write is, and what quitting would do to it.
func TestWriteProgress(t *testing.T) {
	t.Parallel()
	unlocking := func(t *testing.T, keys ...string) *uitest.Op {
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses(keys...)
		return op
	}
	hangs := func(op *uitest.Op, method, path string) (release func()) {
		let := op.Server.Fail(hdptest.Fault{Method: method, Path: path, Kind: hdptest.Hang})
		op.Hold(1)
		op.Press("enter")
		op.Awaits(path)
		return func() { op.Hold(0); let(); op.Looks() }
	}
	t.Run("checking", func(t *testing.T) {
		t.Parallel()
		op := unlocking(t, "u")
		release := hangs(op, http.MethodGet, "/307/statusinfo")
		op.Sees("checking, not sent yet…")
		op.Waits(5 * time.Second)
		op.Sees("checking, not sent yet, 5 s…")
		op.Presses("ctrl+c")
		op.Sees("Quit?", "A change is being checked", "has not been sent yet")
		op.Presses("esc")
		release()
		op.Sees("✓ Unlocked alice.smith, verified")
	})
	t.Run("sent", func(t *testing.T) {
		t.Parallel()
		op := unlocking(t, "u")
		release := hangs(op, http.MethodPut, "/307/statusinfo")
		op.Sees("sent, no answer yet…")
		op.Waits(5 * time.Second)
		op.Sees("sent, no answer yet, 5 s…")
		op.Presses("ctrl+c")
		op.Sees("Quit?", "A change was sent", "log the outcome as")
		op.Presses("esc")
		release()
		op.Sees("✓ Unlocked alice.smith, verified")
	})
	t.Run("a reset and the unlock after it", func(t *testing.T) {
		t.Parallel()
		op := unlocking(t, "r")
		release := hangs(op, http.MethodPut, "/307/statusinfo")
		op.Sees("✓ Reset accepted", "unlock: sent, no answer yet…", "v show")
		op.SeesNot("esc close")
		op.Presses("v") // the operator need not wait for the second outcome
		activePassword(t, op, 307)
		op.Presses("esc", "enter", "n")
		op.Sees("✓ Reset accepted", "unlock: sent, no answer yet", "v hide")
		release()
		op.Sees("✓ Reset accepted", "✓ Unlocked, verified", "v hide", "esc close")
	})
}

func TestNoSecretIsDrawn(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Server.SetStatusInfo(307, `{"status":1,"accountLocked":true,"token":"T-123"}`)
	d.Opens("307")
	d.Presses("u")
	d.Sees("token [redacted]")
	d.SeesNot("T-123")
	d.Server.SetStatusInfo(307, `{"status":1,"accountLocked":true,"token":"T-456"}`)
	d.Presses("enter")
	d.Sees("Changed meanwhile", "token [redacted] [redacted]")
	d.SeesNot("T-123", "T-456")
}

// An entry that could not be logged is announced until it is written, with the reason, and does
// not keep anyone from reading.
func TestUnloggedEntryStaysInView(t *testing.T) {
	t.Parallel()
	t.Run("a password shown", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Presses("r", "enter")
		op.AuditLog.Breaks()
		op.Presses("v")
		op.Sees("NOT LOGGED", "Not in the audit log: ", "v hide")
		op.Presses("esc", "esc")
		op.SwitchesTo("307")
		op.Sees("NOT LOGGED", "✗ Cannot sign in: locked")
		op.Resizes(40, 12)
		op.Sees("NOT LOGGED")
		op.Resizes(80, 24)
		op.Presses("l")
		op.Sees("Pending entries: 1. No change is sent until they are written", "open to others")
		op.Presses("esc")
		op.Waits(time.Minute)
		op.Sees("NOT LOGGED")
		op.AuditLog.Recovers()
		op.Waits(11 * time.Second)
		op.SeesNot("NOT LOGGED")
		checkLog(t, op, "intent reset password 412", "accepted reset password 412", "password-revealed 412")
	})
	t.Run("a sign-in", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.WithoutPassword())
		op.AuditLog.Breaks()
		op.Signs(hdptest.AdminPassword)
		op.Sees("NOT LOGGED", "Not in the audit log: ", "alice.smith")
		op.Presses("j", "j")
		op.Sees("NOT LOGGED", "of 38")
		op.AuditLog.Recovers()
		op.Opens("307")
		op.Unlocks("")
		op.SeesNot("NOT LOGGED")
		if all := op.AuditLog.All(); len(all) != 3 || all[0].Kind != file.KindSignIn {
			t.Errorf("logged %+v", all)
		}
	})
	t.Run("the outcome of a batch", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Finds("307")
		op.Presses("esc", "space", "u")
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang})
		op.Hold(1)
		op.Press("enter")
		op.Awaits("/307/statusinfo")
		op.AuditLog.Breaks()
		op.Hold(0)
		release()
		op.Looks()
		op.Presses("esc")
		op.Sees("NOT LOGGED")
		op.AuditLog.Recovers()
		op.Waits(11 * time.Second)
		op.SeesNot("NOT LOGGED")
		checkLog(t, op, "intent unlock 307", "applied unlock 307")
	})
}

// A change that an earlier console left without an outcome is announced at the start, listed,
// and checked before the account is changed again.
func TestUnfinishedChangesOfEarlierConsolesAreShown(t *testing.T) {
	t.Parallel()
	path := uitest.AuditLogFile(t)
	at := time.Date(2026, 11, 22, 13, 50, 0, 0, time.UTC)
	left, err := file.Open(path, file.Identity{Host: "jump2", PID: 1, Server: "http://hdp.example.test", Login: "helpdesk"},
		file.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := left.LogIntent(file.Intent{
		Operation: "unlock", Subject: file.Subject{AccountID: 307, AccountName: "alice.smith"}, Request: "PUT /api/admin/users/307/statusinfo",
		Before: []byte(`{"status":1,"accountLocked":true}`), After: []byte(`{"status":1,"accountLocked":false}`),
	}); err != nil {
		t.Fatal(err)
	}
	op := uitest.Operator(t, uitest.AuditLogIn(path))
	op.Sees("1 earlier change has no known outcome. Press l for details.")
	op.Presses("l")
	op.Sees("13:50:00  alice.smith (307)  unlock", "✗ no outcome", "started by helpdesk at 13:50:00 UTC")
	op.Presses("esc")
	op.Opens("307")
	op.Unlocks("")
	op.Sees("✓ Unlocked alice.smith, verified")
	op.Presses("l")
	op.SeesNot("no outcome")
}

// A long name is shortened to make room for the outcome.
func TestLongNameLeavesRoomForTheOutcome(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
		s.SetStatusInfo(454, `{"status":1,"accountLocked":true}`)
	}))
	op.Opens("454")
	op.Resizes(40, 12)
	op.Sees("✗ Cannot sign in: locked", "read 14:02:31")
	op.Resizes(80, 24)
	op.Unlocks("")
	op.Sees("…, verified 14:02:3")
	op.Presses("u")
	op.Sees("is not locked")
	op.Presses("l")
	op.Sees("…  unlock", "✓ applied")
}

// A gateway that caches answers must not lead to a write: a colleague's newer lock stays.
func TestCachedAnswerIsNoBasisForAChange(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Server.SetCache(&hdptest.Cache{})
	op.Opens("307")
	op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":true}`)
	op.Presses("u", "enter")
	op.Sees("✗ From a cache", "answered from a cache, 1s old, not by HDP", "Nothing was sent")
	checkNothingWritten(t, op)
	op.Presses("esc", "esc")
	op.Presses("ctrl+r")
	op.Sees("Not read: The request was answered from a cache")
	op.Presses("u")
	op.Sees("✗ From a cache")
	op.Server.SetCache(nil)
	op.Presses("esc", "ctrl+r", "u", "enter")
	op.Sees("✓ ", ", verified ")
}

// A read-back that finds no change means that the server ignored it or a cache answered. Nobody
// else is blamed, and checking again tells which.
func TestUnchangedReadBackIsBlamedOnNobody(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Server.SetCache(&hdptest.Cache{OmitsAge: true})
	op.Presses("u", "enter")
	op.Sees("Outcome unknown", "The server confirmed the change to alice.smith", "the server ignored the change", "cache answered")
	op.SeesNot("else")
	checkLog(t, op, "intent unlock 307", "unknown unlock 307")
	op.Presses("enter") // checks again, with the same result
	op.Sees("server ignored the change")
	op.Server.SetCache(nil)
	op.Presses("enter")
	op.Sees("✓ ", ", verified ")
}

func TestUnlockThatDoesNotLast(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Status, Status: 200, Body: `{"status":1,"accountLocked":false}`})
	op.Server.Fail(hdptest.Fault{
		Method: http.MethodGet, Path: "/307/statusinfo", Skip: 1, Kind: hdptest.Status, Status: 200, Times: hdptest.Forever,
		Body: `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:30","accountLockedUntil":"2026-11-22 14:32:30"}`,
	})
	op.Presses("u", "enter")
	op.Sees("✗ Locked again", "alice.smith was unlocked, then locked again at 14:02:30 UTC.")
	op.SeesNot("else")
}

// Only the password status of a reset can be read back. An answer from something other than
// HDP, or no change, does not accept it.
func TestResetThatDidNotHappenIsNotAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given func(*hdptest.Server)
		says  string
	}{
		"a gateway answers": {func(s *hdptest.Server) {
			s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/resetpassword", Kind: hdptest.Status, Status: 200, Body: `{"error":"upstream request timeout"}`})
		}, "the answer to a reset has no body"},
		"it is ignored": {func(s *hdptest.Server) {
			s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/resetpassword", Kind: hdptest.Status, Status: 204})
		}, "is 1 instead of 2: the server ignored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.Given(c.given))
			op.Opens("alina")
			op.Presses("r", "enter")
			op.Sees("Outcome unknown: the password below may be valid.", c.says)
			op.SeesNot("Reset accepted")
			checkLog(t, op, "intent reset password 412", "unknown reset password 412")
		})
	}
	t.Run("the status cannot be read", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alina")
		op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/passwordinfo", Kind: hdptest.Status, Status: 403, Times: hdptest.Forever})
		op.Presses("r", "enter")
		op.Sees("Reset accepted", "This could not be verified: ")
	})
}

func TestOwnPasswordChangesOnlyIfHDPSaysSo(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
		s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/changePassword", Kind: hdptest.Status, Status: 200, Body: `{"error":"upstream request timeout"}`})
	}))
	op.Presses("c")
	for i, text := range []string{hdptest.AdminPassword, "Quiet-Pond77", "Quiet-Pond77"} {
		if i > 0 {
			op.Presses("tab")
		}
		op.Types(text)
	}
	op.Presses("enter")
	op.Sees("The new password may or may not be active")
	op.SeesNot("Your password was changed")
}

// A property that differs in every answer is named and not compared, since it could never
// agree.
func TestVolatilePropertyDoesNotStopAChange(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) { s.SetVolatile("etag") }))
	op.Opens("307")
	op.Presses("u", "enter")
	op.Sees("✓ Unlocked alice.smith, verified 14:02:31 UTC, except etag")
	checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
	op.Presses("z", "enter")
	op.Sees("✓ Undid the unlock of alice.smith")
	op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":true}`)
	op.Presses("u", "enter")
	op.Sees("✗ Changed meanwhile", "status", "Not compared, since it changes on its own: etag.")
}

// A server that writes numbers and booleans as strings is understood, and gets its own form
// back.
func TestServerThatAnswersInStrings(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) { s.SetQuirk(hdptest.AllAsStrings, true) }))
	op.Opens("307")
	op.Sees("Cannot sign in: locked")
	op.Presses("u", "enter")
	op.Sees("✓ Unlocked alice.smith, verified", "✓ Can sign in")
	if got := op.Writes(); len(got) != 1 || !strings.Contains(got[0], `{"status":"1","accountLocked":"false"}`) {
		t.Errorf("sent %q", got)
	}
}

// An answer to a change from something other than HDP is reported at once. The operator can
// check without waiting, and a retry is reviewed first.
func TestAnswerFromAProxy(t *testing.T) {
	t.Parallel()
	const page = "<html><head><title>405 Not Allowed</title></head></html>"
	blocked := func(t *testing.T, f hdptest.Fault) *uitest.Op {
		op := uitest.Operator(t)
		op.Opens("307")
		f.Method, f.Path = http.MethodPut, "/307/statusinfo"
		op.Server.Fail(f)
		op.Presses("u")
		op.Types("INC-1")
		op.Presses("enter")
		return op
	}
	t.Run("is checked and retried", func(t *testing.T) {
		t.Parallel()
		op := blocked(t, hdptest.Fault{Kind: hdptest.Status, Status: 405, Body: page})
		op.Sees("not HDP itself, answered 405", "It is not known yet whether the change was stored. hdpadmin keeps", "c check now", "r retry")
		op.Forgets()
		op.Hurries("c")
		op.Sends("GET /api/admin/users/307/statusinfo")
		op.Sees("Not stored as of 14:02:", "c check now", "r retry")
		op.Resizes(40, 12)
		op.Sees("c check now  r retry")
		op.Resizes(80, 24)
		op.Hurries("r")
		op.Sees("Unlock · alice.smith", "The first request may still arrive.", "sends a second one", "enter apply")
		op.SeesNot("r retry")
		if n := len(op.Writes()); n != 0 {
			t.Errorf("%d writes before it is applied", n)
		}
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith, verified")
		checkLog(t, op, "intent unlock 307 “INC-1”", "unknown unlock 307", "intent unlock 307 “INC-1”", "applied unlock 307")
	})
	t.Run("and is stored by the time of the retry", func(t *testing.T) {
		t.Parallel()
		op := blocked(t, hdptest.Fault{Kind: hdptest.ApplyLate, Reads: 4})
		op.Sees("r retry")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
		op.Hurries("r")
		op.Sees("✓ Unlocked alice.smith, verified")
		if n := len(op.Writes()); n != 1 {
			t.Errorf("%d writes", n)
		}
	})
	t.Run("and the account cannot be read for the retry", func(t *testing.T) {
		t.Parallel()
		op := blocked(t, hdptest.Fault{Kind: hdptest.Status, Status: 405, Body: page})
		op.Server.Fail(hdptest.Fault{Path: "/307/statusinfo", Kind: hdptest.Status, Status: 403, Body: page, Times: hdptest.Forever})
		op.Hurries("r")
		op.Sees("Outcome unknown", "enter check again")
	})
}

func TestAChangeThatWasNotSentSaysHowToSendIt(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("307")
	op.Presses("u")
	op.Types("INC-4711")
	op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.HTML502, Times: hdptest.Forever})
	op.Presses("enter")
	op.Waits(time.Minute)
	op.Sees("Nothing was sent or changed.", "Press esc, then enter to apply the change again")
	op.SeesNot("ctrl+r")
	op.Server.ClearFaults()
	op.Waits(time.Minute)
	op.Presses("esc", "enter")
	op.Sees("✓ Unlocked alice.smith")
}

// z undoes what hdpadmin undo would, so it does not undo this console's last change if this operator
// has made another one elsewhere, nor if another operator had the last word.
func TestUndoKnowsTheChangesOfOtherSessions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ by, sees string }{
		{"d2cadmin", "╭ Undo · alice.smith (307)"},
		{"helpdesk", "z: another operator has changed the account since the last change"},
	} {
		t.Run(c.by, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("307")
			op.Unlocks("")
			unlocked := op.Server.Stored(307).StatusInfo
			other, err := file.Open(op.AuditLog.Path(), file.Identity{Host: "jump2", Server: "http://hdp.example.test", Login: c.by})
			if err != nil {
				t.Fatal(err)
			}
			inactive := `{"status":0,"accountLocked":false}`
			for _, text := range [][2]string{{unlocked, inactive}, {inactive, unlocked}} {
				intent, err := other.LogIntent(file.Intent{
					Operation: "an edit", Subject: file.Subject{AccountID: 307, AccountName: "alice.smith"}, Request: "PUT /api/admin/users/307/statusinfo",
					Before: []byte(text[0]), After: []byte(text[1]),
				})
				if err == nil {
					err = intent.LogOutcome(file.Outcome{Kind: file.Applied, Stored: []byte(text[1])})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			op.Presses("z")
			op.Sees(c.sees)
			if c.by == "d2cadmin" {
				op.Presses("enter")
				checkStored(t, op, 307, inactive, "")
			}
		})
	}
}
