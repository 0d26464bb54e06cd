package hdpclient

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// office is a server with one login, ops, and a gate that its clients share.
type office struct {
	t    *testing.T
	gate *Gate
	time time.Time
	url  string

	mu    sync.Mutex
	right string
	tried []string      // the passwords that arrived, in order
	busy  int           // requests with a wrong password now
	hold  chan struct{} // if not nil, no wrong password is answered before it is closed
	fail  bool          // a proxy hides every refusal
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, gate: NewGate(), time: time.Now(), right: "right"}
	o.gate.now = func() time.Time { return o.time }
	first, _ := dial(t, o.serve)
	o.url = first.base.String()
	return o
}

func (o *office) serve(w http.ResponseWriter, r *http.Request) {
	_, password, _ := r.BasicAuth()
	o.mu.Lock()
	o.tried = append(o.tried, password)
	right, hold, fail := password == o.right, o.hold, o.fail
	if !right {
		if o.busy++; o.busy > 1 {
			o.t.Errorf("%d wrong passwords at a time", o.busy)
		}
	}
	o.mu.Unlock()
	if right {
		reply(200, `{"status":1}`)(w, r)
		return
	}
	if hold != nil {
		<-hold
	}
	o.mu.Lock()
	o.busy--
	o.mu.Unlock()
	if fail {
		reply(502, "")(w, r)
		return
	}
	reply(401, unauthorizedEnvelope)(w, r)
}

func (o *office) sent() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.tried...)
}

// client returns the client of an operator's session.
func (o *office) client(operator, user, password string) *Client {
	o.t.Helper()
	c, err := New(o.url, WithGate(o.gate, operator))
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(c.Close)
	c.SetCredentials(Credentials{User: user, Password: SecretOf(password)})
	return c
}

func (o *office) try(c *Client) error {
	_, err := c.StatusInfo(o.t.Context(), 307)
	return err
}

func gated(t *testing.T, err error) *GateError {
	t.Helper()
	e, ok := errors.AsType[*GateError](err)
	if !ok {
		t.Fatalf("the error is %v, want a GateError", err)
	}
	wantIs(t, err, "unauthorized", "not sent")
	return e
}

func TestTenSessionsWithOneWrongPasswordSendItOnce(t *testing.T) {
	o := newOffice(t)
	o.hold = make(chan struct{})
	var all sync.WaitGroup
	errs := make([]error, 10)
	for i := range errs {
		c := o.client(fmt.Sprint("operator", i), []string{"ops", "OPS"}[i%2], "wrong")
		all.Go(func() { errs[i] = o.try(c) })
	}
	close(o.hold)
	all.Wait()
	if sent := o.sent(); len(sent) != 1 {
		t.Errorf("sent %q", sent)
	}
	turnedAway := 0
	for _, err := range errs {
		if e, ok := errors.AsType[*GateError](err); ok {
			turnedAway++
			if !e.Repeated || len(e.Refusals) != 1 || !strings.HasPrefix(e.Refusals[0].By, "operator") {
				t.Errorf("%+v", e)
			}
		}
		if !errors.Is(err, ErrUnauthorized) {
			t.Error(err)
		}
	}
	if turnedAway != 9 {
		t.Errorf("%d turned away", turnedAway)
	}
}

func TestTenWrongPasswordsDoNotLockTheLogin(t *testing.T) {
	o := newOffice(t)
	var all sync.WaitGroup
	for i := range 10 {
		c := o.client("bob", "ops", fmt.Sprint("wrong", i))
		all.Go(func() { _ = o.try(c) })
	}
	all.Wait()
	if sent := o.sent(); len(sent) != 2 {
		t.Errorf("sent %q", sent)
	}
	right := o.client("carol", "ops", "right")
	e := gated(t, o.try(right))
	if e.Repeated || len(e.Refusals) != 2 || e.Refusals[0].By != "bob" || !e.Until.Equal(o.time.Add(15*time.Minute)) || e.Login != "ops" {
		t.Errorf("%+v", e)
	}
	if err := o.try(o.client("bob", "another", "right")); err != nil {
		t.Errorf("another login: %v", err)
	}
	o.time = o.time.Add(15*time.Minute + time.Second)
	if err := o.try(right); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

// HDP counts consecutive failures.
func TestAnAcceptedPasswordStartsTheCountAgain(t *testing.T) {
	o := newOffice(t)
	for _, password := range []string{"a", "right", "b", "right", "a"} {
		if err := o.try(o.client("bob", "ops", password)); (err == nil) != (password == "right") {
			t.Errorf("%s: %v", password, err)
		}
	}
	if sent := o.sent(); len(sent) != 5 {
		t.Errorf("sent %q", sent)
	}
}

// The password was changed elsewhere while several sessions worked with the old one.
func TestARefusedPasswordStopsEverySessionThatHasIt(t *testing.T) {
	o := newOffice(t)
	bobs, carols := o.client("bob", "ops", "right"), o.client("carol", "ops", "right")
	for _, c := range []*Client{bobs, carols} {
		if err := o.try(c); err != nil {
			t.Fatal(err)
		}
	}
	o.right = "new"
	if err := o.try(bobs); errors.Is(err, ErrNotSent) || !errors.Is(err, ErrUnauthorized) {
		t.Errorf("bob: %v", err)
	}
	before := len(o.sent())
	err := o.try(carols)
	if e := gated(t, err); !e.Repeated || e.Refusals[0].By != "bob" || !asError(t, err).WasAccepted {
		t.Errorf("carol: %+v", e)
	}
	if sent := o.sent(); len(sent) != before {
		t.Errorf("sent %q", sent)
	}
	other := carols.With(Credentials{User: "ops", Password: SecretOf("new")})
	if err := o.try(other); err != nil {
		t.Fatal(err)
	}
	carols.Adopt(other)
	if err := o.try(carols); err != nil {
		t.Error(err)
	}
}

// A client that With returns tries passwords too, on a locked screen for example.
func TestClientsOfOneSessionShareTheGate(t *testing.T) {
	o := newOffice(t)
	c := o.client("bob", "ops", "right")
	for _, password := range []string{"a", "b", "c"} {
		_ = o.try(c.With(Credentials{User: "ops", Password: SecretOf(password)}))
	}
	if sent := o.sent(); len(sent) != 2 {
		t.Errorf("sent %q", sent)
	}
}

// A proxy hides the refusal behind its 502: those who waited must not send it as well.
func TestATrialWithoutAVerdictIsNotRepeatedByThoseWhoWaited(t *testing.T) {
	o := newOffice(t)
	o.hold, o.fail = make(chan struct{}), true
	var all sync.WaitGroup
	errs := make(chan error, 10)
	for range cap(errs) {
		c := o.client("bob", "ops", "wrong")
		all.Go(func() { errs <- o.try(c) })
	}
	for o.waiting() < 9 {
		<-time.After(time.Millisecond)
	}
	close(o.hold)
	all.Wait()
	close(errs)
	unproven := 0
	for err := range errs {
		if errors.Is(err, ErrUnproven) {
			unproven++
		}
	}
	if sent := o.sent(); len(sent) != 1 || unproven != 9 {
		t.Errorf("sent %q, %d unproven", sent, unproven)
	}
	if err := o.try(o.client("bob", "ops", "right")); err != nil {
		t.Errorf("the next call: %v", err)
	}
}

func (o *office) waiting() (n int) {
	o.gate.mu.Lock()
	defer o.gate.mu.Unlock()
	for _, l := range o.gate.logins {
		n += l.waiting
	}
	return n
}

func TestALateAcceptanceDoesNotLiftARefusalAtTheGate(t *testing.T) {
	o := newOffice(t)
	seat := o.client("bob", "ops", "old").gate.copySeat()
	seat.noteVerdict(refused)
	seat.noteVerdict(proven)
	if e := gated(t, o.try(o.client("carol", "ops", "old"))); !e.Repeated {
		t.Errorf("%+v", e)
	}
}

func TestAGateForgetsLogins(t *testing.T) {
	o := newOffice(t)
	for i := range 20 {
		if err := o.try(o.client("bob", fmt.Sprint("login", i), "right")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(o.gate.logins); n > 1 {
		t.Errorf("%d logins are kept", n)
	}
	text := fmt.Sprintf("%+v", o.gate.logins)
	if strings.Contains(text, "right") {
		t.Error("it keeps the password")
	}
}

// A session with a cookie is let in without its password, so that HDP goes on counting.
func TestOnlyATrialStartsTheCountAgain(t *testing.T) {
	wrong := 0
	var mu sync.Mutex
	first, _ := dial(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, password, _ := r.BasicAuth()
		_, err := r.Cookie("JSESSIONID")
		switch {
		case err != nil && password != "right":
			wrong++
			reply(401, unauthorizedEnvelope)(w, r)
			return
		case err != nil:
			wrong = 0
			http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "1", Path: "/"})
		}
		if strings.HasSuffix(r.URL.Path, "/users") {
			reply(200, `{"users":[]}`)(w, r)
			return
		}
		reply(200, `{"status":1}`)(w, r)
	})
	gate := NewGate()
	client := func(password string) *Client {
		c, err := New(first.base.String(), WithGate(gate, "bob"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		c.SetCredentials(Credentials{User: "ops", Password: SecretOf(password)})
		return c
	}
	working := client("right")
	if _, err := working.StatusInfo(t.Context(), 307); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		_, _ = client(fmt.Sprint("wrong", i)).StatusInfo(t.Context(), 307)
		for _, err := range working.Users(t.Context(), UsersOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if wrong > 2 {
		t.Errorf("HDP has counted %d wrong passwords", wrong)
	}
}

func TestAGateKnowsAServerByAnySpelling(t *testing.T) {
	gate := NewGate()
	var keys []gateKey
	for _, url := range []string{"https://hdp.example.com", "https://HDP.example.com:443/"} {
		c, err := New(url, WithGate(gate, "bob"))
		if err != nil {
			t.Fatal(err)
		}
		c.SetCredentials(Credentials{User: "ops", Password: SecretOf("x")})
		keys = append(keys, c.gate.copySeat().key())
	}
	if keys[0] != keys[1] {
		t.Errorf("%v", keys)
	}
}

func BenchmarkGateLogins(b *testing.B) {
	gate := NewGate()
	seat := gateSeat{gate: gate, server: "https://h"}
	for i := range 100_000 {
		s := seat
		s.login = fmt.Sprint("login", i)
		gate.logins[s.key()] = &gateLogin{refused: []gateRefusal{{GateRefusal: GateRefusal{At: time.Now()}}}, changed: make(chan struct{})}
	}
	seat.login = "ops"
	for b.Loop() {
		seat.arrive()
		seat.depart()
	}
}
