package hdpclient

import (
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
)

func TestAnotherLoginIsTriedNextToTheCurrentOne(t *testing.T) {
	var right atomic.Value
	right.Store("new")
	serve := func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		if c, err := r.Cookie("C2S-SESSION"); err == nil && c.Value != url.QueryEscape(password) {
			t.Errorf("the cookie of %q came with %q", c.Value, password)
		}
		http.SetCookie(w, &http.Cookie{Name: "C2S-SESSION", Value: url.QueryEscape(password), Path: "/"})
		if password != right.Load() {
			reply(401, unauthorizedEnvelope)(w, r)
			return
		}
		reply(200, `{"status":1}`)(w, r)
	}
	var requests counter
	c, _ := dial(t, inTurn(&requests, serve))
	right.Store(testPassword)
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}

	wrong := c.With(Credentials{User: "ops", Password: SecretOf("wrong")})
	_, err := wrong.StatusInfo(t.Context(), 307)
	wantIs(t, err, "unauthorized", "refused")
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Errorf("the current login is affected: %v", err)
	}

	right.Store("new")
	fresh := c.With(Credentials{User: "ops", Password: SecretOf("new")})
	if _, err := fresh.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}
	c.Adopt(fresh)
	if c.gate.trust != proven || c.Login() != "ops" {
		t.Errorf("the proven login is adopted as %v, %q", c.gate.trust, c.Login())
	}
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Error(err)
	}
	_, err = fresh.StatusInfo(t.Context(), 307)
	wantIs(t, err, "no credentials", "not sent")
	if requests.get() != 5 {
		t.Errorf("%d requests", requests.get())
	}
}

func TestAdoptingALoginOnTrialLeavesItUntried(t *testing.T) {
	flight := newInFlight()
	c, _ := dialProven(t, flight.serve(reply(200, `{"status":1}`)))
	other := c.With(Credentials{User: "ops", Password: SecretOf("new")})
	done := make(chan error)
	go func() { _, err := other.StatusInfo(t.Context(), 307); done <- err }()
	<-flight.arrived
	c.Adopt(other)
	if c.gate.trust != untried {
		t.Errorf("it counts as %v", c.gate.trust)
	}
	close(flight.release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
