//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hdpadmin/internal/cli"
)

// printingCommands returns the commands that only print.
func printingCommands() map[string][]string {
	return map[string][]string{
		"version":         {"version"},
		"--version":       {"--version"},
		"--help":          {"--help"},
		"help":            {"help"},
		"demo --help":     {"demo", "--help"},
		"completion bash": {"completion", "bash"},
		"config show":     {"config", "show", "--config", os.DevNull},
		"config --help":   {"config", "show", "--help"},
		"help config":     {"help", "config", "show"},
		"keyring --help":  {"keyring", "set", "--help"},
	}
}

func TestPrintingCommandsSendNoTerminalQueries(t *testing.T) {
	for name, args := range printingCommands() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs, code := piped(t, args...)
			if code != 0 || out == "" || errs != "" {
				t.Errorf("without a terminal: exit code %d, output %q, errors %q", code, out, errs)
			}
			words := []any{}
			for _, a := range args {
				words = append(words, a)
			}
			term := start(t, words...)
			term.leaves(0)
			checkOnlyText(t, term)
			if got := printed(term); got != out {
				t.Errorf("on a terminal, the text is\n%s\nwithout one:\n%s", got, out)
			}
		})
	}
}

func TestAFailedWriteIsAnError(t *testing.T) {
	for name, args := range printingCommands() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Skip(err)
			}
			defer func() { _ = full.Close() }()
			c := command(t, args...)
			withoutTerminal(c)
			var errs strings.Builder
			c.Stdout, c.Stderr = full, &errs
			_ = c.Run()
			if code := c.ProcessState.ExitCode(); code != 1 || strings.Count(errs.String(), "no space left on device") != 1 {
				t.Errorf("exit code %d, errors %q", code, errs.String())
			}
		})
	}
}

// checkOnlyText checks that the output has no escapes except drain's.
func checkOnlyText(t *testing.T, term *terminal) {
	t.Helper()
	if text := printed(term); strings.ContainsAny(text, "\x1b\u009b") || term.countQueries() > 0 {
		t.Errorf("output has escapes or queries: %q", text)
	}
}

// printed returns the output up to drain's mark, with plain line ends.
func printed(term *terminal) string {
	text, _, _ := strings.Cut(term.output(), "\x1b]2;drained")
	return strings.ReplaceAll(text, "\r\n", "\n")
}

func TestHelpNamesTheTwoWaysToStart(t *testing.T) {
	out, _, _ := piped(t, "--help")
	for _, want := range []string{"hdpadmin demo", "hdpadmin --server https://hdp.example.com:8443 --user jdoe", "--password-file", "HDP_PASSWORD", "--read-only"} {
		if !strings.Contains(out, want) {
			t.Errorf("not in the help: %s", want)
		}
	}
	for line := range strings.Lines(out) {
		if len(line) > 81 {
			t.Errorf("wider than 80: %q", line)
		}
	}
}

func TestTheHelpOfACommandListsItsOwnFlagsOnly(t *testing.T) {
	for _, c := range []string{"find", "unlock", "reset", "plan unlock", "apply"} {
		out, _, code := piped(t, append(strings.Fields(c), "--help")...)
		if code != 0 || !strings.Contains(out, "--json") || strings.Contains(out, "--accent") || !strings.Contains(out, "hdpadmin --help lists them.") {
			t.Errorf("%s: exit code %d, help:\n%s", c, code, out)
		}
		for line := range strings.Lines(out) {
			if len(line) > 82 {
				t.Errorf("%s: too wide: %q", c, line)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	if err := os.WriteFile(open, []byte("geheim\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const server = "https://hdp.example.com"
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"no arguments":               {nil, []string{"hdpadmin demo", "hdpadmin --server https://hdp.example.com:8443 --user jdoe"}},
		"unknown flag":               {[]string{"--nope"}, []string{"unknown flag: --nope", "--help"}},
		"misspelt flag":              {[]string{"--acent", "red"}, []string{"unknown flag: --acent; did you mean --accent?"}},
		"unknown flag of demo":       {[]string{"demo", "--sever", "x"}, []string{"unknown flag: --sever"}},
		"unknown command":            {[]string{"foo"}, []string{`unknown command "foo"`}},
		"misspelt command":           {[]string{"dmeo"}, []string{`unknown command "dmeo"`, "did you mean demo?"}},
		"argument of demo":           {[]string{"demo", "x"}, []string{`unexpected argument "x" for hdpadmin demo`}},
		"help, unknown":              {[]string{"help", "nope"}, []string{`unknown command "nope" for hdpadmin`}},
		"help, misspelt":             {[]string{"help", "confg"}, []string{"did you mean config?"}},
		"help, unknown in config":    {[]string{"help", "config", "nope"}, []string{`unknown command "nope" for hdpadmin config`}},
		"unknown shell":              {[]string{"completion", "tcsh"}, []string{`unknown command "tcsh"`}},
		"flag without value":         {[]string{"--server"}, []string{"flag needs an argument: --server"}},
		"bad number":                 {[]string{"demo", "--accounts", "many"}, []string{`--accounts: "many" is not a whole number`}},
		"bad duration":               {[]string{"demo", "--latency", "5"}, []string{`--latency: "5" is not a duration such as 200ms`}},
		"bad seed":                   {[]string{"demo", "--seed", "-1"}, []string{`--seed: "-1" is not a whole number of 0 or more`}},
		"negative accounts":          {[]string{"demo", "--accounts", "-1"}, []string{"--accounts -1"}},
		"negative latency":           {[]string{"demo", "--latency", "-1s"}, []string{"--latency -1s"}},
		"demo on 0.0.0.0":            {[]string{"demo", "--listen", "0.0.0.0:0"}, []string{"--listen 0.0.0.0:0", "use a loopback address"}},
		"demo on every address":      {[]string{"demo", "--listen", ":0"}, []string{"use a loopback address"}},
		"demo on every, IPv6":        {[]string{"demo", "--listen", "[::]:0"}, []string{"use a loopback address"}},
		"demo on another host":       {[]string{"demo", "--listen", "192.0.2.1:80"}, []string{"use a loopback address"}},
		"demo without a port":        {[]string{"demo", "--listen", "127.0.0.1"}, []string{"must be host:port"}},
		"unknown trouble":            {[]string{"demo", "--trouble", "colleague,rain"}, []string{"--trouble rain: unknown fault; choose from colleague, lost-answers, proxy"}},
		"several errors":             {[]string{"demo", "--accounts", "-1", "--listen", "", "--theme", "x"}, []string{"--accounts", "--listen", "theme"}},
		"theme":                      {[]string{"--server", server, "--theme", "x"}, []string{`--theme: "x" is not one of auto, dark`}},
		"open settings":              {[]string{"--config", open}, []string{"--config", "run chmod 600 " + open}},
		"missing settings file":      {[]string{"--config", open + "x"}, []string{open + "x: no such file"}},
		"profile":                    {[]string{"--profile", "prod"}, []string{`--profile: unknown profile "prod"`}},
		"time zone":                  {[]string{"--server", server, "--time-zone", "Berlin"}, []string{`--time-zone: "Berlin"`}},
		"concurrency":                {[]string{"--server", server, "--concurrency", "99"}, []string{"--concurrency: 99"}},
		"reasons":                    {[]string{"--server", server, "--reason-pattern", "("}, []string{"--reason-pattern:"}},
		"client certificate":         {[]string{"--server", server, "--client-cert", "/nowhere/jdoe.pem", "--client-key", "/nowhere/jdoe.key"}, []string{"client certificate /nowhere/jdoe.pem, key /nowhere/jdoe.key"}},
		"key without certificate":    {[]string{"--server", server, "--client-key", "/nowhere/jdoe.key"}, []string{"--client-key: needs client_cert"}},
		"open log file":              {[]string{"--server", server, "--log-file", open}, []string{"log file", "run chmod 600 " + open}},
		"log in a missing folder":    {[]string{"--server", server, "--log-file", open + "/x"}, []string{"log file"}},
		"debug without a log":        {[]string{"--server", server, "--debug"}, []string{"--debug: needs log_file"}},
		"config":                     {[]string{"config"}, []string{"show, init or path"}},
		"keyring":                    {[]string{"keyring"}, []string{"set or delete"}},
		"keyring, no server":         {[]string{"keyring", "set"}, []string{"no server is set"}},
		"keyring, no user":           {[]string{"keyring", "delete", "--server", server}, []string{"no user name is set"}},
		"password after keyring set": {[]string{"keyring", "set", "geheim"}, []string{"hdpadmin keyring set takes no arguments"}},
		"password after keyring":     {[]string{"keyring", "geheim"}, []string{"hdpadmin keyring takes no arguments"}},
		"address":                    {[]string{"--server", "https://jdoe:geheim@hdp.example.com"}, []string{"must not contain a user name or a password"}},
		"address with a query":       {[]string{"--server", server + "?password=geheim"}, []string{"the server's address must end with the path"}},
		"settings with such address": {[]string{"config", "show", "--server", server + "/?q"}, []string{"the server's address must end with the path"}},
		"address with dots":          {[]string{"config", "show", "--server", server + "/a/../b"}, []string{"must not contain . or .. in its path"}},
		"port 0":                     {[]string{"keyring", "delete", "--server", server + ":0", "--user", "jdoe"}, []string{"must have a port between 1 and 65535"}},
		"man without a folder":       {[]string{"man"}, []string{"man needs one argument"}},
		"a wrong head":               {[]string{"audit", "verify", "--head", "x"}, []string{"--head: "}},
		"a wrong age":                {[]string{"audit", "show", "--since", "x"}, []string{"--since x: use a date"}},
		"arguments for version":      {[]string{"version", "x"}, []string{`unexpected argument "x"`}},
		"arguments for completion":   {[]string{"completion", "bash", "x"}, []string{`"x"`}},
		"plain http":                 {[]string{"--server", "http://hdp.example.com"}, []string{"--allow-http"}},
		"login with a password":      {[]string{"--server", server, "--user", "jdoe:geheim"}, []string{"colon"}},
		"authorities":                {[]string{"--server", server, "--ca-file", "/nowhere/ca.pem"}, []string{"/nowhere/ca.pem"}},
		"wrong authorities":          {[]string{"--server", server, "--ca-file", open}, []string{"contains no certificate"}},
		"password as a flag":         {[]string{"--password=geheim"}, []string{"passwords are not accepted on the command line"}},
		"password after the flag":    {[]string{"--password", "geheim"}, []string{"passwords are not accepted on the command line"}},
		"password as -p":             {[]string{"-pgeheim"}, []string{"passwords are not accepted on the command line"}},
		"unknown shorthand":          {[]string{"-xgeheim"}, []string{"unknown flag: -x"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := cli.Execute(t.Context(), append([]string{}, c.args...))
			if code := cli.ExitCode(err); code != 2 {
				t.Fatalf("exit code %d, %v", code, err)
			}
			for _, want := range c.want {
				if strings.Count(err.Error(), want) != 1 {
					t.Errorf("want %q once: %q", want, err)
				}
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("a password is quoted: %q", err)
			}
		})
	}
}

func TestWithoutAServerTheProfilesAreNamed(t *testing.T) {
	file := writeSettings(t, "[profiles.prod]\nserver = \"https://a.example.com\"\n[profiles.test]\nserver = \"https://b.example.com\"\n")
	err := cli.Execute(t.Context(), []string{file})
	if code := cli.ExitCode(err); code != 2 {
		t.Fatalf("exit code %d, %v", code, err)
	}
	for _, want := range []string{"no server is set", "(prod, test)", "hdpadmin --profile prod", "hdpadmin demo"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing: %q", want, err)
		}
	}
}

func TestAnErrorIsPrintedOnceOnStandardError(t *testing.T) {
	t.Parallel()
	out, errs, code := piped(t, "--nope")
	if want := "hdpadmin: unknown flag: --nope\nRun hdpadmin --help for usage\n"; code != 2 || out != "" || errs != want {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}

func TestErrorsOnATerminalAreOnlyText(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	if err := os.WriteFile(open, []byte("geheim\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const server = "https://hdp.example.com"
	for name, c := range map[string]struct {
		args []any
		code int
		want string
	}{
		"no arguments":            {[]any{env("TERM=dumb")}, 2, "no server is set"},
		"unknown command":         {[]any{"foo"}, 2, `unknown command "foo"`},
		"a user not in the demo":  {[]any{"demo", "--user", "nobody"}, 2, "--user nobody: the demo has no such user; choose from d2cadmin"},
		"a dumb terminal":         {[]any{"demo", env("TERM=dumb")}, 2, "TERM=dumb is not supported"},
		"password on a terminal":  {[]any{"--server", server, "--password-file", "-"}, 2, "standard input is a terminal"},
		"an open password file":   {[]any{"--server", server, "--password-file", open}, 2, "run chmod 600 " + open},
		"a missing password file": {[]any{"--server", server, "--password-file", open + "x"}, 2, open + "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := start(t, append(c.args, size(400, 20))...)
			term.leaves(c.code)
			checkOnlyText(t, term)
			if strings.Count(term.screen(), c.want) != 1 || strings.Contains(term.output(), "geheim") {
				t.Errorf("want %q once:\n%s", c.want, term.screen())
			}
		})
	}
}

func TestWithoutATerminalNothingIsStarted(t *testing.T) {
	for _, args := range [][]string{{"demo"}, {"--server", "https://hdp.example.com", "--user", "jdoe"}} {
		out, errs, code := piped(t, args...)
		if code != 2 || out != "" || !strings.Contains(errs, "needs a terminal on standard output") {
			t.Errorf("%v: exit code %d, output %q, errors %q", args, code, out, errs)
		}
	}
}
