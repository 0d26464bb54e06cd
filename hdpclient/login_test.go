package hdpclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

const unauthorizedEnvelope = `{"error":{"code":222206007,"message":{"lang":"en-US","value":"Invalid user ID or password."}}}`

// together makes the same call n times at once and returns the errors.
func together(n int, call func() error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = call() })
	}
	group.Wait()
	return errs
}

func TestWrongPasswordIsTriedOnce(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"401 with the envelope":              reply(401, unauthorizedEnvelope),
		"401 without a body":                 reply(401, ""),
		"the envelope under 400":             reply(400, unauthorizedEnvelope),
		"the envelope under 200":             reply(200, unauthorizedEnvelope),
		"the envelope as XML, under 403":     reply(403, `<error><code>222206007</code><message lang="en-US">no</message></error>`),
		"the envelope with a brace too many": reply(401, unauthorizedEnvelope+"}"),
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			c, _ := dial(t, inTurn(&requests, answer))
			first := 0
			for _, err := range together(3, func() error { _, err := c.StatusInfo(t.Context(), 307); return err }) {
				if errors.Is(err, ErrNotSent) {
					wantIs(t, err, "unauthorized", "not sent")
					if e := asError(t, err); e.Attempts != 0 || e.Status != 0 {
						t.Errorf("%+v", e)
					}
					continue
				}
				first++
				if !errors.Is(err, ErrUnauthorized) {
					t.Error(err)
				}
			}
			_, err := c.UpdateStatusInfo(t.Context(), 307, aStatus)
			wantIs(t, err, "unauthorized", "not sent")
			for _, err := range c.Users(t.Context(), UsersOptions{}) {
				wantIs(t, err, "unauthorized", "not sent")
			}
			if requests.get() != 1 || first != 1 {
				t.Errorf("%d requests reached the server, %d were answered, want 1", requests.get(), first)
			}
		})
	}
}

func TestNewCredentialsLiftTheRefusal(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "right" {
			reply(401, unauthorizedEnvelope)(w, r)
			return
		}
		reply(200, `{"status":1}`)(w, r)
	})
	_, err := c.StatusInfo(t.Context(), 307)
	wantIs(t, err, "unauthorized", "refused")
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf("right")})
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Error(err)
	}
}

func TestNewCredentialsUseANewConnection(t *testing.T) {
	var from []string
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		from = append(from, r.RemoteAddr)
		reply(200, `{"status":1}`)(w, r)
	})
	for _, password := range []string{"", "", "another"} {
		if password != "" {
			c.SetCredentials(Credentials{User: "ops", Password: SecretOf(password)})
		}
		if _, err := c.StatusInfo(t.Context(), 307); err != nil {
			t.Fatal(err)
		}
	}
	if from[0] != from[1] || from[1] == from[2] {
		t.Errorf("requests came from %q; only the last must come from a new connection", from)
	}
}

// A proxy may send this without having asked HDP.
func TestEmpty200DoesNotProveTheLogin(t *testing.T) {
	for status, want := range map[int]trust{http.StatusOK: untried, http.StatusNoContent: proven} {
		c, _ := dial(t, reply(status, ""))
		_, _ = c.UpdateStatusInfo(t.Context(), 307, aStatus) // other tests check the outcome
		if got := c.gate.trust; got != want {
			t.Errorf("after an empty %d: %d, want %d", status, got, want)
		}
	}
}

// A cache gives one operator's answer to everyone, with any password.
func TestCacheCannotProveALogin(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an answer":            reply(200, `{"userId":7,"permissions":[12],"users":[]}`, "Age", "12"),
		"HDP's own refusal":    reply(404, `{"error":{"code":222207916,"message":{"value":"There is no User."}}}`, "Age", "12"),
		"a missing permission": reply(403, `{"error":{"code":222208103,"message":{"value":"You lack the permissions."}}}`, "X-Cache", "HIT"),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := dial(t, answer)
			_, self := c.Self(t.Context())
			_, found := c.UsersByAuthName(t.Context(), "ops")
			_, list := collect(t, c, t.Context(), UsersOptions{})
			for _, err := range []error{self, found, list} {
				if !errors.Is(err, ErrCached) || errors.Is(err, ErrRefused) {
					t.Errorf("it counts as success: %v", err)
				}
			}
			if c.gate.trust != untried {
				t.Errorf("the login is %d", c.gate.trust)
			}
		})
	}
}

func TestForeignAnswerDoesNotProveTheLogin(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   trust
	}{
		{200, `{"maintenance":true}`, untried},
		{200, `{"id":"5f0c-request"}`, untried},
		{200, `{"users":"down"}`, untried},
		{404, `{"error":{"code":"ResourceNotFound","message":{"lang":"en","value":"No route."}}}`, untried},
		{404, `{"error":{"code":222207916,"message":{"value":"There is no User."}}}`, proven},
		{200, `{"id":"307"}`, proven},
	} {
		client, _ := dial(t, reply(c.status, c.body))
		_, _ = client.User(t.Context(), 307)
		if got := client.gate.trust; got != c.want {
			t.Errorf("after %d %s: %d, want %d", c.status, c.body, got, c.want)
		}
	}
	public, _ := dial(t, reply(200, `{"id":"1","rules":[]}`))
	if _, err := public.PasswordPolicy(t.Context()); err != nil || public.gate.trust != untried {
		t.Errorf("after a public page, %v: %d", err, public.gate.trust)
	}
}

// inFlight counts the requests being served and releases them on demand.
type inFlight struct {
	now, most atomic.Int64
	arrived   chan struct{}
	release   chan struct{}
}

func newInFlight() *inFlight {
	return &inFlight{arrived: make(chan struct{}, 100), release: make(chan struct{})}
}

func (f *inFlight) serve(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := f.now.Add(1)
		for most := f.most.Load(); now > most && !f.most.CompareAndSwap(most, now); {
			most = f.most.Load()
		}
		f.arrived <- struct{}{}
		<-f.release
		f.now.Add(-1)
		answer(w, r)
	}
}

func TestUnprovenCredentialsAreTriedAlone(t *testing.T) {
	tests := []struct {
		name  string
		first http.HandlerFunc
		most  int64 // requests at once after the first answer
	}{
		{"a 2xx proves them", reply(200, `{"status":1}`), 2},
		{"an envelope proves them", reply(404, notFoundEnvelope), 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var requests counter
			flight := newInFlight()
			c, _ := dial(t, inTurn(&requests, flight.serve(test.first), flight.serve(reply(500, ""))))
			done := make(chan []error)
			// Writes, because they are not retried.
			go func() {
				done <- together(6, func() error { _, err := c.UpdateStatusInfo(t.Context(), 307, aStatus); return err })
			}()
			<-flight.arrived
			if most := flight.most.Load(); most != 1 {
				t.Errorf("%d requests at once with unproven credentials", most)
			}
			flight.release <- struct{}{}
			for range test.most {
				<-flight.arrived
			}
			close(flight.release)
			<-done
			if most := flight.most.Load(); most != test.most {
				t.Errorf("%d requests at once after the first answer, want %d", most, test.most)
			}
		})
	}
}

func TestInconclusiveAnswerIsNotRetried(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"500":                 reply(500, ""),
		"502":                 reply(502, ""),
		"503":                 reply(503, "", "Retry-After", "1"),
		"504":                 reply(504, ""),
		"a page":              reply(200, "<html>"),
		"a bare 403":          reply(403, ""),
		"a 403 that says why": reply(403, `{"error":{"code":999000021,"message":{"lang":"en-US","value":"The account is locked."}}}`),
		"a 400 that says why": reply(400, `{"error":{"code":999000021,"message":{"lang":"en-US","value":"The account is locked."}}}`),
		"HDP's code for 423":  reply(423, `{"error":{"code":222206999,"message":{"lang":"en-US","value":"The account is locked."}}}`),
		"no answer":           func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			var requests counter
			c, _ := dial(t, inTurn(&requests, answer))
			waits := c.gate.newArrival() // a request that arrived with the first one
			if _, err := c.StatusInfo(t.Context(), 307); err == nil || requests.get() != 1 {
				t.Fatalf("%v, %d requests", err, requests.get())
			}
			if c.gate.trust == proven {
				t.Error("counts as signed in")
			}
			if _, _, err := c.gate.tryEnter(loginRequired, false, waits); !errors.Is(err, ErrUnproven) {
				t.Errorf("what waits for the first one gets %v", err)
			}
			if _, err := collect(t, c, t.Context(), UsersOptions{}); err == nil {
				t.Error("a list without an answer")
			}
			if requests.get() != 2 {
				t.Errorf("the next call made %d requests", requests.get()-1)
			}
		})
	}
}

func TestNoMoreInFlightThanTheLimit(t *testing.T) {
	flight := newInFlight()
	var requests counter
	c, _ := dial(t, inTurn(&requests, reply(200, `{"status":1}`), flight.serve(reply(200, `{"status":1}`))), WithMaxInFlight(3))
	if _, err := c.StatusInfo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	done := make(chan []error)
	go func() {
		done <- together(12, func() error { _, err := c.StatusInfo(t.Context(), 307); return err })
	}()
	for range 3 {
		<-flight.arrived
	}
	close(flight.release)
	for _, err := range <-done {
		if err != nil {
			t.Error(err)
		}
	}
	if most := flight.most.Load(); most != 3 {
		t.Errorf("%d requests at once, want 3", most)
	}
}

func TestLateRefusalOfOldCredentials(t *testing.T) {
	flight := newInFlight()
	var requests counter
	c, _ := dial(t, inTurn(&requests, reply(200, `{"status":1}`), flight.serve(reply(401, unauthorizedEnvelope)), reply(200, `{"status":1}`)))
	if _, err := c.StatusInfo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	late := make(chan error)
	go func() { _, err := c.StatusInfo(t.Context(), 307); late <- err }()
	<-flight.arrived
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf("new")})
	close(flight.release)
	if err := <-late; !errors.Is(err, ErrUnauthorized) {
		t.Error(err)
	}
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Errorf("the new credentials suffer from the refusal of the old: %v", err)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	flight := newInFlight()
	c, _ := dial(t, flight.serve(reply(200, `{"status":1}`)))
	first := make(chan error)
	go func() { _, err := c.StatusInfo(t.Context(), 307); first <- err }()
	<-flight.arrived
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error)
	go func() { _, err := c.UpdateStatusInfo(ctx, 307, aStatus); second <- err }()
	cancel()
	wantIs(t, <-second, "not sent", "canceled")
	close(flight.release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestWriteIsNotSentAsAnotherUser(t *testing.T) {
	flight := newInFlight()
	c, _ := dial(t, flight.serve(reply(200, `{"status":1}`)))
	first := make(chan error)
	go func() { _, err := c.StatusInfo(t.Context(), 307); first <- err }()
	<-flight.arrived
	// Directly at the gate, because a call does not say when it starts to wait.
	p, wait, err := c.gate.tryEnter(loginRequired, false, arrival{user: "ops"})
	if p != nil || wait == nil || err != nil {
		t.Fatal(p, wait, err)
	}
	c.SetCredentials(Credentials{User: "another", Password: SecretOf("x")})
	<-wait
	if _, _, err := c.gate.tryEnter(loginRequired, false, arrival{user: "ops"}); !errors.Is(err, ErrLoginChanged) {
		t.Error(err)
	}
	close(flight.release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestCookiesBelongToOneSession(t *testing.T) {
	var requests counter
	var got []string
	c, _ := dial(t, inTurn(&requests, func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("C2S-SESSION")
		if err == nil {
			got = append(got, cookie.Value)
		} else {
			got = append(got, "")
		}
		user, _, _ := r.BasicAuth()
		http.SetCookie(w, &http.Cookie{Name: "C2S-SESSION", Value: "node-of-" + user, Path: "/"})
		_, _ = io.WriteString(w, `{"status":1}`)
	}))
	call := func() {
		t.Helper()
		if _, err := c.StatusInfo(t.Context(), 307); err != nil {
			t.Error(err)
		}
	}
	call()
	call()
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf("changed")})
	call()
	c.SetCredentials(Credentials{User: "eve", Password: SecretOf("x")})
	call()
	call()
	if c.Login() != "eve" {
		t.Errorf("login %q", c.Login())
	}
	want := []string{"", "node-of-ops", "", "", "node-of-eve"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("cookies %q, want %q", got, want)
			break
		}
	}
}

// A load balancer's cookie names a node that no longer exists, and every request with
// it is refused.
func TestCookieDoesNotOutliveItsSession(t *testing.T) {
	var requests counter
	c, _ := dial(t, inTurn(&requests, func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "NODE", Value: "gone", Path: "/"})
		_, _ = io.WriteString(w, `{"status":1}`)
	}, func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("NODE"); err == nil {
			http.SetCookie(w, &http.Cookie{Name: "NODE", Value: "gone", Path: "/"})
			reply(401, unauthorizedEnvelope)(w, r)
			return
		}
		reply(200, `{"status":1}`)(w, r)
	}))
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}
	for range 2 { // refused by the server, then no longer sent
		_, err := c.StatusInfo(t.Context(), 307)
		if e := asError(t, err); !errors.Is(err, ErrUnauthorized) || !e.WasAccepted {
			t.Errorf("%v, accepted before: %v", err, e.WasAccepted)
		}
	}
	other := c.With(Credentials{User: "ops", Password: SecretOf(testPassword)})
	if _, err := other.StatusInfo(t.Context(), 307); err != nil {
		t.Errorf("the right password is refused: %v", err)
	}
	c.SetCredentials(Credentials{User: "ops", Password: SecretOf(testPassword)})
	if _, err := c.StatusInfo(t.Context(), 307); err != nil {
		t.Errorf("the right password is refused: %v", err)
	}
}

func TestLoginThatWasNeverAccepted(t *testing.T) {
	c, _ := dial(t, reply(401, unauthorizedEnvelope))
	for range 2 {
		_, err := c.StatusInfo(t.Context(), 307)
		if asError(t, err).WasAccepted {
			t.Error("counts as accepted")
		}
	}
}

func TestHealthCarriesNoLogin(t *testing.T) {
	c, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("sent %v", r.Header)
		}
		_, _ = io.WriteString(w, `{"status": active}`)
	})
	c.ClearCredentials()
	if err := c.Health(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := c.PasswordPolicy(t.Context()); err == nil || errors.Is(err, ErrNoCredentials) {
		t.Errorf("the policy is public: %v", err)
	}
}

func TestHealthOfAnotherService(t *testing.T) {
	for name, body := range map[string]string{
		"a page": `<html><title>Welcome to nginx</title> "status": "active"</html>`, "another state": `{"status":"inactive"}`, "nothing": "",
	} {
		c, _ := dial(t, reply(200, body))
		if err := c.Health(t.Context()); err == nil {
			t.Errorf("%s is accepted as healthy", name)
		}
	}
}
