package ui_test

import (
	"net/http"
	"slices"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/ui/uitest"
)

// Tests of changing the operator's own password.

const (
	newWord = "Plum-Tide7"
	ownPath = "/changePassword"
)

// enterNewPassword fills in the form and presses enter.
func enterNewPassword(op *uitest.Op, old, next string) {
	op.Types(old)
	op.Presses("tab")
	op.Types(next)
	op.Presses("tab")
	op.Types(next)
	op.Presses("enter")
}

func ownInfo(info string) uitest.OperatorOption {
	return uitest.Given(func(s *hdptest.Server) { s.SetPasswordInfo(1, info) })
}

func TestExpiredOwnPasswordIsChangedAtSignIn(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-20 00:00:00"}`))
	op.Sees("Sign in to hdp.example.test", "Invalid user ID or password.", "ctrl+o change an expired password")
	op.Presses("ctrl+o")
	op.Sees("Your password · d2cadmin", "8 to 12 characters", "a special character")
	op.Forgets()
	enterNewPassword(op, hdptest.AdminPassword, newWord)
	op.SeesNot("Sign in to", "Your password ·")
	op.Sees("alice.smith", "✓ Your password was changed")
	if !op.Server.CheckPassword(1, newWord) {
		t.Error("the new password is not active")
	}
	if op.Sent()[0] != "PUT /api/admin/userdetails/changePassword" || len(op.Writes()) != 1 {
		t.Errorf("sent %q", op.Sent())
	}
	if got, want := op.AuditLog.Summary(), []string{"intent change own password", "accepted change own password"}; !slices.Equal(got, want) {
		t.Errorf("logged %q, want %q", got, want)
	}
}

func TestNewPasswordIsNotTruncated(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":2,"passwordExpiration":null}`), uitest.Before(hdptest.WithPolicy(hdptest.Policy{ID: 2, MinLength: 8, MaxLength: 128})))
	op.Presses("enter")
	enterNewPassword(op, hdptest.AdminPassword, "Plum-Tide7-Plum-Tide7-Plum-Tide7-Plum")
	op.Sees("new password: 8 to 32 characters")
	if writes := op.Writes(); len(writes) > 0 {
		t.Errorf("sent %q", writes)
	}
}

func TestOwnPasswordMustChange(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":2,"passwordExpiration":null}`))
	op.Sees("Your password must be changed", "enter change it  esc later")
	op.Presses("enter")
	enterNewPassword(op, hdptest.AdminPassword, newWord)
	op.Sees("✓ Your password was changed")
	op.Presses("ctrl+r")
	op.SeesNot("must be changed", "Sign in to")
}

// The account is not in the list.
func TestOwnPasswordMustChangeWithoutAList(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tenants []int64
		says    bool
	}{"where the account may be read": {[]int64{1, 56}, true}, "and not where it may not": {[]int64{56}, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, uitest.As("byid", "Green-Hill8"), uitest.Given(func(s *hdptest.Server) {
				id := s.AddOperator("byid", "Green-Hill8", c.tenants, 11, 14)
				s.SetPasswordInfo(id, `{"passwordStatus":2,"passwordExpiration":null}`)
			}), uitest.Before(hdptest.WithQuirks(hdptest.ListRefusedOutside)))
			op.Sees("Not permitted")
			if c.says {
				op.Sees("Your password must be changed")
			} else {
				op.SeesNot("must be changed")
			}
			if n := len(op.Sent()); n != 3 {
				t.Errorf("sent %q", op.Sent())
			}
		})
	}
}

func TestRefusalAboutThePasswordSaysSo(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-20 00:00:00"}`),
		uitest.Before(hdptest.WithQuirks(hdptest.RefusedSignInSaysWhy)))
	op.Sees("✗ Refused: The password has expired.", "It may concern your login, your", "Press c to change your password.")
	op.SeesNot("ViewUsers", "Not permitted")
	op.Sends("GET /api/admin/users")
	op.Presses("c")
	enterNewPassword(op, hdptest.AdminPassword, newWord)
	op.Sees("✓ Your password was changed", "alice.smith")
	if got, want := sessionEntries(op), []string{
		"sign-in-refused list users: GET /api/admin/users: HTTP 403: The password has expired. (999000023)", "sign-in",
	}; !slices.Equal(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
}

func TestOwnPasswordExpiryIsAnnouncedOnce(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-28 00:00:00"}`))
	op.Sees("Your password expires in 5 days. Press c to change it.")
	op.Presses("down", "ctrl+r")
	op.SeesNot("Your password expires")
	op.Presses("c")
	op.Sees("Your password · d2cadmin")

	op = uitest.Operator(t, ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-30 00:00:00"}`))
	op.SeesNot("Your password expires")
}

func TestOwnPasswordExpiryReadsAsForAnyAccount(t *testing.T) {
	t.Parallel()
	for expires, says := range map[string]string{
		"2026-11-22 14:20:00": "in 17 min",
		"2026-11-23 00:00:00": "in 9 h 57 min",
		"2026-11-29 14:00:00": "in 7 days",
	} {
		op := uitest.Operator(t, ownInfo(`{"passwordStatus":1,"passwordExpiration":"`+expires+`"}`))
		op.Sees("Your password expires " + says + ". Press c to change it.")
	}
}

func TestPasswordRulesAreCheckedWhileTyping(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("c")
	op.Presses("tab")
	op.Types("abc")
	op.Sees("✗ 8 to 12 characters", "✓ a lowercase letter", "✗ a digit", "✗ an uppercase letter")
	op.SeesNot("abc")
	op.Presses("enter")
	op.Sees("type the old password")
	op.Types(hdptest.AdminPassword)
	op.Presses("enter")
	op.Sees("new password: 8 to 12 characters")
	op.Clears()
	op.Types(hdptest.AdminPassword)
	op.Sees("✗ not the old one", "✓ a digit")
	op.Clears()
	op.Types(newWord)
	op.Presses("enter")
	op.Sees("the passwords do not match")
	op.Presses("esc")
	op.Sees("What you typed will be lost.")
	op.Presses("enter")
	op.SeesNot("Your password")
	if w := op.Writes(); w != nil {
		t.Errorf("sent %q", w)
	}
}

func TestPasswordRulesOnASmallScreen(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(40, 12), ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-20 00:00:00"}`))
	op.Presses("ctrl+o")
	op.Sees("change it here.")
	op.Types(hdptest.AdminPassword)
	op.Presses("tab")
	op.Types("abc")
	op.Sees("✗ 8 to 12 characters", "✗ an uppercase letter")
	op.SeesNot("✓ a lowercase letter")
	op.Clears()
	op.Types(newWord)
	op.SeesNot("✗")
}

func TestOwnPasswordChangeIsRefused(t *testing.T) {
	t.Parallel()
	t.Run("by an unknown rule", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) { s.SetQuirk(hdptest.NameInPasswordRefused, true) }))
		op.Presses("c")
		enterNewPassword(op, hdptest.AdminPassword, "D2cadmin-1")
		op.Sees("Nothing was changed. The password does not meet the", "enter change")
		op.Presses("enter") // nothing typed is lost
		if n := len(op.Writes()); n != 2 {
			t.Errorf("%d writes", n)
		}
	})
	t.Run("because the old one is wrong", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Presses("c")
		enterNewPassword(op, "wrong", newWord)
		op.Sees("Nothing was changed. Invalid user ID or password. Three", "▸ Old password")
		op.Presses("enter", "enter")
		op.Sees("type the old password")
		if n := len(op.Writes()); n != 1 {
			t.Errorf("%d writes", n)
		}
		op.Types(hdptest.AdminPassword)
		op.Presses("enter")
		op.Sees("✓ Your password was changed")
	})
	t.Run("before the permissions are known", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.Given(func(s *hdptest.Server) {
			s.AddOperator("nobody", "Quiet-Lake5", []int64{56}, 14, 15, 11)
		}), uitest.As("nobody", "Quiet-Lake5"))
		op.Presses("c")
		op.Sees("c: your login lacks ChangePassword (9)")
	})
}

func TestOwnPasswordChangeIsNotAnswered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault hdptest.FaultKind
		says  string
	}{
		"and was made":     {hdptest.CloseAfterApply, "✓ The new password is active"},
		"and was not made": {hdptest.CloseBefore, "The new password was not active at 14:02:31 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Presses("c")
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: ownPath, Kind: c.fault})
			enterNewPassword(op, hdptest.AdminPassword, newWord)
			op.Sees("The new password may or may not be active", "enter sign in")
			op.Presses("enter")
			op.Sees(c.says)
			if n := len(op.Writes()); n != 1 {
				t.Errorf("%d writes", n)
			}
			if got, want := op.AuditLog.Summary(), []string{"intent change own password 1", "unknown change own password 1"}; !slices.Equal(got, want) {
				t.Errorf("logged %q, want %q", got, want)
			}
			if c.fault == hdptest.CloseBefore {
				op.Presses("esc", "enter", "ctrl+r")
				op.Sees("alice.smith") // the old password still works
			}
		})
	}
}

func TestOwnPassword(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "half typed", do: func(op *uitest.Op) {
			op.Presses("c")
			op.Types(hdptest.AdminPassword)
			op.Presses("tab")
			op.Types("Plum")
		}},
		{name: "unknown", timed: true, do: func(op *uitest.Op) {
			op.Presses("c")
			op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: ownPath, Kind: hdptest.CloseBefore})
			enterNewPassword(op, hdptest.AdminPassword, newWord)
		}},
		{name: "refused sign-in", habits: with(ownInfo(`{"passwordStatus":1,"passwordExpiration":"2026-11-20 00:00:00"}`)), do: func(*uitest.Op) {}},
	} {
		s.run(t)
	}
}

// At a refused sign-in the name may belong to another operator than the last one. The change is
// logged for that operator, and the id of the account is not known.
func TestOwnPasswordChangeIsLoggedForItsOperator(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Server.Fail(hdptest.Fault{Path: "/users", Kind: hdptest.Status, Status: 401, Body: envelope("222206007", "No.")})
	op.Presses("ctrl+r")
	op.Sees("Sign in to")
	op.Presses("shift+tab")
	op.Clears()
	op.Types("helpdesk")
	op.Presses("ctrl+o")
	op.Sees("Your password · helpdesk")
	enterNewPassword(op, hdptest.HelpdeskPassword, newWord)
	op.Sees("✓ Your password was changed")
	n := 0
	for _, r := range op.AuditLog.All() {
		if r.Operation != "change own password" {
			continue
		}
		n++
		if r.Login != "helpdesk" || r.AccountName != "helpdesk" || r.AccountID != 0 {
			t.Errorf("logged for %s, account %d, %s", r.Login, r.AccountID, r.AccountName)
		}
	}
	if n != 2 {
		t.Errorf("%d entries", n)
	}
}

// The question that opens on its own is disabled by the same reasons as the key.
func TestOwnPasswordChangeWaitsForARunningWrite(t *testing.T) {
	t.Parallel()
	var release, answer func()
	op := uitest.Operator(t, ownInfo(`{"passwordStatus":2}`), uitest.Given(func(s *hdptest.Server) {
		release = s.Fail(hdptest.Fault{Path: "/api/mgmt/user", Kind: hdptest.Hang})
		answer = s.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
	}), uitest.Hanging(1))
	op.Opens("alice")
	op.Presses("u")
	op.Hold(2)
	op.Presses("enter")
	release()
	op.Hold(1)
	op.Looks()
	op.Sees("Your password must be changed")
	op.Presses("enter")
	op.SeesNot("Your password · d2cadmin")
	answer()
	op.Hold(0)
	op.Looks()
	op.Sees("✓ Unlocked alice.smith")
}

// The server refuses the old password before it says that the new one is active. Neither the
// screen nor the log may call that a refused sign-in.
func TestLateRefusalOfTheOldPasswordIsIgnored(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	refuse := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/users", Kind: hdptest.Hang})
	answer := op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: ownPath, Kind: hdptest.Hang})
	op.Hold(1)
	op.Press("ctrl+r") // a list that takes long
	op.Presses("c")
	op.Hold(2)
	enterNewPassword(op, hdptest.AdminPassword, newWord)
	op.Server.SetPassword(1, newWord)
	refuse()
	op.Hold(1)
	op.Looks()
	op.SeesNot("Sign in to")
	op.Server.SetPassword(1, hdptest.AdminPassword)
	answer()
	op.Hold(0)
	op.Looks()
	op.Sees("✓ Your password was changed")
	op.SeesNot("Sign in to")
	for _, r := range op.AuditLog.All() {
		if r.Kind == file.KindSignInRefused {
			t.Errorf("logged as refused: %+v", r)
		}
	}
}
