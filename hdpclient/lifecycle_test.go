package hdpclient_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

const newPassword = "Green-Tea77"

func newColleague() hdpclient.NewUser {
	return hdpclient.NewUser{
		UserName: "new.colleague", TenantID: hdpclient.Some[int64](56), StatusInfo: hdpclient.StatusInfo{Status: hdpclient.Active},
		Password: hdpclient.SecretOf(newPassword), Permissions: hdpclient.Permissions{Roles: []int64{562}, Permissions: []int64{30}},
		AuthInfo: hdpclient.Some(hdpclient.AuthInfo{AuthUsers: []hdpclient.AuthUser{
			{AuthUserName: hdpclient.TextOf("new.colleague"), AuthServiceID: hdpclient.InternalAuthService},
			{AuthUserName: hdpclient.TextOf("n.colleague@corp.example"), AuthServiceID: 3},
		}}),
	}
}

// wantNowhere checks that a password is in none of the texts.
func wantNowhere(t *testing.T, password string, texts ...any) {
	t.Helper()
	for _, text := range texts {
		if all := fmt.Sprintf("%v %+v %#v", text, text, text); strings.Contains(all, password) {
			t.Errorf("the password is in %s", all)
		}
	}
}

func TestCreateAndDeleteUnderEveryQuirk(t *testing.T) {
	for _, quirk := range append(hdptest.Quirks(), "") {
		t.Run(string(quirk), func(t *testing.T) {
			s := hdptest.NewServer(t)
			s.SetQuirk(quirk, true)
			var log bytes.Buffer
			c := signIn(t, s, hdpclient.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			created, err := c.CreateUser(t.Context(), newColleague())
			id, found := s.Find("new.colleague")
			if err != nil || !found || created.ID != id {
				t.Fatalf("%+v, %v; the server has %d", created, err, id)
			}
			echo, repeated := created.Echo.Get()
			if repeated == (quirk == hdptest.CreateAnswersLocation) || repeated && echo.UserName.Raw() != "new.colleague" {
				t.Errorf("echo %+v", created.Echo)
			}
			is := s.Stored(id)
			if !s.CheckPassword(id, newPassword) || is.TenantID != 56 || is.Status() != 1 || len(is.AuthUsers) != 2 ||
				!slices.Equal(is.Roles, []int64{562}) || !slices.Equal(is.Permissions, []int64{30}) {
				t.Errorf("stored %+v", is)
			}
			if activated := quirk == hdptest.CreateActivatesPassword; (strings.Trim(is.PasswordInfo, `{}"`) == "") || (is.PasswordStatus() == 1) != activated {
				t.Errorf("stored %s", is.PasswordInfo)
			}
			if _, err := c.User(t.Context(), id); err != nil {
				t.Error(err)
			}
			_, again := c.CreateUser(t.Context(), newColleague())
			if !errors.Is(again, hdpclient.ErrRefused) || errors.Is(again, hdpclient.ErrOutcomeUnknown) {
				t.Errorf("a second one: %v", again)
			}

			// The next answers must be read from their own beginning.
			for range 3 {
				if err := c.DeleteUser(t.Context(), id); err != nil {
					t.Fatal(err)
				}
				if _, err := c.StatusInfo(t.Context(), id); !errors.Is(err, hdpclient.ErrNotFound) {
					t.Errorf("read after the deletion: %v", err)
				}
				if err := c.DeleteUser(t.Context(), id); !errors.Is(err, hdpclient.ErrNotFound) || !errors.Is(err, hdpclient.ErrRefused) {
					t.Errorf("deleted twice: %v", err)
				}
				id = s.AddAccount(hdptest.Account{UserName: "another"})
			}
			wantNowhere(t, newPassword, log.String(), created, again, s.Requests())
		})
	}
}

// Each lifecycle quirk meets each other one while an account is created, changed, deleted and
// read back.
func TestLifecycleUnderEveryTwoQuirks(t *testing.T) {
	s := hdptest.NewServer(t)
	c := signIn(t, s)
	for _, one := range hdptest.LifecycleQuirks() {
		for _, other := range hdptest.Quirks() {
			s.SetQuirk(one, true)
			s.SetQuirk(other, true)
			if err := liveOnce(t, s, c); err != nil {
				t.Fatalf("%s, %s: %v", one, other, err)
			}
			s.SetQuirk(one, false)
			s.SetQuirk(other, false)
		}
	}
}

func liveOnce(t *testing.T, s *hdptest.Server, c *hdpclient.Client) error {
	t.Helper()
	ctx := t.Context()
	created, err := c.CreateUser(ctx, newColleague())
	if id, _ := s.Find("new.colleague"); err != nil || created.ID != id {
		return fmt.Errorf("created %d, which is %d: %w", created.ID, id, err)
	}
	grants, err := c.Permissions(ctx, created.ID)
	grants.Permissions = nil
	_, err2 := c.UpdatePermissions(ctx, created.ID, grants)
	names, err3 := c.AuthInfo(ctx, created.ID)
	names.AuthUsers = names.AuthUsers[:1]
	_, err4 := c.UpdateAuthInfo(ctx, created.ID, names)
	if is := s.Stored(created.ID); !slices.Equal(is.Roles, []int64{562}) || len(is.Permissions) != 0 || len(is.AuthUsers) != 1 {
		return fmt.Errorf("stored %+v: %w", is, errors.Join(err, err2, err3, err4))
	}
	if err := errors.Join(err, err2, err3, err4, c.DeleteUser(ctx, created.ID)); err != nil {
		return err
	}
	if _, err := c.StatusInfo(ctx, created.ID); !errors.Is(err, hdpclient.ErrNotFound) {
		return fmt.Errorf("read after the deletion: %w", err)
	}
	return nil
}

// Whatever goes wrong, a creation is sent once, and what the client reports is true.
func TestCreateUnderEveryFault(t *testing.T) {
	for _, kind := range hdptest.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			s := hdptest.NewServer(t)
			s.SetQuirk(hdptest.CreateEchoesPassword, true)
			var log bytes.Buffer
			c := signIn(t, s, hdpclient.WithTimeout(300*time.Millisecond), hdpclient.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			if _, err := c.Self(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.ResetRequests()
			release := s.Fail(hdptest.Fault{Method: "POST", Path: "/api/admin/users", Kind: kind, Status: fault(kind)})
			defer release()
			created, err := c.CreateUser(t.Context(), newColleague())
			if n := len(s.Requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
			id, found := s.Find("new.colleague")
			switch kind {
			case hdptest.SlowBody, hdptest.BOM:
				if err != nil || !found || created.ID != id {
					t.Errorf("%+v, %v", created, err)
				}
			default:
				if !errors.Is(err, hdpclient.ErrOutcomeUnknown) || errors.Is(err, hdpclient.ErrNotSent) || errors.Is(err, hdpclient.ErrRefused) {
					t.Error(err)
				}
			}
			wantNowhere(t, newPassword, log.String(), created, err)
		})
	}
}

func TestDeleteUnderEveryFault(t *testing.T) {
	for _, kind := range hdptest.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			s := hdptest.NewServer(t)
			c := signIn(t, s, hdpclient.WithTimeout(300*time.Millisecond))
			if _, err := c.Self(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.ResetRequests()
			release := s.Fail(hdptest.Fault{Method: "DELETE", Kind: kind, Status: fault(kind)})
			defer release()
			err := c.DeleteUser(t.Context(), 307)
			if n := len(s.Requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
			gone := s.Stored(307).ID == 0
			switch kind {
			case hdptest.SlowBody:
				if err != nil || !gone {
					t.Errorf("%v, gone %v", err, gone)
				}
			case hdptest.BOM:
				// A body after 204 is ignored.
				if err != nil || !gone {
					t.Errorf("%v, gone %v", err, gone)
				}
			default:
				if !errors.Is(err, hdpclient.ErrOutcomeUnknown) || errors.Is(err, hdpclient.ErrNotSent) || errors.Is(err, hdpclient.ErrRefused) {
					t.Error(err)
				}
			}
		})
	}
}

func TestCreateThatHDPRefuses(t *testing.T) {
	s := hdptest.NewServer(t)
	s.AddOperator("maker", newPassword, []int64{56}, 13)
	c := signIn(t, s)
	count := s.Count()
	for what, edit := range map[string]func(*hdpclient.NewUser){
		"a name that exists":    func(u *hdpclient.NewUser) { u.UserName = "Alice.Smith" },
		"a long name":           func(u *hdpclient.NewUser) { u.UserName = strings.Repeat("x", 129) },
		"an unknown tenant":     func(u *hdpclient.NewUser) { u.TenantID = hdpclient.Some[int64](99) },
		"another tenant's role": func(u *hdpclient.NewUser) { u.Permissions.Roles = []int64{572} },
		"an unknown service": func(u *hdpclient.NewUser) {
			u.AuthInfo = hdpclient.Some(hdpclient.AuthInfo{AuthUsers: []hdpclient.AuthUser{{AuthUserName: hdpclient.TextOf("x"), AuthServiceID: 9}}})
		},
		"a weak password": func(u *hdpclient.NewUser) { u.Password = hdpclient.SecretOf("weak-and-secret") },
	} {
		u := newColleague()
		edit(&u)
		_, err := c.CreateUser(t.Context(), u)
		if !errors.Is(err, hdpclient.ErrRefused) || errors.Is(err, hdpclient.ErrOutcomeUnknown) {
			t.Errorf("%s: %v", what, err)
		}
		wantNowhere(t, "weak-and-secret", err)
	}
	c.SetCredentials(hdpclient.Credentials{User: "maker", Password: hdpclient.SecretOf(newPassword)})
	elsewhere := newColleague()
	elsewhere.TenantID = hdpclient.Some[int64](57)
	if _, err := c.CreateUser(t.Context(), elsewhere); !errors.Is(err, hdpclient.ErrForbidden) || !errors.Is(err, hdpclient.ErrRefused) {
		t.Error(err)
	}
	if s.Count() != count {
		t.Error("a refused creation made an account")
	}
}

// Without a tenant, the account goes to that of the caller.
func TestCreateWithoutATenant(t *testing.T) {
	s := hdptest.NewServer(t)
	created, err := signIn(t, s).CreateUser(t.Context(), hdpclient.NewUser{UserName: "plain", Permissions: hdpclient.Permissions{Roles: []int64{2}}})
	if err != nil {
		t.Fatal(err)
	}
	is := s.Stored(created.ID)
	if is.TenantID != hdpclient.SystemTenant || is.Status() != 0 || len(is.AuthUsers) != 1 || s.CheckPassword(created.ID, hdptest.AccountPassword) {
		t.Errorf("stored %+v", is)
	}
}
