//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/cli"
)

// TestScripts runs the commands of testdata/scripts, each against a server of its own. A script
// has these commands besides the usual ones:
//
//	[!] hdpadmin ARGS     runs hdpadmin
//	exits CODE ARGS       runs hdpadmin, which must exit with CODE
//	account NAME STATUS   adds an account with a status info in JSON, or gives that to an existing one
//	operator NAME         adds a second administrator, who signs in with ACCOUNT_PASSWORD
//	changes ACCOUNT STATUS   changes an account's status info, as another administrator would
//	clock DURATION        puts the server's clock forward
//	signs NAME SIGN-IN…   adds an account with these sign-in names
//	fails METHOD PATH STATUS [MESSAGE|JSON]   makes the next such request fail, with HDP's own message
//	cuts METHOD PATH      makes the answer to the next such request break off
//	fault METHOD PATH KIND [skip=N] [times=N] [status=N] [body=TEXT]   spoils such requests, see hdptest.Fault
//	stored ACCOUNT TEXT   checks that the server has TEXT in the account's infos
//	requests N [PATH]     checks how many requests, with that in their path, were sent
//	resets                forgets the requests so far
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "testdata/scripts", exits)
}

// runScripts runs every script in a folder. exits runs a command and checks its exit code.
func runScripts(t *testing.T, folder string, exits func(*testscript.TestScript, bool, []string)) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir: folder,
		Setup: func(env *testscript.Env) error {
			passed := new(atomic.Int64) // since the start
			s := hdptest.NewServer(t, hdptest.WithClock(func() time.Time {
				return time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC).Add(time.Duration(passed.Load()))
			}))
			env.Values["server"], env.Values["passed"] = s, passed
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TZ", "UTC")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // or each command of a race test ends a second later
			env.Setenv("HDPADMIN_AUDIT_FILE", filepath.Join(env.WorkDir, "audit.jsonl"))
			env.Setenv("HDPADMIN_CONFIG", os.DevNull)
			env.Setenv("HDPADMIN_SERVER", s.URL)
			env.Setenv("SERVER", s.URL)
			env.Setenv("HDPADMIN_USER", "d2cadmin")
			env.Setenv("HDP_PASSWORD", hdptest.AdminPassword)
			env.Setenv("ADMIN_PASSWORD", hdptest.AdminPassword)
			env.Setenv("VIEWER_PASSWORD", hdptest.ViewerPassword)
			env.Setenv("HELPDESK_PASSWORD", hdptest.HelpdeskPassword)
			env.Setenv("ACCOUNT_PASSWORD", hdptest.AccountPassword)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"account":  addAccount,
			"operator": addOperator,
			"changes":  changeStatus,
			"clock":    putClockForward,
			"signs":    addSignIns,
			"fails":    failNext,
			"cuts":     cutNext,
			"fault":    addFault,
			"requests": countRequests,
			"resets":   func(ts *testscript.TestScript, _ bool, _ []string) { serverOf(ts).ResetRequests() },
			"stored":   checkStored,
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

// exitsHere is like exits, without the 10 ms that a process takes to start. Its command has the folder and
// the variables of the test, besides those that scripts set.
func exitsHere(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: exits CODE ARGS")
	}
	environ := []string{"HDPADMIN_TIME_ZONE=UTC"}
	for _, name := range []string{"HOME", "HDP_PASSWORD", "HDPADMIN_AUDIT_FILE", "HDPADMIN_CONFIG", "HDPADMIN_CONFIRM", "HDPADMIN_SERVER", "HDPADMIN_USER"} {
		if value := ts.Getenv(name); value != "" {
			environ = append(environ, name+"="+value)
		}
	}
	if got := cli.MainWith(context.Background(), args[1:], environ, ts.Stdout(), ts.Stderr(), nil); got != want {
		ts.Fatalf("exit code %d instead of %d", got, want)
	}
}

func addAccount(ts *testscript.TestScript, _ bool, args []string) {
	status := ""
	if len(args) > 1 {
		status = strings.Join(args[1:], " ")
	}
	if id, known := serverOf(ts).Find(args[0]); known {
		serverOf(ts).SetStatusInfo(id, status)
		return
	}
	serverOf(ts).AddAccount(hdptest.Account{UserName: args[0], StatusInfo: status})
}

func addSignIns(ts *testscript.TestScript, _ bool, args []string) {
	a := hdptest.Account{UserName: args[0]}
	for _, name := range args[1:] {
		a.AuthUsers = append(a.AuthUsers, hdptest.AuthUser{AuthUserName: name, AuthServiceID: 1})
	}
	serverOf(ts).AddAccount(a)
}

func addOperator(ts *testscript.TestScript, _ bool, args []string) {
	serverOf(ts).AddAccount(hdptest.Account{
		UserName: args[0], Permissions: []int64{int64(hdpclient.PermissionAdministrator)},
		AuthUsers: []hdptest.AuthUser{{AuthUserName: args[0], AuthServiceID: 1}},
	})
}

func changeStatus(ts *testscript.TestScript, _ bool, args []string) {
	serverOf(ts).SetStatusInfo(idOf(ts, args[0]), strings.Join(args[1:], " "))
}

func putClockForward(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	passed, _ := ts.Value("passed").(*atomic.Int64)
	passed.Add(int64(d))
}

func failNext(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	f := hdptest.Fault{Method: args[0], Path: args[1], Kind: hdptest.Status, Status: status}
	switch {
	case len(args) < 4:
	case strings.HasPrefix(args[3], "{"):
		f.Body = args[3]
	default: // HDP's own words
		f.Body = fmt.Sprintf(`{"error":{"code":222206001,"message":{"lang":"en-US","value":%q}}}`, args[3])
	}
	serverOf(ts).Fail(f)
}

func cutNext(ts *testscript.TestScript, _ bool, args []string) {
	serverOf(ts).Fail(hdptest.Fault{Method: args[0], Path: args[1], Kind: hdptest.CutBody})
}

func addFault(ts *testscript.TestScript, _ bool, args []string) {
	f := hdptest.Fault{Method: args[0], Path: args[1], Kind: hdptest.FaultKind(args[2])}
	for _, arg := range args[3:] {
		name, value, _ := strings.Cut(arg, "=")
		n, err := strconv.Atoi(value)
		switch name {
		case "skip":
			f.Skip = n
		case "times":
			f.Times = n
		case "status":
			f.Status = n
		case "body":
			f.Body, err = value, nil
		default:
			ts.Fatalf("fault has no %s", name)
		}
		ts.Check(err)
	}
	serverOf(ts).Fail(f)
}

func checkStored(ts *testscript.TestScript, neg bool, args []string) {
	stored := serverOf(ts).Stored(idOf(ts, args[0]))
	infos := strings.ReplaceAll(stored.StatusInfo+stored.PasswordInfo, " ", "")
	if strings.Contains(infos, args[1]) == neg {
		ts.Fatalf("stored: %s", infos)
	}
}

// idOf returns the id of an account that is given by its name or id.
func idOf(ts *testscript.TestScript, text string) int64 {
	if id, known := serverOf(ts).Find(text); known {
		return id
	}
	id, err := strconv.ParseInt(text, 10, 64)
	ts.Check(err)
	return id
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
