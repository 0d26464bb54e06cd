package desk_test

import (
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/audit"
	"hdpadmin/internal/change"
	"hdpadmin/internal/desk"
	"hdpadmin/internal/search"
)

// place is a desk with its own server.
type place struct {
	*hdptest.Server
	*desk.Desk
	t      *testing.T
	client *hdpclient.Client
	writer *change.Writer
}

func open(t *testing.T, user, password string, opts ...hdptest.Option) *place {
	t.Helper()
	s := hdptest.NewServer(t, opts...)
	client, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	client.SetCredentials(hdpclient.Credentials{User: user, Password: hdpclient.SecretOf(password)})
	writer := change.NewWriter(t.Context(), client, change.WithRules(change.Rules{}))
	t.Cleanup(func() { writer.Shutdown(0) })
	return &place{s, desk.New(client, writer), t, client, writer}
}

func asAdministrator(t *testing.T, opts ...hdptest.Option) *place {
	t.Helper()
	return open(t, "d2cadmin", hdptest.AdminPassword, opts...)
}

// list returns the list of all accounts.
func (p *place) list() *search.Snapshot {
	p.t.Helper()
	var b search.Builder
	for u, err := range p.client.Users(p.t.Context(), hdpclient.UsersOptions{}) {
		if err != nil {
			p.t.Fatal(err)
		}
		b.Add(account.FromUser(u))
	}
	return b.Finish()
}

// knows makes the desk read who the operator is.
func (p *place) knows() {
	p.t.Helper()
	self, err := p.ReadSelf(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	p.SetSelf(self)
}

const lockedInfo = `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2036-11-22 14:15:11"}`

func TestFindLooksUpIDsAndNames(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	number := p.AddAccount(hdptest.Account{UserName: "307"}) // a personnel number that is also an id
	for text, want := range map[string][]int64{"alice.smith": {307}, "307": {307, number}, "nobody": nil, "-1": nil, "0307": nil, "+307": nil} {
		found, err := p.Desk.Find(t.Context(), text)
		var got []int64
		for _, a := range found {
			got = append(got, a.ID)
		}
		if err != nil || len(got) != len(want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
}

func TestMayNotReportsOnlyWhatIsKnown(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	if why := p.MayNot(hdpclient.PermissionModifyUsers); why != "" {
		t.Errorf("before anything is known: %q", why)
	}
	p.SetSelf(hdpclient.Self{Permissions: []hdpclient.Permission{hdpclient.PermissionViewUsers}})
	if p.MayNot(hdpclient.PermissionViewUsers) != "" || !strings.Contains(p.MayNot(hdpclient.PermissionModifyUsers), "ModifyUsers") {
		t.Errorf("%q, %q", p.MayNot(hdpclient.PermissionViewUsers), p.MayNot(hdpclient.PermissionModifyUsers))
	}
	p.SetSelf(hdpclient.Self{Permissions: []hdpclient.Permission{hdpclient.PermissionAdministrator}})
	if why := p.MayNot(hdpclient.PermissionModifyUsers); why != "" {
		t.Errorf("an administrator: %q", why)
	}
	p.SetSelf(hdpclient.Self{})
	p.ForgetOperator()
	if why := p.MayNot(hdpclient.PermissionModifyUsers); why != "" {
		t.Errorf("the next login: %q", why)
	}
}

func TestLockingYourselfOutRequiresTheName(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	p.knows()
	own := p.Operator().ID
	active := hdpclient.StatusInfo{Status: hdpclient.Active}
	deactivate := func(id int64, name string) change.Plan {
		return change.PlanStatus(change.Subject{ID: id, Name: hdpclient.TextOf(name)}, active, change.Deactivate(active))
	}
	seen := desk.Seen{List: p.list()}
	for _, c := range []struct {
		name    string
		plan    change.Plan
		seen    desk.Seen
		warning string
	}{
		{"your own", deactivate(own, "d2cadmin"), seen, "your own account"},
		{"an alias of your own", deactivate(99, "other"), desk.Seen{List: seen.List, SignIns: []hdpclient.AuthUser{{AuthUserName: hdpclient.TextOf("D2CADMIN")}}}, "may be your own"},
		{"someone else's", deactivate(307, "alice.smith"), desk.Seen{List: seen.List, SignIns: []hdpclient.AuthUser{}}, ""},
		{"one that keeps its access", change.PlanStatus(change.Subject{ID: own}, active, active), seen, ""},
	} {
		d := p.Demands(c.plan, c.seen)
		if (c.warning == "") != (d.Warning == "") || !strings.Contains(d.Warning, c.warning) || d.TypeName != (c.warning != "") {
			t.Errorf("%s: %+v, want %q", c.name, d, c.warning)
		}
	}
}

func TestUnlockAfterReset(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	id := p.AddAccount(hdptest.Account{UserName: "locked.out", StatusInfo: lockedInfo})
	reset := change.PlanReset(change.Subject{ID: id, Name: hdpclient.TextOf("locked.out")}).Guarded("")
	if o := p.Reset(t.Context(), reset, hdpclient.SecretOf("Tmp-Kite93!")); o.Kind != change.Accepted {
		t.Fatalf("%s: %v", o.Kind, o.Err)
	}
	if u := p.UnlockAfterReset(t.Context(), reset); u.Outcome.Kind != change.Applied || u.NotLocked || u.Err != nil {
		t.Errorf("%+v", u)
	}
	if u := p.UnlockAfterReset(t.Context(), reset); u.Outcome.Kind != "" || !u.NotLocked || u.Err != nil {
		t.Errorf("a second time: %+v", u)
	}
	if u := p.UnlockAfterReset(t.Context(), change.PlanReset(change.Subject{ID: 424242})); u.Err == nil || u.Outcome.Kind != "" {
		t.Errorf("no such account: %+v", u)
	}
}

func TestTryLoginKeepsTheDesksLogin(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	for password, ok := range map[string]bool{hdptest.AdminPassword: true, "wrong": false} {
		c := p.With(hdpclient.Credentials{User: "d2cadmin", Password: hdpclient.SecretOf(password)})
		if err := p.TryLogin(t.Context(), c); (err == nil) != ok {
			t.Errorf("%q: %v", password, err)
		}
	}
	if _, err := p.ReadSelf(t.Context()); err != nil {
		t.Errorf("the desk's own login: %v", err)
	}
}

func TestLockedAgain(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	unlocked := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	p.RememberLocks(map[int64]audit.LockChange{1: {At: unlocked, By: "d2cadmin"}, 2: {At: unlocked, By: "bob"}, 3: {At: unlocked, By: "bob", Locked: true}})
	p.RememberLocks(map[int64]audit.LockChange{1: {At: unlocked.Add(-time.Hour), By: "older"}})
	later := func(id int64) account.Account {
		return account.Account{ID: id, Locked: true, LockedAt: unlocked.Add(2 * time.Minute)}
	}
	for id, want := range map[int64]string{1: "locked again 2 min after your unlock", 2: "after the unlock by bob", 3: "", 4: ""} {
		if got := p.LockedAgain(later(id)); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%d: %q, want %q", id, got, want)
		}
	}
	if got := p.LockedAgain(account.Account{ID: 1, Locked: true, LockedAt: unlocked.Add(-time.Minute)}); got != "" {
		t.Errorf("an older lock: %q", got)
	}
}

// An account whose details say nothing about its permissions may be the last administrator.
func TestSeeLooksForPermissionsInTheList(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	id, _ := p.Server.Find("d2cadmin")
	r, err := p.Read(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	r.User.Permissions = hdpclient.Opt[hdpclient.Permissions]{}
	info, _ := r.Status.Get()
	plan := change.PlanStatus(change.SubjectOf(r.User), info, change.Deactivate(info))
	seen, err := p.See(t.Context(), plan, r)
	if a, known := seen.Account.Get(); err != nil || !known || !a.Administrator || seen.List.Len() == 0 {
		t.Errorf("%+v, %d rows, %v", a, seen.List.Len(), err)
	}
}

func TestReadForChange(t *testing.T) {
	t.Parallel()
	p := asAdministrator(t)
	for range 2 { // who the operator is, is read once
		if r, err := p.ReadForChange(t.Context(), 307); err != nil || r.User.ID != 307 {
			t.Fatal(r.User.ID, err)
		}
		if self, known := p.Self(); !known || !self.Has(hdpclient.PermissionAdministrator) {
			t.Errorf("%v, %v", self, known)
		}
	}
	n := 0
	for _, r := range p.Requests() {
		if strings.HasSuffix(r.Path, "/mgmt/user") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("asked %d times who the operator is", n)
	}
	p = asAdministrator(t)
	p.knows() // or the refusal may leave open whether the login is right
	p.ForgetOperator()
	p.Fail(hdptest.Fault{Method: "GET", Path: "/mgmt/user", Kind: hdptest.Status, Status: 403})
	if _, err := p.ReadForChange(t.Context(), 307); err != nil {
		t.Error(err)
	}
	if _, known := p.Self(); known {
		t.Error("a refusal counts as an answer")
	}
}
