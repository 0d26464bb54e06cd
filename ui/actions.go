package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/action"
	"hdpadmin/ui/help"
	"hdpadmin/ui/stack"
	"hdpadmin/ui/terminal"
)

// actions lists everything the console can do, in the order of the help.
func actions() []action.Action[scene] {
	model := func(m *Model) *Model { return m }
	return slices.Concat(
		of(func(m *Model) *writes { return m.writes }, writeActions()),
		of(func(m *Model) *passwords { return m.passwords }, ownPasswordActions()),
		of(func(m *Model) *entries { return m.entries }, logActions()),
		of(func(m *Model) *clip { return m.clipboard }, copyActions()),
		of(func(m *Model) *accounts { return m.accounts }, paneActions()),
		of(func(m *Model) *list { return m.list }, listActions()),
		dialogActions(),
		of(model, commonActions()),
		of(func(m *Model) *login { return m.login }, lockActions()),
		of(model, processActions()),
	)
}

// scene is what an action acts on: the console, and the dialog that has the keys, nil without one.
type scene struct {
	*Model
	dialog stack.Dialog
}

// scene returns what the next key acts on.
func (m *Model) scene() scene { return scene{m, m.stack.Top()} }

// of turns the actions of a part into actions of the console.
func of[P any](part func(*Model) P, actions []action.Action[P]) []action.Action[scene] {
	return action.Lift(func(s scene) (P, bool) { return part(s.Model), true }, actions)
}

func in(places ...action.Place) []action.Place { return places }

func keys(keys ...string) []string { return keys }

// commonActions lists the actions that work in many places.
func commonActions() []action.Action[*Model] {
	return []action.Action[*Model]{
		{
			ID: "help", Keys: keys("?"), Places: in(action.AnyPane, action.Dialog, help.PlaceUnfiltered), ShortFunc: (*Model).helpLabel,
			Help: "list all keys, and why some are disabled", Also: "shortcuts bindings", Run: (*Model).showHelp,
		},
		{
			ID: "palette", Keys: keys(":", "ctrl+p"), KeyLabel: ":", Places: in(action.AnyPane, action.Dialog), ShortFunc: (*Model).paletteLabel,
			Help: "find an action by any word for it, and run it", Also: "commands", Run: (*Model).showPalette,
		},
		{
			ID: "switch-profile", Keys: keys("P"), Places: in(action.AnyPane),
			Help: "switch to another profile or server", Also: "connect", Disabled: (*Model).whyNoProfiles, Run: (*Model).showProfiles,
		},
		{ID: "quit", Keys: keys("q"), Places: in(action.AnyPane), Help: "quit", Also: "exit logout logoff signout sign out", Run: (*Model).quit},
		{
			ID: action.Interrupt, Keys: keys("ctrl+c"), ReservedKey: "ctrl+c", Places: in(action.Global),
			ShortFunc: (*Model).interruptLabel,
			Help:      "quit from anywhere; asks first if something would be lost", Also: "exit abort", Run: (*Model).interrupt,
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
