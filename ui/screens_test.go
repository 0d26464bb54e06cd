package ui_test

import (
	"regexp"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/ui"
	"hdpadmin/ui/uitest"
)

// screen is a golden test: what the operator does first, and at which sizes the screen is
// compared. An error says how many milliseconds a request took; if the number of digits moves a
// line break, the test starts over.
type screen struct {
	name   string
	habits []uitest.OperatorOption
	do     func(*uitest.Op)
	one    bool // only at 80×24
	timed  bool // the screen contains a duration
}

func (s screen) run(t *testing.T) {
	t.Run(s.name, func(t *testing.T) {
		t.Parallel()
		op := s.play(t)
		if s.one {
			op.GoldenAt("", 80, 24)
			return
		}
		op.Golden("")
	})
}

func (s screen) play(t *testing.T) *uitest.Op {
	habits := s.habits
	if s.timed {
		habits = append(habits, uitest.FarFromServer())
	}
	for tries := 1; ; tries++ {
		op := uitest.Operator(t, habits...)
		if s.do != nil {
			s.do(op)
		}
		if !s.timed || tries == 5 {
			return op
		}
		op.Resizes(120, 36)
		if !oddTime.MatchString(op.Screen()) {
			op.Resizes(80, 24)
			return op
		}
	}
}

var oddTime = regexp.MustCompile(`\d\d\d[ \x{a0}]ms|[^\d<]\d[ \x{a0}]ms`)

func with(h ...uitest.OperatorOption) []uitest.OperatorOption { return h }

func failing(f hdptest.Fault) uitest.OperatorOption {
	return uitest.Given(func(s *hdptest.Server) { s.Fail(f) })
}

const list = "/api/admin/users"

func TestLookup(t *testing.T) {
	t.Parallel()
	finds := func(text string) func(*uitest.Op) { return func(op *uitest.Op) { op.Finds(text) } }
	for _, s := range []screen{
		{name: "all"},
		{name: "ali is typed", do: finds("ali")},
		{name: "no match", do: finds("zzz nobody")},
		{name: "fuzzy", do: finds("alcsmh"), one: true},
		{name: "unknown to the server", do: func(op *uitest.Op) { op.Finds("zzz"); op.Presses("enter") }},
		{
			name: "the id of one and the name of another", one: true,
			do: func(op *uitest.Op) { op.Finds("412"); op.Presses("enter") },
		},
		{
			name: "many", habits: with(uitest.Before(hdptest.WithAccounts(2000))), one: true,
			do: func(op *uitest.Op) { op.Presses("G") },
		},
		{name: "empty", habits: with(failing(hdptest.Fault{Path: list, Kind: hdptest.Status, Status: 200, Body: `{"users":[]}`}))},
		{name: "refused", timed: true, habits: with(uitest.Given(func(s *hdptest.Server) {
			s.AddOperator("byid", "Green-Hill8", nil)
		}), uitest.As("byid", "Green-Hill8"))},
		{name: "being read", habits: with(uitest.Hanging(1), failing(hdptest.Fault{Path: list, Kind: hdptest.Hang}))},
		{
			name: "typed while it is read", one: true, do: finds("ali"),
			habits: with(uitest.Hanging(1), failing(hdptest.Fault{Path: list, Kind: hdptest.Hang})),
		},
	} {
		s.run(t)
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	unreadable := uitest.Given(func(s *hdptest.Server) {
		s.SetStatusInfo(307, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-02-30 25:00:00","accountLockedUntil":"soon"}`)
		s.SetPasswordInfo(307, `{"passwordStatus":1,"passwordExpiration":"next year"}`)
	})
	for _, a := range []struct {
		name, find string
		all        bool
		habits     []uitest.OperatorOption
	}{
		{name: "locked", find: "307", all: true},
		{name: "lapsed", find: "311"},
		{name: "locked without end", find: "318"},
		{name: "locked and inactive", find: "304"},
		{name: "inactive", find: "325"},
		{name: "expired", find: "331"},
		{name: "expires soon", find: "338"},
		{name: "never expires", find: "alina"},
		{name: "must change", find: "349"},
		{name: "must change and expired", find: "352"},
		{name: "locked and must change", find: "370"},
		{name: "external", find: "356"},
		{name: "mixed", find: "363", all: true},
		{name: "unknown status", find: "384"},
		{name: "unknown password status", find: "398"},
		{name: "rights by number", find: "405"},
		{name: "long name", find: "454", all: true},
		{name: "greek", find: "419"},
		{name: "wide characters", find: "433"},
		{name: "arabic", find: "440"},
		{name: "emoji", find: "447"},
		{name: "escapes", find: "461"},
		{name: "unreadable times", find: "307", habits: with(unreadable)},
		{name: "not permitted", find: "307", habits: with(
			failing(hdptest.Fault{Path: "/307/passwordinfo", Kind: hdptest.Status, Status: 403}))},
		{name: "with local time", find: "307", habits: with(uitest.With(func(o *ui.Options) {
			o.Zone = time.FixedZone("CET", 3600)
		}))},
		{name: "read-only", find: "307", habits: with(uitest.With(func(o *ui.Options) { o.ReadOnly = true }))},
	} {
		screen{
			name: a.name, habits: a.habits, do: func(op *uitest.Op) { op.Opens(a.find) },
			one: !a.all, timed: a.name == "not permitted",
		}.run(t)
	}
}

func TestAccountNextToTheList(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.On(120, 36))
	op.Presses("j", "j", "j", "j", "j")
	op.Waits(200 * time.Millisecond)
	op.GoldenAt("followed", 120, 36)
	op.Presses("enter")
	op.GoldenAt("read", 120, 36)
}

func TestForms(t *testing.T) {
	t.Parallel()
	open := func(account, key string, then ...func(*uitest.Op)) func(*uitest.Op) {
		return func(op *uitest.Op) {
			op.Opens(account)
			op.Presses(key)
			for _, do := range then {
				do(op)
			}
		}
	}
	press := func(keys ...string) func(*uitest.Op) { return func(op *uitest.Op) { op.Presses(keys...) } }
	instead := func(text string) func(*uitest.Op) {
		return func(op *uitest.Op) { op.Clears(); op.Types(text) }
	}
	for _, s := range []screen{
		{name: "status, clean", do: open("307", "s")},
		{name: "status, unlocked and inactive", do: open("307", "s", press("right", "tab", "right", "tab"),
			func(op *uitest.Op) { op.Types("INC-4711 caller verified") })},
		{name: "status, invalid time", do: open("307", "s", press("tab", "tab", "tab"), instead("2026-02-30"))},
		{name: "status, nothing changed", do: open("307", "s", press("enter")), one: true},
		{name: "status, unknown value", do: open("384", "s")},
		{name: "status, unknown properties", do: open("391", "s", press("space")), one: true},
		{name: "status, locked by hand", do: open("alina", "s", press("tab", "left", "tab", "tab"), instead("+30m")), one: true},
		{name: "status, discard", do: open("307", "s", press("right", "esc"))},
		{name: "password, clean", do: open("307", "p")},
		{name: "password, changed", do: open("307", "p", press("right", "tab"), instead("+30d"))},
		{name: "password, never", do: open("307", "p", press("tab"), instead("never")), one: true},
		{name: "password, from never", do: open("alina", "p", press("tab"), instead("tomorrow")), one: true},
		{name: "password, invalid time", do: open("307", "p", press("tab"), instead("2026-02-30"))},
		{name: "password, empty time", do: open("307", "p", press("tab"), instead("")), one: true},
		{name: "password, discard", do: open("307", "p", press("right", "esc")), one: true},
		{name: "long name", do: open("454", "s"), one: true},
		{
			name: "with local time", do: open("307", "p", press("tab"), instead("2026-12-31 23:30")), one: true,
			habits: with(uitest.With(func(o *ui.Options) { o.Zone = time.FixedZone("CET", 3600) })),
		},
		{name: "unlock", do: open("307", "u")},
		{name: "unlock of an inactive account", do: open("304", "u")},
		{
			name: "unlock, escapes in the name", one: true,
			habits: with(uitest.Given(func(s *hdptest.Server) {
				s.SetStatusInfo(461, `{"status":1,"accountLocked":true,"accountLockedUntil":"2026-11-22 15:00:00"}`)
			})),
			do: open("461", "u"),
		},
		{name: "sending", do: open("307", "u", func(op *uitest.Op) {
			op.Server.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.Hang})
			op.Hold(1)
			op.Press("enter")
			op.Awaits("/307/statusinfo")
		}), one: true},
	} {
		s.run(t)
	}
}

func envelope(code, text string) string {
	return `{"error":{"code":` + code + `,"message":{"lang":"en-US","value":"` + text + `"}}}`
}

func TestErrors(t *testing.T) {
	t.Parallel()
	const id = 30712
	locked := `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`
	walter := uitest.Given(func(s *hdptest.Server) {
		s.AddAccount(hdptest.Account{ID: id, UserName: "walter.berg", TenantID: 56, StatusInfo: locked})
	})
	unlock := func(before func(*hdptest.Server), wait time.Duration) func(*uitest.Op) {
		return func(op *uitest.Op) {
			op.Opens("walter")
			op.Presses("u")
			before(op.Server)
			op.Presses("enter")
			op.Waits(wait)
		}
	}
	put := func(f hdptest.Fault) func(*hdptest.Server) {
		return func(s *hdptest.Server) { f.Method = "PUT"; s.Fail(f) }
	}
	ask := func(op *uitest.Op) { op.Finds("zzz.nobody"); op.Presses("enter") }
	for _, s := range []screen{
		{name: "write refused by an envelope", do: unlock(put(hdptest.Fault{
			Kind: hdptest.Status, Status: 404,
			Body: envelope("222207916", "There is no User with that id: 30712."),
		}), 0)},
		{
			name: "write forbidden", do: unlock(func(*hdptest.Server) {}, 0),
			habits: with(uitest.As("viewer", hdptest.ViewerPassword)),
		},
		{name: "deleted meanwhile", do: unlock(func(s *hdptest.Server) { s.Delete(id) }, 0), one: true},
		{
			name: "login refused at the write", one: true,
			do: unlock(func(s *hdptest.Server) { s.SetPassword(1, "Other-Word9") }, 0),
		},
		{name: "conflict", do: unlock(func(s *hdptest.Server) {
			s.SetStatusInfo(id, `{"status":0,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`)
		}, 0)},
		{name: "unchanged", do: unlock(func(s *hdptest.Server) { s.SetStatusInfo(id, `{"status":0}`) }, 0)},
		{name: "the lock has moved", one: true, do: unlock(func(s *hdptest.Server) {
			s.SetStatusInfo(id, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:02:00","accountLockedUntil":"2026-11-22 14:32:00"}`)
		}, 0)},
		{
			name: "differs", habits: with(uitest.Before(hdptest.WithQuirks(hdptest.ManualLockIgnored))),
			do: func(op *uitest.Op) {
				op.Opens("alina")
				op.Presses("s", "tab", "left", "enter")
			},
		},
		{name: "outcome unknown, not stored", do: unlock(put(hdptest.Fault{Kind: hdptest.CloseBefore}), time.Minute)},
		{
			name: "outcome unknown, web page", one: true,
			do: unlock(put(hdptest.Fault{Kind: hdptest.HTML502}), time.Minute),
		},
		{name: "web page for the list", habits: with(failing(hdptest.Fault{Path: list, Kind: hdptest.HTML502, Times: hdptest.Forever}))},
		{
			name: "web page for an account", do: func(op *uitest.Op) { op.Opens("307") },
			habits: with(failing(hdptest.Fault{Path: "/users/307", Kind: hdptest.HTML502, Times: hdptest.Forever})),
		},
		{
			name: "web page for a name", do: ask,
			habits: with(failing(hdptest.Fault{Path: list + "/authUserName/zzz.nobody", Kind: hdptest.HTML502, Times: hdptest.Forever})),
		},
		{name: "list cut in the middle", one: true, habits: with(failing(hdptest.Fault{Path: list, Kind: hdptest.CutBody, Times: hdptest.Forever}))},
		{name: "connection refused", habits: with(uitest.ConnectionRefused())},
		{
			name: "connection refused to a new login", one: true, habits: with(uitest.ConnectionRefused(), uitest.WithoutPassword()),
			do: func(op *uitest.Op) { op.Signs("x") },
		},
		{
			name: "account forbidden", do: func(op *uitest.Op) { op.Finds("301"); op.Presses("enter") },
			habits: with(uitest.As("viewer", hdptest.ViewerPassword)),
		},
	} {
		s.habits, s.timed = append(s.habits, walter), true
		s.run(t)
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "empty", habits: with(uitest.WithoutPassword())},
		{name: "typed", habits: with(uitest.WithoutPassword()), do: func(op *uitest.Op) { op.Types("Ocean-Pine7") }, one: true},
		{
			name: "waiting", one: true,
			habits: with(uitest.WithoutPassword(), failing(hdptest.Fault{Path: list, Kind: hdptest.Hang})),
			do:     func(op *uitest.Op) { op.Hold(1); op.Signs(hdptest.AdminPassword) },
		},
		{name: "refused", timed: true, habits: with(uitest.As("d2cadmin", "wrong"))},
		{name: "no name", one: true, habits: with(uitest.As("", ""))},
	} {
		s.run(t)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	help := func(op *uitest.Op) { op.Presses("?") }
	for _, s := range []screen{
		{name: "in the list", do: help},
		{name: "in the account", do: func(op *uitest.Op) { op.Opens("307"); help(op) }, one: true},
		{name: "in a dialog", do: func(op *uitest.Op) { op.Presses("2", "*", "u", "enter"); op.Waits(0); help(op) }, one: true},
		{name: "to the end", do: func(op *uitest.Op) { op.Presses("?", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown") }, one: true},
		{name: "filtered", do: func(op *uitest.Op) { help(op); op.Types("log") }},
		{name: "no match", do: func(op *uitest.Op) { help(op); op.Types("coffee") }, one: true},
		{name: "over an account that is not locked", do: func(op *uitest.Op) { op.Opens("alina"); help(op) }, one: true},
		{name: "read-only", do: help, one: true, habits: with(uitest.With(func(o *ui.Options) { o.ReadOnly = true }))},
		{
			name: "demo", one: true, do: func(op *uitest.Op) { help(op); op.Types("demo") },
			habits: with(uitest.With(func(o *ui.Options) {
				o.Demo = &ui.Demo{Address: "http://127.0.0.1:8080", Logins: []ui.DemoLogin{
					{User: "d2cadmin", Password: "Ocean-Pine7", Role: "system administrator: everything, in every tenant"},
				}}
			})),
		},
	} {
		s.run(t)
	}
}
