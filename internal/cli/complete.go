package cli

import (
	"github.com/spf13/cobra"

	"hdpadmin/config"
)

// completeSettingFlags registers shell completion for the setting flags of the command
// and its subcommands.
func completeSettingFlags(c *cobra.Command, f settingFlags) {
	for _, s := range config.All() {
		if s.Flag() == "" || s.Kind == config.File || c.LocalFlags().Lookup(s.Flag()) == nil {
			continue // shells complete file names
		}
		_ = c.RegisterFlagCompletionFunc(s.Flag(), func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return completions(s, f), cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, below := range c.Commands() {
		completeSettingFlags(below, f)
	}
}

func completions(s config.Setting, f settingFlags) []string {
	if s.Name != "profile" {
		return s.Choices
	}
	delete(f.values, "profile") // it is only half typed, and would be an unknown profile
	if l, err := f.load(); err == nil {
		return l.Profiles
	}
	return nil
}
