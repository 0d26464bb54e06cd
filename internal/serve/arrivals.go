package serve

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// arrivals decides whether a connection may begin its handshake, which costs the service
// more than the client.
type arrivals struct {
	limits Limits

	mu        sync.Mutex
	open      int
	addresses map[netip.Prefix]*address
	swept     time.Time     // when addresses were forgotten last
	rest      *rate.Limiter // for the addresses that no longer fit into the table
}

type address struct {
	bucket  *rate.Limiter
	open    int
	refused bool // since the bucket was last full
}

func newArrivals(l Limits) *arrivals {
	return &arrivals{limits: l, addresses: map[netip.Prefix]*address{}, rest: rate.NewLimiter(rate.Limit(l.Rate), l.Burst)}
}

// refusedArrival says why a connection was closed before its handshake, in words for the log.
type refusedArrival struct {
	reason string
	again  bool // so was one from the same address shortly before, and a flood must not fill the log
}

// admit counts a connection from an address as one that has not signed in yet, until left is called.
func (a *arrivals) admit(from netip.Addr, now time.Time) (left func(), refused *refusedArrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := network(from)
	known := a.addresses[key]
	if known == nil {
		if len(a.addresses) >= maxAddresses {
			a.forget(now)
		}
		known = &address{bucket: rate.NewLimiter(rate.Limit(a.limits.Rate), a.limits.Burst)}
		if len(a.addresses) >= maxAddresses {
			known.bucket = a.rest
		} else {
			a.addresses[key] = known
		}
	}
	if a.isFull(known, now) {
		known.refused = false
	}
	reason := ""
	switch {
	case !known.bucket.AllowN(now, 1):
		reason = "too many connections from this address"
	case known.open >= a.limits.ArrivingPerAddress:
		reason = "too many connections from this address that have not signed in"
	case a.open >= a.limits.Arriving:
		reason = "too many connections that have not signed in"
	default:
		known.open++
		a.open++
		return sync.OnceFunc(func() { a.leave(known) }), nil
	}
	again := known.refused
	known.refused = true
	return nil, &refusedArrival{reason, again}
}

func (a *arrivals) leave(known *address) {
	a.mu.Lock()
	defer a.mu.Unlock()
	known.open--
	a.open--
}

func (a *arrivals) isFull(known *address, now time.Time) bool {
	return known.bucket.TokensAt(now) >= float64(a.limits.Burst)
}

// forget drops the addresses about which there is nothing left to remember. It goes through the
// table once a second at most: a flood from many addresses must not make that the work of each.
func (a *arrivals) forget(now time.Time) {
	if now.Sub(a.swept) < time.Second {
		return
	}
	a.swept = now
	for key, known := range a.addresses {
		if known.open == 0 && a.isFull(known, now) {
			delete(a.addresses, key)
		}
	}
}

// network returns what one client can choose addresses from: a /64 of IPv6.
func network(from netip.Addr) netip.Prefix {
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	p, _ := from.WithZone("").Prefix(bits)
	return p
}
