package ui_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// Journeys of an operator: whom they look for, what they see, what is stored afterwards.

func TestSearchShowsWhyAUserCannotSignIn(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("ali")
	op.Sees("3 matches", "alice.smith", "alina.kovac", "alistair.b")
	op.Presses("enter")
	op.Sees("✗ Cannot sign in: locked for another 12 min", "u unlocks it now", "read 14:02:31")
	op.Waits(39 * time.Second)
	op.Sees("locked for another 12 min")
	op.Waits(2 * time.Second)
	op.Sees("locked for another 11 min") // the countdown moves without a key
	op.Waits(11 * time.Minute)
	op.Sees("locked for another 59 s")
	op.Waits(time.Second)
	op.Sees("locked for another 58 s")
	op.Waits(time.Minute)
	op.Sees("Can sign in: the lock expired")
}

func TestUnlock(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("ali")
	op.Unlocks("INC-4711")
	op.Sees("✓ Can sign in", "✓ Unlocked alice.smith, verified 14:02:31 UTC")
	checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
	op.Presses("esc")
	op.Shows("alice.smith Sales active")
}

func TestUnlockLeavesAnInactiveAccountInactive(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Opens("bao.tran")
	op.Sees("✗ Cannot sign in: inactive and locked")
	op.Unlocks("INC-1")
	op.Sees("✗ Cannot sign in: inactive", ", verified ")
	checkStored(t, op, 304, `{"status":0,"accountLocked":false}`, "")
}

// checkStored compares what the server stores for an account; "" is not compared.
func checkStored(t *testing.T, op *uitest.Op, id int64, status, password string) {
	t.Helper()
	a := op.Server.Stored(id)
	if status != "" && a.StatusInfo != status {
		t.Errorf("statusInfo is\n%s, want\n%s", a.StatusInfo, status)
	}
	if password != "" && a.PasswordInfo != password {
		t.Errorf("passwordInfo is\n%s, want\n%s", a.PasswordInfo, password)
	}
}

func TestUntouchedValuesAreNotLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		id               int64
		keys             []string
		status, password string
		setUp            func(*hdptest.Server)
	}{
		{
			"unknown properties stay as they are written", 391,
			[]string{"s", "right", "enter"},
			`{"status":0,"accountLocked":false,"riskScore":0.870,"labels":["vip",{"since":2019}],"lastReview":null}`, "", nil,
		},
		{
			"null stays null", 393,
			[]string{"s", "right", "enter"},
			`{"status":0,"accountLocked":null,"accountLockedAt":null,"accountLockedUntil":null}`, "", nil,
		},
		{"absent remains absent", 325, []string{"s", "left", "enter"}, `{"status":1}`, "", nil},
		{
			"a lock stays when the account is deactivated", 307,
			[]string{"s", "right", "enter"},
			`{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`, "", nil,
		},
		{
			"an expiry stays when a change is forced", 301,
			[]string{"p", "right", "enter"},
			"",
			`{"passwordStatus":2,"passwordExpiration":"2027-01-25 00:00:00"}`, nil,
		},
		{
			"what a password info has besides stays", 301,
			[]string{"p", "right", "enter"},
			"",
			`{"passwordStatus":2,"passwordExpiration":null,"origin":"import","n":1.50}`,
			func(s *hdptest.Server) {
				s.SetPasswordInfo(301, `{"passwordStatus":1,"passwordExpiration":null,"origin":"import","n":1.50}`)
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			if c.setUp != nil {
				c.setUp(op.Server)
			}
			op.Opens(fmt.Sprint(c.id))
			op.Presses(c.keys...)
			if len(op.Writes()) != 1 {
				t.Errorf("sent: %q", op.Writes())
			}
			checkStored(t, op, c.id, c.status, c.password)
		})
	}
	t.Run("an unchanged form sends nothing", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("s", "right", "left", "enter")
		op.Sees("nothing changed yet")
		if w := op.Writes(); w != nil {
			t.Errorf("sent: %q", w)
		}
	})
}

func TestSetExpiry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, shown, stored string }{
		{"+30d", "2026-12-22 14:02:3", `"2026-12-22 14:02:3`},
		{"tomorrow", "2026-11-23 00:00:00 UTC", `"2026-11-23 00:00:00"`},
		{"2027-02-01", "2027-02-01 00:00:00 UTC", `"2027-02-01 00:00:00"`},
		{"2027-02-01T08:00+01:00", "2027-02-01 07:00:00", `"2027-02-01 07:00:00"`},
		{"never", "→ null", `null`},
	} {
		t.Run(c.typed, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("anna.lind")
			op.Presses("p", "tab")
			op.Clears()
			op.Types(c.typed)
			op.Sees(c.shown)
			op.Presses("enter")
			op.Sees("✓ ", "anna.lind, verified")
			if got := op.Server.Stored(301).PasswordInfo; !strings.HasPrefix(got, `{"passwordStatus":1,"passwordExpiration":`+c.stored) {
				t.Errorf("stored: %s", got)
			}
		})
	}
	for _, key := range []string{"p", "e"} {
		t.Run("a past expiry, by "+key, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens("anna.lind")
			op.Presses(key)
			if key == "p" {
				op.Presses("tab")
			}
			op.Types("2020-01-01") // replaces the present value
			op.Sees("in the past: the password expires at once")
			op.Presses("enter")
			op.Sees("press enter again to send")
			checkNothingWritten(t, op)
			op.Presses("enter")
			op.Sees("✓ ", "anna.lind, verified", "expired 6 y")
		})
	}
	t.Run("an invalid date", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("anna.lind")
		op.Presses("p", "tab")
		op.Clears()
		op.Types("2026-02-30")
		op.Presses("enter")
		_, field := op.Find("▸ Expires")
		if _, reason := op.Find("2026-02-30 is not a date: there is no such day"); reason != field+1 {
			t.Errorf("the reason is in line %d, the field in %d", reason, field)
		}
		if w := op.Writes(); w != nil {
			t.Errorf("sent: %q", w)
		}
	})
}

func TestWrongPasswordIsOneRequestAndOneScreen(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.As("d2cadmin", "wrong"))
	op.Sees("Sign in to hdp.example.test", "Invalid user ID or password.")
	op.Presses("ctrl+r", "enter", "down", "up")
	op.Resizes(120, 36)
	op.Resizes(80, 24)
	op.Waits(3 * time.Minute)
	if sent := op.Sent(); !slices.Equal(sent, []string{"GET /api/admin/users"}) {
		t.Fatalf("sent: %q", sent)
	}
	op.Signs(hdptest.AdminPassword)
	op.SeesNot("Sign in to")
	op.Sees("alice.smith", "1 of 38")
	if n := len(op.Sent()); n > 3 {
		t.Errorf("%d requests to sign in and list: %q", n, op.Sent())
	}
}

func TestRefusedPasswordNamesItsSource(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.As("d2cadmin", "wrong"), uitest.With(func(o *ui.Options) { o.PasswordFrom = "the keyring" }))
	op.Sees("Invalid user ID or password. The password came from the", "keyring.")
	op.Signs("wrong as well") // this time it was typed
	op.Sees("Invalid user ID or password.")
	op.SeesNot("keyring")
}

func TestPasswordIsTypedWithoutEcho(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.WithoutPassword())
	if sent := op.Sent(); sent != nil {
		t.Fatalf("sent before there is a password: %q", sent)
	}
	op.Types("Ocean-Pine7")
	op.SeesNot("Ocean", "Pine")
	op.Presses("enter")
	op.Sees("1 of 38")
}

func TestPastedLoginIsCleaned(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.WithoutPassword())
	op.Presses("up")
	op.Clears()
	op.Types("d2cadmin:Ocean")
	op.Presses("tab")
	op.Send(tea.PasteMsg{Content: "Ocean-Pine7\r\n"})
	op.Presses("enter")
	op.Sees("it contains a colon, where a server would cut")
	op.Clears()
	op.Send(tea.PasteMsg{Content: "\td2cadmin\t"})
	if sent := op.Sent(); sent != nil {
		t.Fatalf("sent %q", sent)
	}
	op.Presses("enter")
	op.Sees("1 of 38")
}

// The console hands the password of the start on and keeps no copy.
func TestStartPasswordIsWiped(t *testing.T) {
	t.Parallel()
	var given hdpclient.Secret
	op := uitest.Operator(t, uitest.With(func(o *ui.Options) { given = o.Password }))
	op.Sees("1 of 38")
	if given.IsZero() || strings.Trim(given.Reveal(), "\x00") != "" {
		t.Errorf("%d bytes of it are left", len(given.Reveal()))
	}
}

func TestLoginRefusedDuringTheSession(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Server.SetPassword(1, "Other-Word9")
	op.Forgets()
	op.Opens("307")
	op.Sees("Sign in to hdp.example.test", "your session", "may have ended")
	op.Waits(time.Minute)
	refused := 0
	for _, r := range op.Server.Requests() {
		if r.Status == 401 {
			refused++
		}
	}
	if refused > 2 { // two were in flight
		t.Errorf("%d refusals: %q", refused, op.Sent())
	}
	op.Signs("Other-Word9")
	op.SeesNot("Sign in to")
	op.Presses("ctrl+r")
	op.Sees("✗ Cannot sign in: locked")
}

// byID signs in as an operator who sees some tenants but may not read the list.
func byID() []uitest.OperatorOption {
	return with(uitest.As("byid", "Green-Hill8"), uitest.Given(func(s *hdptest.Server) {
		s.AddOperator("byid", "Green-Hill8", []int64{56, 57}, 14)
	}), uitest.Before(hdptest.WithQuirks(hdptest.ListRefusedOutside)))
}

func TestOperatorWithoutTheListOpensAnAccount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, sees string }{
		{"by id", "307", "✗ Cannot sign in: locked"},
		{"by the exact name at the service", "kiran.rao@corp.example", "Internal sign-in locked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t, byID()...)
			op.Opens(c.typed)
			op.Sees(c.sees)
		})
	}
	t.Run("not by part of a name", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, byID()...)
		op.Opens("kiran")
		op.Sees("The server has no account with this name.")
		op.SeesNot("Cannot sign in", "sign-in locked")
	})
	t.Run("not in another tenant", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, byID()...)
		op.Opens("301")
		op.Sees("✗ Not permitted", "222208103 · HTTP 403 · GET /api/admin/users/301")
	})
	t.Run("a number that is also a name", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, byID()...)
		op.Opens("412")
		op.Sees("2 from the server", "alina.kovac", " 468 412 ")
		op.SeesNot("Can sign in")
		op.Presses("down", "enter")
		op.Sees("id 468")
	})
}

func TestNumberThatIsAlsoANameIsPointedOut(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("412")
	op.Sees("2 accounts match exactly.", "alina.kovac", "▸   468 412 ")
	op.Presses("down", "enter")
	op.Sees("╭ alina.kovac ")
}

func TestDownInTheSearchFieldGoesToTheNextAccount(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("ali")
	op.Sees("▸   307 alice.smith")
	op.Presses("down")
	op.Sees("▸   412 alina.kovac")
	op.Presses("/", "up", "down", "down")
	op.Sees("▸  look up “ali” on the server")
}

func TestEnterOpensAFuzzyMatch(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("alcsmh")
	op.Sees("alice.smith", "1 match")
	op.Presses("enter")
	op.Sees("╭ alice.smith ", "Cannot sign in")
}

func TestServerSearchForAListedAccount(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("alice")
	op.Presses("down", "down")
	op.Sees("▸  look up “alice” on the server", "enter ask the server")
	op.SeesNot("u unlock")
	op.Forgets()
	op.Presses("u")
	op.Sees("u: no account is selected")
	op.Presses("enter")
	op.Sees("The server has no account with this name.")
	if sent := op.Sent(); !slices.Equal(sent, []string{"GET /api/admin/users/authUserName/alice"}) {
		t.Errorf("sent: %q", sent)
	}
	op.Presses("esc", "esc", "2", "/")
	op.Types("alina")
	op.Sees("not in Locked", "1 match", "▸   412 alina.kovac")
	op.Presses("enter")
	op.Sees("id 412")
}

func TestRowWithoutAReadableIDCannotBeChanged(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 30), uitest.Given(func(s *hdptest.Server) {
		const rest = `"statusInfo":{"status":1,"accountLocked":true},"passwordInfo":{"passwordStatus":1}`
		s.Fail(hdptest.Fault{Path: "/api/admin/users", Kind: hdptest.Status, Status: 200, Body: `{"users":[
			{"id":"307.0","userName":"alice.smith",` + rest + `},{"id":{"value":3},"userName":"ann",` + rest + `},
			{"userName":"bob",` + rest + `},{"id":4.12e2,"userName":"alina.kovac",` + rest + `}]}`})
	}))
	op.Shows("307 alice.smith", "? ann", "? bob", "412 alina.kovac", "4 accounts (2 without a readable id), as of 14:02")
	op.Presses("down")
	op.Waits(time.Second)
	op.Sees("╭ ann ", "The server sent no readable id")
	op.SeesNot("unlocks it now", "s edit")
	op.Forgets()
	for _, key := range []string{"enter", "u", "s", "p", "r", "a", "f", "e", "z", "space", "Y", "tab", "down", "u"} {
		op.Presses(key)
		if key != "down" {
			op.Sees("the server sent no readable id for this account")
		}
	}
	if sent := op.Sent(); sent != nil {
		t.Errorf("sent: %q", sent)
	}
	op.Presses("*")
	op.Sees("2 marked")
	op.Presses("*", "down", "enter")
	op.Sees("id 412")
}

func TestLookalikeNameIsFlagged(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 30), uitest.Given(func(s *hdptest.Server) {
		s.AddAccount(hdptest.Account{ID: 9001, UserName: "\u0430lice.smith", TenantID: 56})
		s.AddAccount(hdptest.Account{ID: 9002, UserName: "bob.\u0438\u0432\u0430\u043d", TenantID: 56})
	}))
	op.Finds("lice.smith")
	op.Shows("307 alice.smith !", "9001 \u0430lice.smith !")
	op.Presses("enter")
	op.Sees("! This name looks like that of account 9001")
	op.Opens("9002")
	op.Sees("! This name mixes letters of different scripts:", "Cyrillic, Latin.")
	op.Opens("412")
	op.SeesNot("The name looks", "The name mixes")
}

func TestSearchFieldSaysWhatEnterDoes(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Presses("/")
	for typed, sees := range map[string]string{
		"": "enter open", "ali": "enter open", "412": "enter open", "alcsmh": "enter open", "locked:yes": "enter open",
		"nobody": "enter ask the server",
	} {
		op.Clears()
		op.Types(typed)
		op.Sees(sees)
	}
	op.Clears()
	op.Types("locked:yes locked:no")
	op.SeesNot("enter open", "enter ask")
	op.Clears()
	op.Types("90001")
	op.Presses("enter")
	op.Sees("The server has no account with this id or name.")
}

func TestEmptyListShowsNoAccount(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Resizes(120, 36)
	op.Presses("enter", "tab")
	op.Sees("╭ d2cadmin ")
	op.Finds("zzzq")
	op.Waits(time.Second)
	op.Sees("╭ Account ", "press / to search")
	op.SeesNot("d2cadmin ─", "s edit", "p edit", "r reset")
	op.Presses("esc", "r")
	op.Sees("r: no account is selected")
	op.Presses("esc")
	op.Waits(time.Second)
	op.Sees("▸     1 d2cadmin", "╭ d2cadmin ", "s edit")
}

func TestLateAnswerDoesNotTakeTheScreen(t *testing.T) {
	t.Parallel()
	t.Run("about an account", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		release := op.Server.Fail(hdptest.Fault{Path: "/users/307", Kind: hdptest.Hang})
		op.Hold(1)
		op.Opens("alice")
		op.Sees("reading…")
		op.Presses("esc", "/")
		op.Clears()
		op.Types("alina")
		op.Press("enter") // cancels the first request
		op.Hold(0)
		op.Looks()
		op.Sees("╭ alina.kovac ", "read 14:02:3")
		release()
		op.Looks()
		op.Sees("╭ alina.kovac ", "✓ Can sign in")
		op.SeesNot("alice")
	})
	t.Run("to a question before more was typed", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		release := op.Server.Fail(hdptest.Fault{Path: "/authUserName/kiran.rao@corp.example", Kind: hdptest.Hang})
		op.Hold(1)
		op.Opens("kiran.rao@corp.example")
		op.Sees("asking the server…")
		op.Types("ski")
		release()
		op.Hold(0)
		op.Looks()
		op.Sees("/ kiran.rao@corp.exampleski", "No account in the list matches")
		op.SeesNot("╭ kiran.rao")
	})
	t.Run("to an unlock that was cancelled", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Finds("ali")
		op.Presses("esc")
		release := op.Server.Fail(hdptest.Fault{Path: "/users/307", Kind: hdptest.Hang})
		op.Hold(1)
		op.Presses("u", "esc", "down")
		release()
		op.Hold(0)
		op.Looks()
		op.SeesNot("Unlock ·")
	})
}

func TestDuplicateAnswersCountOnce(t *testing.T) {
	t.Parallel()
	journey := func(d *uitest.Console) []string {
		var all []string
		for _, do := range []func(){
			func() { d.Opens("alice") },
			func() { d.Presses("s", "esc", "ctrl+r") },
			func() { d.Presses("esc", "u", "esc") },
			func() { d.Opens("kiran.rao@corp.example") },
		} {
			do()
			all = append(all, uitest.MaskDurations(d.Screen()))
		}
		return all
	}
	once, twice := uitest.NewConsole(t, nil), uitest.NewConsole(t, nil)
	twice.Twice = true
	want, got := journey(once), journey(twice)
	for i := range want {
		if want[i] != got[i] {
			t.Errorf("step %d: with every answer twice the screen is\n%s\ninstead of\n%s", i+1, got[i], want[i])
		}
	}
	if n, m := len(once.Server.Requests()), len(twice.Server.Requests()); n > m {
		t.Errorf("%d requests, and %d when every answer came twice", n, m)
	}
}

func TestSecondEnterDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Opens("307")
	d.Presses("u")
	// Both keys are typed before the first has had an effect.
	_, first := d.Update(uitest.Key(t, "enter"))
	_, second := d.Update(uitest.Key(t, "enter"))
	var writes []tea.Cmd
	for _, msg := range append(runCommands(first), runCommands(second)...) {
		_, cmd := d.Update(msg)
		writes = append(writes, cmd)
	}
	for _, cmd := range writes {
		d.Runs(cmd)
	}
	d.Sees("✓ Can sign in")
	d.SeesNot("Not sent", "Changed meanwhile")
	puts := 0
	for _, r := range d.Server.Requests() {
		if r.Method == "PUT" {
			puts++
		}
	}
	if puts != 1 {
		t.Errorf("%d writes", puts)
	}
}

func TestOlderListDoesNotReplaceANewerOne(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	_, old := d.Update(uitest.Key(t, "ctrl+r"))
	late := runCommands(old) // read, but not yet handled
	d.Server.AddAccount(hdptest.Account{ID: 4711, UserName: "newcomer"})
	d.Presses("ctrl+r")
	d.Sees("of 39")
	for _, msg := range late {
		d.Send(msg)
	}
	d.Sees("of 39")
}

// runCommands runs commands and returns their messages.
func runCommands(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, many := msg.(tea.BatchMsg)
	if !many {
		return []tea.Msg{msg}
	}
	var all []tea.Msg
	for _, c := range batch {
		all = append(all, runCommands(c)...)
	}
	return all
}

func TestServerGoesAwayDuringTheSession(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Waits(10 * time.Minute)
	op.Server.Close()
	op.Presses("ctrl+r")
	op.Sees("alice.smith", "Refresh failed: ", "The list is as of 14:02 UTC.")
	op.Presses("down")
	op.Sees("refresh failed: connection refused, as of 14:02")
	op.Opens("ali")
	op.Sees("✗ No answer:", "Last known state:", "✗ Cannot sign in: locked for another 2 min")
	op.Presses("esc")
	op.Resizes(40, 12)
	op.Sees("still as of 14:02 UTC: connection")
	op.Resizes(120, 36)
	op.Sees("38 accounts, refresh failed: connection refused, as of 14:02")
}

func TestLostAnswer(t *testing.T) {
	t.Parallel()
	lost := func(f hdptest.Fault) (op *uitest.Op, release func()) {
		op = uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		f.Method = "PUT"
		release = op.Server.Fail(f)
		op.Presses("enter")
		return op, release
	}
	once := func(t *testing.T, op *uitest.Op) {
		t.Helper()
		if w := op.Writes(); len(w) != 1 {
			t.Errorf("a write was repeated: %q", w)
		}
	}
	t.Run("the change was applied", func(t *testing.T) {
		op, _ := lost(hdptest.Fault{Kind: hdptest.CloseAfterApply})
		op.Sees("✓ Unlocked alice.smith, verified", "✓ Can sign in")
		once(t, op)
	})
	t.Run("it is applied during the read-back", func(t *testing.T) {
		op, _ := lost(hdptest.Fault{Kind: hdptest.ApplyLate})
		op.Sees("sent, reading it back…")
		op.SeesNot(", verified", "Outcome unknown")
		op.Waits(time.Second)
		op.Sees("✓ Unlocked alice.smith, verified 14:02:3", "✓ Can sign in")
		once(t, op)
	})
	t.Run("it is not applied", func(t *testing.T) {
		op, _ := lost(hdptest.Fault{Kind: hdptest.CloseBefore})
		op.Waits(29 * time.Second)
		op.Sees("sent, reading it back, 29 s…")
		op.Waits(2 * time.Second)
		op.Sees("✗ Outcome unknown", "Not stored as of 14:03:01 UTC; it may still arrive.")
		op.SeesNot("✓", ", verified")
		once(t, op)
		op.Presses("enter")
		op.Sees("✗ Outcome unknown", "Not stored as of 14:03:0")
		once(t, op)
		op.Presses("esc")
		op.SeesNot("Unlock · alice.smith") // the form no longer shows what was sent
		if !op.Server.Stored(307).Locked() {
			t.Error("it is no longer locked")
		}
	})
	t.Run("it is applied after the read-back", func(t *testing.T) {
		op, release := lost(hdptest.Fault{Kind: hdptest.ApplyOnRelease})
		op.Waits(31 * time.Second)
		op.Sees("✗ Outcome unknown")
		release()
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith, verified 14:03:0", "✓ Can sign in")
		once(t, op)
	})
	t.Run("a proxy answers, and it was applied", func(t *testing.T) {
		op, _ := lost(hdptest.Fault{Kind: hdptest.HTML502, Applied: true})
		op.Sees("✓ Unlocked alice.smith, verified")
		once(t, op)
	})
}

func TestAnotherAdministratorChangedTheAccount(t *testing.T) {
	t.Parallel()
	t.Run("the operator's change is reviewed again", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("anna.lind")
		op.Presses("s", "right", "shift+tab")
		op.Types("INC-9")
		op.Server.SetStatusInfo(301, `{"status":1,"accountLocked":true,"note":"by hand"}`)
		op.Presses("enter")
		op.Sees("✗ Changed meanwhile", "Nothing was sent.", "accountLocked  –         true", "by hand")
		if w := op.Writes(); w != nil {
			t.Fatalf("sent: %q", w)
		}
		op.Presses("enter")
		op.Sees("● inactive", "● yes", "INC-9", "~ status", "  accountLocked  true", "by hand")
		op.Presses("enter")
		op.Sees("✓ Deactivated anna.lind, verified")
		checkStored(t, op, 301, `{"status":0,"accountLocked":true,"note":"by hand"}`, "")
	})
	t.Run("and did the same", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
		op.Presses("enter")
		op.Sees("Unchanged", "alice.smith is already unlocked.", "Nothing was sent, and nothing is left to do.", "✓ Can sign in")
		op.SeesNot("✗", "you wanted", "also changed", "review again")
		op.Presses("enter")
		op.SeesNot("Unchanged", "Unlock ·")
		op.Presses("esc")
		op.Shows("alice.smith Sales active")
		checkNothingWritten(t, op)
		checkLog(t, op, "intent unlock 307", "conflict unlock 307")
	})
	t.Run("and did the same, and more", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":false}`)
		op.Presses("enter")
		op.Sees("Unchanged", "also changed  before    now", "status        1 active  0 inactive", "✗ Cannot sign in: inactive")
		op.SeesNot("review again", "accountLockedAt  ")
		op.Presses("esc")
		op.SeesNot("Unlock ·")
	})
	t.Run("and did part of it", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("s", "right", "tab", "right") // inactive, and not locked
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
		op.Presses("enter")
		op.Sees("✗ Changed meanwhile", "review again")
		op.Presses("enter", "enter")
		op.Sees("✓ Deactivated alice.smith, verified")
		checkStored(t, op, 307, `{"status":0,"accountLocked":false}`, "")
	})
	t.Run("and did the same, which cannot be logged", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":false}`)
		answer := op.Server.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Hang})
		op.Hold(1)
		op.Press("enter")
		op.Awaits("/307/statusinfo")
		op.AuditLog.Breaks()
		op.Hold(0)
		answer()
		op.Looks()
		op.Sees("✗ Unchanged", "It could not be written")
	})
	t.Run("and the note of the new plan is up to date", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.SeesNot("inactive")
		op.Server.SetStatusInfo(307, `{"status":0,"accountLocked":true}`)
		op.Presses("enter", "enter")
		op.Sees("Unlock · alice.smith", "The account is inactive")
	})
	for _, c := range []struct{ name, account, key, now, says, asks string }{
		{"and activated what a was to activate", "325", "a", "active", " is already active.", "Deactivate · "},
		{"and deactivated what a was to deactivate", "301", "a", "inactive", " is already inactive.", "Activate · "},
		{"and forced the change that f was to force", "301", "f", "must reset", " must already change the password.", "Cancel the forced password change · "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			op := uitest.Operator(t)
			op.Opens(c.account)
			op.Waits(20 * time.Second) // the reading on the screen is too old now
			id, _ := strconv.ParseInt(c.account, 10, 64)
			switch {
			case c.key == "f":
				op.Server.SetPasswordInfo(id, `{"passwordStatus":2}`)
			case c.now == "active":
				op.Server.SetStatusInfo(id, `{"status":1}`)
			default:
				op.Server.SetStatusInfo(id, `{"status":0}`)
			}
			op.Presses(c.key)
			op.Sees("Unchanged", c.says, "Nothing was sent", "Press "+c.key+" again")
			op.Presses("enter")
			op.SeesNot("Unchanged", c.asks)
			op.Presses(c.key)
			op.Sees(c.asks)
			if w := op.Writes(); w != nil {
				t.Errorf("sent: %q", w)
			}
		})
	}
	t.Run("and set a status that a cannot change", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("301")
		op.Waits(20 * time.Second) // the reading on the screen is too old now
		op.Server.SetStatusInfo(301, `{"status":7}`)
		op.Presses("a")
		op.Sees("✗ Changed meanwhile", "was shown as active and is now status 7", "Nothing was sent")
		checkNothingWritten(t, op)
	})
	t.Run("the lock only moved", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t)
		op.Opens("307")
		op.Presses("u")
		op.Server.SetStatusInfo(307, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:00","accountLockedUntil":"2026-11-22 14:32:00"}`)
		op.Presses("enter")
		op.Sees("✗ Lock renewed")
		op.Presses("enter")
		op.Sees("- accountLockedUntil  2026-11-22 14:32:00")
		op.Presses("enter")
		op.Sees("✓ Unlocked alice.smith, verified")
		checkStored(t, op, 307, `{"status":1,"accountLocked":false}`, "")
	})
}

func TestValuesThatTheServerIgnores(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.Before(hdptest.WithQuirks(hdptest.UnknownDropped)))
	op.Opens("391")
	op.Presses("s", "right", "enter")
	op.Sees("✗ Not stored as sent", "did not accept riskScore, labels")
	op.SeesNot(", verified")
}

func TestMidnightChangesTheTimes(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Presses("/")
	d.Types("grace")
	d.Presses("esc")
	d.Sees("grace.kim", "expires 1 d") // 2026-11-24 00:00
	for _, c := range []struct {
		now  time.Time
		word string
	}{
		{time.Date(2026, 11, 22, 23, 59, 59, 0, time.UTC), "expires 1 d"},
		{time.Date(2026, 11, 23, 0, 0, 1, 0, time.UTC), "tomorrow"},
		{time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC), "tomorrow"},
		{time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), "expired <1 h"},
		{time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), "expired 1 d"},
	} {
		d.Time = c.now
		if line := row(d.Screen(), "grace.kim"); !strings.Contains(line, c.word) {
			t.Errorf("at %s: want %q in %q", c.now.Format(time.DateTime), c.word, line)
		}
	}
	op := uitest.Operator(t)
	op.Clock.Set(time.Date(2026, 11, 22, 14, 2, 40, 0, time.UTC))
	op.Finds("dorian")
	op.Sees("locked")
	op.Waits(time.Minute) // the lock has 20 s left, and no key is pressed
	op.Shows("dorian.grau Ops lock exp.")
}

func TestExpiredLockIsNotLocked(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t)
	op.Finds("carla")
	op.Shows("carla.mendes Sales lock exp.")
	op.Presses("enter")
	op.Sees("✓ Can sign in: the lock expired 2 h 30 min ago", "expired, flag still set")
	op.SeesNot("✗", "Cannot", "another")
}

// Not parallel: it keeps both cores busy, and other tests would share its minute.
func TestAHundredThousandAccounts(t *testing.T) {
	op := uitest.Operator(t, uitest.Before(hdptest.WithAccounts(100_000)), uitest.Terminal(uitest.Deadline(time.Minute)))
	op.Sees("of 100,000", "as of 14:02")
	op.Presses("G", "pgup", "g")
	op.Opens("alice.sm")
	op.Sees("✗ Cannot sign in: locked")
	op.Unlocks("INC-1")
	op.Sees("✓ Unlocked alice.smith, verified")
}

func TestServerTimeIsUsed(t *testing.T) {
	t.Parallel()
	far := time.Date(2099, 1, 1, 12, 0, 0, 0, time.UTC) // far from this machine's time
	op := uitest.Operator(t, uitest.ServerTellsTime(), uitest.On(100, 24), uitest.At(far))
	op.Sees("server clock", "ahead", "as of 12:00")
	op.Opens("307")
	op.Sees("read 12:00:0")
}
