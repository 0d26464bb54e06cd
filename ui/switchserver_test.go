package ui_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/change"
	"hdpadmin/ui"
	"hdpadmin/ui/profiles"
	"hdpadmin/ui/theme"
	"hdpadmin/ui/uitest"
)

// production uses a profile with a badge that must not be overlooked.
func production(more ...uitest.OperatorOption) []uitest.OperatorOption {
	return append(with(uitest.With(func(o *ui.Options) { o.Profile, o.Accent = "prod-eu", "red" }), uitest.Under(change.Rules{TypeName: true})), more...)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "with an accent", habits: production()},
		{name: "without an accent", one: true, habits: with(uitest.With(func(o *ui.Options) { o.Profile, o.Accent = "test", "none" }))},
		{name: "an accent without a profile", one: true, habits: with(uitest.With(func(o *ui.Options) { o.Accent = "red" }))},
		{
			name: "with an accent, without colours", one: true,
			habits: production(uitest.With(func(o *ui.Options) { o.Theme = theme.ASCII(theme.Mono()) })),
		},
		{
			name:   "all that can be in the header",
			habits: production(uitest.With(func(o *ui.Options) { o.Insecure = true }), uitest.ReadOnly()),
		},
		{
			name:   "a long name",
			habits: production(uitest.With(func(o *ui.Options) { o.Profile = "production-europe-west.1" })),
		},
		{name: "a name to type", habits: production(), do: func(op *uitest.Op) {
			op.Opens("307")
			op.Presses("u", "enter")
		}},
	} {
		s.run(t)
	}
}

func TestProfileBadgeColour(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, production()...)
	op.Golden("")
	op.GoldenStyled("styled")
}

func TestTypedNameMatchesComposedAndDecomposedAccents(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, production(uitest.Given(func(s *hdptest.Server) {
		s.AddAccount(hdptest.Account{ID: 9001, UserName: "jose\u0301", TenantID: 56, StatusInfo: `{"status":1,"accountLocked":true}`})
	}))...)
	op.Opens("9001")
	op.Presses("u", "tab")
	op.Types("jos\u00e9")
	op.Presses("enter")
	op.Sees("✓ Can sign in")
	op.Presses("r", "enter")
	op.Sees("type the full user name")
	op.Types("jos\u00e9")
	op.Presses("enter")
	op.Sees("Reset accepted")
}

func TestNothingIsSentWithoutTheTypedName(t *testing.T) {
	t.Parallel()
	t.Run("one account", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Forgets()
		op.Unlocks("INC-4711")
		op.Sees("type the full user name")
		op.Types("alice.smit")
		op.Presses("enter")
		op.Sends()
		op.Types("h")
		op.Presses("enter")
		op.Sees(", verified ")
		checkLog(t, op, "intent unlock 307 “INC-4711”", "applied unlock 307")
	})
	t.Run("a form", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Forgets()
		op.Presses("s", "tab", "right", "enter")
		op.Sees("type the full user name")
		op.Sends()
	})
	t.Run("a temporary password", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Presses("r")
		op.Forgets()
		op.Presses("enter")
		op.Sees("type the full user name")
		op.Sends()
		op.Types("alice.smith")
		op.Presses("enter")
		op.Sees("Reset accepted")
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Opens("307")
		op.Presses("u", "enter")
		op.Types("alice.smith")
		op.Presses("enter")
		op.Presses("z")
		op.Forgets()
		op.Presses("enter")
		op.Sees("Undo", "type the full user name")
		op.Sends()
	})
	t.Run("two accounts", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, production()...)
		op.Presses("2", "space", "down", "space", "u")
		op.Sees("2 of 2 will change.")
		op.Forgets()
		op.Presses("enter")
		op.Sees("type 2 to confirm: 2 accounts")
		op.Sends()
		op.Types("2")
		op.Presses("enter")
		op.Sees("2 applied")
	})
}

// withProfiles uses settings with these profiles; prod-eu is in use.
func withProfiles(list []profiles.Profile, err error) uitest.OperatorOption {
	return uitest.With(func(o *ui.Options) {
		o.Profile = "prod-eu"
		o.Profiles = func() ([]profiles.Profile, error) { return list, err }
	})
}

func threeProfiles() []profiles.Profile {
	return []profiles.Profile{
		{Name: "prod-eu", Server: "hdp.example.test", User: "d2cadmin", Accent: "red"},
		{Name: "readers", Server: "hdp.example.test:8443", ReadOnly: true},
		{Name: "old", Problem: "CA file: there is no file /etc/old-ca.pem"},
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	p := func(op *uitest.Op) { op.Presses("P") }
	for _, s := range []screen{
		{name: "three of them", habits: with(withProfiles(threeProfiles(), nil)), do: p},
		{name: "one that cannot be used", habits: with(withProfiles(threeProfiles(), nil)), do: func(op *uitest.Op) { op.Presses("P", "down", "enter") }},
		{name: "the one in use", one: true, habits: with(withProfiles(threeProfiles(), nil)), do: func(op *uitest.Op) { op.Presses("P", "up", "enter") }},
		{name: "no other", habits: with(withProfiles(threeProfiles()[:1], nil)), do: p},
		{name: "none", one: true, habits: with(withProfiles(nil, nil)), do: p},
		{name: "settings that are wrong", one: true, habits: with(withProfiles(nil, errors.New("config.toml:3: unknown setting \"foo\""))), do: p},
	} {
		s.run(t)
	}
}

func TestPageKeysInProfiles(t *testing.T) {
	t.Parallel()
	var many []profiles.Profile
	for n := range 40 {
		many = append(many, profiles.Profile{Name: fmt.Sprintf("server-%02d", n), Server: "hdp.example.test"})
	}
	op := uitest.Operator(t, withProfiles(many, nil))
	op.Presses("P")
	op.Sees("▸    server-00", "pgdn more")
	op.Presses("pgdown")
	op.Sees("▸    server-17", "pgdn more")
	op.Presses("pgdown", "pgdown")
	op.Sees("▸    server-39")
	op.SeesNot("pgdn more")
	op.Presses("pgup", "pgup", "pgup")
	op.Sees("▸    server-00")
}

func TestSwitchProfile(t *testing.T) {
	t.Parallel()
	t.Run("without a dialog it switches at once", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Presses("2", "space", "P", "enter")
		op.Ended()
		if op.Next() != (ui.Next{Profile: "readers"}) {
			t.Errorf("%+v", op.Next())
		}
	})
	t.Run("to a server without a profile", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(nil, nil))
		op.Presses("P", "n")
		op.Ended()
		if op.Next() != (ui.Next{Connect: true}) {
			t.Errorf("%+v", op.Next())
		}
	})
	t.Run("esc stays", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Presses("P", "esc")
		op.SeesNot("Profiles")
		op.Opens("307")
		op.Sees("alice.smith")
	})
	t.Run("in a form the key is a letter", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Opens("307")
		op.Presses("u", "P")
		op.Sees("Reason     P")
		op.SeesNot("Profiles")
	})
	t.Run("during a batch the key does nothing", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Presses("2", "*", "u")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
		op.Hold(2)
		op.Press("enter")
		op.Awaits("/statusinfo")
		op.Press("P")
		op.Sees("s stop")
		op.SeesNot("Profiles")
	})
	t.Run("over a changed form it asks", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Opens("307")
		op.Presses("u")
		op.Types("INC-4711")
		op.Send(profiles.SwitchMsg{Name: "readers"})
		op.Sees("Leave this server?", "were not sent")
		op.Presses("esc")
		op.Sees("INC-4711", "enter apply")
		op.Send(profiles.SwitchMsg{Name: "readers"})
		op.Presses("enter")
		op.Ended()
		if op.Next() != (ui.Next{Profile: "readers"}) {
			t.Errorf("%+v", op.Next())
		}
		checkNothingWritten(t, op)
	})
	t.Run("during a batch it asks", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, withProfiles(threeProfiles(), nil))
		op.Presses("2", "*", "u")
		op.Server.Fail(hdptest.Fault{Method: http.MethodPut, Path: "/statusinfo", Kind: hdptest.Hang})
		op.Hold(2)
		op.Press("enter")
		op.Awaits("/statusinfo")
		op.Send(profiles.SwitchMsg{Name: "readers"})
		op.Sees("Leave this server?", "Leaving now stops the batch")
		if op.Next() != (ui.Next{}) {
			t.Errorf("it switched to %+v", op.Next())
		}
	})
	t.Run("not in the demo", func(t *testing.T) {
		t.Parallel()
		op := uitest.Operator(t, uitest.With(func(o *ui.Options) { o.Demo = &ui.Demo{} }))
		op.Presses("P")
		op.Sees("P: profiles are not available in the demo")
	})
}
