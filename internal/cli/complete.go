package cli

import (
	"github.com/spf13/cobra"

	"hdpadmin/config"
)

// completeSettingFlags lets a shell complete the values of the flags of settings, in
// this command and those below it.
func completeSettingFlags(c *cobra.Command, f settingFlags) {
	for _, s := range config.All() {
		if s.Flag() == "" || s.Kind == config.File || c.LocalFlags().Lookup(s.Flag()) == nil {
			continue // of a file, the shell knows better
		}
		_ = c.RegisterFlagCompletionFunc(s.Flag(), func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return completions(s, f), cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, below := range c.Commands() {
		completeSettingFlags(below, f)
	}
}

// completions are those that the setting can take, as far as they can be listed.
func completions(s config.Setting, f settingFlags) []string {
	if s.Name != "profile" {
		return s.Choices
	}
	delete(f.values, "profile") // half typed, it is none
	if l, err := f.load(); err == nil {
		return l.Profiles
	}
	return nil
}
