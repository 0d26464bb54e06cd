//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
	"hdpadmin/internal/planfile"
)

// planDesk is a server, an audit log and a plan file for several processes.
type planDesk struct {
	*hdptest.Server
	t     *testing.T
	audit string
	file  string
	ids   []int64
}

// newPlanDesk plans to unlock n accounts.
func newPlanDesk(t *testing.T, n int) *planDesk {
	t.Helper()
	folder := t.TempDir()
	d := &planDesk{Server: hdptest.NewServer(t), t: t, audit: filepath.Join(folder, "audit.jsonl"), file: filepath.Join(folder, "plan.json")}
	args := []string{"plan", "unlock", "-o", d.file}
	for i := range n {
		name := fmt.Sprintf("locked.%d", i)
		d.ids = append(d.ids, d.AddAccount(hdptest.Account{UserName: name, StatusInfo: `{"status":1,"accountLocked":true}`}))
		args = append(args, name)
	}
	if out, err := d.command(args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return d
}

func (d *planDesk) command(args ...string) *exec.Cmd {
	d.t.Helper()
	c := command(d.t, args...)
	withoutTerminal(c)
	c.Env = append(c.Env, "HDPADMIN_SERVER="+d.URL, "HDPADMIN_USER=d2cadmin", "HDP_PASSWORD="+hdptest.AdminPassword, "HDPADMIN_AUDIT_FILE="+d.audit)
	return c
}

func (d *planDesk) apply() *exec.Cmd {
	return d.command("apply", d.file, "--yes", "--concurrency", "2")
}

// puts counts the writes that arrived, by account, and those of them that hang.
func (d *planDesk) puts() (arrived, hanging map[int64]int) {
	arrived, hanging = map[int64]int{}, map[int64]int{}
	for _, r := range d.Requests() {
		var id int64
		if _, err := fmt.Sscanf(r.Path, "/api/admin/users/%d/statusinfo", &id); err != nil || r.Method != http.MethodPut {
			continue
		}
		arrived[id]++
		if r.Fault == hdptest.Hang {
			hanging[id]++
		}
	}
	return arrived, hanging
}

// awaitHang waits until a write hangs.
func (d *planDesk) awaitHang() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	if _, err := d.Await(ctx, func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		d.t.Fatal(err)
	}
}

// awaitGone waits until the server has seen that a killed client is gone.
func (d *planDesk) awaitGone() {
	for n, _ := d.InFlight(); n > 0 && d.t.Context().Err() == nil; n, _ = d.InFlight() {
		runtime.Gosched()
	}
}

func TestAPlanWhoseRunWasKilledIsResumed(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 8)
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Skip: 3, Times: hdptest.Forever})
	killed := d.apply()
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	d.awaitHang()
	_ = killed.Process.Kill()
	_ = killed.Wait() // it was killed
	d.awaitGone()
	release()
	before, hung := d.puts()
	moved := d.ids[7] // not begun yet
	if before[moved] > 0 || len(before) < 4 {
		t.Fatalf("written before the kill: %v; the test proves nothing", before)
	}
	d.SetStatusInfo(moved, `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00"}`)
	var again int64 // one that was done is locked again, and now looks as it did when it was planned
	for e, err := range file.Read(d.audit) {
		if err == nil && e.Outcome == file.Applied {
			again = e.AccountID
		}
	}
	d.SetStatusInfo(again, `{"status":1,"accountLocked":true}`)
	d.ResetRequests()

	show, err := d.command("plan", "show", d.file).Output()
	if err != nil || !strings.Contains(string(show), "and not finished. Apply it again to resume it.") {
		t.Errorf("%v: %s", err, show)
	}
	out, err := d.apply().CombinedOutput()
	if code := exitCodeOf(err); code != 8 || !strings.Contains(string(out), "by an earlier run") || !strings.Contains(string(out), "conflict: changed after it was planned") {
		t.Errorf("exit code %d: %s", code, out)
	}
	after, _ := d.puts()
	for _, id := range d.ids {
		switch done := before[id] > 0 && hung[id] == 0; {
		case id == moved && after[id] > 0:
			t.Errorf("%d was changed after it was planned, and written", id)
		case id == moved:
		case done && after[id] > 0:
			t.Errorf("%d was done and is written again", id)
		case !done && after[id] != 1:
			t.Errorf("%d was written %d times", id, after[id])
		case d.Stored(id).Locked() != (id == again):
			t.Errorf("%d: stored %s", id, d.Stored(id).StatusInfo)
		}
	}
	if out, err := d.apply().CombinedOutput(); exitCodeOf(err) != 1 || !strings.Contains(string(out), "a plan is applied only once") {
		t.Errorf("applied a third time: %v: %s", err, out)
	}
	for e, err := range file.Read(d.audit) {
		if err != nil {
			t.Fatal(err)
		}
		if isOfBatch := e.Batch != ""; isOfBatch && e.Author != "d2cadmin" {
			t.Errorf("entry %d of kind %s does not name the author", e.Seq, e.Kind)
		}
	}
	if report, err := file.Verify(d.audit); err != nil || !report.OK() {
		t.Errorf("%v, %v", report, err)
	}
}

func exitCodeOf(err error) int {
	if err == nil {
		return 0
	}
	exit, ok := err.(*exec.ExitError) //nolint:errorlint // as exec returns it
	if !ok {
		return -1
	}
	return exit.ExitCode()
}

func TestAPlanIsAppliedByOneProcess(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 2)
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Times: hdptest.Forever})
	first := d.apply()
	var said bytes.Buffer
	first.Stdout, first.Stderr = &said, &said
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	d.awaitHang()
	out, err := d.apply().CombinedOutput()
	if code := exitCodeOf(err); code != 1 || !strings.Contains(string(out), "is being applied: ") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if arrived, _ := d.puts(); len(arrived) > 2 || arrived[d.ids[0]] > 1 || arrived[d.ids[1]] > 1 {
		t.Errorf("written: %v", arrived)
	}
	release()
	if err := first.Wait(); exitCodeOf(err) == -1 {
		t.Errorf("%v: %s", err, &said)
	}
}

func TestTwoProcessesThatStartAtOnceApplyAPlanOnce(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 3)
	var cmds [2]*exec.Cmd
	var said [2]bytes.Buffer
	for i := range cmds {
		cmds[i] = d.apply()
		cmds[i].Stdout, cmds[i].Stderr = &said[i], &said[i]
		if err := cmds[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	codes := map[int]int{}
	for _, c := range cmds {
		codes[exitCodeOf(c.Wait())]++
	}
	if codes[0] != 1 || codes[1] != 1 {
		t.Errorf("exit codes %v:\n%s\n%s", codes, &said[0], &said[1])
	}
	arrived, _ := d.puts()
	for _, id := range d.ids {
		if arrived[id] != 1 {
			t.Errorf("%d was written %d times", id, arrived[id])
		}
	}
}

// The first signal begins nothing more, the second one does not wait for what was sent.
func TestAPlanWhoseRunWasInterruptedIsResumed(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 8)
	release := d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.Hang, Skip: 2, Times: hdptest.Forever})
	interrupted := d.apply()
	var said bytes.Buffer
	interrupted.Stdout, interrupted.Stderr = &said, &said
	if err := interrupted.Start(); err != nil {
		t.Fatal(err)
	}
	d.awaitHang()
	ended := make(chan error, 1)
	go func() { ended <- interrupted.Wait() }()
	for waiting := true; waiting; {
		_ = interrupted.Process.Signal(os.Interrupt) // again until it is gone
		select {
		case err := <-ended:
			waiting = false
			if code := exitCodeOf(err); code != 130 || !strings.Contains(said.String(), "Run the same command again to resume it.") {
				t.Errorf("exit code %d: %s", code, &said)
			}
		case <-time.After(50 * time.Millisecond):
		}
	}
	d.awaitGone()
	release()
	if out, err := d.apply().CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	for _, id := range d.ids {
		if d.Stored(id).Locked() {
			t.Errorf("%d is still locked", id)
		}
	}
}

// A name that a server or the author of a file has chosen must not reach the terminal.
func TestThePlanIsShownCleaned(t *testing.T) {
	t.Parallel()
	before := hdpclient.StatusInfo{Status: hdpclient.Active}
	name := hdpclient.TextOf("mal\x1b[31mlory")
	p := planfile.New(batch.Preview{Action: batch.Deactivate(), Rows: []batch.Row{
		{
			ID: 1, Account: account.Account{ID: 1, Name: name}, Kind: batch.Planned, Notes: []string{"a\x1b[31m"},
			Plan: change.PlanStatus(change.Subject{}, before, change.Deactivate(before)),
		},
		{ID: 2, Kind: "b\x1b[31m", Why: "c\x1b[31m"},
	}}, "d\x1b[31m", "https://hdp", "e\x1b[31m\u202e", time.Now(), time.Hour)
	var text bytes.Buffer
	if err := p.Write(&text); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range [][]string{nil, {"--json"}, {"--ndjson"}, {"--csv"}} {
		out, errs, code := piped(t, append([]string{"plan", "show", path}, format...)...)
		if code != 0 || strings.ContainsAny(out+errs, "\x1b\u202e") || strings.Contains(out, `\u001b`) || !strings.Contains(out, "mal␛[31mlory") {
			t.Errorf("%v: exit code %d: %q %q", format, code, out, errs)
		}
	}
	out, _, _ := piped(t, "plan", "show", path)
	if !strings.Contains(out, "Not applied yet. It can be applied until ") {
		t.Error(out)
	}
}

// A plan with many accounts asks only for yes, because they have been read.
func TestApplyAsksInATerminal(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 11)
	for _, c := range []struct {
		answer, says string
		code         int
	}{{"n\r", "declined; nothing was sent", 3}, {"\x03", "", 130}, {"y\r", "11 unlocked.", 0}} {
		term := start(t, "apply", d.file, "--server", d.URL, "--user", "d2cadmin", "--audit-file", d.audit,
			env("HDP_PASSWORD="+hdptest.AdminPassword, "HDPADMIN_CONFIRM=type-name"))
		term.sees("11 would change.", "Unlock 11 accounts? [y/N]")
		if arrived, _ := d.puts(); len(arrived) > 0 {
			t.Errorf("sent before the answer: %v", arrived)
		}
		term.press(c.answer)
		term.sees(c.says)
		term.leaves(c.code)
	}
}

// leaveRun logs a run of the plan that ended an hour ago without a trace, after the outcome of the
// first n accounts.
func (d *planDesk) leaveRun(n int, kind file.OutcomeKind) {
	d.t.Helper()
	text, err := os.ReadFile(d.file)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := planfile.Read(bytes.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	log, err := file.Open(d.audit, file.Identity{Server: p.Server, Login: "erin", Host: "elsewhere"},
		file.WithClock(func() time.Time { return time.Now().Add(-time.Hour) }))
	if err != nil {
		d.t.Fatal(err)
	}
	b := file.Batch{ID: p.ID, Operation: "unlock", Accounts: d.ids, PlanFile: file.PlanFile{Plan: p.ID, Author: p.Author}}
	if err := log.BeginBatch(b); err != nil {
		d.t.Fatal(err)
	}
	for _, id := range d.ids[:n] {
		intent, err := log.LogIntent(file.Intent{Operation: "unlock", Batch: p.ID, Subject: file.Subject{AccountID: id}})
		if err == nil {
			err = intent.LogOutcome(file.Outcome{Kind: kind})
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	log.ReleaseBatches()
}

func TestAPlanThatLacksOnlyItsEndIsEnded(t *testing.T) {
	t.Parallel()
	for kind, code := range map[file.OutcomeKind]int{file.Applied: 0, file.Differs: 1} {
		d := newPlanDesk(t, 2)
		d.leaveRun(2, kind)
		out, err := d.apply().CombinedOutput()
		if got := exitCodeOf(err); got != code || !strings.Contains(string(out), "an earlier run") {
			t.Errorf("%s: exit code %d: %s", kind, got, out)
		}
		if arrived, _ := d.puts(); len(arrived) > 0 {
			t.Errorf("%s: written: %v", kind, arrived)
		}
		if out, err := d.apply().CombinedOutput(); exitCodeOf(err) != 1 || !strings.Contains(string(out), "was applied by erin at ") {
			t.Errorf("%s: %v: %s", kind, err, out)
		}
	}
}

// A row whose outcome is not known is read before anything is sent.
func TestAnUnknownRowOfAPlanIsChecked(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 3)
	d.leaveRun(3, file.Unknown)
	d.SetStatusInfo(d.ids[0], `{"status":1,"accountLocked":false}`)                                        // it arrived
	d.SetStatusInfo(d.ids[1], `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:00:00"}`) // something else happened
	d.ResetRequests()
	out, err := d.apply().CombinedOutput()
	if code := exitCodeOf(err); code != 8 || !strings.Contains(string(out), "1 unlocked, 1 already unlocked, 1 conflict.") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if arrived, _ := d.puts(); len(arrived) != 1 || arrived[d.ids[2]] != 1 {
		t.Errorf("written: %v", arrived)
	}
}

// Wherever a run is killed, the runs together write each account once.
func TestEachAccountIsWrittenOnceHoweverOftenARunIsKilled(t *testing.T) {
	t.Parallel()
	d := newPlanDesk(t, 12)
	for kills := 0; ; kills++ {
		c := d.apply()
		var said bytes.Buffer
		c.Stdout, c.Stderr = &said, &said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		before, _ := d.puts()
		killed := false
		for !killed {
			arrived, _ := d.puts()
			if len(arrived) >= min(len(before)+1+kills%3, len(d.ids)) && len(before) < len(d.ids) {
				_ = c.Process.Kill()
				killed = true
				continue
			}
			select {
			case err := <-ended:
				cameTooLate := strings.Contains(said.String(), "applied only once") // the last kill did
				if code := exitCodeOf(err); code != 0 && !cameTooLate {
					t.Fatalf("exit code %d after %d kills: %s", code, kills, &said)
				}
				if kills < 2 {
					t.Errorf("only %d kills: the test proves little", kills)
				}
				arrived, _ := d.puts()
				for _, id := range d.ids {
					if arrived[id] != 1 || d.Stored(id).Locked() {
						t.Errorf("%d was written %d times, and has %s", id, arrived[id], d.Stored(id).StatusInfo)
					}
				}
				return
			case <-time.After(time.Millisecond):
			}
		}
		<-ended //nolint:errcheck // it was killed
		d.awaitGone()
	}
}
