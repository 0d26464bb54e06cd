//go:build unix

package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/cli"
)

const lockedInfo = `{"status":1,"accountLocked":true}`

// shift is a server with locked accounts, and a batch of hdpadmin that unlocks them one by one.
type shift struct {
	*hdptest.Server
	t              *testing.T
	ids            []int64
	cmd            *exec.Cmd
	log            string // the audit log
	stdout, stderr bytes.Buffer
}

func newShift(t *testing.T, args ...string) *shift {
	t.Helper()
	s := &shift{Server: hdptest.NewServer(t), t: t, log: filepath.Join(t.TempDir(), "audit.jsonl")}
	list := ""
	for i := range 4 {
		s.ids = append(s.ids, s.AddAccount(hdptest.Account{UserName: fmt.Sprintf("user.%d", i), StatusInfo: lockedInfo}))
		list += fmt.Sprintf("user.%d\n", i)
	}
	s.cmd = command(t, append([]string{"unlock", "--from", "-", "--yes", "--concurrency", "1", "--reason", "INC-4711", "--server", s.URL, "--user", "d2cadmin", "--audit-file", s.log}, args...)...)
	s.cmd.Env = append(s.cmd.Env, "HDP_PASSWORD="+hdptest.AdminPassword)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = strings.NewReader(list), &s.stdout, &s.stderr
	return s
}

// hangs starts the batch and waits until the write to the second account is sent, which is not
// answered before release is called.
func (s *shift) hangs() (release func()) {
	s.t.Helper()
	release = s.Fail(hdptest.Fault{Method: "PUT", Path: fmt.Sprintf("/users/%d/statusinfo", s.ids[1]), Kind: hdptest.Hang})
	s.t.Cleanup(release)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Await(s.t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		s.t.Fatal(err)
	}
	return release
}

// leaves waits for the end and checks the exit code, which is one of these.
func (s *shift) leaves(codes ...int) {
	s.t.Helper()
	_ = s.cmd.Wait()
	if got := s.cmd.ProcessState.ExitCode(); !slices.Contains(codes, got) {
		s.t.Errorf("exit code %d instead of %d: %s%s", got, codes, s.stdout.String(), s.stderr.String())
	}
}

// interrupts sends two signals, which may arrive in any order.
func (s *shift) interrupts() {
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
}

// outcomes returns the outcomes of the rows in the JSON document.
func (s *shift) outcomes() (batch string, rows []string) {
	s.t.Helper()
	var document struct {
		Outcome string
		Rows    []struct{ Outcome string }
	}
	if err := json.Unmarshal(s.stdout.Bytes(), &document); err != nil {
		s.t.Fatal(err, s.stdout.String())
	}
	for _, r := range document.Rows {
		rows = append(rows, r.Outcome)
	}
	return document.Outcome, rows
}

// unfinished returns the batches that a console is offered that starts now.
func (s *shift) unfinished() (*audit.Log, []audit.UnfinishedBatch) {
	s.t.Helper()
	id := file.Identity{PID: os.Getpid(), Server: s.URL, Login: "d2cadmin"}
	id.Host, _ = os.Hostname()
	entries, err := file.Open(s.log, id)
	if err != nil {
		s.t.Fatal(err)
	}
	log, err := audit.New(entries, id, func(o change.Outcome) change.Outcome { return o })
	if err != nil {
		s.t.Fatal(err)
	}
	left, err := log.UnfinishedBatches()
	if err != nil {
		s.t.Fatal(err)
	}
	return log, left
}

func (s *shift) isLocked() (locked []bool) {
	for _, id := range s.ids {
		locked = append(locked, s.Stored(id).Locked())
	}
	return locked
}

// A batch that a signal broke off is resumed by the console.
func TestASignalEndsABatchAndTheConsoleResumesIt(t *testing.T) {
	t.Parallel()
	s := newShift(t, "--json")
	release := s.hangs()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	time.AfterFunc(time.Second, release) // after the signal
	s.leaves(143)
	if outcome, rows := s.outcomes(); outcome != "partly" || fmt.Sprint(rows) != "[applied applied not-sent not-sent]" {
		t.Errorf("%s: %s", outcome, rows)
	}
	if text := s.stderr.String(); !strings.Contains(text, `"code": 143`) || !strings.Contains(text, "2 unlocked, 2 not sent. The batch was stopped: interrupted. The console offers the rest at its next start.") {
		t.Errorf("on standard error: %s", text)
	}
	if got := fmt.Sprint(s.isLocked()); got != "[false false true true]" {
		t.Errorf("locked: %s", got)
	}

	log, left := s.unfinished()
	if len(left) != 1 || left[0].Reason != "INC-4711" || fmt.Sprint(left[0].Remaining()) != fmt.Sprint(s.ids[2:]) {
		t.Fatalf("the console is offered %+v", left)
	}
	s.resume(log, left[0])
	if got := fmt.Sprint(s.isLocked()); got != "[false false false false]" {
		t.Errorf("locked: %s", got)
	}
	if _, left := s.unfinished(); len(left) != 0 {
		t.Errorf("offered again: %+v", left)
	}
}

// resume does what the console does if the operator resumes a batch.
func (s *shift) resume(log *audit.Log, left audit.UnfinishedBatch) {
	s.t.Helper()
	ctx := s.t.Context()
	client, err := hdpclient.New(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer client.Close()
	client.SetCredentials(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(hdptest.AdminPassword)})
	writer := change.NewWriter(ctx, client, change.WithAuditLog(log))
	defer writer.Shutdown(0)
	claimed, err := log.ClaimBatch(left.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	preparation, err := batch.Resume(ctx, client, claimed.Unfinished, batch.Guard{}, batch.WithLog(log))
	if err != nil {
		s.t.Fatal(err)
	}
	<-preparation.Done()
	preview, _ := preparation.Preview()
	run, err := batch.Start(ctx, writer, preview, change.Answers{Reason: claimed.Reason}, batch.WithLog(log))
	if err != nil {
		s.t.Fatal(err)
	}
	<-run.Done()
	log.ReleaseBatches()
}

// After nohup, the end of the terminal does not end a batch.
func TestABatchOutlivesTheTerminalAfterNohup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		trap   string
		code   int
		locked string
	}{
		{"trap '' HUP", 0, "[false false false false]"},
		{":", 128 + int(syscall.SIGHUP), "[false false true true]"},
	} {
		s := newShift(t)
		s.cmd.Args = append([]string{"sh", "-c", c.trap + `; exec "$0" "$@"`}, s.cmd.Args...)
		s.cmd.Path = "/bin/sh"
		release := s.hangs()
		_ = s.cmd.Process.Signal(syscall.SIGHUP)
		time.AfterFunc(200*time.Millisecond, release) // after the signal
		s.leaves(c.code)
		if got := fmt.Sprint(s.isLocked()); got != c.locked {
			t.Errorf("%s: locked: %s", c.trap, got)
		}
	}
}

// After a second signal, nothing is waited for: what is not answered is unknown, and logged as that.
func TestASecondSignalEndsTheWaitForAnswers(t *testing.T) {
	t.Parallel()
	s := newShift(t, "--json")
	s.hangs()
	begun := time.Now()
	s.interrupts()
	s.leaves(130, 143)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if outcome, rows := s.outcomes(); outcome != "partly" || fmt.Sprint(rows) != "[applied unknown not-sent not-sent]" {
		t.Errorf("%s: %s", outcome, rows)
	}
	s.isLoggedAs(s.ids[1], file.Unknown)
	if _, left := s.unfinished(); len(left) != 1 || fmt.Sprint(left[0].Remaining()) != fmt.Sprint(s.ids[1:]) {
		t.Errorf("the console is offered %+v", left)
	}
}

func TestASecondSignalEndsTheWaitForASingleChange(t *testing.T) {
	t.Parallel()
	s := newShift(t)
	s.cmd.Args = append(s.cmd.Args[:1], "unlock", "user.1", "--json", "--server", s.URL, "--user", "d2cadmin", "--audit-file", s.log)
	s.hangs()
	begun := time.Now()
	s.interrupts()
	s.leaves(130, 143)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if !strings.Contains(s.stdout.String(), `"outcome": "unknown"`) || !strings.Contains(s.stderr.String(), `"code": 1`) {
		t.Errorf("%s%s", s.stdout.String(), s.stderr.String())
	}
	s.isLoggedAs(s.ids[1], file.Unknown)
}

// isLoggedAs checks the newest entry about the account.
func (s *shift) isLoggedAs(id int64, want file.OutcomeKind) {
	s.t.Helper()
	raw, err := os.ReadFile(s.log)
	if err != nil {
		s.t.Fatal(err)
	}
	var last string
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, fmt.Sprintf(`"account_id":%d,`, id)) || strings.Contains(line, fmt.Sprintf(`"accountId":%d,`, id)) {
			last = line
		}
	}
	if !strings.Contains(last, `"`+string(want)+`"`) {
		s.t.Errorf("the newest entry is %s\n%s", last, raw)
	}
}

// With | head, nothing more is begun after the row that could not be printed, and nothing is said.
func TestAClosedPipeEndsABatch(t *testing.T) {
	t.Parallel()
	s := newShift(t, "--ndjson")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout = in
	third := s.Fail(hdptest.Fault{Method: "PUT", Path: fmt.Sprintf("/users/%d/statusinfo", s.ids[2]), Kind: hdptest.Hang})
	defer third()
	second := s.hangs()
	_ = in.Close()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, `"outcome":"applied"`) {
		t.Errorf("%s, %v", line, err)
	}
	_ = out.Close()
	second()
	time.AfterFunc(time.Second, third) // after the row of the second account could not be printed
	s.leaves(128 + int(syscall.SIGPIPE))
	if s.stderr.Len() > 0 {
		t.Errorf("on standard error: %s", s.stderr.String())
	}
	// Whether the third write had begun when the row could not be printed is a matter of chance. If it
	// had, it got its outcome.
	remaining := s.ids[2:]
	switch got := fmt.Sprint(s.isLocked()); got {
	case "[false false false true]":
		remaining = s.ids[3:]
		s.isLoggedAs(s.ids[2], file.Applied)
	case "[false false true true]":
	default:
		t.Errorf("locked: %s", got)
	}
	if _, left := s.unfinished(); len(left) != 1 || fmt.Sprint(left[0].Remaining()) != fmt.Sprint(remaining) {
		t.Errorf("the console is offered %+v", left)
	}
}

// A signal while the accounts are found ends the command before anything is sent.
func TestASignalBeforeABatchSendsNothing(t *testing.T) {
	t.Parallel()
	s := newShift(t)
	release := s.Fail(hdptest.Fault{Method: "GET", Path: "/statusinfo", Kind: hdptest.Hang, Times: hdptest.Forever})
	defer release()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	if _, err := s.Await(ctx, func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	s.leaves(130)
	if s.stdout.Len() > 0 || s.stderr.String() != "hdpadmin: ended by a signal: interrupt\n" {
		t.Errorf("%s%s", s.stdout.String(), s.stderr.String())
	}
	if _, left := s.unfinished(); len(left) != 0 {
		t.Errorf("the console is offered %+v", left)
	}
}

// A pipe that never ends does not keep a command from ending.
func TestASignalEndsTheWaitForAList(t *testing.T) {
	t.Parallel()
	s := newShift(t)
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s.cmd.Stdin = out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.WriteString(strings.Repeat("user.1\n", 20_000)); err != nil { // more than a pipe holds: some of it was read
		t.Fatal(err)
	}
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	s.leaves(130)
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestABatchAsksInATerminal(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	var names []any
	for i := range 11 {
		name := fmt.Sprintf("user.%d", i)
		s.AddAccount(hdptest.Account{UserName: name, StatusInfo: lockedInfo})
		names = append(names, name)
	}
	password := env("HDP_PASSWORD=" + hdptest.AdminPassword)
	for _, c := range []struct {
		args   []any
		sees   string
		answer string
		code   int
		says   string
	}{
		{names[:2], "hdpadmin: 2 would change.", "n\r", 3, "declined; nothing was sent"},
		{names, "Unlock 11 accounts? Type the number of accounts to confirm:", "12\r", 3, "type 11 to confirm: 11 accounts will change"},
		{names[:2], "Unlock 2 accounts? [y/N]", "y\r", 0, "2 unlocked."},
		{names, "Unlock 9 accounts? [y/N]", "y\r", 0, "9 unlocked, 2 already unlocked."},
	} {
		term := start(t, append(append([]any{"unlock"}, c.args...), "--server", s.URL, "--user", "d2cadmin", password)...)
		term.sees(c.sees)
		term.press(c.answer)
		term.sees(c.says)
		term.leaves(c.code)
	}
	term := start(t, "activate", "--from", "-", "--server", s.URL, "--user", "d2cadmin", password, stdin(strings.NewReader("user.0\n")))
	term.sees("1 already active.") // nothing to ask
	term.leaves(0)
	term = start(t, "deactivate", "--from", "-", "--server", s.URL, "--user", "d2cadmin", password, stdin(strings.NewReader("user.0\n")))
	term.sees("missing: --yes") // the list does not answer questions
	term.leaves(3)
	term = start(t, "deactivate", "--from", "-", "--server", s.URL, "--user", "d2cadmin", password)
	term.press("user.0\r")
	term.sees("user.0")
	term.press("\x04")
	term.sees("missing: --yes") // even if it was typed
	term.leaves(3)
}

func TestABatchShowsItsProgressInATerminal(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	release := s.Fail(hdptest.Fault{Method: "PUT", Kind: hdptest.Hang, Skip: 1})
	defer release()
	s.AddAccount(hdptest.Account{UserName: "user.1", StatusInfo: lockedInfo})
	term := start(t, "unlock", "alice.smith", "user.1", "--yes", "--concurrency", "1", "--server", s.URL, "--user", "d2cadmin", env("HDP_PASSWORD="+hdptest.AdminPassword))
	term.sees("1 of 2 accounts")
	release()
	term.sees("2 unlocked.")
	term.seesNot(" of 2 accounts")
	term.leaves(0)
}

// Opening a named pipe waits until somebody writes to it.
func TestASignalEndsTheWaitForAPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if from, plan := cli.ReadFrom(ctx, pipe); !errors.Is(from, context.Canceled) || !errors.Is(plan, context.Canceled) {
		t.Errorf("%v, %v", from, plan)
	}
}
