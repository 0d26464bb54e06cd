//go:build unix

package cli_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // owns -update
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/internal/cli"
)

const commandsDocument = "../../docs/commands.md"

func TestTheDocumentListsEveryCommandAndExitCode(t *testing.T) {
	raw, err := os.ReadFile(commandsDocument)
	if err != nil {
		t.Fatal(err)
	}
	want := string(raw)
	for name, listed := range map[string]string{"overview": overview(), "exit codes": exitCodeTable(), "commands": commandReference()} {
		begin, end := "<!-- "+name+": written by go test ./internal/cli -run TheDocument -update -->\n", "<!-- /"+name+" -->\n"
		before, rest, found := strings.Cut(want, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("the document lacks the markers for the %s", name)
		}
		want = before + begin + "\n" + listed + "\n" + end + after
	}
	if want == string(raw) {
		return
	}
	if f := flag.Lookup("update"); f == nil || f.Value.String() != "true" {
		t.Fatalf("%s is out of date: run go test ./internal/cli -run TheDocument -update", commandsDocument)
	}
	if err := os.WriteFile(commandsDocument, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryCommandIsInAGroup(t *testing.T) {
	titles, _ := cli.Groups()
	for _, c := range cli.Root().Commands() {
		if c.IsAvailableCommand() && titles[c.GroupID] == "" {
			t.Errorf("%s is in the group %q", c.Name(), c.GroupID)
		}
	}
}

// documented calls do with every group, and every command in it that the document describes.
func documented(group func(title string), do func(*cobra.Command)) {
	titles, order := cli.Groups()
	all := slices.DeleteFunc(cli.Root().Commands(), func(c *cobra.Command) bool {
		return !c.IsAvailableCommand() || c.Name() == "help"
	})
	slices.SortStableFunc(all, func(a, b *cobra.Command) int {
		return slices.Index(order, a.Name()) - slices.Index(order, b.Name())
	})
	last := ""
	for _, c := range all {
		if c.GroupID != last {
			last = c.GroupID
			group(strings.TrimSuffix(titles[last], ":"))
		}
		do(c)
	}
}

func overview() string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	documented(func(title string) { fmt.Fprintf(&b, "| **%s** | |\n", title) }, func(c *cobra.Command) {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", usageOf(c), strings.ReplaceAll(c.CommandPath(), " ", "-"), lowerFirst(c.Short))
	})
	return b.String()
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// usageOf returns the command with its arguments, without [flags].
func usageOf(c *cobra.Command) string { return strings.TrimSuffix(c.UseLine(), " [flags]") }

func exitCodeTable() string {
	var b strings.Builder
	b.WriteString("| code | meaning |\n|---|---|\n")
	for _, c := range cli.ExitCodes() {
		fmt.Fprintf(&b, "| %s | %s |\n", c[0], c[1])
	}
	return b.String()
}

func commandReference() string {
	r := reference{seen: map[string]string{}}
	documented(func(string) {}, func(c *cobra.Command) { r.describe(c, "###") })
	return strings.Join(r.parts, "\n\n") + "\n"
}

// reference says once what several commands have in common.
type reference struct {
	parts []string
	seen  map[string]string // the first command with the paragraph or table of flags
}

func (r *reference) add(part string) { r.parts = append(r.parts, part) }

func (r *reference) describe(c *cobra.Command, level string) {
	r.add(level + " " + c.CommandPath())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	for _, p := range strings.Split(text, "\n\n") {
		switch {
		case r.seen[p] != "":
		case strings.HasPrefix(p, "  "):
			r.add(codeBlock("", p))
		default:
			r.add(p)
		}
		r.seen[p] = c.CommandPath()
	}
	if c.Runnable() && !c.HasAvailableSubCommands() {
		r.add(codeBlock("", usageOf(c)+" [flags]"))
	}
	if c.Example != "" {
		r.add(codeBlock("sh", c.Example))
	}
	r.addFlags(c)
	for _, below := range c.Commands() {
		if below.IsAvailableCommand() && c.Name() != "completion" { // cobra's text, about other programs
			r.describe(below, level+"#")
		}
	}
}

func codeBlock(language, text string) string {
	return "```" + language + "\n" + unindent(text) + "\n```"
}

func unindent(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "  ")
	}
	return strings.Join(lines, "\n")
}

// addFlags adds a table of the flags that are the command's own, and says which settings it takes.
func (r *reference) addFlags(c *cobra.Command) {
	if c.HasAvailableSubCommands() {
		return
	}
	var own, settings []string
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		switch {
		case f.Hidden, f.Name == "help":
		case cli.IsSetting(f):
			settings = append(settings, f.Name)
		default:
			own = append(own, describeFlag(f))
		}
	})
	if len(own) > 0 {
		table := "| flag | what it does |\n|---|---|\n" + strings.Join(own, "\n")
		if first := r.seen[table]; first != "" {
			table = fmt.Sprintf("It takes the flags of [`%s`](#%s).", first, strings.ReplaceAll(first, " ", "-"))
		} else {
			r.seen[table] = c.CommandPath()
		}
		r.add(table)
	}
	switch {
	case len(settings) == 0:
	case len(settings) < countSettings()/2:
		r.add("It takes these settings as flags: `--" + strings.Join(settings, "`, `--") + "`.")
	default:
		r.add("It takes the [settings](settings.md) as flags.")
	}
}

func countSettings() (n int) {
	for _, s := range config.All() {
		if s.Flag() != "" {
			n++
		}
	}
	return n
}

func describeFlag(f *pflag.Flag) string {
	value, use := pflag.UnquoteUsage(f)
	if value == "string" || value == "strings" {
		panic("--" + f.Name + " has no name for its value in its help text")
	}
	name := "`--" + f.Name
	if value != "" {
		name += " " + strings.ToUpper(value)
	}
	name += "`"
	if f.Shorthand != "" {
		name += ", `-" + f.Shorthand + "`"
	}
	if !slices.Contains([]string{"", "false", "[]", "0", "0s"}, f.DefValue) {
		use += " (default " + f.DefValue + ")"
	}
	return "| " + name + " | " + strings.ReplaceAll(use, "|", `\|`) + " |"
}
