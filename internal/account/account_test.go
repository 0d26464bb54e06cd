package account

import (
	"errors"
	"slices"
	"testing"
	"time"
	"unsafe"

	json "github.com/go-json-experiment/json"

	"hdpadmin/hdpclient"
)

// userOf reads an account as a server would send it.
func userOf(t *testing.T, text string) hdpclient.User {
	t.Helper()
	var u hdpclient.User
	if err := json.Unmarshal([]byte(text), &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAccountFromUser(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(hdpclient.TimestampLayout, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	named := Account{ID: 307, Name: hdpclient.TextOf("alice")}
	with := func(change func(*Account)) Account {
		a := named
		change(&a)
		return a
	}
	for name, row := range map[string]struct {
		user string
		want Account
	}{
		"nothing but a name": {`{"id":307,"userName":"alice"}`, named},
		"null objects":       {`{"id":307,"userName":"alice","statusInfo":null,"passwordInfo":null}`, named},
		"tenant": {`{"id":307,"userName":"alice","tenantId":56,"tenantName":"Sales"}`, with(func(a *Account) {
			a.TenantID, a.TenantName = 56, hdpclient.TextOf("Sales")
		})},
		"status alone is not locked": {`{"id":307,"userName":"alice","statusInfo":{"status":1}}`, with(func(a *Account) {
			a.HasStatus, a.Status = true, hdpclient.Active
		})},
		"a complete lock": {`{"id":307,"userName":"alice","statusInfo":{"status":0,"accountLocked":true,
			"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}}`, with(func(a *Account) {
			a.HasStatus, a.Locked = true, true
			a.LockedAt, a.LockedUntil = at("2026-11-22 13:45:11"), at("2026-11-22 14:15:11")
		})},
		"unreadable lock times": {`{"id":307,"userName":"alice","statusInfo":{"status":1,"accountLocked":true,
			"accountLockedAt":"soon","accountLockedUntil":"later"}}`, with(func(a *Account) {
			a.HasStatus, a.Status, a.Locked, a.LockedUntilUnreadable = true, hdpclient.Active, true, true
		})},
		"password that never expires": {`{"id":307,"userName":"alice","passwordInfo":{"passwordStatus":2,"passwordExpiration":null}}`, with(func(a *Account) {
			a.HasPassword, a.PasswordStatus = true, hdpclient.PasswordMustChange
		})},
		"unreadable expiration": {`{"id":307,"userName":"alice","passwordInfo":{"passwordStatus":1,"passwordExpiration":"2026-13-01"}}`, with(func(a *Account) {
			a.HasPassword, a.PasswordStatus, a.PasswordExpiresUnreadable = true, hdpclient.PasswordActive, true
		})},
		"expiration": {`{"id":307,"userName":"alice","passwordInfo":{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00.0"}}`, with(func(a *Account) {
			a.HasPassword, a.PasswordStatus, a.PasswordExpires = true, hdpclient.PasswordActive, at("2026-12-01 00:00:00")
		})},
		"internal": {`{"id":307,"userName":"alice","authenticationInfo":{"authUsers":[{"authUserName":"alice","authServiceId":1}]}}`, with(func(a *Account) { a.Auth = Internal })},
		"external": {`{"id":307,"userName":"alice","authenticationInfo":{"authUsers":[{"authUserName":"*","authServiceId":4}]}}`, with(func(a *Account) { a.Auth = External })},
		"mixed":    {`{"id":307,"userName":"alice","authenticationInfo":{"authUsers":[{"authUserName":"a","authServiceId":4},{"authUserName":"b","authServiceId":1}]}}`, with(func(a *Account) { a.Auth = Mixed })},
		"nobody":   {`{"id":307,"userName":"alice","authenticationInfo":{"authUsers":[]}}`, with(func(a *Account) { a.Auth = NoAuth })},
	} {
		t.Run(name, func(t *testing.T) {
			if got := FromUser(userOf(t, row.user)); got != row.want {
				t.Errorf("\n got %+v\nwant %+v", got, row.want)
			}
		})
	}
}

func TestAccountSize(t *testing.T) {
	if size := unsafe.Sizeof(Account{}); size > 152 {
		t.Errorf("an account takes %d bytes", size)
	}
}

func TestReadingToAccount(t *testing.T) {
	embedded := userOf(t, `{"id":307,"userName":"alice",
		"statusInfo":{"status":1,"accountLocked":true},
		"passwordInfo":{"passwordStatus":2},
		"authenticationInfo":{"authUsers":[{"authUserName":"alice","authServiceId":1}]}}`)

	t.Run("a sub-resource takes precedence", func(t *testing.T) {
		got := Reading{
			User:     embedded,
			Status:   hdpclient.Some(hdpclient.StatusInfo{Status: hdpclient.Inactive}),
			Password: hdpclient.Some(hdpclient.PasswordInfo{PasswordStatus: hdpclient.PasswordActive}),
			Auth:     hdpclient.Some(hdpclient.AuthInfo{AuthUsers: []hdpclient.AuthUser{{AuthServiceID: 9}}}),
		}.Account()
		want := Account{
			ID: 307, Name: hdpclient.TextOf("alice"), HasStatus: true, Status: hdpclient.Inactive,
			HasPassword: true, PasswordStatus: hdpclient.PasswordActive, Auth: External,
		}
		if got != want {
			t.Errorf("\n got %+v\nwant %+v", got, want)
		}
	})
	t.Run("a failed part keeps the value from the user", func(t *testing.T) {
		failed := errors.New("forbidden")
		got := Reading{User: embedded, StatusErr: failed, PasswordErr: failed, AuthErr: failed}.Account()
		if want := FromUser(embedded); got != want {
			t.Errorf("\n got %+v\nwant %+v", got, want)
		}
	})
	t.Run("an unread status is unknown, not inactive", func(t *testing.T) {
		got := Reading{User: userOf(t, `{"id":307,"userName":"alice"}`)}.Account()
		if got.HasStatus || got.HasPassword || got.Auth != NotRead {
			t.Errorf("got %+v", got)
		}
	})
}

func TestRoleWord(t *testing.T) {
	for id, want := range map[int64]string{1: "System Administrator (1)", 2: "User (2)", 3: "Tenant Administrator (3)", 562: "id 562", 0: "id 0"} {
		if got := RoleWord(id); got != want {
			t.Errorf("%d: %q, want %q", id, got, want)
		}
	}
}

func TestRoles(t *testing.T) {
	for name, row := range map[string]struct {
		user string
		want Roles
	}{
		"unknown":        {`{"id":307}`, Roles{}},
		"null":           {`{"id":307,"permissions":null}`, Roles{}},
		"none":           {`{"id":307,"permissions":{"roles":[]}}`, RolesOf()},
		"in any order":   {`{"id":307,"permissions":{"roles":[300,2,300,-1]}}`, RolesOf(-1, 2, 300)},
		"in their order": {`{"id":307,"permissions":{"roles":[2,2,300]}}`, RolesOf(2, 300)},
	} {
		if got := FromUser(userOf(t, row.user)).Roles; got != row.want {
			t.Errorf("%s: %d, want %d", name, slices.Collect(got.All()), slices.Collect(row.want.All()))
		}
	}
	if got := slices.Collect(RolesOf(300, -1, 2, 300).All()); !slices.Equal(got, []int64{-1, 2, 300}) {
		t.Errorf("got %d", got)
	}
	some := RolesOf(-1, 300)
	if !some.Has(300) || !some.Has(-1) || some.Has(2) || (Roles{}).Has(0) || (Roles{}).Known() || !RolesOf().Known() {
		t.Error("Has is wrong")
	}
	for id := range some.All() {
		if id != -1 {
			t.Error("All continues after a break")
		}
		break
	}
}

func TestReadRolesTakePrecedence(t *testing.T) {
	u := userOf(t, `{"id":307,"permissions":{"roles":[2]}}`)
	read := Reading{User: u, Permissions: hdpclient.Some(hdpclient.Permissions{Roles: []int64{1, 5}})}.Account()
	if read.Roles != RolesOf(1, 5) || !read.Administrator {
		t.Errorf("got %+v", read)
	}
	if got := (Reading{User: u, PermissionsErr: errors.New("forbidden")}).Account(); got.Roles != RolesOf(2) || got.Administrator {
		t.Errorf("got %+v", got)
	}
}
