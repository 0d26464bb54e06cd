package hdpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func provenGate(t *testing.T, limit int) *authGate {
	t.Helper()
	g := newAuthGate(limit, noConnections())
	g.setCredentials(Credentials{User: "ops", Password: SecretOf("x")})
	p := enterNow(t, g, false)
	p.markProven()
	p.leave(nil)
	return g
}

func noConnections() *connections {
	return newConnections(func() *http.Transport { return &http.Transport{} })
}

// enterNow enters without waiting; it returns nil if it would have to wait.
func enterNow(t *testing.T, g *authGate, list bool) *pass {
	t.Helper()
	p, _, err := g.tryEnter(loginRequired, list, g.newArrival())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLateAcceptanceDoesNotLiftARefusal(t *testing.T) {
	g := provenGate(t, 2)
	first, second := enterNow(t, g, false), enterNow(t, g, false)
	first.markRefused()
	first.leave(nil)
	second.markProven() // answered before the password changed, but read after the refusal
	second.leave(nil)
	if _, _, err := g.tryEnter(loginRequired, false, g.newArrival()); !errors.Is(err, errLatched) {
		t.Errorf("the next request gets %v", err)
	}
}

func TestGateLimitsRequestsInFlight(t *testing.T) {
	g := provenGate(t, 3)
	var passes []*pass
	for range 3 {
		passes = append(passes, enterNow(t, g, false))
	}
	if enterNow(t, g, false) != nil {
		t.Error("a fourth request got in")
	}
	passes[1].leave(nil)
	if enterNow(t, g, false) == nil {
		t.Error("a released slot cannot be used again")
	}
}

func TestListsLeaveOneSlotFree(t *testing.T) {
	g := provenGate(t, 2)
	first := enterNow(t, g, true)
	if first == nil || enterNow(t, g, true) != nil {
		t.Error("two lists take both slots")
	}
	if enterNow(t, g, false) == nil {
		t.Error("no slot is left for a read")
	}
	first.leave(nil)
	if enterNow(t, g, true) == nil {
		t.Error("the next list does not get in")
	}
	if enterNow(t, provenGate(t, 1), true) == nil {
		t.Error("a list does not get the only slot")
	}
}

func TestGateCopiesThePassword(t *testing.T) {
	g := newAuthGate(1, noConnections())
	secret := SecretOf("x")
	g.setCredentials(Credentials{User: "ops", Password: secret})
	secret.Wipe()
	if p := enterNow(t, g, false); p.basic != "Basic b3BzOng=" {
		t.Errorf("sends %q", p.basic)
	}
}

func TestWriteCannotBeReplayed(t *testing.T) {
	c, _ := dial(t, reply(200, ""))
	r, err := writeRequest("update status info", "/x", "status", StatusInfo{})
	if err != nil {
		t.Fatal(err)
	}
	req, err := c.newRequest(t.Context(), r, &pass{})
	if err != nil {
		t.Fatal(err)
	}
	if req.GetBody != nil || req.Header.Get("Idempotency-Key") != "" || req.ContentLength != int64(len(r.body)) {
		t.Errorf("%+v", req)
	}
}

func TestWriteSendsBackWhatWasRead(t *testing.T) {
	const odd = "{\"status\":1,\"x\":\"\\u00e9\\/\",\"x\":\"\xff\"}"
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			if body, _ := io.ReadAll(r.Body); string(body) != odd {
				t.Errorf("sent %q", body)
			}
		}
		_, _ = io.WriteString(w, odd)
	})
	s, err := c.StatusInfo(t.Context(), 307)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateStatusInfo(t.Context(), 307, s); err != nil {
		t.Error(err)
	}
}

func TestAnswerAboutAnotherAccount(t *testing.T) {
	c, _ := dial(t, reply(200, `{"id":308,"userName":"somebody else"}`))
	_, err := c.User(t.Context(), 307)
	if e := asError(t, err); e.Status != 200 || e.Body != BodyOther {
		t.Errorf("%+v", e)
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	if v := newTransport(defaults()).TLSClientConfig.MinVersion; v != tls.VersionTLS12 {
		t.Errorf("TLS %x", v)
	}
}

func TestHealthIsSentWithoutTheLogin(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Authorization"), "Basic") {
			t.Error("the health check sends the login")
		}
		_, _ = io.WriteString(w, `{"status":"active"}`)
	})
	if err := c.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReservedSlotIsExclusive(t *testing.T) {
	g := provenGate(t, 2)
	c := &Client{gate: g}
	reservation, err := c.Reserve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := enterNow(t, g, false)
	if other == nil || enterNow(t, g, false) != nil {
		t.Fatal("there is not exactly one slot next to a reserved one")
	}
	for range 2 { // one after the other, in the same slot
		p, err := g.enter(reservation.In(t.Context()), loginRequired, "", false)
		if err != nil {
			t.Fatal(err)
		}
		p.leave(nil)
		if enterNow(t, g, false) != nil {
			t.Fatal("another request got the reserved slot")
		}
	}
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Reserve(late); !errors.Is(err, context.Canceled) {
		t.Errorf("reserved for a context that is done, or %v", err)
	}
	reservation.Release()
	reservation.Release()
	if enterNow(t, g, false) == nil || enterNow(t, g, false) != nil {
		t.Error("not exactly one slot was released")
	}
	elsewhere := provenGate(t, 1)
	enterNow(t, elsewhere, false)
	if elsewhere.hasReservation(reservation.In(t.Context())) {
		t.Error("a reservation at one client counts at another")
	}
	new(Reservation).Release()
}

func TestReserveWaitsForASlot(t *testing.T) {
	g := provenGate(t, 1)
	only := enterNow(t, g, false)
	reserved := make(chan error, 1)
	go func() {
		_, err := (&Client{gate: g}).Reserve(t.Context())
		reserved <- err
	}()
	only.leave(nil)
	if err := <-reserved; err != nil || enterNow(t, g, false) != nil {
		t.Errorf("%v, or the slot was not taken", err)
	}
}
