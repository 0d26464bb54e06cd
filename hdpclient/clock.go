package hdpclient

import (
	"net/http"
	"sync"
	"time"
)

// serverClock estimates the server's time from the Date headers of its responses.
type serverClock struct {
	began time.Time
	read  func() instant // replaces this machine's clocks in tests; nil to read them

	mu        sync.Mutex
	server    time.Time // from the latest response
	updatedAt instant   // when server was read
}

// instant is one moment on both clocks of this machine.
type instant struct {
	wall    time.Time     // the system clock, which may be set back or forward
	running time.Duration // since the client was made; does not count while a laptop sleeps
}

// since returns the time from then to now. If the clocks differ, the larger step
// counts, because one clock stops during sleep. If the system clock was set, the error
// lasts until the next response; data that seems older than it is gets read again.
func (now instant) since(then instant) time.Duration {
	return max(now.running-then.running, now.wall.Sub(then.wall))
}

func (c *serverClock) now() instant {
	if c.read != nil {
		return c.read()
	}
	now := time.Now()
	return instant{wall: now.Round(0), running: now.Sub(c.began)}
}

func (c *serverClock) update(h http.Header) {
	// A response from a cache has the date on which the cache stored it.
	if h.Get("Age") != "" {
		return
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.updatedAt = date.UTC(), c.now()
}

// Now returns the server's time in UTC, accurate to a second or two. It adds the time
// since the last response, including sleep of this machine, to that response's Date
// header. The time is not known before the first response.
func (c *Client) Now() (server time.Time, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.server.IsZero() {
		return time.Time{}, false
	}
	return c.clock.server.Add(c.clock.now().since(c.clock.updatedAt)), true
}

// Skew returns how far the server's clock is ahead of this machine's as of the last
// response; negative if it is behind. It returns false before the first response.
func (c *Client) Skew() (time.Duration, bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.server.IsZero() {
		return 0, false
	}
	return c.clock.server.Sub(c.clock.updatedAt.wall), true
}
