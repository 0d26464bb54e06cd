package audit_test

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

const (
	locked   = `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`
	unlocked = `{"status":1,"accountLocked":false}`
	inactive = `{"status":0,"accountLocked":false}`
)

// write logs a write to an account as a console that is no longer running would have.
func write(t *testing.T, to *file.Log, id int64, operation, resource, before, after string, outcomes ...file.OutcomeKind) {
	t.Helper()
	intent, err := to.LogIntent(file.Intent{
		Operation: operation, Subject: file.Subject{AccountID: id, AccountName: "old.name"},
		Request: "PUT /api/admin/users/307/" + resource, Before: []byte(before), After: []byte(after),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range outcomes {
		o := file.Outcome{Kind: kind}
		if kind == file.Applied {
			o.Stored = []byte(after)
		}
		if err := intent.LogOutcome(o); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLastWrite(t *testing.T) {
	dead := deadPID(t)
	for _, c := range []struct {
		name  string
		write func(mine, bobs, elsewhere *file.Log)
		want  string // operation of the undo, or its error; "" if there is no write
		since string // the other login
	}{
		{"none", func(*file.Log, *file.Log, *file.Log) {}, "", ""},
		{"one", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
		}, "undo unlock", ""},
		{"the last of two, not the refused one after it", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, mine, 307, "deactivate", "statusinfo", unlocked, inactive, file.Applied)
			write(t, mine, 307, "activate", "statusinfo", inactive, unlocked, file.Refused)
			write(t, mine, 307, "activate", "statusinfo", inactive, unlocked, file.Conflict)
			write(t, mine, 307, "activate", "statusinfo", inactive, unlocked, file.NotSent)
		}, "undo deactivate", ""},
		{"an undo", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "undo deactivate", "statusinfo", inactive, unlocked, file.Applied)
		}, "deactivate", ""},
		{"other accounts", func(mine, _, _ *file.Log) {
			write(t, mine, 3070, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, mine, 30, "unlock", "statusinfo", locked, unlocked, file.Applied)
		}, "", ""},
		{"other servers", func(_, _, elsewhere *file.Log) {
			write(t, elsewhere, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
		}, "", ""},
		{"only bob's", func(_, bobs, _ *file.Log) {
			write(t, bobs, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
		}, "", ""},
		{"bob's since", func(mine, bobs, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, bobs, 307, "deactivate", "statusinfo", unlocked, inactive, file.Applied)
		}, "undo unlock", "bob"},
		{"bob's since, of another part", func(mine, bobs, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, bobs, 307, "clear expiry", "passwordinfo", `{"passwordStatus":1}`, `{"passwordStatus":1}`, file.Applied)
			write(t, bobs, 307, "deactivate", "statusinfo", unlocked, inactive, file.Refused)
		}, "undo unlock", ""},
		{"an unknown outcome", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Unknown)
		}, change.ErrUndoUnknown.Error(), ""},
		{"settled later", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Unknown, file.Applied)
		}, "undo unlock", ""},
		{"a reset", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, mine, 307, "reset password", "resetpassword", "", "", file.Accepted)
		}, change.ErrUndoReset.Error(), ""},
		{"no outcome", func(mine, _, _ *file.Log) {
			write(t, mine, 307, "unlock", "statusinfo", locked, unlocked)
		}, change.ErrUndoUnknown.Error(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, logPath(t))
			mine, bobs, elsewhere := identity(d.URL+"/"), identity(d.URL), identity("https://other")
			mine.Login, mine.PID, bobs.Login = "HelpDesk", dead, "bob"
			console := openWithoutLease(t, d.logFile.Path(), mine, file.WithMaxSize(600)) // rotated often
			c.write(console, console.As(bobs), console.As(elsewhere))
			w, found, err := d.log.LastWrite(alice)
			if err != nil || found != (c.want != "") || w.Running {
				t.Fatalf("%+v, %v, %v", w, found, err)
			}
			if !found {
				return
			}
			p, err := w.Outcome.Undo()
			if got := p.Operation(); got != c.want && (err == nil || err.Error() != c.want) {
				t.Errorf("%q, %v", got, err)
			}
			if err == nil && p.Subject().Name != alice.Name {
				t.Errorf("the subject is %v", p.Subject())
			}
			if (w.Since == nil) != (c.since == "") || w.Since != nil && (w.Since.By != c.since || w.Since.Operation != "deactivate" || w.Since.At.IsZero()) {
				t.Errorf("since: %+v", w.Since)
			}
		})
	}
}

// A write of a console that may still be running is not checked.
func TestTheLastWriteMayBeRunning(t *testing.T) {
	d := newDesk(t, logPath(t))
	id := identity(d.URL)
	id.PID = os.Getppid()
	write(t, openWithoutLease(t, d.logFile.Path(), id), 307, "unlock", "statusinfo", locked, unlocked)
	if w, found, err := d.log.LastWrite(alice); err != nil || !found || !w.Running {
		t.Errorf("%+v, %v, %v", w, found, err)
	}
}

func TestALastWriteThatIsNotWhole(t *testing.T) {
	d := newDesk(t, logPath(t))
	write(t, d.logFile, 307, "unlock", "statusinfo", locked, `7`, file.Applied)
	if _, found, err := d.log.LastWrite(alice); !found || !errors.Is(err, change.ErrNotLoggedWhole) {
		t.Errorf("%v, %v", found, err)
	}
}

func TestSettle(t *testing.T) {
	path := logPath(t)
	s := hdptest.NewServer(t)
	d := newDeskAt(t, s, path)
	s.SetStatusInfo(307, unlocked)
	write(t, d.logFile, 307, "unlock", "statusinfo", locked, unlocked, file.Unknown)
	w, _, err := d.log.LastWrite(alice)
	if err != nil {
		t.Fatal(err)
	}
	o := d.check(w.Outcome)
	if err := d.log.Settle(w, o); err != nil {
		t.Fatal(err)
	}
	mustContain(t, path, "intent unlock", "unknown 1", "applied 1")
	if e := entries(t, path)[2]; string(e.Stored) != unlocked || e.AccountName != "old.name" {
		t.Errorf("%+v", e)
	}
	if w, _, err := d.log.LastWrite(alice); err != nil || w.Outcome.Kind != change.Applied {
		t.Errorf("%s, %v", w.Outcome.Kind, err)
	}
	if time.Since(w.At) > time.Minute {
		t.Errorf("logged at %v", w.At)
	}
}

// A lock may move between the review and the PUT. An undo in a later session restores the lock that
// the PUT replaced, not the one that was reviewed.
func TestALaterUndoRestoresTheLockThatWasReplaced(t *testing.T) {
	moved := func(began, ends string) string {
		return `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 ` + began + `","accountLockedUntil":"2026-11-22 ` + ends + `"}`
	}
	for name, isLost := range map[string]bool{"answered": false, "found stored by a later session": true} {
		t.Run(name, func(t *testing.T) {
			path, s := logPath(t), hdptest.NewServer(t)
			d := newDeskAt(t, s, path)
			s.SetStatusInfo(alice.ID, locked)
			plan := d.unlock()
			s.SetStatusInfo(alice.ID, moved("13:50:00", "14:20:00"))
			reviewed := d.apply(plan).Replan()
			s.SetStatusInfo(alice.ID, moved("13:58:00", "14:28:00"))
			replaced, kind := d.status(alice.ID), change.Applied
			if isLost {
				s.Fail(hdptest.Fault{Kind: hdptest.CloseAfterApply, Method: http.MethodPut})
				s.Fail(hdptest.Fault{Kind: hdptest.Status, Status: 401, Method: http.MethodGet, Skip: 1})
				kind = change.Unknown
			}
			if o := d.apply(reviewed); o.Kind != kind || o.LogErr != nil {
				t.Fatalf("%s: %v, %v", o.Kind, o.Err, o.LogErr)
			}
			s.ClearFaults()

			next := newDeskAt(t, s, path)
			w, _, err := next.log.LastWrite(alice)
			if err != nil {
				t.Fatal(err)
			}
			if isLost {
				if err := next.log.Settle(w, next.check(w.Outcome)); err != nil {
					t.Fatal(err)
				}
				if w, _, err = next.log.LastWrite(alice); err != nil {
					t.Fatal(err)
				}
			}
			back, err := w.Outcome.Undo()
			if err != nil {
				t.Fatal(err)
			}
			if o := next.apply(back); o.Kind != change.Applied {
				t.Fatalf("the undo: %s, %v", o.Kind, o.Err)
			}
			if stored := next.status(alice.ID); stored.AccountLockedAt != replaced.AccountLockedAt || stored.AccountLockedUntil != replaced.AccountLockedUntil {
				t.Errorf("stored %+v, replaced %+v", stored, replaced)
			}
		})
	}
}
