package cli

import (
	"slices"

	"github.com/spf13/cobra"
)

// commandGroup is a part of the list of commands in the help.
type commandGroup struct {
	id, title string
	commands  []string // in the order of the documentation
}

func commandGroups() []commandGroup {
	return []commandGroup{
		{"read", "Read accounts:", []string{"find", "list", "show", "why", "whoami"}},
		{"change", "Change accounts:", []string{
			"unlock", "activate", "deactivate", "force-change", "forgive-change", "expire", "reset", "undo",
		}},
		{"plan", "Plan a change and apply it later:", []string{"plan", "apply"}},
		{"setup", "Set up hdpadmin:", []string{"demo", "config", "keyring", "serve", "doctor", "completion"}},
		{"other", "Everything else:", []string{"audit", "version", "help"}},
	}
}

// groupCommands puts every command of root into its group.
func groupCommands(root *cobra.Command) {
	for _, g := range commandGroups() {
		var there bool
		for _, c := range root.Commands() {
			if slices.Contains(g.commands, c.Name()) {
				c.GroupID, there = g.id, true
			}
		}
		if there {
			root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		}
	}
}
