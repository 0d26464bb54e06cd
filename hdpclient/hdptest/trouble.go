package hdptest

import "slices"

// A Trouble goes wrong by itself and again and again: for a demo, where nobody
// stands by to queue a Fault or to be the other administrator.
type Trouble string

const (
	// Colleague is another administrator, who changes each account once, just
	// after its status info was first read: what was locked is unlocked, any
	// other is deactivated.
	Colleague Trouble = "colleague"
	// LostAnswers is a line that drops when a write has been done: it stands,
	// and whoever sent it hears nothing.
	LostAnswers Trouble = "lost-answers"
	// Proxy is one on the way that lets reads pass and answers each write with
	// a page of its own. Nothing is written.
	Proxy Trouble = "proxy"
)

// Troubles lists every trouble.
func Troubles() []Trouble { return []Trouble{Colleague, LostAnswers, Proxy} }

// WithTroubles brings troubles in. It panics on one that is none of Troubles.
func WithTroubles(all ...Trouble) Option {
	for _, t := range all {
		if !slices.Contains(Troubles(), t) {
			panic("hdptest: no trouble " + string(t))
		}
	}
	return func(s *settings) { s.troubles = append(s.troubles, all...) }
}

func (s *Server) startTrouble(t Trouble) {
	switch t {
	case Colleague:
		s.visited = map[int64]bool{}
	case LostAnswers:
		s.Fail(Fault{Method: "PUT", Kind: CloseAfterApply, Times: Forever})
	case Proxy:
		s.Fail(Fault{Method: "PUT", Kind: HTML502, Times: Forever})
	}
}

// letColleagueChange is what the colleague does once an account was looked at, if there is
// one; the lock is held. The operator who looks is left alone.
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
