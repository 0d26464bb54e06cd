package hdptest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hdpadmin/hdpclient/hdptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock moves only in Advance.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 22, 14, 2, 31, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// rig is a server with its clock and a plain HTTP client.
type rig struct {
	*hdptest.Server
	t      *testing.T
	clock  *clock
	client *http.Client
}

func start(t *testing.T, opts ...hdptest.Option) *rig {
	t.Helper()
	c := newClock()
	s := hdptest.NewServer(t, append([]hdptest.Option{hdptest.WithClock(c.Now)}, opts...)...)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &rig{s, t, c, &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (r *rig) try(user, password, method, path, body string) (reply, error) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(text)}, err
}

func (r *rig) as(user, password, method, path, body string) reply {
	r.t.Helper()
	got, err := r.try(user, password, method, path, body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

func (r *rig) admin(method, path, body string) reply {
	r.t.Helper()
	return r.as("d2cadmin", hdptest.AdminPassword, method, path, body)
}

// raw returns the bytes of an answer to d2cadmin.
func (r *rig) raw(method, path string) string {
	r.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(r.t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	login := base64.StdEncoding.EncodeToString([]byte("d2cadmin:" + hdptest.AdminPassword))
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic %s\r\n\r\n", method, path, login); err != nil {
		r.t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

func (r *rig) helpdesk(method, path, body string) reply {
	r.t.Helper()
	return r.as("helpdesk", hdptest.HelpdeskPassword, method, path, body)
}

func (g reply) expect(t *testing.T, status int, body string) {
	t.Helper()
	if g.status != status || g.body != body {
		t.Errorf("got %d %s\nwant %d %s", g.status, g.body, status, body)
	}
}

// expectCode checks the documented envelope.
func (g reply) expectCode(t *testing.T, status int, code int64) {
	t.Helper()
	var e struct {
		Error struct {
			Code    int64
			Message struct{ Lang, Value string }
		}
	}
	if err := json.Unmarshal([]byte(g.body), &e); err != nil {
		t.Errorf("got %d %q: %v", g.status, g.body, err)
		return
	}
	if g.status != status || e.Error.Code != code || e.Error.Message.Lang != "en-US" || e.Error.Message.Value == "" {
		t.Errorf("got %d %s, want %d with code %d", g.status, g.body, status, code)
	}
}

func (g reply) decode(t *testing.T, v any) {
	t.Helper()
	if g.status != http.StatusOK {
		t.Fatalf("got %d %s", g.status, g.body)
	}
	if err := json.Unmarshal([]byte(g.body), v); err != nil {
		t.Fatalf("%v in %s", err, g.body)
	}
}

func TestServerAnswersOnLoopback(t *testing.T) {
	r := start(t)
	if !strings.HasPrefix(r.URL, "http://127.0.0.1:") {
		t.Errorf("URL is %s", r.URL)
	}
	r.as("", "", "GET", "/api/healthcheck", "").expect(t, 200, `{"status":"active"}`)
}

func TestDateHeaderIsTheServersClock(t *testing.T) {
	r := start(t)
	r.clock.Advance(time.Hour)
	if got := r.admin("GET", "/api/mgmt/user", "").header.Get("Date"); got != "Sun, 22 Nov 2026 15:02:31 GMT" {
		t.Errorf("Date is %q", got)
	}
}

func TestUnlockAsDocumented(t *testing.T) {
	r := start(t)
	const path = "/api/admin/users/307/statusinfo"
	r.helpdesk("GET", path, "").expect(t, 200,
		`{"status":1,"accountLocked":true,"accountLockedAt":"2026-11-22 13:45:11","accountLockedUntil":"2026-11-22 14:15:11"}`)
	r.helpdesk("PUT", path, `{"status": 1, "accountLocked": false}`).expect(t, 200, `{"status":1,"accountLocked":false}`)
	r.helpdesk("GET", path, "").expect(t, 200, `{"status":1,"accountLocked":false}`)
}

func TestListHasNoAuthenticationInfo(t *testing.T) {
	r := start(t, hdptest.WithAccounts(700))
	var got struct{ Users []map[string]any }
	r.admin("GET", "/api/admin/users", "").decode(t, &got)
	if len(got.Users) != 700 || r.Count() != 700 {
		t.Fatalf("%d users listed of %d", len(got.Users), r.Count())
	}
	for _, u := range got.Users {
		if u["authenticationInfo"] != nil || u["tenantName"] != nil || u["statusInfo"] == nil || u["passwordInfo"] == nil {
			t.Fatalf("row %v", u)
		}
	}
}
