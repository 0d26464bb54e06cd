package hdpclient

import (
	"context"
	"sync"
)

// Place is one of the places in flight, held for requests that are to follow one
// another closely: nothing else can come between them. The zero Place is none.
type Place struct {
	gate    *gate
	release sync.Once
}

type placeKey struct{}

// Hold waits for a place and keeps it until Release. The error is that of ctx.
// Where there is only one place (WithMaxInFlight(1)), every other request waits.
func (c *Client) Hold(ctx context.Context) (*Place, error) {
	if err := c.gate.hold(ctx); err != nil {
		return nil, err
	}
	return &Place{gate: c.gate}, nil
}

// In returns ctx for requests that go out in the place, one at a time.
func (p *Place) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, placeKey{}, p)
}

// Release gives the place back. It may be called again.
func (p *Place) Release() {
	if p.gate != nil {
		p.release.Do(p.gate.letGo)
	}
}

// holds reports whether a request made with ctx goes out in a place of g that is
// held for it.
func (g *gate) holds(ctx context.Context) bool {
	p, ok := ctx.Value(placeKey{}).(*Place)
	return ok && p.gate == g
}

func (g *gate) hold(ctx context.Context) error {
	return g.await(ctx, func() (<-chan struct{}, error) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.inFlight >= g.limit {
			return g.changed, nil
		}
		g.inFlight++
		return nil, nil
	})
}

func (g *gate) letGo() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	g.wake()
}
