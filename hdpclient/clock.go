package hdpclient

import (
	"net/http"
	"sync"
	"time"
)

// serverClock estimates the server's time from the Date header of its answers.
type serverClock struct {
	began time.Time
	read  func() instant // in place of this machine's clocks, for tests; nil: those

	mu        sync.Mutex
	server    time.Time // as the last answer said it
	updatedAt instant   // when that was
}

// instant is a moment by both clocks of this machine.
type instant struct {
	wall    time.Time     // may be set, forth and back
	running time.Duration // since the client was made; stands still while a laptop sleeps
}

// since is the time from then to now. Of two clocks that differ the one that has
// seen more is right, unless this machine's was set; then the next answer is soon
// enough, since what is taken for older than it is is read once more.
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
	c.server, c.updatedAt = date.UTC(), c.now()
}

// Now returns the server's time, UTC, estimated from the Date header of its last
// answer and the time since, a sleep of this machine included. It is right to a
// second or two. Before the first answer it is not known.
func (c *Client) Now() (server time.Time, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.server.IsZero() {
		return time.Time{}, false
	}
	return c.clock.server.Add(c.clock.now().since(c.clock.updatedAt)), true
}

// Skew returns by how much the server's clock is ahead of this machine's, as of
// the last answer; negative when it is behind.
func (c *Client) Skew() (time.Duration, bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	if c.clock.server.IsZero() {
		return 0, false
	}
	return c.clock.server.Sub(c.clock.updatedAt.wall), true
}
