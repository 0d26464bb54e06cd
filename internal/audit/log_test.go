package audit_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

func TestTheIntentIsLoggedBeforeAnythingIsSent(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	plan := d.unlock()
	d.ResetRequests()
	var seen []string
	heard := func() {
		open := file.NewFollower(path)
		if err := open.Update(); err != nil {
			t.Error(err)
		}
		seen = append(seen, fmt.Sprint(len(open.OpenIntents())))
	}
	d.heard.Store(&heard)
	o := d.apply(plan.InBatch("B1", 1))
	d.heard.Store(nil)
	if o.Kind != change.Applied || o.LogErr != nil {
		t.Fatalf("%s %v %v", o.Kind, o.Err, o.LogErr)
	}
	if got := d.sent(); !slices.Equal(got, []string{"GET statusinfo", "PUT statusinfo", "GET statusinfo"}) {
		t.Errorf("sent %q", got)
	}
	if len(seen) < 3 || slices.Contains(seen, "0") {
		t.Errorf("open intents when a request came: %q", seen)
	}
	mustContain(t, path, "intent unlock", "applied 1")
	in, out := entries(t, path)[0], entries(t, path)[1]
	if in.Login != "helpdesk" || in.Server != d.URL || in.Reason != "INC-4711" || in.Batch != "B1" || in.AccountID != 307 ||
		in.AccountName != "alice.smith" || in.TenantID != 56 || in.TenantName != "Sales" ||
		in.Request != "PUT /api/admin/users/307/statusinfo" || string(in.After) != `{"status":1,"accountLocked":false}` {
		t.Errorf("intent %+v", in)
	}
	if string(out.Stored) != string(in.After) || out.Batch != "B1" || out.Message != "" {
		t.Errorf("outcome %+v", out)
	}
}

func TestEveryOutcomeIsLoggedAsItIs(t *testing.T) {
	put := func(f hdptest.Fault) func(*desk) {
		f.Method = http.MethodPut
		return func(d *desk) { d.Fail(f) }
	}
	reset := func(password string) func(*desk) change.Outcome {
		return func(d *desk) change.Outcome {
			return d.writer.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf(password))
		}
	}
	for _, c := range []struct {
		name    string
		setup   func(*desk)
		act     func(*desk) change.Outcome
		kind    file.OutcomeKind
		status  int
		code    int64
		message string
		stored  bool
	}{
		{name: "applied", kind: file.Applied, stored: true},
		{name: "applied, found by reading", setup: put(hdptest.Fault{Kind: hdptest.HTML502, Applied: true}), kind: file.Applied, status: 502, message: "the answer was lost, but the change was found stored", stored: true},
		{name: "conflict", setup: func(d *desk) { d.SetStatusInfo(307, `{"status":0}`) }, kind: file.Conflict, message: "no longer as shown: status, accountLocked", stored: true},
		{name: "refused", setup: put(hdptest.Fault{Kind: hdptest.Status, Status: 400, Body: `{"error":{"code":222207007,"message":{"lang":"en-US","value":"Invalid JSON Input: no"}}}`}), kind: file.Refused, status: 400, code: 222207007, message: "Invalid JSON Input: no", stored: true},
		{name: "reported as done, stored as before", setup: put(hdptest.Fault{Kind: hdptest.Status, Status: 200}), kind: file.Unknown, message: "the server reported success; stored as before at ", stored: true},
		{name: "differs", setup: put(hdptest.Fault{Kind: hdptest.Status, Status: 200, Body: `{"status":1,"accountLocked":true}`}), kind: file.Differs, message: "not as sent: accountLocked", stored: true},
		{name: "unknown", setup: put(hdptest.Fault{Kind: hdptest.CloseBefore}), kind: file.Unknown, message: "stored as before at ", stored: true},
		{name: "unknown, and no read", setup: func(d *desk) {
			put(hdptest.Fault{Kind: hdptest.CloseBefore})(d)
			d.Fail(hdptest.Fault{Method: http.MethodGet, Skip: 1, Kind: hdptest.Status, Status: 401})
		}, kind: file.Unknown, message: "the last read failed: "},
		{name: "not sent", setup: func(d *desk) { d.Delete(307) }, kind: file.NotSent, status: 404, code: 222207916, message: "no User"},
		{name: "accepted", act: reset("Tmp-Kite93!"), kind: file.Accepted},
		{name: "reset refused", act: reset("short"), kind: file.Refused, status: 400},
		{name: "reset unknown", setup: put(hdptest.Fault{Kind: hdptest.CloseAfterApply}), act: reset("Tmp-Kite93!"), kind: file.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := logPath(t)
			d := newDesk(t, path)
			plan := d.unlock()
			if c.setup != nil {
				c.setup(d)
			}
			act := c.act
			if act == nil {
				act = func(d *desk) change.Outcome { return d.apply(plan) }
			}
			if o := act(d); string(o.Kind) != string(c.kind) || o.LogErr != nil {
				t.Fatalf("%s %v %v", o.Kind, o.Err, o.LogErr)
			}
			all := entries(t, path)
			e := all[len(all)-1]
			if e.Outcome != c.kind || e.Of != 1 || e.HTTPStatus != c.status || c.code != 0 && e.Code != c.code ||
				!strings.Contains(e.Message, c.message) || (len(e.Stored) > 0) != c.stored {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestSignInsAreLoggedUnderTheLoginTried(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	refused := &hdpclient.Error{Op: "sign in", Method: "GET", Path: "/x", Status: 401, Code: "222206007", Body: hdpclient.BodyEnvelope, Message: hdpclient.TextOf("Invalid user ID or password.")}
	for _, err := range []error{
		d.log.SignedIn("jdoe"),
		d.log.SignInRefused("eve", refused),
		d.log.PasswordRevealed(alice),
		d.log.PasswordCopied(alice),
		d.log.SignedIn("helpdesk"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d.apply(d.unlock())
	var who []string
	for _, e := range entries(t, path) {
		who = append(who, string(e.Kind)+" "+e.Login)
	}
	if want := []string{
		"sign-in jdoe", "sign-in-refused eve", "password-revealed jdoe", "password-copied jdoe", "sign-in helpdesk", "intent helpdesk", "outcome helpdesk",
	}; !slices.Equal(who, want) {
		t.Errorf("%q", who)
	}
	if e := entries(t, path)[1]; e.HTTPStatus != 401 || e.Code != 222206007 || !strings.Contains(e.Message, "Invalid user ID") {
		t.Errorf("%+v", e)
	}
	if e := entries(t, path)[2]; e.AccountID != 307 || e.AccountName != "alice.smith" {
		t.Errorf("%+v", e)
	}
}

// makeUnwritable gives the file a mode that the log refuses.
func makeUnwritable(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestAnUnwritableLogStopsWritesAndLosesNothing(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	client := &api{Client: d.client, after: func() { makeUnwritable(t, path, 0o644) }}
	d.writer = change.NewWriter(t.Context(), client, change.WithAuditLog(d.log))
	if o := d.apply(d.unlock()); o.Kind != change.Applied || o.LogErr == nil {
		t.Fatalf("%s %v", o.Kind, o.LogErr)
	}
	if mine := d.log.History(); len(mine) != 1 || mine[0].Outcome.Outcome != file.Applied {
		t.Errorf("not in the history: %+v", mine)
	}
	s := d.status(412)
	other := change.PlanStatus(change.Subject{ID: 412}, s, change.Deactivate(s))
	d.ResetRequests()
	if o := d.apply(other); o.Kind != change.NotSent || len(d.sent()) > 0 {
		t.Errorf("%s, sent %q", o.Kind, d.sent())
	}
	if err := d.log.Flush(); err == nil {
		t.Error("flushed")
	}
	makeUnwritable(t, path, 0o600)
	// Logging the event also writes the outcome, which is then not written again.
	if err := d.log.PasswordCopied(alice); err != nil {
		t.Fatal(err)
	}
	client.after = func() {}
	if o := d.apply(other); o.Kind != change.Applied || o.LogErr != nil {
		t.Errorf("%s %v %v", o.Kind, o.Err, o.LogErr)
	}
	mustContain(t, path, "intent unlock", "applied 1", "password-copied", "intent deactivate", "applied 4")
}

func TestAnUnwrittenOutcomeKeepsItsTime(t *testing.T) {
	path := logPath(t)
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	file := open(t, path, identity("https://hdp"), file.WithClock(func() time.Time { return now }))
	log, err := audit.New(file, identity("https://hdp"), nil)
	if err != nil {
		t.Fatal(err)
	}
	logOutcome, err := log.LogIntent(change.Intent{Operation: "unlock", Subject: alice, Method: "PUT", Path: "/x/statusinfo"})
	if err != nil {
		t.Fatal(err)
	}
	makeUnwritable(t, path, 0o644)
	for range 3 {
		if err := logOutcome(change.Outcome{Kind: change.Refused}); err == nil {
			t.Fatal("logged")
		}
		now = now.Add(time.Hour)
	}
	makeUnwritable(t, path, 0o600)
	if err := logOutcome(change.Outcome{Kind: change.Refused}); err != nil {
		t.Fatal(err)
	}
	mustContain(t, path, "intent unlock", "refused 1")
	if e := entries(t, path)[1]; e.Time.Hour() != 14 {
		t.Errorf("logged with time %s", e.Time)
	}
	// A later check has found more.
	if err := logOutcome(change.Outcome{Kind: change.Applied}); err != nil {
		t.Fatal(err)
	}
	mustContain(t, path, "intent unlock", "refused 1", "applied 1")
}

func TestHistoryIsNewestFirst(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	d.Fail(hdptest.Fault{Method: http.MethodPut, Kind: hdptest.ApplyLate, Reads: 9})
	lost := d.apply(d.unlock())
	d.writer.ResetPassword(t.Context(), change.PlanReset(alice), hdpclient.SecretOf("Tmp-Kite93!"))
	list := func() (out []string) {
		for _, w := range d.log.History() {
			out = append(out, w.Intent.Operation+": "+string(w.Outcome.Outcome))
		}
		return out
	}
	if got := list(); !slices.Equal(got, []string{"reset password: accepted", "unlock: unknown"}) {
		t.Errorf("%q", got)
	}
	for lost.Kind == change.Unknown {
		lost = d.check(lost)
	}
	if got := list(); !slices.Equal(got, []string{"reset password: accepted", "unlock: applied"}) {
		t.Errorf("%q", got)
	}
	if w := d.log.History()[0]; w.Intent.Seq != 3 || w.Outcome.Of != 3 || w.Outcome.Seq != 0 || w.Outcome.AccountID != 307 {
		t.Errorf("%+v", w)
	}
	// It does not include what others do.
	other := newDeskAt(t, d.Server, path)
	if got := other.log.History(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestHistoryKeepsTheLastThousand(t *testing.T) {
	path := logPath(t)
	if dir, err := os.MkdirTemp("/dev/shm", "hdpadmin-audit-"); err == nil { // a sync costs nothing there
		path = filepath.Join(dir, "audit.jsonl")
		t.Cleanup(func() {
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		})
	}
	log, err := audit.New(open(t, path, identity("https://hdp")), identity("https://hdp"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const n = 2100
	for i := range int64(n) {
		logOutcome, err := log.LogIntent(change.Intent{Operation: "unlock", Subject: change.Subject{ID: i + 1}, Method: "PUT", Path: "/x/statusinfo"})
		if err != nil {
			t.Fatal(err)
		}
		if err := logOutcome(change.Outcome{Kind: change.Refused}); err != nil {
			t.Fatal(err)
		}
	}
	mine := log.History()
	if len(mine) != 1000 || mine[0].Intent.AccountID != n || mine[999].Intent.AccountID != n-999 {
		t.Fatalf("%d, from %d", len(mine), mine[0].Intent.AccountID)
	}
	for _, w := range mine {
		if w.Outcome.Of != w.Intent.Seq || w.Outcome.Outcome != file.Refused {
			t.Fatalf("%+v", w)
		}
	}
}

func TestLockChanges(t *testing.T) {
	path := logPath(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	start := now
	logFile := open(t, path, identity("https://hdp"), file.WithClock(func() time.Time { return now }))
	log, err := audit.New(logFile, identity("https://hdp"), nil, audit.WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := identity("https://other")
	write := func(to *file.Log, id int64, operation string, kind file.OutcomeKind) {
		t.Helper()
		intent, err := to.LogIntent(file.Intent{Operation: operation, Subject: file.Subject{AccountID: id}})
		if err != nil {
			t.Fatal(err)
		}
		if err := intent.LogOutcome(file.Outcome{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	write(logFile, 1, "unlock", file.Applied)
	now = now.Add(time.Hour)
	for i, c := range []struct {
		operation string
		kind      file.OutcomeKind
	}{
		{"unlock", file.Applied},
		{"activate, unlock", file.Applied},
		{"undo lock", file.Applied},
		{"undo deactivate, lock", file.Applied},
		{"undo unlock", file.Applied},
		{"lock", file.Applied},
		{"deactivate", file.Applied},
		{"set unlocked", file.Applied},
		{"unlock", file.Unknown},
		{"unlock", file.Conflict},
		{"activate, set lock times", file.Applied},
		{"undo set lock times", file.Applied},
	} {
		write(logFile, int64(i)+2, c.operation, c.kind)
	}
	write(logFile.As(elsewhere), 20, "unlock", file.Applied)
	now = now.Add(time.Hour)
	other := identity("https://hdp")
	other.Login = "bob"
	write(logFile.As(other), 2, "unlock", file.Applied)
	write(logFile.As(other), 1, "deactivate", file.Applied)
	got := log.LockChanges(start.Add(time.Minute))
	before := audit.LockChange{At: now.Add(-time.Hour), By: identity("").Login}
	byHand := before
	byHand.Locked = true
	want := map[int64]audit.LockChange{
		2: {At: now, By: "bob"}, 3: before, 4: before, 5: before, 6: byHand, 7: byHand, 12: byHand, 13: byHand,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := log.LockChanges(start); len(got) != len(want)+1 || !got[1].At.Equal(start) || got[1].Locked {
		t.Errorf("%v", got)
	}
}

// The server's clock decides which of two changes is the last, since the clocks of the machines
// that wrote them may differ.
func TestLockChangesOfMachinesWhoseClocksDiffer(t *testing.T) {
	path := logPath(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	console := func(ahead time.Duration) *audit.Log {
		clock := func() time.Time { return now.Add(ahead) }
		file := open(t, path, identity("https://hdp"), file.WithClock(clock))
		log, err := audit.New(file, identity("https://hdp"), nil, audit.WithClock(clock))
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	early, late := console(10*time.Minute), console(-10*time.Minute)
	for _, step := range []struct {
		at        *audit.Log
		operation string
	}{{early, "unlock"}, {late, "lock"}} {
		now = now.Add(time.Minute)
		logOutcome, err := step.at.LogIntent(change.Intent{Operation: step.operation, Subject: change.Subject{ID: 1}, Method: "PUT", Path: "/x/statusinfo"})
		if err != nil {
			t.Fatal(err)
		}
		if err := logOutcome(change.Outcome{Kind: change.Applied, At: now}); err != nil {
			t.Fatal(err)
		}
	}
	if got := early.LockChanges(now.Add(-time.Hour))[1]; !got.Locked || !got.At.Equal(now) {
		t.Errorf("%+v, but it was locked at %v", got, now)
	}
}

func TestALoginInTheServerAddressIsIgnored(t *testing.T) {
	path := logPath(t)
	id := identity("https://jd:s3cret@hdp.example.com")
	logFile := open(t, path, id)
	log, err := audit.New(logFile, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	intent, err := logFile.LogIntent(file.Intent{Operation: "unlock", Subject: file.Subject{AccountID: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if err := intent.LogOutcome(file.Outcome{Kind: file.Applied}); err != nil {
		t.Fatal(err)
	}
	if got := log.LockChanges(time.Now().Add(-time.Hour)); len(got) != 1 {
		t.Errorf("%v", got)
	}
	if err := log.SignedIn("jd"); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); strings.Contains(string(text), "s3cret") {
		t.Error("the password in the address was logged")
	}
}
