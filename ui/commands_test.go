package ui_test

import (
	"strings"
	"testing"

	"hdpadmin/ui"
	"hdpadmin/ui/action"
	"hdpadmin/ui/uitest"
)

func TestPalette(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{
		{name: "open", do: func(op *uitest.Op) { op.Opens("307"); op.Presses(":") }},
		{name: "words", do: func(op *uitest.Op) { op.Opens("alina"); op.Presses(":"); op.Types("unl") }},
		{name: "elsewhere", one: true, do: func(op *uitest.Op) { op.Opens("307"); op.Presses(":"); op.Types("sort") }},
		{name: "read-only", one: true, do: func(op *uitest.Op) { op.Presses(":"); op.Types("unlock") }, habits: with(uitest.With(func(o *ui.Options) { o.ReadOnly = true }))},
		{name: "nothing", one: true, do: func(op *uitest.Op) { op.Presses(":"); op.Types("coffee") }},
		{name: "over a dialog", one: true, do: func(op *uitest.Op) { op.Presses("2", "*", "u", "enter"); op.Waits(0); op.Presses(":") }},
	} {
		s.run(t)
	}
}

func TestPaletteRunsWhatTheKeyRuns(t *testing.T) {
	t.Parallel()
	t.Run("in the account", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses("s")
		want := d.Styled()
		d.Presses("esc", ":")
		d.Types("status")
		d.Presses("enter")
		if d.Styled() != want {
			t.Errorf("it opens\n%s\nand the key opens\n%s", d.Screen(), want)
		}
	})
	t.Run("an entry below the first", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Presses("ctrl+p")
		d.Types("show must")
		d.Presses("enter")
		d.Sees("1 of 4")
		d.SeesNot("Actions")
	})
	t.Run("in a dialog", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Server.Delete(307)
		d.Opens("307")
		d.Presses("esc", "u", ":")
		d.Types("copy")
		d.Presses("enter")
		if text, asked := d.Clipboard(); !asked || !strings.Contains(text, "alice.smith") {
			t.Errorf("copied: %q", text)
		}
	})
	t.Run("a disabled entry says why and does nothing", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("alina")
		d.Presses(":")
		d.Types("unlock")
		d.Sees("alina.kovac is not locked")
		d.Presses("enter")
		d.Sees("Actions", "alina.kovac is not locked")
	})
	t.Run("an entry that a read-only console does not have says so", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, func(o *ui.Options) { o.ReadOnly = true })
		d.Opens("307")
		d.Presses(":")
		d.Types("disable")
		d.Sees("▸ a", "activate or deactivate the account", "this console is read-only")
		d.Presses("enter")
		d.Sees("Actions")
		d.Presses("esc")
		d.SeesNot("Deactivate")
	})
	t.Run("an entry for another place says where", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		d.Presses(":")
		d.Types("export")
		d.Sees("only in the list")
		d.Presses("enter")
		d.Sees("Actions")
		d.Presses("esc")
		d.Sees("Cannot sign in")
	})
	t.Run("esc changes nothing", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, nil)
		d.Opens("307")
		before := d.Styled()
		d.Presses(":")
		d.Types("unlock")
		d.Presses("down", "up", "pgdown", "esc")
		if d.Styled() != before {
			t.Errorf("the screen is different:\n%s", d.Screen())
		}
	})
	t.Run("its keys follow the settings", func(t *testing.T) {
		t.Parallel()
		d := uitest.NewConsole(t, func(o *ui.Options) {
			o.Keys = []action.Binding{{ID: "palette", Keys: []string{"f1"}}, {ID: "unlock", Keys: []string{"f5"}}}
		})
		d.Opens("307")
		d.Sees("f5 unlock")
		d.Presses("f1")
		d.Types("unlock")
		d.Sees("f5          unlock the account")
		d.Presses("esc", "u")
		d.SeesNot("Unlock · alice.smith")
		d.Presses("f5")
		d.Sees("Unlock · alice.smith")
	})
}

func TestHelpFilters(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Opens("307")
	before := d.Styled()
	d.Presses("?", "pgdown")
	d.Types("disable")
	d.Sees("/ disable", "a            activate or deactivate the account", "esc all keys")
	d.SeesNot("unlock the account", "q            quit")
	d.Types("?")
	d.Sees("/ disable?", "No matching key.")
	d.Presses("enter", "esc")
	d.Sees("type to filter", "unlock the account", "esc close")
	d.Types("log")
	d.Sees("l            list your changes")
	d.Presses("esc", "esc")
	if d.Styled() != before {
		t.Errorf("the screen is different:\n%s", d.Screen())
	}
	d.Presses("?", "?")
	if d.Styled() != before {
		t.Errorf("its own key does not close it:\n%s", d.Screen())
	}
}

func TestHelpGivesReasonsOnlyForWhatWorksHere(t *testing.T) {
	t.Parallel()
	d := uitest.NewConsole(t, nil)
	d.Opens("alina")
	d.Presses("?")
	d.Types("unlock")
	d.Sees("(now: alina.kovac")
	d.Presses("esc", "esc", "s", "right", "esc")
	d.Sees("Leave the form?")
	d.Presses("?")
	d.Types("unlock")
	d.Sees("unlock the account")
	d.SeesNot("now:")
}

// Operators name an action in words of their own.
func TestEverydayWordsFindTheAction(t *testing.T) {
	t.Parallel()
	keys, err := ui.BindKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	check := func(d *uitest.Console, words map[string]action.ID) {
		t.Helper()
		d.Resizes(120, 36)
		d.Presses(":")
		for word, want := range words {
			d.Presses("ctrl+u")
			d.Types(word)
			a, _ := keys.Find(want)
			if row := uitest.Squeeze(d.Screen()); !strings.Contains(row, "▸ "+a.Keycap()+" "+a.Help) {
				t.Errorf("%q does not find %s first:\n%s", word, want, d.Screen())
			}
		}
	}
	d := uitest.NewConsole(t, nil)
	check(d, map[string]action.ID{
		"unlock": "unlock", "unblock": "unlock", "lockout": "unlock", "release": "unlock",
		"disable": "activate", "enable": "activate", "deactivate": "activate", "block": "activate",
		"password": "edit-password", "temporary": "reset-password", "reset": "reset-password", "forgot": "reset-password", "pwd": "reset-password",
		"new password": "reset-password", "own password": "own-password", "my password": "own-password",
		"force": "force-change", "forgive": "force-change", "must change": "force-change",
		"expire": "edit-expiry", "expires": "edit-expiry", "extend": "edit-expiry", "renew": "edit-expiry", "status": "edit-status", "edit": "edit-status",
		"undo": "undo", "revert": "undo", "rollback": "undo", "restore": "undo",
		"history": "history", "log": "history", "audit": "history", "activity": "history", "changes": "history",
		"copy": "copy-name", "clipboard": "copy-name", "copy name": "copy-name", "copy id": "copy-id",
		"search": "search", "find": "search", "filter": "search", "lookup": "search",
		"refresh": "refresh", "reload": "refresh", "update": "refresh",
		"help": "help", "keys": "help", "shortcuts": "help",
		"profile": "switch-profile", "server": "switch-profile", "connect": "switch-profile",
		"quit": "quit", "exit": "quit", "logout": "quit", "log out": "quit", "sign out": "quit", "lock": "lock", "away": "lock",
		"sort": "sort", "order": "sort", "reverse": "reverse", "export": "export", "csv": "export", "save": "export", "download": "export",
		"mark": "mark", "select": "mark", "bulk": "mark", "batch": "mark", "select all": "mark-shown", "deselect": "unmark-all",
		"locked": "show-locked", "inactive": "show-inactive", "expired": "show-expired", "expiring": "show-expiring",
		"open": "open", "back": "list-back", "clear": "list-back",
	})
	d = uitest.NewConsole(t, nil)
	d.Opens("307")
	check(d, map[string]action.ID{
		"disable": "activate", "log": "history", "filter": "search", "back": "to-list", "reload": "refresh", "quit": "quit",
		"export": "export", "mark": "mark", // only in the list, which the row says
	})
}

func TestViewsNameTheirOwnKeys(t *testing.T) {
	t.Parallel()
	op := uitest.Operator(t, uitest.With(func(o *ui.Options) {
		o.Keys = []action.Binding{{ID: "show-locked", Keys: []string{"f2", "L"}}, {ID: "show-expiring", Keys: []string{"X"}}}
	}))
	op.Sees("[1] All 38", "[f2] Locked 7", "[X] Expiring 5")
	op.Presses("f2")
	op.Sees("1 of 7")
	op.Resizes(40, 12)
	op.Sees("[f2] Locked 7")
	op.SeesNot("[1-6]")
}
