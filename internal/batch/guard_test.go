package batch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/account"
	"hdpadmin/internal/batch"
)

// itoa formats an ID as in a path.
func itoa(id int64) string { return fmt.Sprint(id) }

func TestProtectedAccountsAreSkipped(t *testing.T) {
	d := newDesk(t)
	admin := func(name, status string) int64 {
		return d.AddAccount(hdptest.Account{UserName: name, StatusInfo: status, Permissions: []int64{12}})
	}
	installed, _ := d.Find("d2cadmin")
	one, two := admin("one", `{"status":1}`), admin("two", `{"status":1}`)
	retired := admin("retired", `{"status":0}`)
	user := d.AddAccount(hdptest.Account{UserName: "user"})
	alias := d.AddAccount(hdptest.Account{UserName: "alias", AuthUsers: []hdptest.AuthUser{{AuthUserName: "jdoe", AuthServiceID: 2}}})
	locked := d.AddAccount(hdptest.Account{UserName: "locked", StatusInfo: lockedInfo, Permissions: []int64{12}})
	expiring := d.AddAccount(hdptest.Account{UserName: "expiring", PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`})
	const left = batch.LastAdministrator

	for _, c := range []struct {
		name   string
		action batch.Action
		ids    []int64
		guard  batch.Guard
		want   []batch.Kind
	}{
		{"the own account by its ID", batch.Deactivate(), []int64{user}, batch.Guard{Operator: account.Operator{ID: user}}, []batch.Kind{batch.Own}},
		{"the own account by its login", batch.ForceChange(), []int64{user}, batch.Guard{Operator: account.Operator{Login: "USER"}}, []batch.Kind{batch.Own}},
		{"the own account by a sign-in name", batch.Deactivate(), []int64{alias, user}, batch.Guard{Operator: account.Operator{Login: "jdoe|LDAP1"}}, []batch.Kind{batch.Own, batch.Planned}},
		{"another one", batch.Deactivate(), []int64{user}, batch.Guard{Operator: account.Operator{ID: one, Login: "one"}}, []batch.Kind{batch.Planned}},
		{"d2cadmin", batch.SetExpiry(newYear), []int64{installed}, batch.Guard{}, []batch.Kind{batch.D2cadmin}},
		{"the own account, with more time", batch.SetExpiry(newYear.AddDate(1, 0, 0)), []int64{expiring}, batch.Guard{Operator: account.Operator{ID: expiring}}, []batch.Kind{batch.Planned}},
		{"nobody loses access", batch.ClearExpiry(), []int64{installed, one}, batch.Guard{Operator: account.Operator{ID: one}}, []batch.Kind{batch.NoChange, batch.NoChange}},
		{"the own account, unlocked", batch.Unlock(), []int64{locked}, batch.Guard{Operator: account.Operator{ID: locked}}, []batch.Kind{batch.Planned}},
		{"one of two administrators", batch.Deactivate(), []int64{one}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned}},
		{"both", batch.Deactivate(), []int64{one, user, two}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned, batch.Planned, left}},
		{"both, and d2cadmin remains", batch.Deactivate(), []int64{one, installed, two}, batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned, batch.D2cadmin, batch.Planned}},
		{"both, and the operator remains", batch.Deactivate(), []int64{one, two}, batch.Guard{Operator: account.Operator{ID: two}}, []batch.Kind{batch.Planned, batch.Own}},
		{"an inactive one does not remain", batch.Deactivate(), []int64{one, retired}, batch.Guard{Administrators: []int64{one}}, []batch.Kind{left, batch.NoChange}},
		{"one that only the list shows to be an administrator", batch.Deactivate(), []int64{user}, batch.Guard{Administrators: []int64{user}}, []batch.Kind{left}},
		{"one that is inactive since the list", batch.Activate(), []int64{retired}, batch.Guard{Administrators: []int64{retired}}, []batch.Kind{batch.Planned}},
		{"the list has none", batch.ForceChange(), []int64{one, two}, batch.Guard{}, []batch.Kind{batch.Planned, left}},
		{"no administrator is touched", batch.Deactivate(), []int64{user}, batch.Guard{}, []batch.Kind{batch.Planned}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			preview := d.preview(c.ids, c.action, c.guard, batch.WithConcurrency(3))
			var got []batch.Kind
			for _, r := range preview.Rows {
				got = append(got, r.Kind)
				if r.MayBeOwn != strings.Contains(r.Why, "may be yours") || r.MayBeOwn && r.Kind != batch.Own {
					t.Errorf("%s, may be the own account: %v", r.Why, r.MayBeOwn)
				}
				if r.Kind == batch.Own && r.Why != "own account: skipped" && (c.guard.Operator.ID != 0 || r.Why != "own account: may be yours, skipped") {
					t.Errorf("own account: %q", r.Why)
				}
				if r.Kind == left && (!r.Plan.Empty() || r.Why != "last administrator: skipped") {
					t.Errorf("%q with a plan", r.Why)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Undoing an activation removes access.
func TestAnUndoSkipsProtectedAccounts(t *testing.T) {
	d := newDesk(t)
	inactive := func(name string, permissions ...int64) int64 {
		return d.AddAccount(hdptest.Account{UserName: name, StatusInfo: `{"status":0}`, Permissions: permissions})
	}
	own := d.AddAccount(hdptest.Account{UserName: "own", StatusInfo: `{"status":0}`, AuthUsers: []hdptest.AuthUser{{AuthUserName: "jdoe", AuthServiceID: 2}}})
	user, one, two := inactive("user"), inactive("one", 12), inactive("two", 12)
	r := d.finish(d.preview([]int64{own, user, one, two}, batch.Activate(), batch.Guard{}))
	for _, c := range []struct {
		name  string
		guard batch.Guard
		want  []batch.Kind
	}{
		{"of the own account by a sign-in name", batch.Guard{Operator: account.Operator{Login: "jdoe|LDAP1"}}, []batch.Kind{batch.Own, batch.Planned, batch.Planned, batch.LastAdministrator}},
		{"of some", batch.Guard{Operator: account.Operator{ID: own}, Administrators: []int64{1}}, []batch.Kind{batch.Own, batch.Planned, batch.Planned, batch.Planned}},
		{"of the last administrator", batch.Guard{Administrators: []int64{one, two}}, []batch.Kind{batch.Planned, batch.Planned, batch.Planned, batch.LastAdministrator}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []batch.Kind
			for _, row := range d.previewOf(roundsOf(r).Undo(t.Context(), c.guard)).Rows {
				got = append(got, row.Kind)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A batch skips exactly the accounts for which a single change asks first.
func TestProtectedAccounts(t *testing.T) {
	called := func(name string, administrator bool) account.Account {
		return account.Account{ID: 7, Name: hdpclient.TextOf(name), Administrator: administrator, HasStatus: true, Status: hdpclient.Active}
	}
	for _, c := range []struct {
		name    string
		guard   batch.Guard
		account account.Account
		want    batch.Kind
	}{
		{"somebody", batch.Guard{Operator: account.Operator{ID: 8, Login: "other"}}, called("user", false), ""},
		{"the operator", batch.Guard{Operator: account.Operator{ID: 7}}, called("user", true), batch.Own},
		{"the operator by name", batch.Guard{Operator: account.Operator{Login: "User"}}, called("user", false), batch.Own},
		{"d2cadmin", batch.Guard{}, called("D2CADMIN", true), batch.D2cadmin},
		{"the last administrator", batch.Guard{Administrators: []int64{7}}, called("user", true), batch.LastAdministrator},
		{"one of two", batch.Guard{Administrators: []int64{7, 8}}, called("user", true), ""},
	} {
		if got := c.guard.Protects(c.account, []hdpclient.AuthUser{}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
