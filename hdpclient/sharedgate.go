package hdpclient

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// HDP's defaults ("Implementing an account lockout policy"): three wrong passwords within 15 minutes lock
// an account for 30. Reading other values needs a permission that operators lack. The documents do not
// say whether a failure renews the 15 minutes, so a Gate counts them from the last one.
const (
	lockoutAttempts = 3
	lockoutWindow   = 15 * time.Minute
)

// Gate keeps the clients of a process from using up the tries of a login together; see [WithGate].
// It lets one of them at a time try a password that HDP has not accepted yet. Of the passwords that
// HDP has refused it sends none again, and after two different ones no further: the third could lock
// the account, for everyone who shares the login. That ends with the next accepted password, or 15
// minutes after the last refusal, when HDP counts from zero. It holds for the right password as well,
// since nobody can tell.
//
// HDP compares names without case, so a Gate does too. It keeps no password, only a keyed hash.
type Gate struct {
	key [sha256.Size]byte
	now func() time.Time

	mu     sync.Mutex
	logins map[gateKey]*gateLogin
	swept  time.Time // when what is too old was forgotten
}

// NewGate returns a gate for the clients of a process.
func NewGate() *Gate {
	g := &Gate{now: time.Now, logins: map[gateKey]*gateLogin{}}
	_, _ = rand.Read(g.key[:]) // never fails
	return g
}

// WithGate shares the gate with the other clients of the process. The operator is named in the errors
// that others get. Clients that [Client.With] returns share it too.
func WithGate(g *Gate, operator string) Option {
	return func(s *settings) error {
		if g == nil {
			return errors.New("gate: must not be nil")
		}
		s.shared, s.operator = g, operator
		return nil
	}
}

// GateError means that a [Gate] did not let a password through, because HDP might lock the account. It
// is an [ErrUnauthorized], and nothing was sent.
type GateError struct {
	Login string
	// Repeated: HDP has refused this very password. Otherwise it has refused others, and one try is
	// left.
	Repeated bool
	Refusals []GateRefusal // oldest first
	Until    time.Time     // when the next password may be tried
}

// GateRefusal is a password that HDP has refused.
type GateRefusal struct {
	By string // the operator in whose session it was tried
	At time.Time
}

func (e *GateError) Error() string {
	if e.Repeated {
		return fmt.Sprintf("HDP refused this password for %s before; it is not sent again until %s", Clean(e.Login), e.Until.UTC().Format("15:04 UTC"))
	}
	return fmt.Sprintf("HDP refused %d passwords for %s, and one more may lock the account; none is sent until %s",
		len(e.Refusals), Clean(e.Login), e.Until.UTC().Format("15:04 UTC"))
}

// Unwrap returns ErrUnauthorized, for errors.Is.
func (e *GateError) Unwrap() error { return ErrUnauthorized }

type gateKey struct{ server, login string }

type passwordHash [sha256.Size]byte

// gateLogin is what a gate knows about one login at one server.
type gateLogin struct {
	onTrial      bool          // a client tries a password now
	changed      chan struct{} // closed and replaced at the end of a trial
	inconclusive uint64        // trials without a verdict, which requests that waited must not repeat
	waiting      int
	refused      []gateRefusal // since the last accepted password, different ones, oldest first
}

type gateRefusal struct {
	GateRefusal
	hash passwordHash
}

// gateSeat is a client's place at a gate: its login and password.
type gateSeat struct {
	gate     *Gate // nil: the client shares no gate
	server   string
	operator string
	login    string
	hash     passwordHash
}

func newGateSeat(s settings, base *url.URL) gateSeat {
	host := base.Host
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return gateSeat{gate: s.shared, operator: s.operator, server: strings.ToLower(base.Scheme+"://"+host) + base.EscapedPath()}
}

// with returns the seat for other credentials.
func (s gateSeat) with(c Credentials) gateSeat {
	if s.gate == nil {
		return s
	}
	mac := hmac.New(sha256.New, s.gate.key[:])
	_, _ = mac.Write(c.Password.bytes)
	s.login, s.hash = c.User, passwordHash(mac.Sum(nil))
	return s
}

func (s gateSeat) key() gateKey { return gateKey{s.server, strings.ToLower(s.login)} }

// find returns what is known of the seat's login. It requires mu.
func (s gateSeat) find() *gateLogin {
	g := s.gate
	now := g.now()
	if now.Sub(g.swept).Abs() > time.Minute { // not at every request: anyone can type any number of logins
		g.swept = now
		for key := range g.logins {
			g.forgetOld(key, now)
		}
	}
	g.forgetOld(s.key(), now)
	l := g.logins[s.key()]
	if l == nil {
		l = &gateLogin{changed: make(chan struct{})}
		g.logins[s.key()] = l
	}
	return l
}

// forgetOld forgets refusals that HDP no longer counts, and a login of which nothing is known. It
// requires mu.
func (g *Gate) forgetOld(key gateKey, now time.Time) {
	l := g.logins[key]
	if l == nil {
		return
	}
	if n := len(l.refused); n > 0 && now.Sub(l.refused[n-1].At) > lockoutWindow {
		l.refused = nil
	}
	if len(l.refused) == 0 && !l.onTrial && l.waiting == 0 {
		delete(g.logins, key)
	}
}

// arrive counts a request that is about to enter, and returns how many trials had no verdict before.
// It must be followed by depart.
func (s gateSeat) arrive() (inconclusive uint64) {
	if s.gate == nil || s.login == "" {
		return 0
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	l := s.find()
	l.waiting++
	return l.inconclusive
}

func (s gateSeat) depart() {
	if s.gate == nil || s.login == "" {
		return
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if l := s.gate.logins[s.key()]; l != nil {
		l.waiting--
	}
	s.gate.forgetOld(s.key(), s.gate.now())
}

// enter lets a request pass, or returns a channel to wait for, or an error. If the password is untried,
// the request is a trial, which must be followed by one call of end.
func (s gateSeat) enter(untried bool, inconclusive uint64) (wait <-chan struct{}, err error) {
	if s.gate == nil {
		return nil, nil
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	l := s.find()
	isMine := func(r gateRefusal) bool { return r.hash == s.hash }
	switch repeated := slices.ContainsFunc(l.refused, isMine); {
	case repeated, untried && len(l.refused) >= lockoutAttempts-1:
		return nil, l.newError(s.login, repeated)
	case !untried:
		return nil, nil
	case l.onTrial:
		return l.changed, nil
	case l.inconclusive != inconclusive:
		return nil, ErrUnproven
	}
	l.onTrial = true
	return nil, nil
}

func (l *gateLogin) newError(login string, repeated bool) *GateError {
	e := &GateError{Login: login, Repeated: repeated}
	for _, r := range l.refused {
		e.Refusals = append(e.Refusals, r.GateRefusal)
		e.Until = r.At.Add(lockoutWindow)
	}
	return e
}

// noteVerdict notes that HDP has accepted or refused the password. An acceptance of a password that was
// refused meanwhile came late.
func (s gateSeat) noteVerdict(verdict trust) {
	if s.gate == nil {
		return
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	l := s.find()
	known := slices.ContainsFunc(l.refused, func(r gateRefusal) bool { return r.hash == s.hash })
	switch {
	case known:
	case verdict == refused:
		l.refused = append(l.refused, gateRefusal{GateRefusal{By: s.operator, At: s.gate.now()}, s.hash})
	case verdict == proven:
		l.refused = nil
	}
	s.gate.forgetOld(s.key(), s.gate.now())
}

// end ends a trial.
func (s gateSeat) end(inconclusive bool) {
	if s.gate == nil {
		return
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	l := s.find()
	l.onTrial = false
	if inconclusive {
		l.inconclusive++
	}
	close(l.changed)
	l.changed = make(chan struct{})
	s.gate.forgetOld(s.key(), s.gate.now())
}
