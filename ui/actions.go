package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/terminal"
)

// actions lists everything the console can do, in the order of the help.
func actions() []action.Action[*Model] {
	return slices.Concat(
		writeActions(), ownPasswordActions(), logActions(), copyActions(), paneActions(), listActions(),
		dialogActions(), commonActions(), lockActions(), processActions(),
	)
}

func in(places ...action.Place) []action.Place { return places }

func keys(keys ...string) []string { return keys }

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
	}
}

// processActions lists what acts on the program and its terminal.
func processActions() []action.Action[*Model] {
	return []action.Action[*Model]{
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
