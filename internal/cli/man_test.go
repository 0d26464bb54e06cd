//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
				t.Errorf("%s and --%s, hidden: %v", name, f.Name, f.Hidden)
			}
		})
		if other, err := os.ReadFile(filepath.Join(again, name)); err != nil || string(other) != string(raw) {
			t.Errorf("%s is another the second time: %v", name, err)
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

func TestCompletions(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			script, errs, code := piped(t, "completion", shell)
			if code != 0 || errs != "" || !strings.Contains(script, "hdpadmin") {
				t.Fatalf("exit code %d, errors %q:\n%s", code, errs, script)
			}
			path, err := exec.LookPath(shell)
			if err != nil || shell == "powershell" {
				return // it cannot be asked
			}
			file := filepath.Join(t.TempDir(), "completion")
			if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), path, "-n", file).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

func TestWhatAShellOffers(t *testing.T) {
	file := settings(t, "[profiles.prod]\nserver = \"https://a.example.com\"\n[profiles.test]\nserver = \"https://b.example.com\"\n")
	for typed, want := range map[string][]string{
		"--theme ":           {"auto", "dark", "light", "high-contrast", "mono", ":4"},
		"demo --theme ":      {"auto", "dark", "light", "high-contrast", "mono", ":4"},
		file + " --profile ": {"prod", "test", ":4"},
		"--server ":          {":4"}, // nothing, and no files
		"--ca-file ":         {":0"}, // files
	} {
		out, _, code := piped(t, append([]string{"__complete"}, strings.Split(typed, " ")...)...)
		if got := strings.Fields(out); code != 0 || !slices.Equal(got, want) {
			t.Errorf("%q: offers %q, want %q", typed, got, want)
		}
	}
}
