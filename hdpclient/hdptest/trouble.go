package hdptest

import "slices"

// Trouble is a fault that recurs automatically, for the demo: nobody queues a Fault there
// or acts as another administrator.
type Trouble string

const (
	// Colleague is another administrator who changes each account once, right after its
	// status info was first read: a locked one is unlocked, any other deactivated.
	Colleague Trouble = "colleague"
	// LostAnswers drops the connection after each write, which is stored.
	LostAnswers Trouble = "lost-answers"
	// Proxy answers each write with its own page and passes only reads to the server.
	// Nothing is stored.
	Proxy Trouble = "proxy"
)

// Troubles returns every trouble.
func Troubles() []Trouble { return []Trouble{Colleague, LostAnswers, Proxy} }

// WithTroubles adds recurring faults. It panics on an unknown one.
func WithTroubles(all ...Trouble) Option {
	for _, t := range all {
		if !slices.Contains(Troubles(), t) {
			panic("hdptest: unknown trouble " + string(t))
		}
	}
	return func(s *settings) { s.troubles = append(s.troubles, all...) }
}

func (s *Server) startTrouble(t Trouble) {
	switch t {
	case Colleague:
		s.visited = map[int64]bool{}
	case LostAnswers:
		s.failWrites(CloseAfterApply)
	case Proxy:
		s.failWrites(HTML502)
	}
}

func (s *Server) failWrites(kind FaultKind) {
	for _, method := range []string{"PUT", "POST", "DELETE"} {
		s.Fail(Fault{Method: method, Kind: kind, Times: Forever})
	}
}

// letColleagueChange changes an account that was read for the first time, but not the
// reader's own. The lock is held.
func (c *call) letColleagueChange(a *account) {
	if c.visited == nil || c.visited[a.id] || a == c.op {
		return
	}
	c.visited[a.id] = true
	o := mustObject(a.status)
	if locked, _ := o.get("accountLocked"); locked == "true" {
		a.status, a.failures = withoutLock(o), nil
		return
	}
	a.status = o.with("status", "0").String()
}
