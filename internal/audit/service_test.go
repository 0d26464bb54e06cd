package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
)

var bobsSession = audit.Session{ID: "7", Operator: "bob", Key: "SHA256:abc", Address: "10.0.0.7:50022", Login: "svc", Attribution: file.AttributionService}

func TestEveryEntryOfASessionNamesItsOperator(t *testing.T) {
	path := logPath(t)
	d := newDesk(t, path)
	service := audit.NewService(open(t, path, identity(d.URL)))
	if err := service.SessionStarted(audit.Session{ID: "7", Operator: "bob", Key: "SHA256:abc", Address: "10.0.0.7:50022"}, "console"); err != nil {
		t.Fatal(err)
	}
	id := identity(d.URL)
	id.Operator, id.Key, id.Address, id.Attribution = "bob", "SHA256:abc", "10.0.0.7:50022", file.AttributionService
	log, err := audit.New(open(t, path, id, file.WithSession(service.SessionID("7"))), id, d.check)
	if err != nil {
		t.Fatal(err)
	}
	writer := change.NewWriter(t.Context(), d.client, change.WithAuditLog(log), change.WithClock(&clock{}))
	for _, err := range []error{
		log.SignInRefused("svc", hdpclient.ErrUnauthorized), log.SignedIn("svc"), log.PasswordRevealed(alice), log.ConsoleLocked("idle"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if o := writer.Apply(t.Context(), d.unlock()); o.Kind != change.Applied {
		t.Fatalf("%s %v", o.Kind, o.Err)
	}
	if err := service.SessionEnded(bobsSession, "quit", 12*time.Minute, 0); err != nil {
		t.Fatal(err)
	}
	mustContain(t, path, "session-started", "sign-in-refused", "sign-in", "password-revealed", "console-locked", "intent unlock", "applied 6", "session-ended")
	for _, e := range entries(t, path) {
		if e.Operator != "bob" || e.Key != "SHA256:abc" || e.Address != "10.0.0.7:50022" || e.Session != service.SessionID("7") {
			t.Errorf("%s: %+v", e.Kind, e)
		}
	}
	last := entries(t, path)[7]
	if last.ExitCode == nil || *last.ExitCode != 0 || last.DurationMS != 12*60_000 || last.Message != "quit" || last.Login != "svc" {
		t.Errorf("%+v", last)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), `"exitCode":0`) {
		t.Errorf("an exit code of 0 is left out: %v", err)
	}
}

// Anyone who reaches the port can be refused as often as they like.
func TestOnlySomeRefusalsAreLogged(t *testing.T) {
	path := logPath(t)
	now := time.Now()
	service := audit.NewService(open(t, path, identity("https://hdp"), file.WithClock(func() time.Time { return now })))
	refuse := func(n int) {
		for range n {
			if err := service.SessionRefused(audit.Session{Key: "SHA256:abc", Address: "10.0.0.7:50022"}, "no operator has this key"); err != nil {
				t.Fatal(err)
			}
		}
	}
	refuse(100)
	now = now.Add(time.Minute)
	refuse(2)
	list := entries(t, path)
	if len(list) != 22 || list[20].Count != 80 || list[21].Count != 0 || list[0].Kind != file.KindSessionRefused || list[0].Operator != "" {
		t.Errorf("%d entries, %+v", len(list), list[len(list)-1])
	}
}

// A log that cannot be written does not fill the memory.
func TestRefusalsThatCannotBeLoggedAreCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gone", "audit.jsonl")
	now := time.Now()
	to := open(t, path, identity("https://hdp"), file.WithClock(func() time.Time { now = now.Add(time.Minute); return now }))
	service := audit.NewService(to)
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	for range 1100 {
		_ = service.SessionRefused(audit.Session{}, "no operator has this key")
	}
	if n, err := to.Unwritten(); n != 1000 || err == nil {
		t.Errorf("%d wait, %v", n, err)
	}
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := service.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := service.SessionRefused(audit.Session{}, "no operator has this key"); err != nil {
		t.Fatal(err)
	}
	if list := entries(t, path); len(list) != 1001 || list[1000].Count != 100 {
		t.Errorf("%d entries", len(list))
	}
}

// Operators who share a login must not undo each other's changes.
func TestWhoseWriteItIs(t *testing.T) {
	console := func(login string) file.Identity { return file.Identity{Login: login} }
	own := func(operator, login string) file.Identity { return file.Identity{Operator: operator, Login: login} }
	shared := func(operator string) file.Identity {
		return file.Identity{Operator: operator, Login: "svc", Attribution: file.AttributionService}
	}
	for _, c := range []struct {
		name      string
		it, me    file.Identity
		isMine    bool
		otherName string
	}{
		{"two consoles with one login", console("Bob"), console("bob"), true, ""},
		{"two logins", console("bob"), console("carol"), false, "bob"},
		{"one operator", shared("bob"), shared("bob"), true, ""},
		{"two operators with a shared login", shared("bob"), shared("carol"), false, "bob"},
		{"one operator, whose login was shared before", shared("bob"), own("bob", "bsmith"), true, ""},
		{"two operators with one login that is not said to be shared", own("bob", "svc"), own("carol", "svc"), false, "bob"},
		{"an operator, later at a console with the same login", own("bob", "bsmith"), console("bsmith"), true, ""},
		{"a console, later in a session", console("bsmith"), own("bob", "bsmith"), true, ""},
		{"a shared login, later at a console", shared("bob"), console("svc"), false, "bob"},
		{"a console with a login that is shared", console("svc"), shared("bob"), false, "svc"},
		{"an operator called like a login", shared("svc"), console("svc"), false, "svc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, logPath(t))
			it, me := c.it, c.me
			it.Server, me.Server = d.URL, d.URL
			write(t, d.logFile.As(it), 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			log, err := audit.New(d.logFile, me, d.check)
			if err != nil {
				t.Fatal(err)
			}
			if _, found, err := log.LastWrite(alice); err != nil || found != c.isMine {
				t.Fatalf("it is mine: %v, %v", found, err)
			}
			write(t, d.logFile.As(me), 307, "unlock", "statusinfo", locked, unlocked, file.Applied)
			write(t, d.logFile.As(it), 307, "deactivate", "statusinfo", unlocked, inactive, file.Applied)
			w, found, err := log.LastWrite(alice)
			switch {
			case err != nil || !found:
				t.Errorf("%v, %v", found, err)
			case c.isMine && (w.Since != nil || w.Operation != "deactivate"):
				t.Errorf("%+v", w)
			case !c.isMine && (w.Since == nil || w.Since.By != c.otherName || w.Operation != "unlock"):
				t.Errorf("%+v", w)
			}
		})
	}
}
