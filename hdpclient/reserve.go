package hdpclient

import (
	"context"
	"sync"
)

// Reservation reserves one request slot for requests that must follow each other
// closely. Other requests cannot take the slot. The zero Reservation reserves nothing.
type Reservation struct {
	gate    *authGate
	release sync.Once
}

type reservationKey struct{}

// Reserve waits for a slot and keeps it until Release. The error is that of ctx. With
// WithMaxInFlight(1), every other request waits.
func (c *Client) Reserve(ctx context.Context) (*Reservation, error) {
	if err := c.gate.reserve(ctx); err != nil {
		return nil, err
	}
	return &Reservation{gate: c.gate}, nil
}

// In returns ctx for requests that use the reserved slot, one at a time.
func (p *Reservation) In(ctx context.Context) context.Context {
	return context.WithValue(ctx, reservationKey{}, p)
}

// Release frees the slot. It may be called again.
func (p *Reservation) Release() {
	if p.gate != nil {
		p.release.Do(p.gate.unreserve)
	}
}

func (g *authGate) hasReservation(ctx context.Context) bool {
	p, ok := ctx.Value(reservationKey{}).(*Reservation)
	return ok && p.gate == g
}

func (g *authGate) reserve(ctx context.Context) error {
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

func (g *authGate) unreserve() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	g.wake()
}
