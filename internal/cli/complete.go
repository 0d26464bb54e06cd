package cli

import (
	"github.com/spf13/cobra"

	"hdpadmin/config"
)

// completeSettings lets a shell complete the values of the flags of settings, in
// this command and those below it.
func completeSettings(c *cobra.Command, g given) {
	for _, s := range config.All() {
		if s.Flag() == "" || s.Kind == config.File || c.LocalFlags().Lookup(s.Flag()) == nil {
			continue // of a file, the shell knows better
		}
		_ = c.RegisterFlagCompletionFunc(s.Flag(), func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return values(s, g), cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, below := range c.Commands() {
		completeSettings(below, g)
	}
}

// values are those that the setting can take, as far as they can be listed.
func values(s config.Setting, g given) []string {
	if s.Name != "profile" {
		return s.Choices
	}
	delete(g.flags, "profile") // half typed, it is none
	if l, err := g.load(); err == nil {
		return l.Profiles
	}
	return nil
}
