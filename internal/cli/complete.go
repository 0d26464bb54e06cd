package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/export"
	"hdpadmin/internal/fold"
	"hdpadmin/internal/search"
)

// Completion reads the settings file and the cache of account names, and nothing else: it sends no
// request and needs no password. Three wrong ones would lock the operator out.

const completionHelp = "completion prints a script for bash, zsh, fish or PowerShell. With it, the shell\n" +
	"completes commands, flags, profiles, views, fields and the qualifiers of\n" +
	"queries.\n\n" +
	"Completion reads only local files. It sends no request and never signs in, so it\n" +
	"can complete accounts only with the setting completion_cache = true. Then the\n" +
	"console, and every command that reads the list of all accounts, save their names\n" +
	"and ids in a private file in the cache folder. Completion uses them for ten\n" +
	"minutes, for the same login and server. Switching the setting off deletes the\n" +
	"file."

// registerCompletions registers the completion of the command's flags and arguments, and of its
// subcommands.
func registerCompletions(c *cobra.Command, f settingFlags) {
	c.LocalFlags().VisitAll(func(flag *pflag.Flag) {
		if complete := completionOf(flag, f); complete != nil {
			_ = c.RegisterFlagCompletionFunc(flag.Name, complete)
		}
	})
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 && !c.HasSubCommands() {
		c.ValidArgsFunction = argumentCompletion(c, f)
	}
	for _, below := range c.Commands() {
		registerCompletions(below, f)
	}
}

// completionOf returns nil for a flag that takes a file, which the shell completes, or no value.
func completionOf(flag *pflag.Flag, f settingFlags) cobra.CompletionFunc {
	if s, is := flag.Value.(*flagValue); is {
		switch {
		case s.setting.Kind == config.File:
			return nil
		case s.setting.Name == "profile":
			return f.completeProfile
		}
		return cobra.FixedCompletions(s.setting.Choices, cobra.ShellCompDirectiveNoFileComp)
	}
	switch flag.Name {
	case "from", "output", "password-to":
		return nil
	case "account":
		return f.completeAccount
	case "where":
		return completeQuery
	case "fields":
		return completeList(export.AllColumns())
	case "trouble":
		return completeList(strings.Split(joinTroubles(hdptest.Troubles()), ", "))
	}
	if flag.NoOptDefVal != "" { // a switch
		return nil
	}
	return cobra.NoFileCompletions
}

// argumentCompletion returns the completion of what the command's usage calls its arguments.
func argumentCompletion(c *cobra.Command, f settingFlags) cobra.CompletionFunc {
	switch {
	case strings.Contains(c.Use, "ACCOUNT"):
		return f.completeAccount
	case strings.Contains(c.Use, "QUERY"):
		return completeQuery
	case strings.Contains(c.Use, "FOLDER"):
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
	case strings.Contains(c.Use, "FILE"):
		return nil
	}
	return cobra.NoFileCompletions
}

func (f settingFlags) completeProfile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	delete(f.values, "profile") // it is only half typed, and would be an unknown profile
	l, err := f.load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return l.Profiles, cobra.ShellCompDirectiveNoFileComp
}

// completeList completes the last of several names that commas separate.
func completeList(names []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndexByte(typed, ',')+1]
		given := strings.Split(before, ",")
		var all []string
		for _, name := range names {
			if !slices.Contains(given, name) {
				all = append(all, before+name)
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// completeQuery completes the qualifiers of a query and their values, as the console does.
func completeQuery(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, c := range new(search.Snapshot).Complete(typed, len(typed)) {
		all = append(all, typed[:c.Start]+c.Text)
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// maxNamesOffered limits how many accounts a shell is offered. With a part of them, the shell would
// complete a prefix that the others do not have.
const maxNamesOffered = 500

// completeAccount completes user names and ids from the cache.
func (f settingFlags) completeAccount(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	if !strings.Contains(c.Use, "ACCOUNT...") && len(given) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	l, err := f.load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []string
	for _, a := range f.cachedNames(l.Settings, time.Now()) {
		offer := a.offer(typed)
		if word, _, _ := strings.Cut(offer, "\t"); word != "" && !slices.Contains(given, word) {
			all = append(all, offer)
		}
	}
	if len(all) > maxNamesOffered {
		return cobra.AppendActiveHelp(nil, fmt.Sprintf("%d accounts: type more of the name", len(all))), cobra.ShellCompDirectiveNoFileComp
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// plainName matches names that mean the same in every shell. Names come from the server: in a command
// line, a name such as $(reboot) would be run.
var plainName = regexp.MustCompile(`^[\pL\pN][\pL\pN._@+-]*$`)

// offer returns the word that completes what has been typed, with a description after a tab; "" if the
// account does not match.
func (a cachedName) offer(typed string) string {
	id := strconv.FormatInt(a.id, 10)
	if begun, only := strings.CutPrefix(typed, "id:"); only {
		if strings.HasPrefix(id, begun) {
			return "id:" + id + "\t" + a.name
		}
		return ""
	}
	begun, forced := strings.CutPrefix(typed, "name:")
	switch {
	case plainName.MatchString(a.name) && strings.HasPrefix(fold.String(a.name), fold.String(begun)):
		return strings.TrimSuffix(typed, begun) + a.name + "\tid " + id
	case !forced && strings.HasPrefix(id, begun):
		return id + "\t" + a.name
	}
	return ""
}
