package hdpclient

import (
	"net/http"
	"sync"
)

// connections are shared by a client and those made by With. A login is tried on its
// own transport, which replaces the current one once the login is accepted.
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
	// Connections in use are closed when they become idle.
	c.current.CloseIdleConnections()
	c.current = next
}

func (c *connections) closeIdle() { c.get().CloseIdleConnections() }
