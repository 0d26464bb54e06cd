package batch_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
	"hdpadmin/internal/change"
)

var newYear = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)

func TestAPreviewSaysWhatWillChangeAndWhyNot(t *testing.T) {
	ldap := []hdptest.AuthUser{{AuthUserName: "x", AuthServiceID: 2}}
	both := append([]hdptest.AuthUser{{AuthUserName: "y", AuthServiceID: 1}}, ldap...)
	for _, c := range []struct {
		name    string
		action  batch.Action
		account hdptest.Account
		kind    batch.Kind
		why     string
		notes   string
	}{
		{"locked", batch.Unlock(), hdptest.Account{StatusInfo: lockedInfo}, batch.Planned, "unlock", ""},
		{"not locked", batch.Unlock(), hdptest.Account{StatusInfo: unlockedInfo}, batch.NoChange, "already unlocked", ""},
		{"not locked, with old lock times", batch.Unlock(), hdptest.Account{StatusInfo: `{"status":1,"accountLockedAt":"2026-11-22 13:45:11"}`}, batch.NoChange, "already unlocked", ""},
		{"locked and inactive", batch.Unlock(), hdptest.Account{StatusInfo: `{"status":0,"accountLocked":true}`}, batch.Planned, "unlock", "remains inactive"},
		{"an expired lock", batch.Unlock(), hdptest.Account{StatusInfo: `{"status":1,"accountLocked":true,"accountLockedUntil":"2020-01-01 00:00:00"}`}, batch.Planned, "unlock", "lock expired"},
		{"locked, external", batch.Unlock(), hdptest.Account{StatusInfo: lockedInfo, AuthUsers: ldap}, batch.External, "external service: skipped", ""},
		{"locked, mixed", batch.Unlock(), hdptest.Account{StatusInfo: lockedInfo, AuthUsers: both}, batch.Planned, "unlock", "external sign-in not affected"},
		{"locked, of an unknown status", batch.Unlock(), hdptest.Account{StatusInfo: `{"status":7,"accountLocked":true}`}, batch.Planned, "unlock", ""},

		{"inactive", batch.Activate(), hdptest.Account{StatusInfo: `{"status":0}`}, batch.Planned, "activate", ""},
		{"inactive and locked", batch.Activate(), hdptest.Account{StatusInfo: `{"status":0,"accountLocked":true}`}, batch.Planned, "activate", "remains locked"},
		{"inactive, external", batch.Activate(), hdptest.Account{StatusInfo: `{"status":0}`, AuthUsers: ldap}, batch.Planned, "activate", ""},
		{"active", batch.Activate(), hdptest.Account{}, batch.NoChange, "already active", ""},
		{"status 7", batch.Activate(), hdptest.Account{StatusInfo: `{"status":7}`}, batch.Undocumented, "status 7 is not documented: skipped", ""},

		{"active", batch.Deactivate(), hdptest.Account{}, batch.Planned, "deactivate", ""},
		{"active, locked", batch.Deactivate(), hdptest.Account{StatusInfo: lockedInfo}, batch.Planned, "deactivate", "remains locked"},
		{"inactive", batch.Deactivate(), hdptest.Account{StatusInfo: `{"status":0}`}, batch.NoChange, "already inactive", ""},
		{"status 7", batch.Deactivate(), hdptest.Account{StatusInfo: `{"status":7}`}, batch.Undocumented, "status 7 is not documented: skipped", ""},

		{"a password", batch.ForceChange(), hdptest.Account{}, batch.Planned, "force password change", ""},
		{"a forced one", batch.ForceChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":2}`}, batch.NoChange, "password change already forced", ""},
		{"one of status 9", batch.ForceChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":9}`}, batch.Undocumented, "password status 9 is not documented: skipped", ""},
		{"an external one", batch.ForceChange(), hdptest.Account{AuthUsers: ldap}, batch.External, "external service: skipped", ""},

		{"a forced change", batch.CancelForcedChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":2,"passwordExpiration":"2036-01-01 00:00:00"}`}, batch.Planned, "forgive password change", ""},
		{"a forced change, expired", batch.CancelForcedChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":2,"passwordExpiration":"2020-01-01 00:00:00"}`}, batch.Planned, "forgive password change", "password has expired"},
		{"no forced change", batch.CancelForcedChange(), hdptest.Account{}, batch.NoChange, "no password change forced", ""},
		{"password status 9, to be forgiven", batch.CancelForcedChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":9}`}, batch.Undocumented, "password status 9 is not documented: skipped", ""},
		{"a forced change, external", batch.CancelForcedChange(), hdptest.Account{PasswordInfo: `{"passwordStatus":2}`, AuthUsers: ldap}, batch.External, "external service: skipped", ""},

		{"no expiry", batch.SetExpiry(newYear), hdptest.Account{}, batch.Planned, "set expiry", ""},
		{"the same expiry", batch.SetExpiry(newYear.Add(time.Millisecond)), hdptest.Account{PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2036-01-01 00:00:00.0"}`}, batch.NoChange, "already has this expiry", ""},
		{"another expiry, forced", batch.SetExpiry(newYear), hdptest.Account{PasswordInfo: `{"passwordStatus":2,"passwordExpiration":"2026-01-01 00:00:00"}`}, batch.Planned, "set expiry", "password change still forced"},

		{"an expiry", batch.ClearExpiry(), hdptest.Account{PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2026-01-01 00:00:00"}`}, batch.Planned, "clear expiry", ""},
		{"none", batch.ClearExpiry(), hdptest.Account{PasswordInfo: `{"passwordStatus":1,"passwordExpiration":null}`}, batch.NoChange, "already never expires", ""},
	} {
		t.Run(c.action.String()+" "+c.name, func(t *testing.T) {
			d := newDesk(t)
			c.account.UserName = "somebody"
			id := d.AddAccount(c.account)
			row := d.preview([]int64{id}, c.action, batch.Guard{}).Rows[0]
			if row.ID != id || row.Kind != c.kind || row.Why != c.why || strings.Join(row.Notes, "; ") != c.notes || row.Err != nil {
				t.Errorf("%q %q %q %v", row.Kind, row.Why, row.Notes, row.Err)
			}
			if row.Plan.Empty() == (c.kind == batch.Planned) {
				t.Errorf("its plan is empty: %v", row.Plan.Empty())
			}
			if row.Kind == batch.Planned && row.Plan.RemovesAccess() && !c.action.MayRemoveAccess() {
				t.Error("it removes access unexpectedly")
			}
			if len(d.puts()) != 0 {
				t.Error("a preview has written")
			}
		})
	}
}

func TestAPreviewNamesUnreadableAccounts(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(4)
	d.Delete(ids[0])
	d.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/users/" + itoa(ids[1]) + "/statusinfo", Kind: hdptest.Status, Status: 500, Times: hdptest.Forever})
	d.Fail(hdptest.Fault{Method: http.MethodGet, Path: "/users/" + itoa(ids[2]) + "/passwordinfo", Kind: hdptest.Status, Status: 500, Times: hdptest.Forever})
	rows := d.preview(append(ids, ids[3], 424242), batch.Unlock(), batch.Guard{}).Rows
	want := []string{
		"could not be read: account no longer exists", "could not be read: could not be read",
		"will change: unlock", "will change: unlock", "could not be read: account no longer exists",
	}
	var got []string
	for i, r := range rows {
		got = append(got, string(r.Kind)+": "+r.Why)
		if r.Index != i || (r.Err == nil) != (r.Kind == batch.Planned) {
			t.Errorf("row %d: index %d, %v", i, r.Index, r.Err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// crossed answers with another account than the one requested.
type crossed struct {
	account.Source
	with int64
}

func (c crossed) User(ctx context.Context, _ int64) (hdpclient.User, error) {
	return c.Source.User(ctx, c.with)
}

func TestAnAnswerAboutAnotherAccountIsRejected(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(2)
	row := d.previewOf(batch.Prepare(t.Context(), crossed{d.client, ids[1]}, ids[:1], batch.Unlock(), batch.Guard{})).Rows[0]
	if row.ID != ids[0] || row.Kind != batch.Unreadable || row.Err == nil || row.Account.ID != 0 {
		t.Errorf("%d: %q %v", row.ID, row.Kind, row.Err)
	}
}

func TestAPreviewStopsAfterARefusedLogin(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(40)
	f := unauthorized()
	f.Path, f.Times = "/users/"+itoa(ids[7]), hdptest.Forever
	d.Fail(f)
	preparation := batch.Prepare(t.Context(), d.client, ids, batch.Unlock(), batch.Guard{})
	preview := d.previewOf(preparation)
	if err := preparation.Progress().Stopped; !errors.Is(err, hdpclient.ErrUnauthorized) || errors.Is(err, batch.ErrFailing) {
		t.Errorf("stopped by %v", err)
	}
	n := 0
	for _, r := range d.Requests() {
		if r.Status == http.StatusUnauthorized {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d attempts with a refused login", n)
	}
	if n := preview.Totals(); n[batch.Planned]+n[batch.Unreadable]+n[batch.NotRead] != 40 || n[batch.NotRead] < 25 || preview.Rows[39].Err == nil {
		t.Errorf("totals %v", n)
	}
}

func TestAPreviewStopsWhenTheServerFails(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(40)
	d.Fail(hdptest.Fault{Method: http.MethodGet, Kind: hdptest.Status, Status: 500, Times: hdptest.Forever})
	preparation := batch.Prepare(t.Context(), d.client, ids, batch.Unlock(), batch.Guard{}, batch.WithFailureLimit(3))
	preview := d.previewOf(preparation)
	if err := preparation.Progress().Stopped; !errors.Is(err, batch.ErrFailing) {
		t.Errorf("stopped by %v", err)
	}
	if n := preview.Totals(); n[batch.Unreadable] < 3 || n[batch.Unreadable] > 4 {
		t.Errorf("totals %v", n)
	}
}

func TestACancelledPreviewEnds(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(5)
	release := d.Fail(hdptest.Fault{Method: http.MethodGet, Kind: hdptest.Hang, Times: hdptest.Forever})
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	preparation := batch.Prepare(ctx, d.client, ids, batch.Unlock(), batch.Guard{})
	if _, ok := preparation.Preview(); ok {
		t.Error("a preview in preparation is available")
	}
	if _, err := d.Await(t.Context(), func(r hdptest.Request) bool { return r.Fault == hdptest.Hang }); err != nil {
		t.Fatal(err)
	}
	cancel()
	preview := d.previewOf(preparation)
	for _, r := range preview.Rows {
		if r.Kind != batch.NotRead || !errors.Is(r.Err, context.Canceled) {
			t.Errorf("%d: %q %v", r.ID, r.Kind, r.Err)
		}
	}
}

func TestAPreviewReportsEachRowAsItIsRead(t *testing.T) {
	d := newDesk(t)
	ids := d.locked(20)
	preparation := batch.Prepare(t.Context(), d.client, ids, batch.Unlock(), batch.Guard{})
	reported := map[int64]int{}
	var last batch.Progress[batch.Row]
	for p, ok := preparation.Next(t.Context()); ok; p, ok = preparation.Next(t.Context()) {
		for _, r := range p.Changed {
			reported[r.ID]++
			if r.Kind != batch.Planned {
				t.Errorf("%d reported as %q", r.ID, r.Kind)
			}
		}
		last = p
	}
	if len(reported) != 20 || !last.Ended || last.Done != 20 || last.Total != 20 || last.TimeLeft != 0 {
		t.Errorf("%d reported, %+v", len(reported), last)
	}
	if _, ok := preparation.Next(t.Context()); ok {
		t.Error("reported after its end")
	}
}

func TestAPreviewOfNoAccountsIsEmpty(t *testing.T) {
	d := newDesk(t)
	preview := d.preview(nil, batch.Unlock(), batch.Guard{})
	if len(preview.Rows) != 0 {
		t.Error(preview.Rows)
	}
	if _, err := batch.Start(t.Context(), d.writer, preview, change.Answers{}); !errors.Is(err, batch.ErrNothing) {
		t.Errorf("started: %v", err)
	}
}

func TestActionsRoundTripThroughTheAuditLog(t *testing.T) {
	for _, a := range []batch.Action{batch.Unlock(), batch.Activate(), batch.Deactivate(), batch.ForceChange(), batch.CancelForcedChange(), batch.SetExpiry(newYear), batch.ClearExpiry()} {
		if back, err := batch.ParseAction(a.String()); err != nil || back != a {
			t.Errorf("%q came back as %q, %v", a, back, err)
		}
	}
	for _, s := range []string{"", "lock", "reset password", "undo unlock", "set expiry", "set expiry soon", "set expiry 2036-01-01"} {
		if a, err := batch.ParseAction(s); !errors.Is(err, batch.ErrNoAction) {
			t.Errorf("%q was read as %q, %v", s, a, err)
		}
	}
}
