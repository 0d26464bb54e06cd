//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

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
				return // there is no way to check the script
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

// completes runs what a shell runs when the tab key is pressed after typed, and returns the words that
// it offers, without their descriptions.
func completes(t *testing.T, environ []string, typed string) []string {
	t.Helper()
	c := command(t, append([]string{"__complete"}, strings.Split(typed, " ")...)...)
	withoutTerminal(c)
	c.Env = append(c.Env, environ...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v", typed, err)
	}
	var words []string
	for line := range strings.Lines(string(out)) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		words = append(words, word)
	}
	return words
}

const (
	files   = ":0"
	nothing = ":4" // no files either
	noSpace = ":6"
	folders = ":16"
)

func TestShellsCompleteFlagsAndArguments(t *testing.T) {
	t.Parallel()
	file := writeSettings(t, "[profiles.prod]\nserver = \"https://a.example.com\"\n[profiles.test]\nserver = \"https://b.example.com\"\n")
	for typed, want := range map[string][]string{
		"--theme ":                    {"auto", "dark", "light", "high-contrast", "mono", nothing},
		"demo --theme ":               {"auto", "dark", "light", "high-contrast", "mono", nothing},
		"unlock alice --confirm ":     {nothing},
		"unlock --reason ":            {nothing},
		"unlock ":                     {nothing},
		"why alice ":                  {nothing},
		file + " --profile ":          {"prod", "test", nothing},
		"why " + file + " --profile ": {"prod", "test", nothing},
		"--server ":                   {nothing},
		"--ca-file ":                  {files},
		"why --ca-file ":              {files},
		"why --fields id,roles ":      {nothing},
		"why --fields id,lo":          {"id,userName", noSpace},
		"demo --trouble proxy,":       {"proxy,colleague", "proxy,lost-answers", noSpace},
		"find lock":                   {"locked:", noSpace},
		"find tenant:x status:inac":   {"status:inactive", noSpace},
		"find -- -locked:":            {"-locked:yes", "-locked:no", "-locked:expired", noSpace},
		"list --view ":                {"all", "locked", "inactive", "must-reset", "expired", "expiring", nothing},
		"man ":                        {folders},
		"config ":                     {"init", "path", "show", nothing},
		"completion ":                 {"bash", "fish", "powershell", "zsh", nothing},
		"audit show --since ":         {nothing},
		"force":                       {"force-change", nothing},
	} {
		got := completes(t, nil, typed)
		if typed == "why --fields id,lo" {
			got = slices.DeleteFunc(got, func(w string) bool { return !slices.Contains(want, w) })
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: offers %q, want %q", typed, got, want)
		}
	}
}

func TestAccountsAreCompletedFromACacheThatIsSwitchedOn(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t, hdptest.WithAccounts(2000))
	s.AddAccount(hdptest.Account{UserName: "$(reboot)"})
	home := t.TempDir()
	asked := filepath.Join(home, "asked")
	settings := writeSettings(t, fmt.Sprintf("server = %q\nuser = \"d2cadmin\"\npassword_command = [\"touch\", %q]\n", s.URL, asked))
	on := []string{"XDG_CACHE_HOME=" + home, "HDPADMIN_COMPLETION_CACHE=true"}
	off := on[:1]
	// It reads the list, because there is no such account.
	readList := func(environ []string) {
		t.Helper()
		c := command(t, "why", "nobody", settings)
		withoutTerminal(c)
		c.Env = append(append(c.Env, environ...), "HDP_PASSWORD="+hdptest.AdminPassword)
		if out, _ := c.CombinedOutput(); c.ProcessState.ExitCode() != 9 {
			t.Fatalf("exit code %d: %s", c.ProcessState.ExitCode(), out)
		}
	}
	cached := func() []string {
		found, err := filepath.Glob(filepath.Join(home, "hdpadmin", "names", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	says := func(environ []string, typed string, want ...string) {
		t.Helper()
		s.ResetRequests()
		if got := completes(t, environ, typed); !slices.Equal(got, want) {
			t.Errorf("%q: offers %q, want %q", typed, got, want)
		}
		if n := len(s.Requests()); n > 0 {
			t.Errorf("%q: %d requests", typed, n)
		}
		if _, err := os.Stat(asked); err == nil {
			t.Errorf("%q: password_command was run", typed)
		}
	}

	readList(off)
	if found := cached(); len(found) > 0 {
		t.Errorf("cached without the setting: %q", found)
	}
	readList(on)
	found := cached()
	if len(found) != 1 {
		t.Fatalf("cached: %q", found)
	}
	if info, err := os.Stat(found[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	says(on, "unlock "+settings+" alice.sm", "alice.smith", nothing)
	says(on, "unlock "+settings+" ALICE.SM", "alice.smith", nothing)
	says(on, "unlock "+settings+" name:alice.sm", "name:alice.smith", nothing)
	says(on, "unlock "+settings+" id:3070", "id:3070", nothing)
	says(on, "unlock "+settings+" 3070", "3070", nothing)
	says(on, "audit show "+settings+" --account alice.sm", "alice.smith", nothing)
	says(on, "unlock "+settings+" $", nothing) // a shell would run it
	says(on, "unlock "+settings+" --user jdoe alice.sm", nothing)
	says(on, "unlock "+settings+" --server https://other.example.com alice.sm", nothing)
	says(off, "unlock "+settings+" alice.sm", nothing)
	if got := completes(t, on, "unlock "+settings+" "); len(got) != 2 || !strings.HasSuffix(got[0], " accounts: type more of the name") {
		t.Errorf("offers %q", got)
	}

	// It is used for at most ten minutes.
	raw, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	for age, used := range map[time.Duration]bool{9 * time.Minute: true, 11 * time.Minute: false, -time.Hour: false} {
		aged := regexp.MustCompile(`at .*`).ReplaceAllLiteral(raw, []byte("at "+time.Now().Add(-age).UTC().Format(time.RFC3339)))
		if err := os.WriteFile(found[0], aged, 0o600); err != nil {
			t.Fatal(err)
		}
		want := []string{"alice.smith", nothing}
		if !used {
			want = want[1:]
		}
		says(on, "unlock "+settings+" alice.sm", want...)
	}

	// A file that others can read is not used, and the next list replaces it.
	if err := os.Chmod(found[0], 0o644); err != nil {
		t.Fatal(err)
	}
	says(on, "unlock "+settings+" alice.sm", nothing)
	readList(on)
	says(on, "unlock "+settings+" alice.sm", "alice.smith", nothing)

	// It is deleted when it is switched off, and when it is old.
	readList(off)
	if found := cached(); len(found) > 0 {
		t.Errorf("still cached: %q", found)
	}
	old := filepath.Join(home, "hdpadmin", "names", "old")
	if err := os.WriteFile(old, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	readList(off)
	if found := cached(); len(found) > 0 {
		t.Errorf("still cached: %q", found)
	}
}

func TestTheConsoleFillsTheCacheForCompletion(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	home := t.TempDir()
	environ := []string{"XDG_CACHE_HOME=" + home}
	settings := writeSettings(t, fmt.Sprintf("server = %q\nuser = \"d2cadmin\"\ncompletion_cache = true\n", s.URL))
	term := start(t, settings, env("HDP_PASSWORD="+hdptest.AdminPassword, environ[0]))
	term.sees("All 38")
	if !term.within(waitLimit, func() bool {
		return slices.Contains(completes(t, environ, "unlock "+settings+" alice.sm"), "alice.smith")
	}) {
		t.Error("nothing was cached")
	}
	term.press("q")
	term.leaves(0)
}

// bashRun makes bash complete the words of its arguments, as it does when the tab key is pressed.
const bashRun = `
_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; prev=${words[cword-1]}; }
__ltrim_colon_completions() { :; }
compopt() { :; }
. "$SCRIPT"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
__start_hdpadmin
printf '%s\n' "${COMPREPLY[@]}"
`

func TestBashCompletes(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	c := command(t, "completion", "bash")
	script, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "completion")
	if err := os.WriteFile(file, script, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(c.Path, filepath.Join(folder, "hdpadmin")); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"hdpadmin unl":              "unlock",
		"hdpadmin unlock --dry":     "--dry-run",
		"hdpadmin --theme high":     "high-contrast",
		"hdpadmin audit ver":        "verify",
		"hdpadmin unlock --confirm": "--confirm",
	} {
		run := exec.CommandContext(t.Context(), bash, append([]string{"-c", bashRun, "bash"}, strings.Split(typed, " ")...)...)
		run.Env = append(c.Env, "SCRIPT="+file, "PATH="+folder+":"+os.Getenv("PATH"))
		out, err := run.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%q: %v, offers %q, want %q", typed, err, got, want)
		}
	}
}
