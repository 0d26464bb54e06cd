package hdpclient

import (
	"context"
	"net/http"
	"testing"
)

func TestReachable(t *testing.T) {
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	ok := reply(200, `{"status":1}`)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   bool
	}{
		"an answer":                 {ok, true},
		"a refusal":                 {reply(404, notFoundEnvelope), true},
		"a refused login":           {reply(401, unauthorizedEnvelope), true},
		"a page not from a gateway": {reply(404, "<html>"), true},
		"500":                       {reply(500, ""), true},
		"HDP's own 503":             {reply(503, `{"error":{"code":1,"message":{"lang":"en-US","value":"Starting."}}}`), true},
		"a proxy's 502":             {reply(502, "<html>"), false},
		"a proxy's 504":             {reply(504, ""), false},
		"no answer":                 {abort, false},
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			client, _ := dial(t, inTurn(&requests, c.answer, ok))
			if !client.Reachable() {
				t.Fatal("not reachable before the first call")
			}
			_, _ = client.StatusInfo(t.Context(), 307)
			if client.Reachable() != c.want || client.With(Credentials{}).Reachable() != c.want {
				t.Errorf("reachable: %v", client.Reachable())
			}
			client.SetCredentials(Credentials{User: "ops", Password: SecretOf("x")})
			if _, err := client.StatusInfo(t.Context(), 307); err != nil || !client.Reachable() {
				t.Errorf("after an answer: %v, %v", client.Reachable(), err)
			}
		})
	}
	t.Run("a call that its caller gives up proves nothing", func(t *testing.T) {
		flight := newInFlight()
		client, _ := dial(t, flight.serve(ok))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { _, err := client.StatusInfo(ctx, 307); done <- err }()
		<-flight.arrived
		cancel()
		if err := <-done; err == nil {
			t.Error("it was answered")
		}
		close(flight.release)
		if !client.Reachable() {
			t.Error("HDP counts as unreachable")
		}
	})
	t.Run("the health check is asked once", func(t *testing.T) {
		var requests counter
		client, _ := dial(t, inTurn(&requests, reply(503, "")))
		if err := client.Health(t.Context()); err == nil || requests.get() != 1 || client.Reachable() {
			t.Errorf("%v, %d requests, reachable: %v", err, requests.get(), client.Reachable())
		}
	})
}
