//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// TestScripts runs the commands of testdata/scripts, each against a server of its own. A script
// has these commands besides the usual ones:
//
//	[!] hdpadmin ARGS     runs hdpadmin
//	exits CODE ARGS       runs hdpadmin, which must exit with CODE
//	account NAME STATUS   adds an account with a status info in JSON
//	fails METHOD PATH STATUS   makes the next such request fail
//	requests N [PATH]     checks how many requests, with that in their path, were sent
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/scripts",
		Setup: func(env *testscript.Env) error {
			s := hdptest.NewServer(t, hdptest.WithClock(func() time.Time { return time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC) }))
			env.Values["server"] = s
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TZ", "UTC")
			env.Setenv("HDPADMIN_CONFIG", os.DevNull)
			env.Setenv("HDPADMIN_SERVER", s.URL)
			env.Setenv("HDPADMIN_USER", "d2cadmin")
			env.Setenv("HDP_PASSWORD", hdptest.AdminPassword)
			env.Setenv("ADMIN_PASSWORD", hdptest.AdminPassword)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"account":  addAccount,
			"fails":    failNext,
			"requests": countRequests,
		},
	})
}

// runScripted is hdpadmin as scripts run it.
func runScripted() { os.Exit(cli.Main(context.Background(), os.Args[1:])) }

func serverOf(ts *testscript.TestScript) *hdptest.Server {
	s, _ := ts.Value("server").(*hdptest.Server)
	return s
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: exits CODE ARGS")
	}
	err = ts.Exec("hdpadmin", args[1:]...)
	got := 0
	if err != nil {
		var code int
		if _, no := fmt.Sscanf(err.Error(), "exit status %d", &code); no != nil {
			ts.Fatalf("%v", err)
		}
		got = code
	}
	if got != want {
		ts.Fatalf("exit code %d instead of %d", got, want)
	}
}

func addAccount(ts *testscript.TestScript, _ bool, args []string) {
	status := ""
	if len(args) > 1 {
		status = strings.Join(args[1:], " ")
	}
	serverOf(ts).AddAccount(hdptest.Account{UserName: args[0], StatusInfo: status})
}

func failNext(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	serverOf(ts).Fail(hdptest.Fault{Method: args[0], Path: args[1], Kind: hdptest.Status, Status: status})
}

func countRequests(ts *testscript.TestScript, _ bool, args []string) {
	n := 0
	for _, r := range serverOf(ts).Requests() {
		if len(args) == 1 || strings.Contains(r.Path, args[1]) {
			n++
		}
	}
	if strconv.Itoa(n) != args[0] {
		ts.Fatalf("%d requests instead of %s", n, args[0])
	}
}
