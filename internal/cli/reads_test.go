//go:build unix

package cli_test

import (
	"bufio"
	"os"
	"path/filepath"
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
			if code, out, errs := inFolder(t, s, folder, args); code != 0 {
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
	folder := t.TempDir()
	environ := []string{"HDP_PASSWORD=" + hdptest.AdminPassword, "HDPADMIN_CONFIG=" + os.DevNull, "HDPADMIN_AUDIT_FILE=" + filepath.Join(folder, "audit.jsonl")}
	settings := []string{"--server", s.URL, "--user", "d2cadmin", "--time-zone", "UTC", "--confirm", "enter", "--read-only=false", "--theme=light"}
	for _, args := range []string{
		"find alice.smith", "list --view locked", "show alice.smith", "why alice.smith", "whoami", "unlock alice.smith --dry-run",
		"version", "config path", "config show", "completion bash", "help unlock", "exit-codes --help", "man " + folder, "plan show " + os.DevNull,
	} {
		words := strings.Fields(args)
		for name, all := range map[string][]string{
			"before":  slices.Concat(settings, words),
			"after":   slices.Concat(words, settings),
			"between": slices.Concat(words[:1], settings, words[1:]),
		} {
			var out, errs strings.Builder
			if code := cli.MainWith(t.Context(), all, environ, &out, &errs, nil); code != 0 && words[0] != "plan" || code == 2 {
				t.Errorf("%s %s: exit code %d, %s", args, name, code, errs.String())
			}
		}
	}
}

// Every command accepts every setting as a flag, before its name and after it.
func TestEveryCommandAcceptsEverySetting(t *testing.T) {
	t.Parallel()
	var flags []string
	for _, s := range config.All() {
		switch {
		case s.Flag() == "":
		case s.Kind == config.Switch:
			flags = append(flags, "--"+s.Flag())
		default:
			flags = append(flags, "--"+s.Flag(), "7")
		}
	}
	var check func(command *cobra.Command, path []string)
	check = func(command *cobra.Command, path []string) {
		for _, args := range [][]string{slices.Concat(flags, path), slices.Concat(path, flags)} {
			root := cli.Root() // with flags that were not given yet
			found, rest, err := root.Find(args)
			if err == nil && found.CommandPath() == command.CommandPath() {
				err = found.ParseFlags(rest)
			}
			if err != nil || found.CommandPath() != command.CommandPath() || found.Flags().NArg() > 0 {
				t.Errorf("%q: %s, %v, arguments %q", args, found.CommandPath(), err, found.Flags().Args())
			}
		}
		for _, below := range command.Commands() {
			check(below, append(slices.Clone(path), below.Name()))
		}
	}
	check(cli.Root(), nil)
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
