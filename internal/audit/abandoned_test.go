package audit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

// deadPID returns the number of a process that has ended.
func deadPID(t *testing.T) int {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

// leaveIntent logs an unlock of alice by another console, which ended after its intent.
func leaveIntent(t *testing.T, d *desk, host string, pid int, ago time.Duration) {
	t.Helper()
	id := identity(d.URL)
	id.Host, id.PID, id.Login = host, pid, "crashed"
	other := openWithoutLease(t, d.logFile.Path(), id, file.WithClock(func() time.Time { return time.Now().Add(-ago) }))
	if _, err := other.LogIntent(file.Intent{
		Operation: "unlock", Subject: file.Subject{AccountID: 307, AccountName: "alice.smith"}, Request: "PUT /api/admin/users/307/statusinfo",
		Before: []byte(d.Stored(307).StatusInfo), After: []byte(`{"status":1,"accountLocked":false}`),
	}); err != nil {
		t.Fatal(err)
	}
}

func TestWhichWritesAreAbandoned(t *testing.T) {
	dead := deadPID(t)
	for _, c := range []struct {
		name string
		host string
		pid  int
		ago  time.Duration
		ours bool
	}{
		{"its process is gone", "jump1", dead, 0, true},
		{"its process is running", "jump1", os.Getppid(), 0, false},
		{"its process is running, but no write takes that long", "jump1", os.Getppid(), 4 * time.Minute, true},
		{"it is this process in another session", "jump1", os.Getpid(), time.Minute, false},
		{"it is on another host", "jump2", dead, 2 * time.Minute, false},
		{"it is on another host, and no write takes that long", "jump2", dead, 4 * time.Minute, true},
		{"the clock of the other host is a minute ahead", "jump2", dead, -time.Minute, false},
		{"the clock of the other host is an hour ahead", "jump2", dead, -time.Hour, true},
		{"its console is not known", "", 0, 4 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			d := newDesk(t, path)
			plan := d.unlock()
			leaveIntent(t, d, c.host, c.pid, c.ago) // after the start
			d.ResetRequests()
			if o := d.apply(plan); o.Kind != change.Applied {
				t.Fatalf("%s %v", o.Kind, o.Err)
			}
			sent := []string{"GET statusinfo", "PUT statusinfo", "GET statusinfo"}
			if !c.ours {
				mustContain(t, path, "intent unlock", "intent unlock", "applied 2")
			} else {
				sent = append([]string{"GET statusinfo"}, sent...)
				mustContain(t, path, "intent unlock", "unknown 1", "intent unlock", "applied 3")
				e := entries(t, path)[1]
				if e.Login != "helpdesk" || e.Host != "jump1" || e.AccountID != 307 || e.Operation != "unlock" ||
					!strings.Contains(e.Message, "stored as before at ") || len(e.Stored) == 0 {
					t.Errorf("%+v", e)
				}
			}
			if got := d.sent(); !slices.Equal(got, sent) {
				t.Errorf("sent %q", got)
			}
		})
	}
}

// The Writer knows its own write, however long it takes.
func TestAWriteOfThisSessionIsNotAbandoned(t *testing.T) {
	path := logPath(t)
	id := identity("https://hdp")
	log, err := audit.New(open(t, path, id), id, nil, audit.WithClock(func() time.Time { return time.Now().Add(time.Hour) }))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := log.LogIntent(change.Intent{Operation: "unlock", Subject: alice, Method: "PUT", Path: "/x/statusinfo"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(log.Abandoned()); n != 0 {
		t.Errorf("%d abandoned", n)
	}
	mustContain(t, path, "intent unlock", "intent unlock")
}

func TestTheCheckOfAnAbandonedWriteIsLogged(t *testing.T) {
	for _, c := range []struct {
		name, stored, want, message string
	}{
		{"it was carried out", `{"status":1,"accountLocked":false}`, "applied 1", "the answer was lost, but the change was found stored"},
		{"it means the same", `{"status":1,"accountLockedAt":null}`, "applied 1", ""},
		{"it is something else", `{"status":0}`, "unknown 1", "stored something else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			d := newDesk(t, path)
			leaveIntent(t, d, "jump1", deadPID(t), 0)
			d.SetStatusInfo(307, c.stored)
			s := d.status(307)
			edited := s
			edited.Status = 1 - s.Status
			if o := d.apply(change.PlanStatus(alice, s, edited)); o.Kind != change.Applied {
				t.Fatalf("%s %v", o.Kind, o.Err)
			}
			if got := summary(t, path); got[1] != c.want || !strings.Contains(entries(t, path)[1].Message, c.message) {
				t.Errorf("%q, %+v", got, entries(t, path)[1])
			}
		})
	}
}

func TestNothingIsSentWithoutTheCheck(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	plan := d.unlock()
	leaveIntent(t, d, "jump1", deadPID(t), 0)
	d.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/statusinfo", Kind: hdptest.Status, Status: 500})
	d.ResetRequests()
	o := d.apply(plan)
	if o.Kind != change.NotSent || !strings.Contains(o.Err.Error(), "no logged outcome") || !strings.Contains(o.Err.Error(), "HTTP 500") {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	if got := d.sent(); !slices.Equal(got, []string{"GET statusinfo"}) {
		t.Errorf("sent %q", got)
	}
	mustContain(t, path, "intent unlock")
	// Another account can still be changed.
	s := d.status(412)
	if o := d.apply(change.PlanStatus(change.Subject{ID: 412}, s, change.Deactivate(s))); o.Kind != change.Applied {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	if n := len(d.log.Abandoned()); n != 1 {
		t.Errorf("%d abandoned", n)
	}
	if o := d.apply(plan); o.Kind != change.Applied {
		t.Errorf("%s %v", o.Kind, o.Err)
	}
	mustContain(t, path, "intent unlock", "intent deactivate", "applied 2", "unknown 1", "intent unlock", "applied 5")
	if n := len(d.log.Abandoned()); n != 0 {
		t.Errorf("%d abandoned", n)
	}
}

func TestAWriteThatCannotBeCheckedIsUnknown(t *testing.T) {
	for _, c := range []struct {
		name    string
		intent  file.Intent
		setup   func(*desk)
		message string
	}{
		{"a reset", file.Intent{Operation: "reset password", Request: "PUT /api/admin/users/307/resetpassword"}, nil, "may be active"},
		{"an entry of another version", file.Intent{Operation: "unlock", Request: "PUT /api/admin/users/307/statusinfo", Before: []byte(`{}`), After: []byte(`7`)}, nil, "does not say enough"},
		{"a request of another version", file.Intent{Operation: "move", Request: "POST /api/admin/users/307/tenant"}, nil, "does not say enough"},
		{"an account that was deleted", file.Intent{
			Operation: "unlock", Request: "PUT /api/admin/users/307/statusinfo", Before: []byte(`{"status":1}`), After: []byte(`{"status":0}`),
		}, func(d *desk) { d.Delete(307) }, "no longer exists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			d := newDesk(t, path)
			id := identity(d.URL)
			id.PID = deadPID(t)
			c.intent.Subject = file.Subject{AccountID: 307}
			if _, err := openWithoutLease(t, path, id).LogIntent(c.intent); err != nil {
				t.Fatal(err)
			}
			plan := d.unlock()
			if c.setup != nil {
				c.setup(d)
			}
			d.apply(plan)
			got := entries(t, path)[1]
			if got.Kind != file.KindOutcome || got.Of != 1 || got.Outcome != file.Unknown || !strings.Contains(got.Message, c.message) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTwoConsolesLogOneOutcome(t *testing.T) {
	path := logPath(t)
	s := hdptest.NewServer(t)
	first := newDeskAt(t, s, path)
	leaveIntent(t, first, "jump1", deadPID(t), 0)
	plan := first.unlock()
	var both sync.WaitGroup
	both.Add(2)
	var outcomes [2]change.Outcome
	var done sync.WaitGroup
	for i := range outcomes {
		d := newDeskAt(t, s, path)
		log, err := audit.New(d.logFile, identity(s.URL), func(o change.Outcome) change.Outcome {
			o = d.check(o)
			both.Done() // both have checked, and neither has logged
			both.Wait()
			return o
		})
		if err != nil {
			t.Fatal(err)
		}
		d.writer = change.NewWriter(t.Context(), d.client, change.WithAuditLog(log))
		done.Go(func() { outcomes[i] = d.apply(plan) })
	}
	done.Wait()
	n := 0
	for _, e := range entries(t, path) {
		if e.Kind == file.KindOutcome && e.Of == 1 {
			n++
		}
	}
	if n != 1 {
		t.Errorf("settled %d times: %q", n, summary(t, path))
	}
	for _, o := range outcomes {
		if o.Kind != change.Applied && o.Kind != change.Conflict {
			t.Errorf("%s %v", o.Kind, o.Err)
		}
	}
	if report, err := file.Verify(path); err != nil || report.Err() != nil || report.Entries != 6 {
		t.Errorf("%v %v", report, err)
	}
}

func TestAnAbandonedWriteIsFoundUnderAnySpellingOfTheServer(t *testing.T) {
	for _, c := range []struct {
		left, here string
		same       bool
	}{
		{"https://HDP.example.com:8443/", "https://hdp.example.com:8443", true},
		{"https://hdp.example.com:443", "https://hdp.example.com", true},
		{"http://hdp.example.com", "http://hdp.example.com:80/", true},
		{"https://jd:x@hdp.example.com", "https://hdp.example.com", true},
		{"https://hdp.example.com/a", "https://hdp.example.com/A", false},
		{"https://hdp.example.com:80", "https://hdp.example.com", false},
		{"http://hdp.example.com", "https://hdp.example.com", false},
	} {
		path := logPath(t)
		id := identity(c.left)
		id.PID = deadPID(t)
		if _, err := openWithoutLease(t, path, id).LogIntent(file.Intent{Operation: "unlock", Subject: file.Subject{AccountID: 307}}); err != nil {
			t.Fatal(err)
		}
		here := identity(c.here)
		log, err := audit.New(open(t, path, here), here, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(log.Abandoned()) == 1; got != c.same {
			t.Errorf("left at %s, found from %s: %v", c.left, c.here, got)
		}
	}
}

func TestAllAbandonedWritesAreSettledAtOnce(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	other := openWithoutLease(t, path, deadIdentity(t, d.URL))
	leave := func(server *file.Log, id int64) {
		t.Helper()
		if _, err := server.LogIntent(file.Intent{
			Operation: "unlock", Subject: file.Subject{AccountID: id, AccountName: "alice.smith"},
			Request: fmt.Sprintf("PUT /api/admin/users/%d/statusinfo", id), Before: []byte(`{"status":1,"accountLocked":true}`), After: []byte(unlocked),
		}); err != nil {
			t.Fatal(err)
		}
	}
	leave(other, 307)
	leave(other, 412)
	leave(openWithoutLease(t, path, deadIdentity(t, "https://other")), 307)
	leave(other, 999999) // there is none
	d.SetStatusInfo(307, unlocked)
	d.SetStatusInfo(412, unlocked)
	stop := d.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/307/statusinfo", Kind: hdptest.Status, Status: 403})
	intents := []string{"intent unlock", "intent unlock", "intent unlock", "intent unlock"}

	ended, end := context.WithCancel(t.Context())
	end()
	d.ResetRequests()
	if err := d.log.SettleAbandoned(ended); !errors.Is(err, context.Canceled) || len(d.sent()) > 0 {
		t.Errorf("after its end: %v, sent %v", err, d.sent())
	}
	mustContain(t, path, intents...)
	if err := d.log.SettleAbandoned(t.Context()); err != nil {
		t.Error(err)
	}
	mustContain(t, path, append(intents, "applied 2", "unknown 4")...)
	if left := d.log.Abandoned(); len(left) != 1 || left[0].Seq != 1 {
		t.Errorf("left %v", left)
	}
	stop()
	for range 2 {
		d.ResetRequests()
		if err := d.log.SettleAbandoned(t.Context()); err != nil {
			t.Error(err)
		}
	}
	mustContain(t, path, append(intents, "applied 2", "unknown 4", "applied 1")...)
	if sent := d.sent(); len(sent) > 0 {
		t.Errorf("with nothing left, it sends %v", sent)
	}
}

// One session of a process settles them, the others go on with their work.
func TestTheLogsOfAProcessSettleInTurn(t *testing.T) {
	path := logPath(t)
	var turn sync.Mutex
	d := newDesk(t, path, audit.WithTurn(&turn))
	leaveIntent(t, d, "jump1", deadPID(t), 0)
	turn.Lock()
	if err := d.log.SettleAbandoned(t.Context()); err != nil {
		t.Error(err)
	}
	mustContain(t, path, "intent unlock")
	turn.Unlock()
	if err := d.log.SettleAbandoned(t.Context()); err != nil {
		t.Error(err)
	}
	mustContain(t, path, "intent unlock", "unknown 1")
}

func deadIdentity(t *testing.T, server string) file.Identity {
	id := identity(server)
	id.PID = deadPID(t)
	return id
}
