package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/internal/batch"
	"hdpadmin/internal/search"
	"hdpadmin/ui/action"
	"hdpadmin/ui/history"
	"hdpadmin/ui/problem"
	"hdpadmin/ui/terminal"
)

// actions lists everything the console can do, in the order of the help.
func actions() []action.Action[*Model] {
	return slices.Concat(paneActions(), dialogActions(), commonActions())
}

func in(places ...action.Place) []action.Place { return places }

func keys(keys ...string) []string { return keys }

// paneActions lists the actions of the panes and the search field.
func paneActions() []action.Action[*Model] {
	move := func(by int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.lookup.Move(by); return nil }
	}
	scroll := func(by int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.account.Scroll(by); return nil }
	}
	page := func(by int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.account.Page(by); return nil }
	}
	show := func(id action.ID, v search.View, key, help string, former ...action.ID) action.Action[*Model] {
		return action.Action[*Model]{
			ID: "show-" + id, Former: former, Keys: keys(key), Places: in(action.List), Help: help,
			Run: func(m *Model) tea.Cmd { m.lookup.SetView(v); return nil },
		}
	}
	return []action.Action[*Model]{
		{
			ID: "unlock", Keys: keys("u"), Places: in(action.AnyPane), ShortFunc: withMarkedCount("unlock"), Effect: action.Write,
			Help: "unlock the account, or the marked accounts", Disabled: unlessMarked((*Model).whyNotUnlock), Run: orMarked((*Model).unlock, previewOf(batch.Unlock())),
		},
		{
			ID: "edit-status", Keys: keys("s"), Places: in(action.AnyPane), Short: "status", Effect: action.Write,
			Help: "edit the status info: active, locked, and until when", Disabled: (*Model).whyNotModify, Run: (*Model).editStatus,
		},
		{
			ID: "edit-password", Keys: keys("p"), Places: in(action.AnyPane), Short: "password", Effect: action.Write,
			Help: "edit the password info: must change, and the expiry", Disabled: (*Model).whyNotModify, Run: (*Model).editPassword,
		},
		{
			ID: "reset-password", Keys: keys("r"), Places: in(action.AnyPane), Short: "reset", Effect: action.Write,
			Help: "give the account a temporary password", Disabled: (*Model).whyNotPassword, Run: (*Model).resetPassword,
		},
		{
			ID: "activate", Keys: keys("a"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "activate or deactivate the account, or the marked accounts", Disabled: (*Model).whyNotModify, Run: orMarked((*Model).activate, (*Model).askMarkedActivation),
		},
		{
			ID: "force-change", Keys: keys("f"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "force a password change, or cancel it (marked: force)", Disabled: unlessMarked((*Model).whyNotPassword), Run: orMarked((*Model).forceChange, previewOf(batch.ForceChange())),
		},
		{
			ID: "edit-expiry", Keys: keys("e"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "set the password expiry, also of marked accounts", Disabled: unlessMarked((*Model).whyNotPassword), Run: orMarked((*Model).editExpiry, (*Model).askMarkedExpiry),
		},
		{
			ID: "undo", Keys: keys("z"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "undo your last change to this account", Disabled: (*Model).whyNotModify, Run: (*Model).undo,
		},

		{
			ID: "own-password", Keys: keys("c"), Places: in(action.AnyPane), Effect: action.Write,
			Help: "change your own password", Disabled: (*Model).whyNotOwnPassword, Run: (*Model).changeOwnPassword,
		},
		{
			ID: "history", Former: []action.ID{"activity"}, Keys: keys("l"), Places: in(action.AnyPane, history.Place),
			Help: "list your changes and their outcomes, newest first", Disabled: (*Model).whyNoHistory, Run: (*Model).showHistory,
		},
		{
			ID: "copy-name", Keys: keys("y"), Places: in(action.AnyPane),
			Help: "copy the user name to your terminal's clipboard", Disabled: (*Model).whyNoName, Run: (*Model).copyName,
		},
		{
			ID: "copy-id", Keys: keys("Y"), Places: in(action.AnyPane),
			Help: "copy the account's id", Disabled: (*Model).whyNoAccount, Run: (*Model).copyID,
		},

		{
			ID: "search", Former: []action.ID{"find"}, Keys: keys("/"), ReservedKey: "/", Places: in(action.AnyPane), Short: "search",
			Help: "find an account by name, id or tenant, as you type", Run: (*Model).startSearch,
		},
		{
			ID: "cancel-opening", Keys: keys("esc"), ReservedKey: "esc", Places: in(opening), ShortFunc: (*Model).cancelLabel,
			Help: "stop waiting for the account; its dialog gets the other keys", Run: (*Model).cancelOpening,
		},

		{
			ID: "open-match", Former: []action.ID{"open-found"}, Keys: keys("enter"), ReservedKey: "enter", Places: in(action.Search), ShortFunc: (*Model).openLabel, Disabled: (*Model).whyNotOpen,
			Help: "open the highlighted account, or ask the server", Run: (*Model).openHighlighted,
		},
		{
			ID: "leave-search", Former: []action.ID{"leave-find"}, Keys: keys("esc"), Places: in(action.Search), Short: "list",
			Help: "leave the search field and keep the matches", Run: (*Model).leaveSearch,
		},
		{
			ID: "complete", Keys: keys("tab"), Places: in(action.Search),
			Help: "complete a qualifier such as status:, or go to the list", Run: (*Model).completeOrLeave,
		},
		{
			ID: "search-down", Former: []action.ID{"found-down"}, Keys: keys("down"), KeyLabel: "↓", Places: in(action.Search),
			Help: "go to the list", Run: (*Model).leaveSearch,
		},

		{
			ID: "open", Keys: keys("enter"), Places: in(action.List), ShortFunc: (*Model).openLabel,
			Help: "open the account", Disabled: (*Model).whyNotOpen, Run: (*Model).openHighlighted,
		},
		{ID: "down", Keys: keys("down", "j"), KeyLabel: "↓ j", Places: in(action.List), Help: "go to the next account", Run: move(1)},
		{ID: "up", Keys: keys("up", "k"), KeyLabel: "↑ k", Places: in(action.List), Help: "go to the previous account", Run: move(-1)},
		{
			ID: "page-down", Keys: keys("pgdown", "ctrl+d"), KeyLabel: "pgdn", Places: in(action.List), Help: "move down a page",
			Run: func(m *Model) tea.Cmd { m.lookup.MovePage(1); return nil },
		},
		{
			ID: "page-up", Keys: keys("pgup", "ctrl+u"), KeyLabel: "pgup", Places: in(action.List), Help: "move up a page",
			Run: func(m *Model) tea.Cmd { m.lookup.MovePage(-1); return nil },
		},
		{
			ID: "first", Keys: keys("g", "home"), Places: in(action.List), Help: "go to the first account",
			Run: func(m *Model) tea.Cmd { m.lookup.MoveTo(0); return nil },
		},
		{
			ID: "last", Keys: keys("G", "end"), Places: in(action.List), Help: "go to the last account",
			Run: func(m *Model) tea.Cmd { m.lookup.MoveTo(-1); return nil },
		},
		show("all", search.All, "1", "show all accounts"),
		show("locked", search.Locked, "2", "show locked accounts"),
		show("inactive", search.Inactive, "3", "show inactive accounts"),
		show("must-change", search.MustChange, "4", "show accounts that must change their password", "show-must-reset"),
		show("expired", search.Expired, "5", "show accounts whose password has expired"),
		show("expiring", search.Expiring, "6", "show accounts whose password expires soon"),
		{
			ID: "sort", Keys: keys("o"), Places: in(action.List), Help: "sort by the next column; after the last, by relevance",
			Run: func(m *Model) tea.Cmd { m.lookup.NextSort(); return nil },
		},
		{
			ID: "reverse", Keys: keys("O"), Places: in(action.List), Help: "reverse the sort order", Disabled: (*Model).whyNotReverse,
			Run: func(m *Model) tea.Cmd { m.lookup.ReverseSort(); return nil },
		},
		{
			ID: "export", Keys: keys("x"), Places: in(action.List), Help: "write the accounts shown to a file, as CSV or JSON",
			Disabled: (*Model).whyNothingShown, Run: (*Model).exportShown,
		},
		{
			ID: "mark", Keys: keys("space"), Places: in(action.List), Help: "mark or unmark the account",
			Disabled: (*Model).whyNoAccount, Run: func(m *Model) tea.Cmd { m.lookup.ToggleMark(); return nil },
		},
		{
			ID: "mark-shown", Keys: keys("*"), Places: in(action.List), Help: "mark all accounts shown, or unmark them",
			Disabled: (*Model).whyNothingShown, Run: func(m *Model) tea.Cmd { m.lookup.MarkShown(); return nil },
		},
		{
			ID: "mark-down", Keys: keys("shift+down", "J"), KeyLabel: "shift+↓", Places: in(action.List), Help: "mark the account and move down",
			Disabled: (*Model).whyNoAccount, Run: func(m *Model) tea.Cmd { m.lookup.MarkTo(1); return nil },
		},
		{
			ID: "mark-up", Keys: keys("shift+up", "K"), KeyLabel: "shift+↑", Places: in(action.List), Help: "mark the account and move up",
			Disabled: (*Model).whyNoAccount, Run: func(m *Model) tea.Cmd { m.lookup.MarkTo(-1); return nil },
		},
		{
			ID: "unmark-all", Keys: keys("U"), Places: in(action.List), Help: "unmark all accounts, including those not shown",
			Disabled: (*Model).whyNoMarks, Run: func(m *Model) tea.Cmd { m.lookup.UnmarkAll(); return nil },
		},
		{
			ID: "list-back", Keys: keys("esc"), ReservedKey: "esc", Places: in(action.List),
			Help: "clear the search, then the view; or stop reading the list", Run: (*Model).backInList,
		},

		{ID: "account-down", Keys: keys("down", "j"), KeyLabel: "↓ j", Places: in(action.Account), Help: "scroll down", Run: scroll(1)},
		{ID: "account-up", Keys: keys("up", "k"), KeyLabel: "↑ k", Places: in(action.Account), Help: "scroll up", Run: scroll(-1)},
		{ID: "account-page-down", Keys: keys("pgdown"), KeyLabel: "pgdn", Places: in(action.Account), Help: "scroll down a page", Run: page(1)},
		{ID: "account-page-up", Keys: keys("pgup"), Places: in(action.Account), Help: "scroll up a page", Run: page(-1)},
		{ID: "account-reread", Keys: keys("enter"), Places: in(action.Account), Help: "reload the account", Run: (*Model).reopen},
		{
			ID: "to-list", Keys: keys("esc"), Places: in(action.Account), Short: "list",
			Help: "go back to the list", Run: (*Model).toList,
		},
		{
			ID: "next-pane", Keys: keys("tab", "shift+tab"), KeyLabel: "tab", Places: in(action.AnyPane),
			Help: "switch to the other pane", Disabled: (*Model).whyNoOtherPane, Run: (*Model).nextPane,
		},
		{
			ID: "refresh", Keys: keys("ctrl+r"), ReservedKey: "ctrl+r", Places: in(action.AnyPane, problem.Place), ShortFunc: (*Model).refreshLabel,
			Help: "reload the list and the open account", Run: (*Model).refresh,
		},
	}
}

// commonActions lists the actions that work in many places.
func commonActions() []action.Action[*Model] {
	return []action.Action[*Model]{
		{
			ID: "help", Keys: keys("?"), Places: in(action.AnyPane, action.Dialog), ShortFunc: (*Model).helpLabel,
			Help: "list all keys, and why some are disabled", Run: (*Model).showHelp,
		},
		{
			ID: "palette", Keys: keys(":", "ctrl+p"), KeyLabel: ":", Places: in(action.AnyPane, action.Dialog),
			Help: "find an action by name and run it", Run: (*Model).showPalette,
		},
		{
			ID: "switch-profile", Keys: keys("P"), Places: in(action.AnyPane),
			Help: "switch to another profile or server", Disabled: (*Model).whyNoProfiles, Run: (*Model).showProfiles,
		},
		{ID: "quit", Keys: keys("q"), Places: in(action.AnyPane), Help: "quit", Run: (*Model).quit},
		{
			ID: action.Interrupt, Keys: keys("ctrl+c"), ReservedKey: "ctrl+c", Places: in(action.Global),
			ShortFunc: (*Model).interruptLabel,
			Help:      "quit from anywhere; asks first if something would be lost", Run: (*Model).interrupt,
		},
		{
			ID: "lock", Keys: keys("ctrl+x"), Places: in(action.Global), Disabled: (*Model).whyNoLock,
			Help: "lock the console; your password unlocks it", Run: (*Model).lockNow,
		},
		{
			ID: action.Redraw, Keys: keys("ctrl+l"), Places: in(action.Global), Help: "redraw the screen",
			Run: func(*Model) tea.Cmd { return terminal.Repaint() },
		},
		{
			ID: action.Suspend, Keys: keys("ctrl+z"), Places: in(action.Global), Help: "suspend to the shell; fg resumes",
			Run: func(*Model) tea.Cmd { return tea.Suspend },
		},
	}
}
