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
		d := newDesk(t, nil)
		d.opens("307")
		d.press("s")
		want := d.shown()
		d.press("esc", ":")
		d.types("status")
		d.press("enter")
		if d.shown() != want {
			t.Errorf("it opens\n%s\nand the key opens\n%s", d.screen(), want)
		}
	})
	t.Run("an entry below the first", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.press("ctrl+p")
		d.types("show must")
		d.press("enter")
		d.sees("1 of 4")
		d.seesNot("Actions")
	})
	t.Run("in a dialog", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.server.Delete(307)
		d.opens("307")
		d.press("esc", "u", ":")
		d.types("copy")
		d.press("enter")
		if text, asked := d.clipboard(); !asked || !strings.Contains(text, "alice.smith") {
			t.Errorf("copied: %q", text)
		}
	})
	t.Run("a disabled entry says why and does nothing", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.opens("alina")
		d.press(":")
		d.types("unlock")
		d.sees("alina.kovac is not locked")
		d.press("enter")
		d.sees("Actions", "alina.kovac is not locked")
	})
	t.Run("an entry that a read-only console does not have says so", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, func(o *ui.Options) { o.ReadOnly = true })
		d.opens("307")
		d.press(":")
		d.types("disable")
		d.sees("▸ a", "activate or deactivate the account", "this console is read-only")
		d.press("enter")
		d.sees("Actions")
		d.press("esc")
		d.seesNot("Deactivate")
	})
	t.Run("an entry for another place says where", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.opens("307")
		d.press(":")
		d.types("export")
		d.sees("only in the list")
		d.press("enter")
		d.sees("Actions")
		d.press("esc")
		d.sees("Cannot sign in")
	})
	t.Run("esc changes nothing", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, nil)
		d.opens("307")
		before := d.shown()
		d.press(":")
		d.types("unlock")
		d.press("down", "up", "pgdown", "esc")
		if d.shown() != before {
			t.Errorf("the screen is different:\n%s", d.screen())
		}
	})
	t.Run("its keys follow the settings", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t, func(o *ui.Options) {
			o.Keys = []action.Binding{{ID: "palette", Keys: []string{"f1"}}, {ID: "unlock", Keys: []string{"f5"}}}
		})
		d.opens("307")
		d.sees("f5 unlock")
		d.press("f1")
		d.types("unlock")
		d.sees("f5          unlock the account")
		d.press("esc", "u")
		d.seesNot("Unlock · alice.smith")
		d.press("f5")
		d.sees("Unlock · alice.smith")
	})
}

func TestHelpFilters(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.opens("307")
	before := d.shown()
	d.press("?", "pgdown")
	d.types("disable")
	d.sees("/ disable", "a            activate or deactivate the account", "esc all keys")
	d.seesNot("unlock the account", "q            quit")
	d.types("?")
	d.sees("/ disable?", "No matching key.")
	d.press("enter", "esc")
	d.sees("type to filter", "unlock the account", "esc close")
	d.types("log")
	d.sees("l            list your changes")
	d.press("esc", "esc")
	if d.shown() != before {
		t.Errorf("the screen is different:\n%s", d.screen())
	}
	d.press("?", "?")
	if d.shown() != before {
		t.Errorf("its own key does not close it:\n%s", d.screen())
	}
}

func TestHelpGivesReasonsOnlyForWhatWorksHere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.opens("alina")
	d.press("?")
	d.types("unlock")
	d.sees("(now: alina.kovac")
	d.press("esc", "esc", "s", "right", "esc")
	d.sees("Leave the form?")
	d.press("?")
	d.types("unlock")
	d.sees("unlock the account")
	d.seesNot("now:")
}

// Operators name an action in words of their own.
func TestEverydayWordsFindTheAction(t *testing.T) {
	t.Parallel()
	keys, err := ui.BindKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	check := func(d *desk, words map[string]action.ID) {
		t.Helper()
		d.resize(120, 36)
		d.press(":")
		for word, want := range words {
			d.press("ctrl+u")
			d.types(word)
			a, _ := keys.Find(want)
			if row := squeeze(d.screen()); !strings.Contains(row, "▸ "+a.Keycap()+" "+a.Help) {
				t.Errorf("%q does not find %s first:\n%s", word, want, d.screen())
			}
		}
	}
	d := newDesk(t, nil)
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
	d = newDesk(t, nil)
	d.opens("307")
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
