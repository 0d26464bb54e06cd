package desk_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/audit/file"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
)

// session returns a desk with a session of its own at the server, and its audit log.
func (p *place) session(path string) (*desk.Desk, *change.Writer, *audit.Log) {
	p.t.Helper()
	id := file.Identity{Host: "jump1", PID: os.Getpid(), Server: p.URL, Login: "d2cadmin"}
	to, err := file.Open(path, id)
	if err != nil {
		p.t.Fatal(err)
	}
	var w *change.Writer
	log, err := audit.New(to, id, func(o change.Outcome) change.Outcome { return w.CheckAgain(p.t.Context(), o) })
	if err != nil {
		p.t.Fatal(err)
	}
	w = change.NewWriter(p.t.Context(), p.client, change.WithAuditLog(log))
	p.t.Cleanup(func() { w.Shutdown(0) })
	return desk.New(p.client, w), w, log
}

func (p *place) planUndo(d *desk.Desk, log *audit.Log, id int64) (desk.Undo, error) {
	p.t.Helper()
	r, err := d.Read(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return d.PlanUndo(p.t.Context(), log, r)
}

func TestPlanUndoInALaterSession(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	id := p.AddAccount(hdptest.Account{UserName: "locked.out", StatusInfo: lockedInfo})
	d, w, log := p.session(path)
	if _, err := p.planUndo(d, log, id); !errors.Is(err, change.ErrNothingToUndo) {
		t.Errorf("an empty log: %v", err)
	}
	info, err := p.client.StatusInfo(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if o := w.Apply(t.Context(), change.PlanStatus(change.Subject{ID: id}, info, change.Unlock(info))); o.Kind != change.Applied {
		t.Fatal(o.Kind, o.Err)
	}
	for _, want := range []string{"undo unlock", "unlock", "undo unlock"} { // the undo of an undo is a redo
		d, w, log = p.session(path)
		u, err := p.planUndo(d, log, id)
		if err != nil || u.Plan.Operation() != want || u.Plan.Subject().Name.Raw() != "locked.out" {
			t.Fatalf("%q, %v, want %q", u.Plan.Operation(), err, want)
		}
		if o := w.Apply(t.Context(), u.Plan); o.Kind != change.Applied {
			t.Fatal(o.Kind, o.Err)
		}
	}
	if got := p.Stored(id).StatusInfo; !strings.Contains(got, `"accountLockedUntil":"2036-11-22 14:15:11"`) {
		t.Errorf("stored %s", got)
	}
	p.SetStatusInfo(id, `{"status":0}`)
	u, err := p.planUndo(d, log, id)
	if err != nil {
		t.Fatal(err)
	}
	if o := w.Apply(t.Context(), u.Plan); o.Kind != change.Conflict {
		t.Errorf("changed since: %s", o.Kind)
	}
}

func TestPlanUndoChecksAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, stored, want string // operation of the undo
		logged             []file.OutcomeKind
	}{
		{"it arrived", `{"status":1}`, "undo unlock", []file.OutcomeKind{file.Unknown, file.Applied}},
		{"it has not arrived", lockedInfo, "", []file.OutcomeKind{file.Unknown}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := asAdministrator(t)
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			d, _, log := p.session(path)
			to, err := file.Open(path, file.Identity{Server: p.URL, Login: "d2cadmin"})
			if err != nil {
				t.Fatal(err)
			}
			lost, err := to.LogIntent(file.Intent{
				Operation: "unlock", Subject: file.Subject{AccountID: 307}, Request: "PUT /api/admin/users/307/statusinfo",
				Before: []byte(lockedInfo), After: []byte(`{"status":1}`),
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := lost.LogOutcome(file.Outcome{Kind: file.Unknown}); err != nil {
				t.Fatal(err)
			}
			p.SetStatusInfo(307, c.stored)
			u, err := p.planUndo(d, log, 307)
			if u.Plan.Operation() != c.want || (c.want == "") != errors.Is(err, change.ErrUndoUnknown) {
				t.Errorf("%q, %v", u.Plan.Operation(), err)
			}
			var logged []file.OutcomeKind
			for e, err := range file.Read(path) {
				if err != nil {
					t.Fatal(err)
				}
				if e.Kind == file.KindOutcome {
					logged = append(logged, e.Outcome)
				}
			}
			if !slices.Equal(logged, c.logged) {
				t.Errorf("logged %q", logged)
			}
		})
	}
}

func TestPlanUndoOfAChangeThatMayBeRunning(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	d, _, log := p.session(path)
	to, err := file.Open(path, file.Identity{Host: "jump1", PID: os.Getppid(), Server: p.URL, Login: "d2cadmin"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.LogIntent(file.Intent{
		Operation: "unlock", Subject: file.Subject{AccountID: 307}, Request: "PUT /api/admin/users/307/statusinfo",
		Before: []byte(lockedInfo), After: []byte(`{"status":1}`),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.planUndo(d, log, 307); !errors.Is(err, desk.ErrStillRunning) {
		t.Error(err)
	}
}

// The server was set up again, and the id is somebody else's now.
func TestPlanUndoOfAChangeOfAnotherAccount(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	for name, want := range map[string]error{"m.jones": nil, "m\xfc\xfcller": nil, "mallory": desk.ErrOtherAccount} {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		id := p.AddAccount(hdptest.Account{UserName: name, StatusInfo: `{"status":1}`})
		d, _, log := p.session(path)
		to, err := file.Open(path, file.Identity{Server: p.URL, Login: "d2cadmin"})
		if err != nil {
			t.Fatal(err)
		}
		then := name
		if want != nil {
			then = "bob"
		}
		done, err := to.LogIntent(file.Intent{
			Operation: "unlock", Subject: file.Subject{AccountID: id, AccountName: then}, Request: "PUT /api/admin/users/1/statusinfo",
			Before: []byte(lockedInfo), After: []byte(`{"status":1}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := done.LogOutcome(file.Outcome{Kind: file.Applied, Stored: []byte(`{"status":1}`)}); err != nil {
			t.Fatal(err)
		}
		if u, err := p.planUndo(d, log, id); !errors.Is(err, want) || u.Last.UserName == "" {
			t.Errorf("%q: %v, then %q", name, err, u.Last.UserName)
		}
	}
}

// The log leaves out secrets, so only the session that made the change can put them back.
func TestPlanUndoOfAChangeWithASecret(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	id := p.AddAccount(hdptest.Account{UserName: "locked.out", StatusInfo: `{"status":1,"accountLocked":true,"apiToken":"t-4711"}`})
	d, w, log := p.session(path)
	info, err := p.client.StatusInfo(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if o := w.Apply(t.Context(), change.PlanStatus(change.Subject{ID: id}, info, change.Unlock(info))); o.Kind != change.Applied {
		t.Fatal(o.Kind, o.Err)
	}
	later, _, laterLog := p.session(path)
	if _, err := p.planUndo(later, laterLog, id); !errors.Is(err, change.ErrNotLoggedWhole) {
		t.Errorf("in a later session: %v", err)
	}
	u, err := p.planUndo(d, log, id)
	if err != nil {
		t.Fatal(err)
	}
	if o := w.Apply(t.Context(), u.Plan); o.Kind != change.Applied || !strings.Contains(p.Stored(id).StatusInfo, `"accountLocked":true,"apiToken":"t-4711"`) {
		t.Errorf("%s %v: %s", o.Kind, o.Err, p.Stored(id).StatusInfo)
	}
}
