package hdpclient

import (
	"net/http"
	"sync"
)

// connections is shared by a client and those made With it. A login is tried on a
// transport of its own, which replaces the current one once the login is accepted.
type connections struct {
	open func() *http.Transport

	mu      sync.Mutex
	current *http.Transport
}

func newConnections(open func() *http.Transport) *connections {
	return &connections{open: open, current: open()}
}

func (c *connections) get() *http.Transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

func (c *connections) replace(next *http.Transport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Those in use are closed as soon as they fall idle.
	c.current.CloseIdleConnections()
	c.current = next
}

func (c *connections) closeIdle() { c.get().CloseIdleConnections() }
