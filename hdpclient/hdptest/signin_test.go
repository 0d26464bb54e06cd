package hdptest_test

import (
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

const whoami = "/api/mgmt/user"

func (r *rig) canSignIn(name string) bool {
	r.t.Helper()
	return r.as(name, hdptest.AccountPassword, "GET", whoami, "").status == 200
}

func (r *rig) failSignIns(name string, passwords ...string) {
	r.t.Helper()
	for _, p := range passwords {
		r.as(name, p, "GET", whoami, "").expectCode(r.t, 401, 222206007)
	}
}

func TestSignIn(t *testing.T) {
	r := start(t)
	for _, c := range []struct {
		name, user, password string
		status               int
	}{
		{"right", "d2cadmin", hdptest.AdminPassword, 200},
		{"the name in another case", "D2CAdmin", hdptest.AdminPassword, 200},
		{"the password in another case", "d2cadmin", strings.ToLower(hdptest.AdminPassword), 401},
		{"unknown name", "nobody", "x", 401},
		{"without credentials", "", "", 401},
		{"locked", "alice.smith", hdptest.AccountPassword, 401},
		{"locked, never ends", "d.okafor", hdptest.AccountPassword, 401},
		{"expired lock", "carla.mendes", hdptest.AccountPassword, 200},
		{"inactive", "elif.yildiz", hdptest.AccountPassword, 401},
		{"expired", "farid.haddad", hdptest.AccountPassword, 401},
		{"expires in days", "grace.kim", hdptest.AccountPassword, 200},
		{"never expires", "alina.kovac", hdptest.AccountPassword, 200},
		{"must change", "ines.costa", hdptest.AccountPassword, 200},
		{"external only", "jan.novak", hdptest.AccountPassword, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.as(c.user, c.password, "GET", whoami, "")
			if got.status != c.status {
				t.Fatalf("got %d %s", got.status, got.body)
			}
			if c.status == 401 {
				got.expectCode(t, 401, 222206007)
				if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
					t.Errorf("challenge is %q", got.header.Get("WWW-Authenticate"))
				}
			}
		})
	}
}

func TestThreeFailuresLock(t *testing.T) {
	r := start(t)
	r.failSignIns("grace.kim", "a", "b")
	if r.Stored(338).Locked() {
		t.Fatal("locked after two")
	}
	r.clock.Advance(time.Minute)
	r.failSignIns("GRACE.KIM", "c")
	want := `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 14:03:31","accountLockedUntil":"2026-11-22 14:33:31"}`
	if got := r.Stored(338).StatusInfo; got != want {
		t.Fatalf("statusInfo is %s", got)
	}
	if r.canSignIn("grace.kim") {
		t.Error("a locked account signed in")
	}
	r.clock.Advance(30*time.Minute - time.Second)
	if r.canSignIn("grace.kim") {
		t.Error("signed in a second before the lock expired")
	}
	r.clock.Advance(time.Second)
	if !r.canSignIn("grace.kim") {
		t.Error("could not sign in after the lock had expired")
	}
	if got := r.Stored(338).StatusInfo; got != want {
		t.Errorf("the expired lock was removed from statusInfo: %s", got)
	}
}

func TestFailuresThatDoNotLock(t *testing.T) {
	t.Run("a success in between", func(t *testing.T) {
		r := start(t)
		r.failSignIns("grace.kim", "a", "b")
		r.canSignIn("grace.kim")
		r.failSignIns("grace.kim", "a", "b")
		if r.Stored(338).Locked() {
			t.Error("locked")
		}
	})
	t.Run("too far apart", func(t *testing.T) {
		r := start(t)
		r.failSignIns("grace.kim", "a", "b")
		r.clock.Advance(901 * time.Second)
		r.failSignIns("grace.kim", "c", "d")
		if r.Stored(338).Locked() {
			t.Error("locked")
		}
	})
	t.Run("lockout is off", func(t *testing.T) {
		r := start(t)
		r.admin("POST", "/api/admin/limits/system/3", `{"value":0}`).expect(t, 201, `{"value":0}`)
		r.failSignIns("grace.kim", "a", "b", "c", "d")
		if r.Stored(338).Locked() {
			t.Error("locked")
		}
	})
	t.Run("while locked, the lock does not grow", func(t *testing.T) {
		r := start(t)
		before := r.Stored(307).StatusInfo
		r.failSignIns("alice.smith", "a", "b", "c")
		if got := r.Stored(307).StatusInfo; got != before {
			t.Errorf("now %s", got)
		}
	})
}

func TestOperatorsAreLockedOutToo(t *testing.T) {
	r := start(t)
	r.failSignIns("helpdesk", "a", "b", "c")
	r.helpdesk("GET", whoami, "").expectCode(t, 401, 222206007)
	r.admin("PUT", "/api/admin/users/20/statusinfo", `{"status":1,"accountLocked":false}`).expect(t, 200, `{"status":1,"accountLocked":false}`)
	if got := r.helpdesk("GET", whoami, ""); got.status != 200 {
		t.Errorf("after the unlock: %d", got.status)
	}
}

func TestLimitsGovernTheLockout(t *testing.T) {
	r := start(t)
	r.admin("POST", "/api/admin/limits/system/3", `{"value":1}`).expect(t, 201, `{"value":1}`)
	r.admin("POST", "/api/admin/limits/system/4", `{"value":60}`).expect(t, 201, `{"value":60}`)
	r.failSignIns("grace.kim", "a")
	if until, _ := r.Stored(338).LockedUntil(); !until.Equal(r.clock.Now().Add(time.Minute)) {
		t.Errorf("locked until %s", until)
	}
}

func TestExternalSignInNeedsTheDelimiter(t *testing.T) {
	r := start(t)
	r.failSignIns("jnovak|LDAP1", hdptest.AccountPassword)
	bar := "|"
	r.SetConfiguration(1, &bar)
	if got := r.as("jnovak|ldap1", hdptest.AccountPassword, "GET", whoami, ""); got.status != 200 {
		t.Errorf("got %d", got.status)
	}
	r.failSignIns("jnovak|LDAP1", "a", "b", "c", "d")
	if r.Stored(356).Locked() {
		t.Error("an external sign-in locked the account")
	}
}

func TestPermissions(t *testing.T) {
	const (
		p      = "Operator-11"
		status = "/api/admin/users/307/statusinfo"
	)
	r := start(t)
	r.AddOperator("no14", p, []int64{56}, 11, 15)
	r.AddOperator("no11", p, []int64{56}, 14, 15)
	r.AddOperator("no15", p, []int64{56}, 11, 14)
	r.AddOperator("no56", p, []int64{57}, 11, 14, 15)
	r.AddOperator("only12", p, nil, 12)
	r.AddOperator("only26", p, nil, 26)
	for _, c := range []struct {
		user, method, path, body string
		status                   int
	}{
		{"no14", "GET", "/api/admin/users", "", 403},
		{"no14", "GET", status, "", 403},
		{"no14", "PUT", status, `{"status":1}`, 200},
		{"no11", "GET", "/api/admin/users", "", 200},
		{"no11", "GET", whoami, "", 403},
		{"no11", "GET", "/api/mgmt/version", "", 200},
		{"no15", "GET", status, "", 200},
		{"no15", "PUT", status, `{"status":1}`, 403},
		{"no15", "PUT", "/api/admin/users/307/passwordinfo", `{"passwordStatus":1}`, 403},
		{"no15", "PUT", "/api/admin/users/307/resetpassword", `{"newPassword":"Green-Tea77"}`, 403},
		{"no15", "DELETE", "/api/admin/users/307", "", 403},
		{"no15", "POST", "/api/admin/users", `{}`, 403},
		{"no15", "GET", "/api/admin/tenants", "", 403},
		{"no15", "GET", "/api/admin/roles", "", 403},
		{"no15", "GET", "/api/admin/limits", "", 403},
		{"no15", "GET", "/api/admin/limits/system", "", 403},
		{"no15", "GET", "/api/admin/limits/system/3", "", 403},
		{"no15", "GET", "/api/admin/configurations/6", "", 403},
		{"no15", "GET", "/api/admin/auth/services", "", 403},
		{"no15", "GET", whoami + "?user=d2cadmin", "", 403},
		{"no15", "GET", "/api/admin/permissions", "", 200},
		{"only26", "GET", "/api/admin/auth/services", "", 200},
		{"no56", "GET", status, "", 403},
		{"no56", "PUT", status, `{"status":1}`, 403},
		{"no56", "GET", "/api/admin/users/977/statusinfo", "", 200},
		{"only12", "GET", status, "", 200},
		{"only12", "PUT", status, `{"status":1}`, 200},
		{"only12", "GET", "/api/admin/tenants", "", 200},
	} {
		got := r.as(c.user, p, c.method, c.path, c.body)
		if got.status != c.status {
			t.Errorf("%s %s %s: %d %s", c.user, c.method, c.path, got.status, got.body)
		}
		if c.status == 403 {
			got.expectCode(t, 403, 222208103)
		}
	}
}

func TestTheListIsFilteredByAccess(t *testing.T) {
	r := start(t)
	var got struct{ Users []struct{ TenantID int64 } }
	r.as("viewer", hdptest.ViewerPassword, "GET", "/api/admin/users", "").decode(t, &got)
	seen := map[int64]bool{}
	for _, u := range got.Users {
		seen[u.TenantID] = true
	}
	if len(seen) != 2 || !seen[56] || !seen[57] {
		t.Errorf("tenants %v", seen)
	}
}
