package hdptest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

// trustServer makes the client trust the server's certificate, if it has one.
func (r *rig) trustServer() {
	if r.Certificate() == nil {
		return
	}
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	r.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
}

func TestTLS(t *testing.T) {
	t.Run("trusted", func(t *testing.T) {
		r := start(t, hdptest.WithTLS())
		r.trustServer()
		r.as("", "", "GET", "/api/healthcheck", "").expect(t, 200, `{"status":"active"}`)
		if !strings.HasPrefix(r.URL, "https://") {
			t.Errorf("URL is %s", r.URL)
		}
	})
	refused := func(t *testing.T, as any, opt hdptest.Option, trust bool) {
		r := start(t, opt)
		if trust {
			r.trustServer()
		}
		if _, err := r.try("", "", "GET", "/api/healthcheck", ""); err == nil || !errors.As(err, as) {
			t.Errorf("got %v", err)
		}
	}
	t.Run("unknown", func(t *testing.T) { refused(t, new(x509.UnknownAuthorityError), hdptest.WithTLS(), false) })
	t.Run("wrong name", func(t *testing.T) { refused(t, new(x509.HostnameError), hdptest.WithWrongNameTLS(), true) })
	t.Run("expired", func(t *testing.T) { refused(t, new(x509.CertificateInvalidError), hdptest.WithExpiredTLS(), true) })
}

func TestCloseDropsWaitingClients(t *testing.T) {
	r := start(t, hdptest.WithLatency(time.Hour))
	var calls sync.WaitGroup
	for i := range 4 {
		calls.Go(func() {
			_, err := r.try("d2cadmin", hdptest.AdminPassword, "PUT", fmt.Sprint(statusPath, "?", i), unlock)
			if err == nil {
				t.Error("answered")
			}
		})
	}
	for i := range 4 {
		path := fmt.Sprint(statusPath, "?", i)
		if _, err := r.Await(t.Context(), func(q hdptest.Request) bool { return q.Path == path }); err != nil {
			t.Fatal(err)
		}
	}
	if now, peak := r.InFlight(); now != 4 || peak != 4 {
		t.Errorf("%d in flight, %d at most, want 4 and 4", now, peak)
	}
	r.Close()
	r.Close()
	calls.Wait()
	if now, _ := r.InFlight(); now != 0 {
		t.Errorf("%d in flight", now)
	}
	if !r.locked() {
		t.Error("a dropped write was applied")
	}
	if _, err := r.unlock(); err == nil {
		t.Error("a closed server answered")
	}
}

func TestStartRefusesBadOptions(t *testing.T) {
	if _, err := hdptest.Start(hdptest.WithQuirks("no such quirk")); err == nil {
		t.Error("an unknown quirk was accepted")
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "127.0.0.1"} {
		if _, err := hdptest.Start(hdptest.WithAddress(address)); err == nil {
			t.Errorf("%s was accepted", address)
		}
	}
	r := start(t, hdptest.WithAddress("localhost:0"))
	if _, err := hdptest.Start(hdptest.WithAddress(strings.TrimPrefix(r.URL, "http://"))); err == nil {
		t.Error("an address in use was accepted")
	}
}

func TestConcurrentRequests(t *testing.T) {
	r := start(t, hdptest.WithAccounts(2000))
	var calls sync.WaitGroup
	for i := range 8 {
		calls.Go(func() {
			for range 5 {
				switch i % 4 {
				case 0:
					r.admin("GET", "/api/admin/users?details=true", "")
				case 1:
					r.admin("PUT", statusPath, unlock)
				case 2:
					r.Stored(r.AddAccount(hdptest.Account{}))
				case 3:
					r.SetStatusInfo(412, `{"status":0}`)
					r.Delete(999)
					r.Requests()
				}
			}
		})
	}
	calls.Wait()
}
