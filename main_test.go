package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// asProgram makes this binary the program itself when a test starts it.
const asProgram = "TEST_AS_HDPADMIN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestProgramHandsArgumentsInAndTheExitCodeOut(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "hdpadmin "},
		{[]string{"--nope"}, 2, "unknown flag: --nope"},
		{[]string{"demo"}, 2, "needs a terminal"},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], c.args...)
		cmd.Env = append(os.Environ(), asProgram+"=1", "HOME="+t.TempDir())
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.want) {
			t.Errorf("%v: exit code %d, output %q", c.args, code, out)
		}
	}
}
