package probe_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"testing"

	"hdpadmin/hdpclient"
	"hdpadmin/hdpclient/hdptest"
	"hdpadmin/internal/probe"
)

// runSteps returns the results and the step that failed.
func runSteps(t *testing.T, address, user, password string, opts ...hdpclient.Option) (found []string, failed string, err error) {
	t.Helper()
	client, err := hdpclient.New(address, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	for _, step := range probe.Steps(client, hdpclient.Credentials{User: user, Password: hdpclient.SecretOf(password)}) {
		what, err := step.Try(t.Context())
		if err != nil {
			return found, step.Name, err
		}
		found = append(found, what)
	}
	return found, "", nil
}

func trustServer(s *hdptest.Server) hdpclient.Option {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return hdpclient.WithRootCAs(pool)
}

func TestAllStepsSucceed(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t, hdptest.WithTLS())
	found, failed, err := runSteps(t, s.URL, "d2cadmin", hdptest.AdminPassword, trustServer(s))
	if err != nil {
		t.Fatalf("%s: %v", failed, err)
	}
	until := s.Certificate().NotAfter.UTC().Format("2006-01-02")
	if got, want := strings.Join(found, "; "), "an IP address, no lookup needed; TLS 1.3, certificate until "+until+"; running; accepted as d2cadmin; can be listed"; got != want {
		t.Errorf("found %s, want %s", got, want)
	}
	logins := 0
	for _, r := range s.Requests() {
		if r.Login != "" {
			logins++
		}
	}
	if logins != 1 {
		t.Errorf("%d requests with the login", logins)
	}
}

func TestTheStepThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server  []hdptest.Option
		given   func(*hdptest.Server)
		address func(*hdptest.Server) string
		pass    string
		fails   string
		is      error // what the error is, if known
		logins  int
	}{
		"no such name":         {address: func(*hdptest.Server) string { return "https://no.such.name.invalid" }, fails: "Name"},
		"connection refused":   {address: func(*hdptest.Server) string { return "http://127.0.0.1:1" }, fails: "Connection"},
		"an unknown authority": {server: []hdptest.Option{hdptest.WithTLS()}, fails: "Connection"},
		"HTTPS for HTTP": {
			address: func(s *hdptest.Server) string { return "https" + strings.TrimPrefix(s.URL, "http") }, fails: "Connection",
		},
		"not an HDP server": {
			given: func(s *hdptest.Server) {
				s.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: hdptest.Status, Status: 404, Times: hdptest.Forever})
			}, fails: "HDP",
		},
		"a server that hangs up": {
			given: func(s *hdptest.Server) {
				s.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: hdptest.CloseBefore, Times: hdptest.Forever})
			}, fails: "HDP",
		},
		"a wrong password": {pass: "wrong", fails: "Sign-in", is: hdpclient.ErrUnauthorized, logins: 1},
		"a refused login with a reason": {
			server: []hdptest.Option{hdptest.WithQuirks(hdptest.RefusedSignInSaysWhy)},
			given: func(s *hdptest.Server) {
				s.SetPasswordInfo(1, `{"passwordStatus":1,"passwordExpiration":"2020-01-01 00:00:00"}`)
			}, fails: "Sign-in", is: hdpclient.ErrForbidden, logins: 1,
		},
		"no permission to list": {
			given: func(s *hdptest.Server) {
				s.Fail(hdptest.Fault{
					Path: "/api/admin/users", Kind: hdptest.Status, Status: http.StatusForbidden, Times: hdptest.Forever,
					Body: `{"error":{"code":222208103,"message":{"lang":"en-US","value":"You lack the permissions to access this url."}}}`,
				})
			}, fails: "Accounts", is: probe.ErrNoList, logins: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := hdptest.NewServer(t, c.server...)
			if c.given != nil {
				c.given(s)
			}
			address := s.URL
			if c.address != nil {
				address = c.address(s)
			}
			if c.pass == "" {
				c.pass = hdptest.AdminPassword
			}
			_, failed, err := runSteps(t, address, "d2cadmin", c.pass)
			if failed != c.fails || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("failed at %q: %v", failed, err)
			}
			logins := 0
			for _, r := range s.Requests() {
				if r.Login != "" {
					logins++
				}
			}
			if logins != c.logins {
				t.Errorf("%d requests with the login, want %d", logins, c.logins)
			}
		})
	}
}

func TestAStepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := hdptest.NewServer(t)
	s.Fail(hdptest.Fault{Path: "/api/healthcheck", Kind: hdptest.Hang})
	client, err := hdpclient.New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = s.Await(t.Context(), func(hdptest.Request) bool { return true })
		cancel()
	}()
	steps := probe.Steps(client, hdpclient.Credentials{User: "d2cadmin"})
	_, _ = steps[1].Try(ctx)
	if _, err := steps[2].Try(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
