package hdpclient

import (
	"net/http"
	"sync"
	"time"
)

// serverClock estimates the server's time from the Date header of its answers.
type serverClock struct {
	mu     sync.Mutex
	server time.Time // as the last answer said it
	heard  time.Time // when that was, with this machine's monotonic clock
}

func (c *serverClock) hear(h http.Header, now time.Time) {
	// An answer out of a cache has the date of the day it was made.
	if h.Get("Age") != "" {
		return
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server, c.heard = date.UTC(), now
}

// Now returns the server's time, UTC, estimated from the Date header of its last
// answer and the time since. It is right to a second or two. Before the first
// answer it is not known.
func (c *Client) Now() (server time.Time, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.heard.IsZero() {
		return time.Time{}, false
	}
	return c.clock.server.Add(time.Since(c.clock.heard)), true
}

// Skew returns by how much the server's clock is ahead of this machine's, as of
// the last answer; negative when it is behind.
func (c *Client) Skew() (time.Duration, bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.heard.IsZero() {
		return 0, false
	}
	return c.clock.server.Sub(c.clock.heard.Round(0)), true
}
