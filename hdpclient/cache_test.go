package hdpclient

import (
	"errors"
	"net/http"
	"testing"

	"hdpadmin/hdpclient/hdptest"
)

func TestEveryReadBypassesCaches(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		read := r.Method == http.MethodGet
		for _, name := range []string{"Cache-Control", "Pragma"} {
			if got := r.Header.Get(name); (got == "no-cache") != read {
				t.Errorf("%s %s with %s %q", r.Method, r.URL.Path, name, got)
			}
		}
		reply(200, `{"status":1,"passwordStatus":1,"users":[],"id":307,"tenants":[]}`)(w, r)
	})
	_, _ = c.StatusInfo(t.Context(), 307)
	_, _ = c.PasswordInfo(t.Context(), 307)
	_, _ = c.User(t.Context(), 307)
	_, _ = c.UsersByAuthName(t.Context(), "alice")
	_, _ = c.Tenants(t.Context())
	for _, err := range c.Users(t.Context(), UsersOptions{}) {
		_ = err // the result does not matter here
	}
	_, _ = c.UpdateStatusInfo(t.Context(), 307, aStatus)
}

func TestCachedAnswersAreNotUsedForChanges(t *testing.T) {
	for _, test := range []struct {
		name, value, says string
	}{
		{"Age", "", ""},
		{"Age", "0", ""},
		{"Age", "soon", ""},
		{"Age", "-3", ""},
		{"Age", "1", "answered from a cache, 1s old"},
		{"Age", "95, 2", "answered from a cache, 1m35s old"},
		{"Age", "99999999999999999999", "answered from a cache, 596523h14m7s old"},
		{"X-Cache", "MISS from hit.example.com", ""},
		{"X-Cache", "Hit from cloudfront", "answered from a cache"},
		{"X-Cache", "TCP_MEM_HIT from a23-1-2-3.example.net", "answered from a cache"},
		{"X-Cache", "TCP_HIT", "answered from a cache"},
		{"X-Cache", "TCP_REFRESH_HIT from a23-1-2-3.example.net", ""},
		{"X-Cache", "RefreshHit from cloudfront", ""},
		{"X-Cache", "TCP_MISS", ""},
		{"Cache-Status", "edge; hit=?1", "answered from a cache"},
		{"Cache-Status", "edge; hit=?0", ""},
		{"Cache-Status", "edge; fwd=stale", ""},
		{"Cache-Status", "edge; hit; ttl=30", "answered from a cache"},
	} {
		t.Run(test.name+" "+test.value, func(t *testing.T) {
			c, _ := dialProven(t, reply(200, `{"status":1,"passwordStatus":1,"roles":[1],"authUsers":[],"id":307,"userName":"alice"}`, test.name, test.value))
			_, err := c.StatusInfo(t.Context(), 307)
			_, err2 := c.PasswordInfo(t.Context(), 307)
			_, err3 := c.Permissions(t.Context(), 307)
			_, err4 := c.AuthInfo(t.Context(), 307)
			for _, err := range []error{err, err2, err3, err4} {
				if test.says == "" {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				if !errors.Is(err, ErrCached) || asError(t, err).Err.Error() != test.says {
					t.Errorf("%v, want %s", err, test.says)
				}
			}
			if _, err := c.User(t.Context(), 307); err != nil {
				t.Errorf("an account that is only shown: %v", err)
			}
		})
	}
}

func TestCachedNotFoundIsNotTrusted(t *testing.T) {
	for age, want := range map[string]error{"0": ErrNotFound, "7": ErrCached} {
		c, _ := dialProven(t, reply(404, notFoundEnvelope, "Age", age))
		if _, err := c.StatusInfo(t.Context(), 307); !errors.Is(err, want) || errors.Is(err, ErrNotFound) != errors.Is(want, ErrNotFound) {
			t.Errorf("at age %s: %v", age, err)
		}
		if _, err := c.User(t.Context(), 307); !errors.Is(err, ErrNotFound) {
			t.Errorf("an account that is only shown, at age %s: %v", age, err)
		}
	}
}

func TestServerBehindACache(t *testing.T) {
	s := hdptest.NewServer(t)
	c, err := New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	c.SetCredentials(Credentials{User: "helpdesk", Password: SecretOf(hdptest.HelpdeskPassword)})
	for _, test := range []struct {
		name  string
		cache hdptest.Cache
		stale bool
		err   error
	}{
		{"that obeys", hdptest.Cache{HonorsNoCache: true}, false, nil},
		{"that admits it", hdptest.Cache{}, false, ErrCached},
		{"that hides it", hdptest.Cache{OmitsAge: true}, true, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.SetStatusInfo(307, `{"status":1}`)
			s.SetCache(&test.cache)
			if _, err := c.StatusInfo(t.Context(), 307); err != nil {
				t.Fatal(err)
			}
			s.SetStatusInfo(307, `{"status":0}`)
			info, err := c.StatusInfo(t.Context(), 307)
			if !errors.Is(err, test.err) || err == nil && (info.Status == Active) != test.stale {
				t.Errorf("%v %v", info, err)
			}
		})
	}
}

func TestCachedAnswerDoesNotProveTheLogin(t *testing.T) {
	for _, c := range []struct {
		age  string
		want bool
	}{{"0", true}, {"3", false}} {
		client, _ := dial(t, reply(200, `{"userId":7,"permissions":[],"users":[]}`, "Age", c.age))
		if _, err := client.UsersByAuthName(t.Context(), "alice"); errors.Is(err, ErrCached) == c.want || client.Proven() != c.want {
			t.Errorf("found at age %s: %v, %v", c.age, client.Proven(), err)
		}
		if _, err := client.Self(t.Context()); errors.Is(err, ErrCached) == c.want {
			t.Errorf("own account at age %s: %v", c.age, err)
		}
		// A cache should not answer a change, but a broken one may.
		client, _ = dial(t, reply(204, "", "Age", c.age))
		if _ = client.ResetPassword(t.Context(), 7, SecretOf("Amber-Fox42")); client.Proven() != c.want {
			t.Errorf("a change answered at age %s: proven %v, want %v", c.age, client.Proven(), c.want)
		}
	}
}
