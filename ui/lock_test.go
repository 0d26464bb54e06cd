package ui_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// Tests of the locked console.

func lockingAfter(d time.Duration) uitest.OperatorOption {
	return uitest.With(func(o *ui.Options) { o.IdleLock = d })
}

// sessionEntries returns the log entries about signing in, locking and unlocking, in order.
func sessionEntries(op *uitest.Op) []string {
	var all []string
	for _, r := range op.AuditLog.All() {
		switch r.Kind {
		case file.KindSignIn, file.KindSignInRefused, file.KindConsoleLocked, file.KindConsoleReturned, file.KindReturnRefused:
			all = append(all, strings.TrimSpace(string(r.Kind)+" "+r.Message))
		}
	}
	return all
}

// checkHidden checks that no account is on the screen and nothing was sent since the last
// Forgets.
func checkHidden(t *testing.T, op *uitest.Op) {
	t.Helper()
	op.Sees("Locked", "d2cadmin", "▸ Password")
	for _, known := range []string{"alice", "smith", "caller", "307", "INC-4711", "Sales", "accounts", "Unlock"} {
		op.SeesNot(known)
	}
	if strings.Contains(op.Title(), "alice") {
		t.Errorf("the title is %q", op.Title())
	}
}

func TestIdleConsoleLocksAndUnlocksUnchanged(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, lockingAfter(time.Minute))
	op.Opens("alice.smith")
	op.Presses("s", "right", "tab", "tab", "tab", "tab")
	op.Types("INC-4711 half a reas")
	op.Forgets()

	op.Waits(50 * time.Second)
	op.Sees("INC-4711 half a reas")
	op.Resizes(81, 24) // not a key of the operator
	op.Resizes(80, 24)
	op.Waits(20 * time.Second)
	checkHidden(t, op)
	op.Sees("Since 14:03 UTC (1 min of inactivity)")
	if op.HoldsInMemory(hdptest.AdminPassword) {
		t.Error("the client still has the password")
	}
	op.Waits(7 * time.Hour)
	op.Presses("ctrl+r", "down", "ctrl+x", "enter")
	op.Sees("type your password")
	op.Sends() // nothing

	op.Signs(hdptest.AdminPassword)
	op.Sees("Status · alice.smith (307)", "▸ Reason        INC-4711 half a reas", "~ status              1 → 0", "✓ Console unlocked. It was locked at 14:03 UTC")
	if sent := op.Sent(); sent[0] != "GET /api/mgmt/user" || slices.Contains(sent, "GET /api/admin/users") {
		t.Errorf("sent to unlock: %q", sent)
	}
	if got, want := sessionEntries(op), []string{"sign-in", "console-locked 1 min of inactivity", "console-returned"}; !slices.Equal(got, want) {
		t.Errorf("logged %q, want %q", got, want)
	}
	op.Presses("enter")
	op.Sees(", verified ")
	checkStored(t, op, 307, `{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`, "")
}

func TestWrongPasswordAtTheLockScreenIsOneRequest(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("alice.smith")
	op.Presses("ctrl+x")
	checkHidden(t, op)
	op.Forgets()
	op.Signs("wrong")
	checkHidden(t, op)
	op.Sees("Invalid user ID or password. Three wrong passwords lock your")
	op.Presses("enter", "ctrl+r", "ctrl+l")
	op.Resizes(120, 36)
	op.Waits(time.Hour)
	op.Sends("GET /api/mgmt/user")
	op.Signs(hdptest.AdminPassword)
	op.Sees("alice.smith", "read 15:02:3")
	if got, want := sessionEntries(op), []string{
		"sign-in", "console-locked locked by you",
		"return-refused read own account: GET /api/mgmt/user: HTTP 401: Invalid user ID or password. (222206007)", "console-returned",
	}; !slices.Equal(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
}

func TestRefusedUnlockIsLoggedWithItsReason(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Before(hdptest.WithQuirks(hdptest.RefusedSignInSaysWhy)))
	op.Presses("ctrl+x")
	op.Server.SetStatusInfo(1, `{"status":0,"accountLocked":false}`)
	op.Signs(hdptest.AdminPassword)
	op.Sees("The account is not active.")
	if got, want := sessionEntries(op), []string{
		"sign-in", "console-locked locked by you",
		"return-refused read own account: GET /api/mgmt/user: HTTP 403: The account is not active. (999000022)",
	}; !slices.Equal(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
}

func TestUnansweredUnlockAsksAgain(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("ctrl+x")
	op.Forgets()
	op.Server.Fail(hdptest.Fault{Path: "/mgmt/user", Kind: hdptest.HTML502})
	op.Signs(hdptest.AdminPassword)
	op.Sees("Locked", "HTTP 502", "Enter your")
	op.Sends("GET /api/mgmt/user")
	op.Signs(hdptest.AdminPassword)
	op.Sees("alice.smith")
}

// An operator who may not read their own account unlocks the console with any other answer that
// proves the login, and with nothing less.
func TestUnlockConsoleWithoutTheRightToReadTheOwnAccount(t *testing.T) {
	t.Parallel()
	const search, everyone = "GET /api/admin/users/authUserName/jd%7CLDAP1", "GET /api/admin/users"
	for name, c := range map[string]struct {
		status int
		body   string
		sends  []string
		last   string // last log entry
	}{
		"nothing found":           {404, envelope("222207916", "There is no User with that id: jd|LDAP1."), []string{search}, "console-returned"},
		"nothing found, as 400":   {400, envelope("222207916", "There is no User with that id: jd|LDAP1."), []string{search}, "console-returned"},
		"search not permitted":    {403, envelope("222208103", "You lack the permissions to access this url."), []string{search}, "console-returned"},
		"search blocked":          {403, "", []string{search, everyone}, "console-returned"},
		"search missing":          {404, "<html><title>Not Found</title></html>", []string{search, everyone}, "console-returned"},
		"an answer of a proxy":    {200, `{"status":"ok"}`, []string{search, everyone}, "console-returned"},
		"sign-in refused":         {403, envelope("999000021", "The account is locked."), []string{search}, "return-refused"},
		"wrong password":          {401, envelope("222206007", "Invalid user ID or password."), []string{search}, "return-refused"},
		"a failure of the server": {503, envelope("222207919", "Problem getting Roles at this time."), []string{search}, "console-locked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, asJaneDoe("jd|LDAP1")...)
			op.Presses("ctrl+x")
			op.Forgets()
			op.Server.Fail(hdptest.Fault{Path: "/api/admin/users/authUserName/*", Kind: hdptest.Status, Status: c.status, Body: c.body, Times: hdptest.Forever})
			op.Signs(hdptest.AdminPassword)
			if c.last == "console-returned" {
				op.Sees("alice.smith", "Console unlocked. It was locked at 14:02 UTC")
			} else {
				op.SeesNot("alice.smith")
				op.Sees("Locked", "jd|LDAP1")
			}
			op.Sends(c.sends...)
			if all := sessionEntries(op); !strings.HasPrefix(all[len(all)-1], c.last) {
				t.Errorf("logged %q, want %q last", all, c.last)
			}
		})
	}
}

// A proxy that replaces HDP's refusals by a bare 403 hides how many wrong passwords were
// counted.
func TestUnlockSendsThePasswordTwiceAtMost(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("ctrl+x")
	op.Forgets()
	op.Server.Fail(hdptest.Fault{Kind: hdptest.Status, Status: 403, Times: hdptest.Forever})
	op.Signs("wrong")
	op.SeesNot("alice.smith")
	op.Sends("GET /api/mgmt/user", "GET /api/admin/users")
}

func TestCachedAnswerDoesNotUnlockTheConsole(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, asJaneDoe("jd|LDAP1")...)
	op.Presses("ctrl+x")
	op.Server.SetCache(&hdptest.Cache{})
	op.Signs(hdptest.AdminPassword)
	op.Sees("alice.smith")
	op.Presses("ctrl+x")
	op.Signs("wrong")
	op.SeesNot("alice.smith")
	op.Sees("Locked", "Invalid user ID or password.")
}

func TestConsoleLocksFromEveryPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys []string
		sees string
	}{
		"the list":                     {nil, "carla.mendes"},
		"the search field":             {[]string{"/", "a", "l", "i"}, "/ ali"},
		"an account":                   {[]string{"/", "3", "0", "7", "enter"}, "Cannot sign in"},
		"a form":                       {[]string{"/", "3", "0", "7", "enter", "u", "I"}, "Reason  I"},
		"a question":                   {[]string{"/", "3", "0", "7", "enter", "u", "I", "esc"}, "Leave the form?"},
		"the help":                     {[]string{"?"}, "Keys"},
		"the history":                  {[]string{"l"}, "History (UTC)"},
		"a batch preview":              {[]string{"2", "*", "u"}, "will change"},
		"the question before quitting": {[]string{"/", "3", "0", "7", "enter", "u", "I", "ctrl+c"}, "Quit?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Presses(c.keys...)
			op.Shows(c.sees)
			op.Presses("ctrl+x")
			checkHidden(t, op)
			if op.HoldsInMemory(hdptest.AdminPassword) {
				t.Error("the client still has the password")
			}
			op.Signs(hdptest.AdminPassword)
			op.Shows(c.sees)
		})
	}
}

func TestRunningWriteFinishesWhileLocked(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("alice.smith")
	op.Presses("u")
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
	op.Hold(1)
	op.Press("enter")
	op.Awaits("/statusinfo")
	op.Press("ctrl+x")
	checkHidden(t, op)
	op.Sees("A change is still running and will be finished.")
	if !op.HoldsInMemory(hdptest.AdminPassword) {
		t.Error("the password that the write needs for its read-back is gone")
	}
	op.Hold(0)
	release()
	op.Looks()
	checkHidden(t, op)
	op.SeesNot("A change is still running")
	if op.HoldsInMemory(hdptest.AdminPassword) {
		t.Error("the client still has the password")
	}
	if got, want := op.AuditLog.Summary(), []string{"intent unlock 307", "applied unlock 307", "console-locked"}; !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("logged %q, want %q", got, want)
	}
	op.Signs(hdptest.AdminPassword)
	op.Sees("✓ Can sign in")
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestBatchContinuesWhileLocked(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne())
	previewLocked(op)
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Kind: hdptest.Hang})
	op.Hold(1)
	confirmBatch(op, "37")
	op.Awaits("/statusinfo")
	op.Press("ctrl+x")
	checkHidden(t, op)
	op.Sees("A batch of 37 is running: 12 done.")

	op.Type("wrong")
	op.Press("enter")
	op.Sees("Invalid user ID or password.")
	op.Sees("A batch of 37 is running")
	op.Type(hdptest.AdminPassword) // typed, but not entered
	op.Hold(0)
	release()
	op.Looks()
	op.Sees("A batch of 37 has ended: 37 done.")
	op.Presses("enter")
	checkUnlocked(t, op, 37)
}

func TestOwnPasswordAnswerArrivesWhileLocked(t *testing.T) {
	t.Parallel()
	changes := func(t *testing.T) (op *uitest.Op, answer func()) {
		t.Helper()
		op = uitest.Operator(t)
		op.Presses("c")
		answer = op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: ownPath, Kind: hdptest.Hang})
		op.Types(hdptest.AdminPassword)
		op.Presses("tab")
		op.Types(newWord)
		op.Presses("tab")
		op.Types(newWord)
		op.Hold(1)
		op.Press("enter")
		op.Awaits(ownPath)
		op.Press("ctrl+x")
		checkHidden(t, op)
		op.Hold(0)
		return op, answer
	}
	t.Run("changed", func(t *testing.T) {
		t.Parallel()
		op, answer := changes(t)
		answer()
		op.Looks()
		op.Sees("Your password was changed. Unlock with the new one.")
		if op.HoldsInMemory(newWord) || op.HoldsInMemory(hdptest.AdminPassword) {
			t.Error("the client still has a password")
		}
		op.Forgets()
		op.Signs(newWord)
		op.Sees("alice.smith", "✓ Console unlocked")
		op.SeesNot("Your password ·")
		if w := op.Writes(); w != nil {
			t.Errorf("sent %q", w)
		}
	})
	t.Run("no answer", func(t *testing.T) {
		t.Parallel()
		op, _ := changes(t)
		op.Server.Close()
		op.Looks()
		op.Sees("The server did not confirm your password change", "still the old one.")
		if op.HoldsInMemory(newWord) || op.HoldsInMemory(hdptest.AdminPassword) {
			t.Error("the client still has a password")
		}
	})
}

func TestConsoleUnlocksWhileABatchRuns(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, manyLocked(), allInternal(), oneByOne())
	previewLocked(op)
	release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Kind: hdptest.Hang})
	op.Hold(1)
	confirmBatch(op, "37")
	op.Awaits("/statusinfo")
	op.Press("ctrl+x")
	checkHidden(t, op)
	op.Type(hdptest.AdminPassword)
	op.Press("enter")
	op.Sees("12 of 37")
	op.Hold(0)
	release()
	op.Looks()
	checkUnlocked(t, op, 37)
}

func TestLockWipesATemporaryPassword(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys []string
		says string
	}{
		"shown":     {[]string{"v"}, "Discarded when the console was locked; it had been shown."},
		"not shown": {nil, "Discarded when the console was locked; it had not been shown."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("alice.smith")
			op.Presses("r", "enter", "v")
			password := op.Password()
			op.Presses("v", "esc", "r", "enter")
			op.Presses(c.keys...)
			if len(c.keys) > 0 {
				password = op.Password()
			}
			op.Presses("ctrl+x")
			checkHidden(t, op)
			if op.HoldsInMemory(password) {
				t.Error("the dialog still has the temporary password")
			}
			op.Signs(hdptest.AdminPassword)
			op.Sees("Reset accepted", c.says, "You can generate another.")
			op.Presses("v", "y")
			op.SeesNot(password)
			op.Presses("n")
			op.Sees("A password that meets")
		})
	}
	t.Run("being sent", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("alice.smith")
		op.Presses("r")
		release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/resetpassword", Kind: hdptest.Hang})
		op.Hold(1)
		op.Press("enter")
		op.Awaits("/resetpassword")
		op.Press("ctrl+x")
		checkHidden(t, op)
		op.Hold(0)
		release()
		op.Looks()
		if op.Server.Stored(307).PasswordStatus() != 2 {
			t.Error("the reset did not arrive")
		}
		op.Signs(hdptest.AdminPassword)
		op.Sees("Reset accepted", "Unlocked, verified", "Discarded when the console was locked; it had not been shown.")
	})
}

func TestSessionLimitLocksDespiteKeys(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.With(func(o *ui.Options) { o.IdleLock, o.SessionLimit = time.Minute, 90*time.Second }))
	for range 8 {
		op.Waits(10 * time.Second)
		op.Presses("down")
		op.Sees("alice.smith")
	}
	op.Waits(10 * time.Second)
	checkHidden(t, op)
	op.Sees("session limit of 1 min 30 s")
	op.Signs(hdptest.AdminPassword)
	op.Waits(50 * time.Second)
	op.Sees("alice.smith")
}

func TestFirstKeyAfterSleepLocksTheConsole(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, func(o *ui.Options) { o.IdleLock = 10 * time.Minute })
	d.Sees("alice.smith")
	d.Time = d.Time.Add(time.Hour) // and no timer has fired
	d.Presses("u", "enter")
	d.Sees("Locked", "10 min of inactivity", "type your password")
	d.SeesNot("alice.smith")
}

func TestQuitWhileLocked(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("alice.smith")
	op.Presses("u", "x", "ctrl+x", "ctrl+c")
	checkHidden(t, op)
	op.Sees("Your changes in the form were not sent and will be", "Press ctrl+c again to quit.", "esc stay")
	op.Presses("esc")
	op.SeesNot("again to quit")
	op.Presses("ctrl+c")
	op.Press("ctrl+c")
	op.Ended()
}

func TestSignedOutConsoleDoesNotLock(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.WithoutPassword(), lockingAfter(time.Minute))
	op.Waits(2 * time.Minute)
	op.Presses("ctrl+x")
	op.Sees("ctrl+x: nobody is signed in", "Sign in to hdp.example.test")
}

func TestLockScreen(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "locked", do: func(op *uitest.Op) { op.Opens("307"); op.Presses("ctrl+x") }},
		{name: "refused", do: func(op *uitest.Op) { op.Presses("ctrl+x"); op.Signs("wrong") }},
		{name: "a batch paused", habits: with(manyLocked(), allInternal(), oneByOne()), do: func(op *uitest.Op) {
			previewLocked(op)
			release := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Skip: 12, Kind: hdptest.Hang})
			op.Hold(1)
			confirmBatch(op, "37")
			op.Awaits("/statusinfo")
			op.Press("space")
			op.Sees("12 of 37 done, paused")
			op.Hold(0)
			release()
			op.Sees("13 applied")
			op.Hold(1) // the batch is still waiting
			op.Presses("ctrl+x", "ctrl+c")
		}},
	} {
		s.run(t)
	}
}
