package hdptest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"hdpadmin/hdpclient/hdptest"
)

const (
	statusPath  = "/api/admin/users/307/statusinfo"
	unlock      = `{"status":1,"accountLocked":false}`
	statusInfos = "/api/admin/users/*/statusinfo"
)

func (r *rig) unlock() (reply, error) {
	return r.try("helpdesk", hdptest.HelpdeskPassword, "PUT", statusPath, unlock)
}

func (r *rig) locked() bool { return r.Stored(307).Locked() }

func TestFaultsThatAreAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  hdptest.Fault
		status int
		body   string // contained
		header string
		value  string
	}{
		{"html 502", hdptest.Fault{Kind: hdptest.HTML502}, 502, "<h1>502 Bad Gateway", "Content-Type", "text/html;charset=utf-8"},
		{"503", hdptest.Fault{Kind: hdptest.Unavailable503, RetryAfter: "2"}, 503, "<html", "Retry-After", "2"},
		{"429", hdptest.Fault{Kind: hdptest.TooMany}, 429, "", "Retry-After", "1"},
		{"redirect", hdptest.Fault{Kind: hdptest.Redirect}, 307, "", "Location", "https://elsewhere.invalid" + statusPath},
		{"redirect elsewhere", hdptest.Fault{Kind: hdptest.Redirect, Status: 301, Location: "/x"}, 301, "", "Location", "/x"},
		{"empty 200", hdptest.Fault{Kind: hdptest.Status, Status: 200}, 200, "", "Content-Length", "0"},
		{"500 in JSON", hdptest.Fault{Kind: hdptest.Status, Status: 500, Body: `{"x":1}`}, 500, `{"x":1}`, "Content-Type", "application/json;charset=UTF-8"},
	} {
		for _, applied := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				r := start(t)
				f := c.fault
				f.Applied = applied
				r.Fail(f)
				got, err := r.unlock()
				if err != nil || got.status != c.status || !strings.Contains(got.body, c.body) || got.header.Get(c.header) != c.value {
					t.Errorf("got %+v, %v", got, err)
				}
				if r.locked() == applied {
					t.Errorf("locked %t, applied %t", r.locked(), applied)
				}
				if seen := r.Requests(); len(seen) != 1 || seen[0].Fault != f.Kind || seen[0].Status != c.status {
					t.Errorf("log is %+v", seen)
				}
				if again, err := r.unlock(); err != nil || again.status != 200 {
					t.Errorf("the fault hit twice: %+v, %v", again, err)
				}
			})
		}
	}
}

func TestFaultsWithoutAnAnswer(t *testing.T) {
	for _, c := range []struct {
		kind    hdptest.FaultKind
		applied bool
	}{
		{hdptest.CloseBefore, false}, {hdptest.Reset, false}, {hdptest.CloseAfterApply, true},
	} {
		for _, opts := range [][]hdptest.Option{nil, {hdptest.WithTLS()}} {
			t.Run(string(c.kind), func(t *testing.T) {
				r := start(t, opts...)
				r.trustServer()
				r.Fail(hdptest.Fault{Kind: c.kind})
				if got, err := r.unlock(); err == nil {
					t.Errorf("answered %+v", got)
				}
				if r.locked() == c.applied {
					t.Errorf("locked %t", r.locked())
				}
			})
		}
	}
}

func TestResetIsATCPReset(t *testing.T) {
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.Reset})
	if _, err := r.unlock(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v", err)
	}
}

func TestApplyLateWaitsForARead(t *testing.T) {
	for _, reads := range []int{1, 3} {
		r := start(t)
		r.Fail(hdptest.Fault{Kind: hdptest.ApplyLate, Method: "PUT", Reads: reads})
		if _, err := r.unlock(); err == nil {
			t.Fatal("answered")
		}
		for range reads {
			if got := r.helpdesk("GET", statusPath, ""); !strings.Contains(got.body, `"accountLocked":true`) {
				t.Errorf("too early: %s", got.body)
			}
		}
		r.helpdesk("GET", statusPath, "").expect(t, 200, unlock)
	}
}

func TestALateResetWaitsForAPasswordInfoRead(t *testing.T) {
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.ApplyLate, Path: "/resetpassword"})
	if _, err := r.try("d2cadmin", hdptest.AdminPassword, "PUT", "/api/admin/users/307/resetpassword", `{"newPassword":"Green-Tea77"}`); err == nil {
		t.Fatal("answered")
	}
	r.admin("GET", statusPath, "")
	if r.CheckPassword(307, "Green-Tea77") {
		t.Error("applied after a read of something else")
	}
	r.admin("GET", "/api/admin/users/307/passwordinfo", "")
	if !r.CheckPassword(307, "Green-Tea77") {
		t.Error("not applied")
	}
}

func TestALateCreationWaitsForALookup(t *testing.T) {
	const body = `{"userName":"new","tenantId":56,"statusInfo":{"status":1},"permissions":{"roles":[562]}}`
	for _, lookup := range []string{"/api/admin/users", "/api/admin/users/authUserName/new"} {
		r := start(t)
		r.Fail(hdptest.Fault{Kind: hdptest.ApplyLate, Method: "POST"})
		if _, err := r.try("d2cadmin", hdptest.AdminPassword, "POST", "/api/admin/users", body); err == nil {
			t.Fatal("answered")
		}
		r.admin("GET", statusPath, "")
		if _, found := r.Find("new"); found {
			t.Error("applied after a read of something else")
		}
		if got := r.admin("GET", lookup, ""); strings.Contains(got.body, `"new"`) {
			t.Errorf("too early: %s", got.body)
		}
		if _, found := r.Find("new"); !found {
			t.Errorf("not applied after GET %s", lookup)
		}
	}
}

func TestALateDeletionWaitsForAReadOfTheAccount(t *testing.T) {
	for _, read := range []string{"/api/admin/users/307", statusPath} {
		r := start(t)
		r.Fail(hdptest.Fault{Kind: hdptest.ApplyLate, Method: "DELETE"})
		if _, err := r.try("d2cadmin", hdptest.AdminPassword, "DELETE", "/api/admin/users/307", ""); err == nil {
			t.Fatal("answered")
		}
		r.admin("GET", "/api/admin/users/412", "")
		if r.Stored(307).ID == 0 {
			t.Error("applied after a read of another account")
		}
		if got := r.admin("GET", read, ""); got.status != 200 {
			t.Errorf("too early: %d", got.status)
		}
		r.admin("GET", read, "").expectCode(t, 404, 222207916)
	}
}

func TestCacheKeepsWhatBelongsToAnAccount(t *testing.T) {
	r := start(t)
	r.SetCache(&hdptest.Cache{})
	for _, path := range []string{
		"/api/admin/users/307/permissions", "/api/admin/users/307/authinfo", "/api/admin/roles", "/api/admin/limits/users",
		"/api/admin/users/307/datasources", "/api/mgmt/security/whitelist/user?user=alice.smith",
	} {
		first := r.admin("GET", path, "")
		if again := r.admin("GET", path, ""); again.body != first.body || again.header.Get("Age") == "" {
			t.Errorf("GET %s is not cached", path)
		}
	}
	for _, path := range []string{"/api/admin/users", whoami} {
		r.admin("GET", path, "")
		if again := r.admin("GET", path, ""); again.header.Get("Age") != "" {
			t.Errorf("GET %s is cached", path)
		}
	}
}

func TestApplyOnRelease(t *testing.T) {
	r := start(t)
	release := r.Fail(hdptest.Fault{Kind: hdptest.ApplyOnRelease})
	if _, err := r.unlock(); err == nil {
		t.Fatal("answered")
	}
	if r.helpdesk("GET", statusPath, ""); !r.locked() {
		t.Error("applied before the release")
	}
	release()
	if r.locked() {
		t.Error("not applied")
	}
}

func TestHang(t *testing.T) {
	isPut := func(q hdptest.Request) bool { return q.Method == "PUT" }
	t.Run("until released", func(t *testing.T) {
		r := start(t)
		release := r.Fail(hdptest.Fault{Kind: hdptest.Hang, Path: "/statusinfo"})
		done := make(chan reply, 1)
		go func() {
			got, err := r.unlock()
			if err != nil {
				t.Error(err)
			}
			done <- got
		}()
		if q, err := r.Await(t.Context(), isPut); err != nil || q.Status != 0 || q.Fault != hdptest.Hang {
			t.Errorf("arrived %+v, %v", q, err)
		}
		// Other requests are not held up.
		if got := r.admin("GET", "/api/admin/users/412/statusinfo", ""); got.status != 200 {
			t.Errorf("meanwhile: %d", got.status)
		}
		release()
		(<-done).expect(t, 200, unlock)
	})
	t.Run("until the client leaves", func(t *testing.T) {
		r := start(t)
		r.Fail(hdptest.Fault{Kind: hdptest.Hang})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			req, _ := http.NewRequestWithContext(ctx, "PUT", r.URL+statusPath, strings.NewReader(unlock))
			req.SetBasicAuth("helpdesk", hdptest.HelpdeskPassword)
			resp, err := r.client.Do(req)
			if err == nil {
				resp.Body.Close()
			}
			done <- err
		}()
		if _, err := r.Await(t.Context(), isPut); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		r.Close()
		if !r.locked() {
			t.Error("applied")
		}
	})
	t.Run("until the server closes", func(t *testing.T) {
		r := start(t)
		r.Fail(hdptest.Fault{Kind: hdptest.Hang, Times: hdptest.Forever})
		done := make(chan error, 1)
		go func() { _, err := r.unlock(); done <- err }()
		if _, err := r.Await(t.Context(), isPut); err != nil {
			t.Fatal(err)
		}
		r.Close()
		if err := <-done; err == nil {
			t.Error("answered")
		}
	})
}

func TestCutBody(t *testing.T) {
	for _, path := range []string{statusPath, "/api/admin/users"} {
		for _, chunked := range []bool{false, true} {
			r := start(t)
			r.Fail(hdptest.Fault{Kind: hdptest.CutBody, Chunked: chunked})
			got, err := r.try("d2cadmin", hdptest.AdminPassword, "GET", path, "")
			if !errors.Is(err, io.ErrUnexpectedEOF) || got.status != 200 || got.body == "" || json.Valid([]byte(got.body)) {
				t.Errorf("GET %s, chunked %t: %d %.40q, %v", path, chunked, got.status, got.body, err)
			}
			if hasLength := got.header.Get("Content-Length") != ""; hasLength == chunked {
				t.Errorf("GET %s: Content-Length %t, chunked %t", path, hasLength, chunked)
			}
		}
	}
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.CutBody})
	if _, err := r.unlock(); err == nil || r.locked() {
		t.Errorf("a write whose answer is cut was not applied: %v, locked %t", err, r.locked())
	}
	r.Fail(hdptest.Fault{Kind: hdptest.CutBody})
	if _, err := r.try("d2cadmin", hdptest.AdminPassword, "PUT", "/api/admin/users/307/resetpassword", `{"newPassword":"Green-Tea77"}`); err == nil {
		t.Error("a 204 was not cut")
	}
}

func TestSlowBodyArrivesWhole(t *testing.T) {
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.SlowBody, Bytes: 7, Every: time.Microsecond})
	if got := r.admin("GET", "/api/admin/users", ""); !json.Valid([]byte(got.body)) {
		t.Errorf("got %q", got.body)
	}
}

func TestBOM(t *testing.T) {
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.BOM})
	r.admin("GET", "/api/admin/users/412/statusinfo", "").expect(t, 200, "\ufeff"+`{"status":1}`)
}

func TestFaultsHitOnlyMatchingRequests(t *testing.T) {
	r := start(t)
	r.Fail(hdptest.Fault{Kind: hdptest.Status, Status: 599, Method: "PUT", Path: statusInfos, Skip: 1, Times: 2})
	var got []int
	for _, c := range []struct{ method, path, body string }{
		{"GET", statusPath, ""},
		{"PUT", "/api/admin/users/307/passwordinfo", `{"passwordStatus":1}`},
		{"PUT", statusPath, unlock}, // skipped
		{"PUT", statusPath, unlock},
		{"PUT", "/api/admin/users/412/statusinfo", unlock},
		{"PUT", statusPath, unlock},
	} {
		got = append(got, r.admin(c.method, c.path, c.body).status)
	}
	want := []int{200, 200, 200, 599, 599, 200}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	r.Fail(hdptest.Fault{Kind: hdptest.TooMany, Times: hdptest.Forever})
	for range 5 {
		if got := r.admin("GET", statusPath, ""); got.status != 429 {
			t.Errorf("got %d", got.status)
		}
	}
	r.ClearFaults()
	if got := r.admin("GET", statusPath, ""); got.status != 200 {
		t.Errorf("got %d after ClearFaults", got.status)
	}
}

func TestEveryFaultKindCanBeQueued(t *testing.T) {
	r := start(t)
	for _, k := range hdptest.FaultKinds() {
		r.Fail(hdptest.Fault{Kind: k, Status: 500})
	}
}
