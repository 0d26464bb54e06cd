package uitest

import (
	"context"
	"sync"
)

// Gate holds fake requests until the test lets them through. Given to [Start] by [WithGate], a
// request that waits there does not keep the program from being idle. The zero Gate is shut.
type Gate struct {
	mu      sync.Mutex
	opened  chan struct{}
	open    bool
	waiting int
	meter   *meter
}

// Wait returns when the gate opens, or with the context's error if that comes first.
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
	if g.opened == opened { // otherwise pass has counted this one already
		g.waiting--
		g.meter.addResting(-1)
	}
	return ctx.Err()
}

// Open lets everything through until Shut.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = true
	g.pass()
}

// Pass lets through the requests that wait now, and no later ones.
func (g *Gate) Pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

// Shut makes later requests wait.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = false
}

// Waiting returns the number of waiting requests.
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
