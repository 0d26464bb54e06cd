package hdpclient

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testPassword = "Tangerine-42/ß"

// dial returns a signed-in client of a server that runs handler. Retries do not wait;
// the returned waits record how long they would have.
func dial(t *testing.T, handler http.HandlerFunc, opts ...Option) (*Client, *waits) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := New(server.URL, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	w := &waits{}
	c.sleep, c.jitter = w.sleep, func(d time.Duration) time.Duration { return d }
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
	return c, w
}

// dialProven is dial with a login that the server has accepted.
func dialProven(t *testing.T, handler http.HandlerFunc, opts ...Option) (*Client, *waits) {
	t.Helper()
	c, w := dial(t, handler, opts...)
	c.gate.trust = proven
	return c, w
}

type waits struct {
	mu  sync.Mutex
	all []time.Duration
	err error
}

func (w *waits) sleep(_ context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, d)
	return w.err
}

// reply answers with a status, a body, and headers in pairs.
func reply(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// inTurn answers each request with the next handler and repeats the last.
func inTurn(count *counter, handlers ...http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := count.add()
		handlers[min(n, len(handlers))-1](w, r)
	}
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

func (c *counter) get() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("the error is %T (%v), want *Error", err, err)
	}
	return e
}

var sentinels = map[string]error{
	"not found": ErrNotFound, "unauthorized": ErrUnauthorized, "forbidden": ErrForbidden,
	"unavailable": ErrUnavailable, "unknown": ErrOutcomeUnknown, "not sent": ErrNotSent,
	"no credentials": ErrNoCredentials, "refused": ErrRefused,
	"canceled": context.Canceled, "deadline": context.DeadlineExceeded,
}

// wantIs checks that err matches exactly these sentinels.
func wantIs(t *testing.T, err error, want ...string) {
	t.Helper()
	wanted := map[string]bool{}
	for _, name := range want {
		if sentinels[name] == nil {
			t.Fatalf("no sentinel %q", name)
		}
		wanted[name] = true
	}
	for name, sentinel := range sentinels {
		if got := errors.Is(err, sentinel); got != wanted[name] {
			t.Errorf("%v: is %q: %v, want %v", err, name, got, wanted[name])
		}
	}
}

const notFoundEnvelope = `{"error":{"code":222207916,"message":{"lang":"en-US","value":"There is no User with that id: 307."}}}`
