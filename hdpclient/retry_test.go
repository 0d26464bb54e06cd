package hdpclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestReadsAreRetried(t *testing.T) {
	ok := reply(200, `{"status":1}`)
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"status":1`)
	}
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
	tests := []struct {
		name     string
		answers  []http.HandlerFunc
		requests int
		waits    []time.Duration
		is       []string // nil: success
	}{
		{"502, then well", []http.HandlerFunc{reply(502, ""), ok}, 2, []time.Duration{250 * time.Millisecond}, nil},
		{"503 twice", []http.HandlerFunc{reply(503, ""), reply(503, ""), ok}, 3, []time.Duration{250 * time.Millisecond, time.Second}, nil},
		{"504 for ever", []http.HandlerFunc{reply(504, "")}, 3, []time.Duration{250 * time.Millisecond, time.Second}, []string{"unavailable"}},
		{"429 with a time", []http.HandlerFunc{reply(429, "", "Retry-After", "7"), ok}, 2, []time.Duration{7 * time.Second}, nil},
		{"503 with a date", []http.HandlerFunc{reply(503, "", "Retry-After", "Sun, 22 Nov 2026 14:02:09 GMT", "Date", "Sun, 22 Nov 2026 14:02:05 GMT"), ok}, 2, []time.Duration{4 * time.Second}, nil},
		{"503 with a long time", []http.HandlerFunc{reply(503, "", "Retry-After", "3600")}, 1, nil, []string{"unavailable"}},
		{"no answer", []http.HandlerFunc{abort, ok}, 2, []time.Duration{250 * time.Millisecond}, nil},
		{"a reset", []http.HandlerFunc{reset, ok}, 2, []time.Duration{250 * time.Millisecond}, nil},
		{"an answer cut short", []http.HandlerFunc{cut, ok}, 2, []time.Duration{250 * time.Millisecond}, nil},
		{"500", []http.HandlerFunc{reply(500, "")}, 1, nil, []string{}},
		{"404", []http.HandlerFunc{reply(404, "")}, 1, nil, []string{}},
		{"a page", []http.HandlerFunc{reply(200, "<html>")}, 1, nil, []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			c, w := dialProven(t, inTurn(&requests, test.answers...))
			_, err := c.StatusInfo(t.Context(), 307)
			if test.is != nil {
				wantIs(t, err, test.is...)
				if e := asError(t, err); e.Attempts != test.requests {
					t.Errorf("says %d attempts", e.Attempts)
				}
			} else if err != nil {
				t.Error(err)
			}
			if requests.get() != test.requests {
				t.Errorf("%d requests, want %d", requests.get(), test.requests)
			}
			if len(w.all) != len(test.waits) {
				t.Fatalf("waited %v, want %v", w.all, test.waits)
			}
			for i := range w.all {
				if w.all[i] != test.waits[i] {
					t.Errorf("waited %v, want %v", w.all, test.waits)
				}
			}
		})
	}
}

func TestRetryAfterIsReported(t *testing.T) {
	c, _ := dial(t, reply(503, "", "Retry-After", "3600"))
	_, err := c.StatusInfo(t.Context(), 307)
	if e := asError(t, err); e.RetryAfter != time.Hour {
		t.Errorf("retry after %s", e.RetryAfter)
	}
}

func TestRetryEndsWithTheContext(t *testing.T) {
	var requests counter
	c, w := dialProven(t, inTurn(&requests, reply(503, "")))
	w.err = context.Canceled
	_, err := c.StatusInfo(t.Context(), 307)
	wantIs(t, err, "unavailable", "canceled")
	if requests.get() != 1 {
		t.Errorf("%d requests", requests.get())
	}
}

func TestJitterStaysWithinTheLimit(t *testing.T) {
	for range 1000 {
		if d := fullJitter(time.Second); d <= 0 || d > time.Second {
			t.Fatal(d)
		}
	}
}

func TestConnectionRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	c, err := New("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	w := &waits{}
	c.sleep = w.sleep
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
	_, err = c.StatusInfo(t.Context(), 307)
	wantIs(t, err, "unavailable", "not sent")
	if e := asError(t, err); e.Attempts != 3 || e.Body != BodyNone || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%+v", e)
	}
}

func TestRedirects(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the other host was asked for %s", r.URL)
	}))
	t.Cleanup(elsewhere.Close)
	ok := reply(200, `{"status":1}`)
	tests := []struct {
		name     string
		location string
		times    int
		fails    string // part of the error, "" for none
	}{
		{"once, to another path", "/moved", 1, ""},
		{"five times", "/moved", 5, ""},
		{"six times", "/moved", 6, "more than 5 times"},
		{"to another port", elsewhere.URL + "/x?token=abc", 1, "redirected to " + elsewhere.URL},
		{"to another scheme", "https://127.0.0.1/x", 1, "redirected to https://127.0.0.1"},
		{"to another host", "http://sso.example.com/login?secret=1", 1, "redirected to http://sso.example.com"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
				if _, _, sent := r.BasicAuth(); !sent {
					t.Error("the redirected request has no login")
				}
				if requests.add() <= test.times {
					reply(307, "", "Location", test.location)(w, r)
					return
				}
				ok(w, r)
			})
			_, err := c.StatusInfo(t.Context(), 307)
			if test.fails == "" {
				if err != nil || requests.get() != test.times+1 {
					t.Errorf("%v after %d requests", err, requests.get())
				}
				return
			}
			wantIs(t, err)
			if text := err.Error(); !strings.Contains(text, test.fails) || strings.Contains(text, "secret=1") || strings.Contains(text, "token") {
				t.Errorf("%s", text)
			}
			if e := asError(t, err); e.Status != 307 {
				t.Errorf("status %d", e.Status)
			}
		})
	}
}

// In TestRedirects, another scheme also means another port.
func TestRedirectMustKeepTheScheme(t *testing.T) {
	for _, c := range []struct {
		from, to string
		followed bool
	}{
		{"https://hdp/a", "https://HDP/b", true},
		{"https://hdp/a", "http://hdp/b", false},
		{"http://hdp/a", "https://hdp/b", false},
		{"https://hdp/a", "https://hdp:8443/b", false},
	} {
		var requests []*http.Request
		for _, address := range []string{c.from, c.to} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			requests = append(requests, r)
		}
		if err := redirectPolicy(requests[1], requests[:1]); (err == nil) != c.followed {
			t.Errorf("from %s to %s: %v", c.from, c.to, err)
		}
	}
}
