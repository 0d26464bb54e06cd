//go:build unix

package cli_test

import (
	"bufio"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"hdpadmin/config"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// A command for one account sends the same requests at every size of the server, because the list is not
// read.
func TestCommandsForOneAccountDoNotReadTheList(t *testing.T) {
	t.Parallel()
	sent, folder := map[string][]string{}, signInFolder(t)
	for _, size := range []int{1_000, 100_000} {
		s := hdptest.NewServer(t, hdptest.WithAccounts(size))
		for _, args := range []string{
			"find alice.smith", "find 307", "show alice.smith", "show 307", "show id:307", "show name:alice.smith", "why alice.smith", "why 307", "whoami",
			"unlock alice.smith", "unlock 321", "unlock name:nils.berg",
		} {
			s.ResetRequests()
			if code, out, errs := inProcess(t, s, folder, args); code != 0 {
				t.Fatalf("%s: exit code %d, %s%s", args, code, out, errs)
			}
			var paths []string
			for _, r := range s.Requests() {
				paths = append(paths, r.Method+" "+r.Path)
			}
			slices.Sort(paths) // some are sent at once
			if before, asked := sent[args]; asked && !slices.Equal(paths, before) {
				t.Errorf("%s with %d accounts: %q instead of %q", args, size, paths, before)
			}
			sent[args] = paths
			if len(paths) == 0 || len(paths) > 9 || slices.ContainsFunc(paths, func(p string) bool { return strings.Contains(p, "/api/admin/users?") }) {
				t.Errorf("%s: %q", args, paths)
			}
		}
	}
}

// A command takes the settings of the console before or after its arguments.
func TestCommandsTakeSettingsAnywhere(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	settings := []string{"--server", s.URL, "--user", "d2cadmin", "--time-zone", "UTC", "--confirm", "enter", "--read-only=false", "--theme=light"}
	for _, args := range []string{"find alice.smith", "list --view locked", "show alice.smith", "why alice.smith", "whoami", "unlock alice.smith --dry-run", "version", "config path", "config show", "audit verify", "completion bash", "keyring delete"} {
		words := strings.Fields(args)
		for name, all := range map[string][]string{
			"before":  slices.Concat(settings, words),
			"after":   slices.Concat(words, settings),
			"between": slices.Concat(words[:1], settings, words[1:]),
		} {
			c := command(t, all...)
			c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
			out, err := c.CombinedOutput()
			if code := c.ProcessState.ExitCode(); code == 2 || err != nil && slices.Contains(words, "alice.smith") {
				t.Errorf("%s %s: %v, %s", args, name, err, out)
			}
		}
	}
}

func TestEveryCommandAcceptsEverySetting(t *testing.T) {
	var check func(*cobra.Command)
	check = func(c *cobra.Command) {
		for _, s := range config.All() {
			if s.Flag() != "" && c.Flag(s.Flag()) == nil {
				t.Errorf("%s does not accept --%s", c.CommandPath(), s.Flag())
			}
		}
		for _, below := range c.Commands() {
			if below.Name() != "demo" { // it has its own server, and says so
				check(below)
			}
		}
	}
	check(cli.Root())
}

// A terminal also shows how many there are. Without one, standard error is empty.
func TestATerminalShowsTheNumberOfAccounts(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	term := start(t, "find", "ali", "--server", s.URL, "--user", "d2cadmin", env("HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("alice.smith", "3 accounts.")
	term.leaves(0)
}

// After | head, the first lines are there, and the command ends without an error.
func TestALongListIntoAClosedPipe(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t, hdptest.WithAccounts(5_000)) // more than fits into a pipe
	for _, format := range []string{"", "--json", "--ndjson", "--csv"} {
		c := command(t, append(strings.Fields("list "+format), "--server", s.URL, "--user", "d2cadmin")...)
		c.Env = append(c.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
		var errs strings.Builder
		c.Stderr = &errs
		out, err := c.StdoutPipe()
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		first, _ := bufio.NewReader(out).ReadString('\n')
		_ = out.Close()
		_ = c.Wait()
		if code := c.ProcessState.ExitCode(); first == "" || code != 141 || errs.Len() > 0 {
			t.Errorf("%s: %q, exit code %d, %s", strconv.Quote(format), first, code, errs.String())
		}
	}
}
