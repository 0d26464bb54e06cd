//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hdpadmin/config"
	"hdpadmin/internal/cli"
)

func TestEveryCommandAndFlagIsInTheManual(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	for _, into := range []string{dir, again} {
		if err := cli.Execute(t.Context(), []string{"man", into}); err != nil {
			t.Fatal(err)
		}
	}
	pages := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			return
		}
		pages++
		page := strings.ReplaceAll(string(raw), `\-`, "-")
		if !strings.Contains(page, c.Short) {
			t.Errorf("%s does not say %q", name, c.Short)
		}
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if strings.Contains(page, "--"+f.Name) == f.Hidden {
				t.Errorf("%s: --%s, hidden: %v", name, f.Name, f.Hidden)
			}
		})
		if other, err := os.ReadFile(filepath.Join(again, name)); err != nil || string(other) != string(raw) {
			t.Errorf("%s differs the second time: %v", name, err)
		}
		for _, below := range c.Commands() {
			if below.IsAvailableCommand() {
				walk(below)
			}
		}
	}
	walk(cli.Root())
	if all, err := os.ReadDir(dir); err != nil || len(all) != pages {
		t.Errorf("%d pages for %d commands, %v", len(all), pages, err)
	}
}

// TestEveryDocumentedFlagExists checks the documents, the help texts and the settings.
func TestEveryDocumentedFlagExists(t *testing.T) {
	exists := map[string]bool{"help": true, "version": true}
	var said strings.Builder
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Name() == "completion" {
			return // cobra's text, about other programs
		}
		said.WriteString(c.Short + "\n" + c.Long + "\n" + c.Example + "\n")
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			exists[f.Name] = true
			said.WriteString(f.Usage + "\n")
		})
		for _, below := range c.Commands() {
			walk(below)
		}
	}
	walk(cli.Root())
	documents, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range append(documents, "../../README.md", "../../SECURITY.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(text)
	}
	ours := regexp.MustCompile(`(?m)^\s*(useradd|systemctl) .*$`).ReplaceAllString(said.String(), "")
	flag := regexp.MustCompile(`(?:^|[^-\w])--([a-z][a-z-]*)`)
	names := flag.FindAllStringSubmatch(ours, -1)
	for _, name := range names {
		if !exists[name[1]] {
			t.Errorf("--%s is documented but does not exist", name[1])
		}
	}
	if len(names) < 50 {
		t.Errorf("only %d flags were found", len(names))
	}
	for _, s := range config.All() {
		if s.Flag() != "" && cli.Root().Flag(s.Flag()) == nil {
			t.Errorf("--%s is the flag of a setting, and the console does not take it", s.Flag())
		}
	}
}
