package hdpclient

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
)

// Credentials hold the login that a client sends with its calls.
type Credentials struct {
	// User is the login name. For an external authentication service, the server's
	// delimiter and the name of the service follow it: "user437|LDAP1".
	User     string
	Password Secret
}

// Reasons why the gate turns a request away.
var (
	errLatched = fmt.Errorf("%w earlier; nothing is sent until there are new credentials", ErrUnauthorized)
	errColon   = errors.New("a user name cannot contain a colon")
)

type loginMode uint8

const (
	loginRequired loginMode = iota
	loginOptional
	loginNever
)

// authGate decides when a request may be sent, and with which login. It protects the
// operator's own account, which the server locks after three wrong passwords: an
// untried login is tried by one request alone, nothing is sent after a refusal, and the
// number of requests in flight is limited.
type authGate struct {
	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever a waiting request should check again
	limit        int
	connections  *connections
	inFlight     int
	lists        int
	creds        Credentials
	jar          http.CookieJar
	generation   uint64 // changes with the credentials, so that late answers are recognised
	trust        trust
	wasProven    bool   // before the credentials were refused
	inconclusive uint64 // counts the trials that neither proved nor refused the credentials
	seat         gateSeat
}

// trust says how far the current credentials have been tested.
type trust uint8

const (
	untried trust = iota
	onTrial       // one request tries them now
	proven
	refused
)

func newAuthGate(limit int, connections *connections) *authGate {
	return &authGate{limit: limit, connections: connections, changed: make(chan struct{}), jar: newJar()}
}

func newJar() http.CookieJar {
	// New cannot fail without options. One host needs no public suffix list.
	jar, _ := cookiejar.New(nil)
	return jar
}

// setCredentials replaces the credentials; the zero Credentials remove them.
func (g *authGate) setCredentials(creds Credentials) {
	g.mu.Lock()
	defer g.mu.Unlock()
	// A cookie's session belongs to the old login.
	g.replace(creds, newJar(), untried)
}

func (g *authGate) adopt(other *authGate) {
	other.mu.Lock()
	creds, jar, trust := other.creds, other.jar, other.trust
	other.mu.Unlock()
	if trust == onTrial {
		trust = untried // the request on trial reports to the other gate
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.replace(creds, jar, trust)
}

// replace needs mu to be held.
func (g *authGate) replace(creds Credentials, jar http.CookieJar, trust trust) {
	old := g.creds.Password
	// Copied, because the caller may wipe its own.
	creds.Password = SecretOf(creds.Password.Reveal())
	g.creds, g.jar, g.trust, g.wasProven = creds, jar, trust, false
	g.seat = g.seat.with(creds)
	old.Wipe()
	g.generation++
	g.wake()
}

func (g *authGate) loginName() string { return g.newArrival().user }

func (g *authGate) copySeat() gateSeat {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seat
}

func (g *authGate) wasAccepted() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.trust == refused && g.wasProven
}

func (g *authGate) newArrival() arrival {
	g.mu.Lock()
	defer g.mu.Unlock()
	return arrival{user: g.creds.User, inconclusive: g.inconclusive}
}

// arrival records the gate's state when a request came to it. If the login changed
// since then, or was tried without a result, the request must not be sent.
type arrival struct {
	user         string
	inconclusive uint64
	reserved     bool // a slot is reserved for it

	sharedInconclusive uint64 // of the gate shared with other clients
}

// wake lets every waiting request check again. It needs mu to be held.
func (g *authGate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// pass is the permission to send one request. The holder gives it back with leave.
type pass struct {
	gate       *authGate
	generation uint64 // 0 for a request without credentials, which proves nothing
	trial      bool
	sent       bool // some of the request may have reached the server
	cached     bool // the answer says that it comes from a cache
	list       bool
	reserved   bool
	seat       gateSeat
	// sharedTrial: others wait at the gate that the client shares until this trial ends.
	sharedTrial bool
	jar         http.CookieJar
	transport   *http.Transport // the shared one, or a new one for this trial alone
	basic       string          // the value of the Authorization header, "" for none
	secrets     secrets
}

// enter waits until a request may be sent, as user if that is not empty. It returns the
// error of ctx, ErrNoCredentials, or the error of a refused login.
func (g *authGate) enter(ctx context.Context, login loginMode, user string, list bool) (p *pass, err error) {
	arrived := g.newArrival()
	arrived.user = cmp.Or(user, arrived.user)
	arrived.reserved = g.hasReservation(ctx)
	seat := g.copySeat()
	arrived.sharedInconclusive = seat.arrive()
	defer seat.depart()
	err = g.await(ctx, func() (wait <-chan struct{}, err error) {
		p, wait, err = g.tryEnter(login, list, arrived)
		return wait, err
	})
	return p, err
}

// await calls try until it returns nothing to wait for.
func (g *authGate) await(ctx context.Context, try func() (wait <-chan struct{}, err error)) error {
	for {
		// Checked first, so that nothing is sent for a context that is done.
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
func (g *authGate) tryEnter(login loginMode, list bool, arrived arrival) (*pass, <-chan struct{}, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known := g.creds.User != ""
	if !known && login == loginRequired {
		return nil, nil, ErrNoCredentials
	}
	authenticated := known && login != loginNever
	if authenticated {
		switch {
		case g.creds.User != arrived.user:
			return nil, nil, ErrLoginChanged // one operator's request is not sent as another
		case strings.Contains(g.creds.User, ":"):
			// Basic authentication ends the name at the first colon. The server would
			// count a wrong password against another account.
			return nil, nil, errColon
		case g.trust == refused:
			return nil, nil, errLatched
		case g.trust == onTrial:
			return nil, g.changed, nil
		case g.trust == untried && g.inconclusive != arrived.inconclusive:
			return nil, nil, ErrUnproven
		}
	}
	// A list keeps its slot for as long as its reader takes. If there is more than one
	// slot, the last is left for other requests.
	if !arrived.reserved && (g.inFlight >= g.limit || list && g.lists >= max(1, g.limit-1)) {
		return nil, g.changed, nil
	}
	if authenticated {
		if wait, err := g.enterShared(arrived); wait != nil || err != nil {
			return nil, wait, err
		}
	}
	p := &pass{gate: g, list: list, reserved: arrived.reserved, transport: g.connections.get()}
	if !p.reserved {
		g.inFlight++
	}
	if list {
		g.lists++
	}
	if authenticated {
		plain := g.creds.User + ":" + g.creds.Password.Reveal()
		p.generation, p.jar, p.seat = g.generation, g.jar, g.seat
		p.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(plain))
		p.secrets = secrets(nil).with(g.creds.Password.Reveal()).with(plain)
		if g.trust == untried {
			// net/http repeats a GET on each idle connection that closes early. A trial
			// gets a new transport, so that it reaches the server only once.
			g.trust, p.trial, p.transport = onTrial, true, g.connections.open()
			p.sharedTrial = true
		}
	}
	return p, nil, nil
}

// enterShared asks the gate that the client shares with others, last: from then on, others wait for a
// trial. It needs mu to be held.
func (g *authGate) enterShared(arrived arrival) (wait <-chan struct{}, err error) {
	wait, err = g.seat.enter(g.trust == untried, arrived.sharedInconclusive)
	if gated, ok := errors.AsType[*GateError](err); ok && gated.Repeated {
		g.wasProven, g.trust, g.jar = g.trust == proven, refused, newJar()
		g.wake()
	}
	return wait, err
}

func (g *authGate) isProven() bool { return g.provenLogin() != "" }

func (g *authGate) provenLogin() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.trust != proven {
		return ""
	}
	return g.creds.User
}

func (g *authGate) credentials() Credentials {
	g.mu.Lock()
	defer g.mu.Unlock()
	return Credentials{User: g.creds.User, Password: SecretOf(g.creds.Password.Reveal())}
}

// isSame compares passwords in a time that does not depend on where they differ.
func (c Credentials) isSame(other Credentials) bool {
	return c.User == other.User && subtle.ConstantTimeCompare(c.Password.bytes, other.Password.bytes) == 1
}

// markProven notes that the server accepted the credentials. An answer from a cache
// does not prove that.
func (p *pass) markProven() {
	if !p.cached {
		p.setTrust(proven)
	}
}

// markRefused stops all further requests with these credentials and drops the cookies:
// with the cookie of an ended session the server would refuse every password.
func (p *pass) markRefused() { p.setTrust(refused) }

func (p *pass) setTrust(verdict trust) {
	if p.generation != 0 {
		// HDP may accept the cookie of a session without a look at the password, and then goes on
		// counting. A trial has none.
		if verdict == refused || p.sharedTrial {
			p.seat.noteVerdict(verdict)
		}
		p.endSharedTrial(false)
	}
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	// A late answer says nothing about newer credentials, and a late acceptance must
	// not lift a refusal.
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

func (p *pass) endSharedTrial(inconclusive bool) {
	if p.sharedTrial {
		p.sharedTrial = false
		p.seat.end(inconclusive)
	}
}

// leave gives the pass back. failed is the error of the request, nil for none.
//
// After a trial without a verdict, the next call may try the credentials alone. If
// something was sent, the answer (a proxy's 502, for example) may hide a refusal, so
// neither waiting requests nor retries of the same call try them again.
func (p *pass) leave(failed *Error) {
	p.endSharedTrial(p.sent)
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
