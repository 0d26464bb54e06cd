package uitest

import (
	"context"
	"sync"
)

// A Gate is where a fake request waits until the test lets it go on. Given to [Start] by [WithGate],
// a request that waits there does not keep the program from being idle. The zero Gate is shut.
type Gate struct {
	mu      sync.Mutex
	opened  chan struct{}
	open    bool
	waiting int
	meter   *meter
}

// Wait returns when the gate is open, or with the context's error when that is done first.
func (g *Gate) Wait(ctx context.Context) error {
	g.mu.Lock()
	if g.open {
		g.mu.Unlock()
		return ctx.Err()
	}
	if g.opened == nil {
		g.opened = make(chan struct{})
	}
	opened := g.opened
	g.waiting++
	g.meter.addResting(1)
	g.mu.Unlock()

	select {
	case <-opened:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == opened { // else Open has counted this one already
		g.waiting--
		g.meter.addResting(-1)
	}
	return ctx.Err()
}

// Open lets through all that wait, and all that come until Shut.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = true
	g.pass()
}

// Pass lets through all that wait now; the gate stays as it is for those that come later.
func (g *Gate) Pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

// Shut makes those wait that come from now on.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = false
}

// Waiting is how many wait.
func (g *Gate) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.waiting
}

func (g *Gate) pass() {
	if g.opened == nil {
		return
	}
	g.meter.addResting(-g.waiting)
	g.waiting = 0
	close(g.opened)
	g.opened = nil
}

func (g *Gate) bind(m *meter, _ func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.meter = m
}

func (g *Gate) release() { g.Open() }
