package cli

import (
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settingsNote replaces the settings in the help of a command, which would hide its own flags.
const settingsNote = "Settings:\n  The settings are flags of this command too, such as --server, --user and\n  --profile. hdpadmin --help lists them."

// printUsage prints the usage of a command with cobra's template: its subcommands in the order of
// their groups, and its own flags. Only the root lists all settings.
func printUsage(c *cobra.Command) error {
	text := strings.NewReplacer(
		"$cmds := .Commands", "$cmds := inOrder .Commands",
		".LocalFlags.FlagUsages ", "(ownFlags .).FlagUsagesWrapped 80 ",
		".InheritedFlags.FlagUsages ", ".InheritedFlags.FlagUsagesWrapped 80 ",
	).Replace(c.UsageTemplate())
	if takesAllSettings(c) {
		before, rest, _ := strings.Cut(text, "{{if .HasAvailableInheritedFlags}}")
		_, after, _ := strings.Cut(rest, "{{end}}")
		text = before + "\n\n" + settingsNote + after
	}
	t, err := template.New("usage").Funcs(template.FuncMap{
		"inOrder":                 inOrder,
		"ownFlags":                ownFlags,
		"rpad":                    func(s string, width int) string { return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s))) },
		"trimTrailingWhitespaces": func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) },
	}).Parse(text)
	if err != nil {
		return err
	}
	return t.Execute(c.OutOrStderr(), c)
}

// takesAllSettings reports whether the help of a command would list all settings, besides its own flags.
func takesAllSettings(c *cobra.Command) bool {
	shows := func(name string) bool {
		f := c.LocalFlags().Lookup(name)
		return f != nil && !f.Hidden
	}
	return c.HasParent() && shows("server") && shows("theme")
}

// ownFlags returns the flags that the help of a command lists.
func ownFlags(c *cobra.Command) *pflag.FlagSet {
	if !takesAllSettings(c) {
		return c.LocalFlags()
	}
	own := pflag.NewFlagSet(c.Name(), pflag.ContinueOnError)
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, is := f.Value.(*flagValue); !is {
			own.AddFlag(f)
		}
	})
	return own
}

// inOrder sorts commands as their groups list them. Others follow in their own order.
func inOrder(commands []*cobra.Command) []*cobra.Command {
	var order []string
	for _, g := range commandGroups() {
		order = append(order, g.commands...)
	}
	place := func(c *cobra.Command) int {
		if i := slices.Index(order, c.Name()); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.SortedStableFunc(slices.Values(commands), func(a, b *cobra.Command) int { return place(a) - place(b) })
}
