package hdpclient

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
)

// Credentials are the login that every call is made with.
type Credentials struct {
	// User is the login name, with the delimiter and the service's name behind it
	// for an external authentication service ("user437|LDAP1").
	User     string
	Password Secret
}

// What the gate says to a request that it does not let through.
var (
	errLatched = fmt.Errorf("%w earlier; nothing is sent until there are new credentials", ErrUnauthorized)
	errColon   = errors.New("a login name cannot contain a colon")
	errChanged = errors.New("the login changed while the request waited")
)

// loginMode says whether a request carries the credentials.
type loginMode uint8

const (
	loginRequired loginMode = iota
	loginOptional
	loginNever
)

// authGate decides when a request may be sent and as whom. It keeps the operator
// from being locked out: the server locks an account after three wrong
// passwords, so credentials that nothing is known of are tried by one request
// alone, after a refusal nothing is sent, and there are never more requests in
// flight than the limit.
type authGate struct {
	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever a waiting request may look again
	limit        int
	connections  *connections
	inFlight     int
	lists        int
	creds        Credentials
	jar          http.CookieJar
	generation   uint64 // counts the credentials, so that a late answer is known as such
	trust        trust
	wasProven    bool   // before they were refused
	inconclusive uint64 // counts the trials that told nothing of the credentials
}

// trust is what is known of the present credentials.
type trust uint8

const (
	untried trust = iota
	onTrial       // one request is out with them
	proven
	refused
)

func newAuthGate(limit int, connections *connections) *authGate {
	return &authGate{limit: limit, connections: connections, changed: make(chan struct{}), jar: newJar()}
}

func newJar() http.CookieJar {
	// New fails for no options; the public suffix list is not needed for one host.
	jar, _ := cookiejar.New(nil)
	return jar
}

// setCredentials replaces the credentials; the zero Credentials remove them.
func (g *authGate) setCredentials(creds Credentials) {
	g.mu.Lock()
	defer g.mu.Unlock()
	// The session in a cookie belongs to the old login.
	g.replace(creds, newJar(), untried)
}

// adopt takes over what another gate has and knows.
func (g *authGate) adopt(other *authGate) {
	other.mu.Lock()
	creds, jar, trust := other.creds, other.jar, other.trust
	other.mu.Unlock()
	if trust == onTrial {
		trust = untried // whoever tries it tells the other gate
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.replace(creds, jar, trust)
}

// replace replaces the credentials. Call it with mu held.
func (g *authGate) replace(creds Credentials, jar http.CookieJar, trust trust) {
	old := g.creds.Password
	// A copy: the caller may wipe its own.
	creds.Password = SecretOf(creds.Password.Reveal())
	g.creds, g.jar, g.trust, g.wasProven = creds, jar, trust, false
	old.Wipe()
	g.generation++
	g.wake()
}

func (g *authGate) loginName() string { return g.newArrival().user }

// wasAccepted reports whether the server accepted the credentials before it refused them.
func (g *authGate) wasAccepted() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.trust == refused && g.wasProven
}

// newArrival is how things stand as a request comes to the gate.
func (g *authGate) newArrival() arrival {
	g.mu.Lock()
	defer g.mu.Unlock()
	return arrival{user: g.creds.User, inconclusive: g.inconclusive}
}

// arrival is when and how a request came to the gate. It is not let through as
// somebody else, nor with a login that was tried meanwhile without being told of it.
type arrival struct {
	user         string
	inconclusive uint64
	reserved     bool // its place is held for it
}

// wake lets every waiting request look again. Call it with mu held.
func (g *authGate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// pass is the right to send one request. It is given back with leave.
type pass struct {
	gate       *authGate
	generation uint64 // 0: sent without credentials, its answer says nothing of them
	trial      bool
	sent       bool // something of it may have reached the server
	cached     bool // the answer comes from a cache, and says so
	list       bool
	reserved   bool
	jar        http.CookieJar
	transport  *http.Transport // everybody's, or one for this trial alone
	basic      string          // the value of the Authorization header, "" for none
	secrets    secrets
}

// enter waits until a request may be sent. The error is a context's,
// ErrNoCredentials, or that of a refused login.
func (g *authGate) enter(ctx context.Context, login loginMode, list bool) (p *pass, err error) {
	came := g.newArrival()
	came.reserved = g.hasReservation(ctx)
	err = g.await(ctx, func() (wait <-chan struct{}, err error) {
		p, wait, err = g.tryEnter(login, list, came)
		return wait, err
	})
	return p, err
}

// await tries until there is nothing to wait for.
func (g *authGate) await(ctx context.Context, try func() (wait <-chan struct{}, err error)) error {
	for {
		// First, so that a context that is done sends nothing.
		if err := ctx.Err(); err != nil {
			return err
		}
		wait, err := try()
		if wait == nil || err != nil {
			return err
		}
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
}

// tryEnter returns a pass, a channel to wait for, or an error.
func (g *authGate) tryEnter(login loginMode, list bool, came arrival) (*pass, <-chan struct{}, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known := g.creds.User != ""
	if !known && login == loginRequired {
		return nil, nil, ErrNoCredentials
	}
	authenticated := known && login != loginNever
	if authenticated {
		switch {
		case g.creds.User != came.user:
			return nil, nil, errChanged // what one operator began is not sent as another
		case strings.Contains(g.creds.User, ":"):
			// Basic ends the name at the first colon: it would be an attempt, with a
			// wrong password, on somebody else's account.
			return nil, nil, errColon
		case g.trust == refused:
			return nil, nil, errLatched
		case g.trust == onTrial:
			return nil, g.changed, nil
		case g.trust == untried && g.inconclusive != came.inconclusive:
			return nil, nil, ErrUnproven
		}
	}
	// A list holds its place for as long as its reader takes; one place is left for
	// everything else, where there is more than one.
	if !came.reserved && (g.inFlight >= g.limit || list && g.lists >= max(1, g.limit-1)) {
		return nil, g.changed, nil
	}
	p := &pass{gate: g, list: list, reserved: came.reserved, transport: g.connections.get()}
	if !p.reserved {
		g.inFlight++
	}
	if list {
		g.lists++
	}
	if authenticated {
		plain := g.creds.User + ":" + g.creds.Password.Reveal()
		p.generation, p.jar = g.generation, g.jar
		p.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(plain))
		p.secrets = secrets(nil).with(g.creds.Password.Reveal()).with(plain)
		if g.trust == untried {
			// net/http repeats a GET on each idle connection that closes early: a trial
			// gets a new one that nothing else uses.
			g.trust, p.trial, p.transport = onTrial, true, g.connections.open()
		}
	}
	return p, nil, nil
}

func (g *authGate) isProven() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.trust == proven
}

// markProven notes that the server accepted the credentials. An answer from a cache
// does not tell: HDP has not seen this request.
func (p *pass) markProven() {
	if !p.cached {
		p.setTrust(proven)
	}
}

// markRefused notes that the server did not, lets nothing more through, and drops the
// cookies: one of a session that has ended would have every password refused.
func (p *pass) markRefused() { p.setTrust(refused) }

func (p *pass) setTrust(verdict trust) {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	// An answer to older credentials says nothing of the present ones; and an
	// acceptance that was under way does not lift a refusal.
	if p.generation == 0 || p.generation != g.generation || g.trust == refused {
		return
	}
	if p.trial && verdict == proven {
		g.connections.replace(p.transport)
	}
	if verdict == refused {
		g.wasProven, g.jar = g.trust == proven, newJar()
	}
	p.trial = false
	g.trust = verdict
	g.wake()
}

// leave gives the pass back, with the error that the request ended with, nil for
// none. A trial that ended without a verdict leaves the credentials untried, for
// the next call to try alone. Where something of it was sent, a refusal may hide
// behind the answer, a proxy's 502 perhaps: nothing that waits, and no further
// attempt of the same call, tries them once more.
func (p *pass) leave(failed *Error) {
	g := p.gate
	if p.transport != g.connections.get() {
		p.transport.CloseIdleConnections()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !p.reserved {
		g.inFlight--
	}
	if p.list {
		g.lists--
	}
	if p.trial && p.generation == g.generation && g.trust == onTrial {
		g.trust = untried
		if p.sent {
			g.inconclusive++
			if failed != nil {
				failed.unproven = true
			}
		}
	}
	g.wake()
}
