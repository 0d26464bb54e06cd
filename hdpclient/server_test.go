package hdpclient_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
)

// signIn returns a client of the server with the login of its first ready operator.
func signIn(t *testing.T, s *hdptest.Server, opts ...hdpclient.Option) *hdpclient.Client {
	t.Helper()
	c, err := hdpclient.New(s.URL, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	admin := s.Logins()[0]
	c.SetCredentials(hdpclient.Credentials{User: admin.User, Password: hdpclient.SecretOf(admin.Password)})
	return c
}

func lockedAccount(s *hdptest.Server) int64 {
	return s.AddAccount(hdptest.Account{
		UserName:     "locked.out",
		StatusInfo:   `{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11","lockReason":"x"}`,
		PasswordInfo: `{"passwordStatus":1,"passwordExpiration":"2026-12-01 00:00:00"}`,
	})
}

func TestEveryOperation(t *testing.T) {
	s := hdptest.NewServer(t, hdptest.WithAccounts(200))
	id := lockedAccount(s)
	c := signIn(t, s)
	ctx := t.Context()
	if err := c.Health(ctx); err != nil {
		t.Error(err)
	}
	if v, err := c.Version(ctx); err != nil || v.HDPVersion.IsZero() {
		t.Error(v, err)
	}
	if self, err := c.Self(ctx); err != nil || self.UserID == 0 || !self.Has(hdpclient.PermissionAdministrator) {
		t.Error(self, err)
	}
	if tenants, err := c.Tenants(ctx); err != nil || len(tenants) == 0 || tenants[0].ID != hdpclient.SystemTenant {
		t.Error(tenants, err)
	}
	if p, err := c.PasswordPolicy(ctx); err != nil || p.MinLength != 8 || p.MaxLength != 12 || p.MinUpper != 1 || p.MinLower != 1 || p.MinDigit != 1 || p.MinSpecial != 1 {
		t.Errorf("%+v %v", p, err)
	}
	if p, err := c.LockoutPolicy(ctx); err != nil || p != (hdpclient.LockoutPolicy{Attempts: 3, Interval: 15 * time.Minute, Period: 30 * time.Minute}) {
		t.Errorf("%+v %v", p, err)
	}
	if u, err := c.User(ctx, id); err != nil || u.UserName.Raw() != "locked.out" || u.TenantName.IsZero() || u.AuthenticationInfo.IsZero() {
		t.Errorf("%+v %v", u, err)
	}
	if us, err := c.UsersByAuthName(ctx, "locked.out"); err != nil || len(us) != 1 || us[0].ID != id || us[0].AuthUserName.IsZero() {
		t.Errorf("%+v %v", us, err)
	}
	if p, err := c.Permissions(ctx, id); err != nil || len(p.Roles) == 0 {
		t.Error(p, err)
	}
	if a, err := c.AuthInfo(ctx, id); err != nil || len(a.AuthUsers) != 1 || a.AuthUsers[0].AuthServiceID != hdpclient.InternalAuthService {
		t.Error(a, err)
	}
	if roles, err := c.Roles(ctx); err != nil || len(roles) < 3 || roles[0].ID != 1 || !roles[0].Permissions.IsZero() {
		t.Error(roles, err)
	}
	if r, err := c.Role(ctx, 563); err != nil || r.TenantID != hdpclient.Some[int64](56) || len(r.Permissions.Or(nil)) != 20 || len(r.Users.Or(nil)) != 1 {
		t.Error(r, err)
	}
	if all, err := c.AllPermissions(ctx); err != nil || len(all) < 29 || all[11].ID != hdpclient.PermissionAdministrator {
		t.Error(all, err)
	}
	if services, err := c.AuthServices(ctx); err != nil || len(services) != 3 || services[0].ID != hdpclient.InternalAuthService || services[2].TenantName.Raw() != "Sales" {
		t.Error(services, err)
	}
	if tenants, err := c.TenantsAdministered(ctx, 20); err != nil || len(tenants) != 5 {
		t.Error(tenants, err)
	}
	if sources, err := c.DataSourcesOf(ctx, 405); err != nil || len(sources) != 2 || sources[0].ID != 16 || !sources[0].SharedWithOther {
		t.Error(sources, err)
	}
	if limits, err := c.UserLimits(ctx); err != nil || len(limits) != s.Count() {
		t.Error(limits, err)
	}
	if l, err := c.IPList(ctx, "svc-reporting"); err != nil || len(l.ManagementAPI.Or(nil)) != 1 || !l.AdminAPI.IsZero() {
		t.Error(l, err)
	}
	if l, err := c.IPList(ctx, "alice.smith"); err != nil || !l.IsZero() {
		t.Error(l, err)
	}
	n := 0
	for u, err := range c.Users(ctx, hdpclient.UsersOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; len(u.Unreadable) > 0 && u.UserName.IsZero() {
			t.Errorf("%+v", u)
		}
	}
	if n != s.Count() {
		t.Errorf("%d users, want %d", n, s.Count())
	}
	if _, known := c.Now(); !known {
		t.Error("the server's time is not known")
	}
}

// The helpdesk may read few of them, and must learn that it may not.
func TestReadsThatAHelpdeskLacks(t *testing.T) {
	s := hdptest.NewServer(t)
	c := signIn(t, s)
	c.SetCredentials(hdpclient.Credentials{User: "helpdesk", Password: hdpclient.SecretOf(hdptest.HelpdeskPassword)})
	ctx := t.Context()
	if _, err := c.DataSourcesOf(ctx, 405); err != nil {
		t.Error(err)
	}
	if _, err := c.TenantsAdministered(ctx, 405); err != nil {
		t.Error(err)
	}
	if _, err := c.AllPermissions(ctx); err != nil {
		t.Error(err)
	}
	_, roles := c.Roles(ctx)
	_, role := c.Role(ctx, 563)
	_, services := c.AuthServices(ctx)
	_, tenants := c.Tenants(ctx)
	_, limits := c.UserLimits(ctx)
	_, list := c.IPList(ctx, "svc-reporting")
	_, outside := c.DataSourcesOf(ctx, 301)
	for what, err := range map[string]error{
		"roles": roles, "role": role, "services": services, "tenants": tenants, "limits": limits, "IP list": list, "data sources outside": outside,
	} {
		if !errors.Is(err, hdpclient.ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestUnlockKeepsUnknownProperties(t *testing.T) {
	s := hdptest.NewServer(t)
	id := lockedAccount(s)
	c := signIn(t, s)
	status, err := c.StatusInfo(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	status.AccountLocked = hdpclient.Some(false)
	status.AccountLockedAt, status.AccountLockedUntil = hdpclient.Opt[hdpclient.Timestamp]{}, hdpclient.Opt[hdpclient.Timestamp]{}
	echo, err := c.UpdateStatusInfo(t.Context(), id, status)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := echo.Get(); !ok || got.AccountLocked != hdpclient.Some(false) {
		t.Errorf("%+v", got)
	}
	stored := s.Stored(id)
	if stored.Locked() || stored.Status() != 1 || !strings.Contains(stored.StatusInfo, `"lockReason"`) || strings.Contains(stored.StatusInfo, "accountLockedAt") {
		t.Errorf("stored %s", stored.StatusInfo)
	}
}

func TestRolesAndSignInNamesKeepUnknownProperties(t *testing.T) {
	s := hdptest.NewServer(t)
	c := signIn(t, s)
	ctx := t.Context()
	p, err := c.Permissions(ctx, 405)
	if err != nil {
		t.Fatal(err)
	}
	p.Roles = append(p.Roles, 573)
	p.Extra = []byte(`{"since":1.50}`)
	echo, err := c.UpdatePermissions(ctx, 405, p)
	if got, ok := echo.Get(); err != nil || !ok || string(got.Extra) != `{"since":1.50}` {
		t.Errorf("%+v, %v", echo, err)
	}
	if got := s.Stored(405); !slices.Equal(got.Roles, []int64{572, 573}) || !slices.Equal(got.Permissions, []int64{30, 31, 47}) {
		t.Errorf("stored %+v", got)
	}
	names, err := c.AuthInfo(ctx, 363)
	if err != nil || len(names.AuthUsers) != 2 {
		t.Fatal(names, err)
	}
	names.AuthUsers[0].Extra = []byte(`{"map":"x"}`)
	if _, err := c.UpdateAuthInfo(ctx, 363, names); err != nil {
		t.Fatal(err)
	}
	names, err = c.AuthInfo(ctx, 363)
	if err != nil {
		t.Fatal(err)
	}
	names.AuthUsers = names.AuthUsers[:1]
	if _, err := c.UpdateAuthInfo(ctx, 363, names); err != nil {
		t.Fatal(err)
	}
	all := s.Requests()
	if got := all[len(all)-1].Body; got != `{"authUsers":[{"authUserName":"kiran.rao","authServiceId":1,"map":"x"}]}` {
		t.Errorf("sent %s", got)
	}
	if got := s.Stored(363).AuthUsers; len(got) != 1 || got[0].AuthServiceID != 1 {
		t.Errorf("stored %v", got)
	}
}

func TestGrantsThatHDPRefuses(t *testing.T) {
	s := hdptest.NewServer(t)
	c := signIn(t, s)
	for what, p := range map[string]hdpclient.Permissions{
		"a role that is not there": {Roles: []int64{9999}},
		"a role of another tenant": {Roles: []int64{572}},
	} {
		_, err := c.UpdatePermissions(t.Context(), 307, p)
		e, _ := errors.AsType[*hdpclient.Error](err)
		if !errors.Is(err, hdpclient.ErrRefused) || errors.Is(err, hdpclient.ErrOutcomeUnknown) || e.Code == hdpclient.CodeUserNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, self := c.UpdatePermissions(t.Context(), 1, hdpclient.Permissions{Roles: []int64{1}})
	_, name := c.UpdateAuthInfo(t.Context(), 307, hdpclient.AuthInfo{AuthUsers: []hdpclient.AuthUser{{AuthUserName: hdpclient.TextOf("x"), AuthServiceID: 9}}})
	for what, err := range map[string]error{"oneself": self, "an unknown service": name} {
		if !errors.Is(err, hdpclient.ErrRefused) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestForceAndReset(t *testing.T) {
	s := hdptest.NewServer(t)
	id := lockedAccount(s)
	c := signIn(t, s)
	p, err := c.PasswordInfo(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p.PasswordStatus = hdpclient.PasswordMustChange
	if _, err := c.UpdatePasswordInfo(t.Context(), id, p); err != nil {
		t.Fatal(err)
	}
	if stored := s.Stored(id); stored.PasswordStatus() != 2 || !strings.Contains(stored.PasswordInfo, "2026-12-01 00:00:00") {
		t.Errorf("stored %s", stored.PasswordInfo)
	}
	const temporary = "Temp-Pass9!"
	if err := c.ResetPassword(t.Context(), id, hdpclient.SecretOf(temporary)); err != nil {
		t.Fatal(err)
	}
	if !s.CheckPassword(id, temporary) {
		t.Error("another password was set")
	}
	err = c.ResetPassword(t.Context(), id, hdpclient.SecretOf("weak"))
	if !errors.Is(err, hdpclient.ErrRefused) || errors.Is(err, hdpclient.ErrOutcomeUnknown) {
		t.Error(err)
	}
}

func TestNoSuchAccount(t *testing.T) {
	for _, quirks := range [][]hdptest.Quirk{nil, {hdptest.NotFoundIs400, hdptest.CodeAsString}} {
		s := hdptest.NewServer(t, hdptest.WithQuirks(quirks...))
		c := signIn(t, s)
		if _, err := c.StatusInfo(t.Context(), 99999); !errors.Is(err, hdpclient.ErrNotFound) {
			t.Errorf("%q: %v", quirks, err)
		}
	}
}

func TestWrongPasswordDoesNotLockTheOperator(t *testing.T) {
	s := hdptest.NewServer(t)
	c := signIn(t, s)
	operator := s.Logins()[0].User
	c.SetCredentials(hdpclient.Credentials{User: operator, Password: hdpclient.SecretOf("wrong")})
	s.ResetRequests()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := c.StatusInfo(t.Context(), 1); !errors.Is(err, hdpclient.ErrUnauthorized) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests reached the server", n)
	}
	id, _ := s.Find(operator)
	if s.Stored(id).Locked() {
		t.Error("the operator is locked out")
	}
}

// Whatever goes wrong with a write, it is sent once, and what the client reports is
// true.
func TestWritesUnderEveryFault(t *testing.T) {
	for _, kind := range hdptest.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			s := hdptest.NewServer(t)
			id := lockedAccount(s)
			c := signIn(t, s, hdpclient.WithTimeout(300*time.Millisecond))
			if _, err := c.StatusInfo(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			s.ResetRequests()
			release := s.Fail(hdptest.Fault{Method: "PUT", Kind: kind, Status: fault(kind)})
			defer release()
			_, err := c.UpdateStatusInfo(t.Context(), id, hdpclient.StatusInfo{Status: hdpclient.Active})
			if n := len(s.Requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
			switch kind {
			case hdptest.SlowBody, hdptest.BOM:
				if err != nil || s.Stored(id).Locked() {
					t.Errorf("%v; stored %s", err, s.Stored(id).StatusInfo)
				}
			default:
				if !errors.Is(err, hdpclient.ErrOutcomeUnknown) || errors.Is(err, hdpclient.ErrNotSent) || errors.Is(err, hdpclient.ErrRefused) {
					t.Errorf("%v", err)
				}
			}
		})
	}
}

func fault(kind hdptest.FaultKind) int {
	if kind == hdptest.Status {
		return 500
	}
	return 0
}

// A read recovers from one fault if a retry can help, and otherwise reports it.
func TestReadsUnderEveryFault(t *testing.T) {
	reported := map[hdptest.FaultKind]bool{hdptest.Status: true, hdptest.Redirect: true, hdptest.Hang: true}
	for _, kind := range hdptest.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			s := hdptest.NewServer(t)
			id := lockedAccount(s)
			c := signIn(t, s, hdpclient.WithTimeout(300*time.Millisecond))
			if _, err := c.Self(t.Context()); err != nil { // an unproven login is tried only once
				t.Fatal(err)
			}
			release := s.Fail(hdptest.Fault{Method: "GET", Path: "/statusinfo", Kind: kind, Status: fault(kind)})
			defer release()
			status, err := c.StatusInfo(t.Context(), id)
			if reported[kind] {
				if err == nil || errors.Is(err, hdpclient.ErrOutcomeUnknown) {
					t.Errorf("%v", err)
				}
			} else if err != nil || status.AccountLocked != hdpclient.Some(true) {
				t.Errorf("%+v, %v", status, err)
			}
		})
	}
}

func TestCutListIsNeverShorter(t *testing.T) {
	for _, chunked := range []bool{true, false} {
		s := hdptest.NewServer(t, hdptest.WithAccounts(3000), hdptest.WithQuirks(hdptest.ListHasLength))
		c := signIn(t, s)
		s.Fail(hdptest.Fault{Path: "/api/admin/users", Kind: hdptest.CutBody, Chunked: chunked, Times: hdptest.Forever})
		n, failed := 0, error(nil)
		for _, err := range c.Users(t.Context(), hdpclient.UsersOptions{}) {
			if n++; err != nil {
				failed = err
			}
		}
		e, ok := errors.AsType[*hdpclient.Error](failed)
		if !ok || e.Body != hdpclient.BodyCut || e.Status != 200 || n < 2 || n > s.Count() {
			t.Errorf("chunked %v: %d rows, %v", chunked, n, failed)
		}
	}
}

func TestClientReadsUnderEveryQuirk(t *testing.T) {
	for _, quirk := range hdptest.Quirks() {
		t.Run(string(quirk), func(t *testing.T) {
			s := hdptest.NewServer(t, hdptest.WithQuirks(quirk))
			id := lockedAccount(s)
			c := signIn(t, s)
			status, err := c.StatusInfo(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.UpdateStatusInfo(t.Context(), id, status); err != nil {
				t.Error(err)
			}
			password, err := c.PasswordInfo(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.UpdatePasswordInfo(t.Context(), id, password); err != nil {
				t.Error(err)
			}
			for _, err := range c.Users(t.Context(), hdpclient.UsersOptions{}) {
				if err != nil {
					t.Error(err)
				}
			}
			roles, err := c.Permissions(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.UpdatePermissions(t.Context(), id, roles); err != nil {
				t.Error(err)
			}
			names, err := c.AuthInfo(t.Context(), 363)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.UpdateAuthInfo(t.Context(), 363, names); err != nil {
				t.Error(err)
			}
			_, listed := c.Roles(t.Context())
			_, role := c.Role(t.Context(), 563)
			_, permissions := c.AllPermissions(t.Context())
			_, services := c.AuthServices(t.Context())
			_, tenants := c.TenantsAdministered(t.Context(), id)
			_, sources := c.DataSourcesOf(t.Context(), 405)
			_, limits := c.UserLimits(t.Context())
			if err := errors.Join(listed, role, permissions, services, tenants, sources, limits); err != nil {
				t.Error(err)
			}
			l, err := c.IPList(t.Context(), "alice.smith")
			if !l.IsZero() || (err == nil) == (quirk == hdptest.NoIPListIsNotFound) || err != nil && !errors.Is(err, hdpclient.ErrRefused) {
				t.Errorf("%+v, %v", l, err)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	pool := func(s *hdptest.Server) *x509.CertPool {
		pool := x509.NewCertPool()
		pool.AddCert(s.Certificate())
		return pool
	}
	call := func(t *testing.T, s *hdptest.Server, opts ...hdpclient.Option) error {
		t.Helper()
		_, err := signIn(t, s, opts...).Version(t.Context())
		return err
	}
	good := hdptest.NewServer(t, hdptest.WithTLS())
	err := call(t, good)
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok || !errors.Is(err, hdpclient.ErrNotSent) || !errors.Is(err, hdpclient.ErrUnavailable) {
		t.Errorf("signed by an unknown authority: %v", err)
	}
	if err := call(t, good, hdpclient.WithRootCAs(pool(good))); err != nil {
		t.Errorf("with its authority trusted: %v", err)
	}
	if err := call(t, good, hdpclient.WithInsecureSkipVerify()); err != nil {
		t.Errorf("without verifying: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: good.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := call(t, good, hdpclient.WithRootCAFile(file)); err != nil {
		t.Errorf("with its authority trusted from a file: %v", err)
	}
	wrong := hdptest.NewServer(t, hdptest.WithWrongNameTLS())
	err = call(t, wrong, hdpclient.WithRootCAs(pool(wrong)))
	if _, ok := errors.AsType[x509.HostnameError](err); !ok {
		t.Errorf("for another host: %v", err)
	}
	old := hdptest.NewServer(t, hdptest.WithExpiredTLS())
	err = call(t, old, hdpclient.WithRootCAs(pool(old)))
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.Expired {
		t.Errorf("expired: %v", err)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Errorf("expired: %v", err)
	}
	if n := len(wrong.Requests()) + len(old.Requests()); n != 0 {
		t.Errorf("%d requests went to servers that were not verified", n)
	}
}

func BenchmarkUsers(b *testing.B) {
	s := hdptest.NewServer(b, hdptest.WithAccounts(20000))
	c, err := hdpclient.New(s.URL)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	admin := s.Logins()[0]
	c.SetCredentials(hdpclient.Credentials{User: admin.User, Password: hdpclient.SecretOf(admin.Password)})
	for b.Loop() {
		n := 0
		for _, err := range c.Users(b.Context(), hdpclient.UsersOptions{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != s.Count() {
			b.Fatal(n)
		}
	}
}
