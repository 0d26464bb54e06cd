package uitest

import (
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"hdpadmin/ui/clock"
)

// Clock stands still until the test moves it. Given to [Start] by [WithClock], its pending timers
// do not keep the program from being idle.
type Clock struct {
	mu       sync.Mutex
	now      time.Time
	seq      int
	sleepers []*sleeper
	released chan struct{}
	meter    *meter
	settle   func()
}

var _ clock.Clock = (*Clock)(nil)

type sleeper struct {
	due    time.Time
	seq    int // of two that are due together, the lower one wakes first
	wake   chan struct{}
	writer bool // a pause of the writer
}

// NewClock returns a clock that stands at start.
func NewClock(start time.Time) *Clock {
	return &Clock{now: start.UTC(), released: make(chan struct{}), settle: func() {}}
}

// Now returns the time that the test has set, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Local returns the same as Now.
func (c *Clock) Local() time.Time { return c.Now() }

// After delivers msg once the test has moved the clock by d.
func (c *Clock) After(d time.Duration, msg tea.Msg) tea.Cmd {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	s := &sleeper{due: c.now.Add(d), seq: c.seq, wake: make(chan struct{})}
	return func() tea.Msg {
		if !c.sleep(s) {
			return nil
		}
		return msg
	}
}

// skewed is the clock of a machine that knows how far the server's clock is ahead.
type skewed struct {
	*Clock
	server time.Duration
}

// Now returns the server's time.
func (s skewed) Now() time.Time { return s.Clock.Now().Add(s.server) }

// sleep waits until the sleeper is due and returns false if the test ends first.
func (c *Clock) sleep(s *sleeper) bool {
	c.mu.Lock()
	if !s.due.After(c.now) {
		c.mu.Unlock()
		return true
	}
	c.sleepers = append(c.sleepers, s)
	c.meter.addResting(1)
	c.mu.Unlock()
	select {
	case <-s.wake:
		return true
	case <-c.released:
		return false
	}
}

// Advance moves the clock by d. Each timer that comes due sees its own time, and the program is
// idle before the next one fires, so timers set in response still fire within d.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set moves the clock to t as Advance does. Moving it back fires no timer.
func (c *Clock) Set(t time.Time) {
	c.settle()
	for c.fire(t) {
		c.settle()
	}
	c.mu.Lock()
	c.now = t.UTC()
	c.mu.Unlock()
}

// Pending returns the number of waiting timers.
func (c *Clock) Pending() int {
	c.settle()
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sleepers)
}

// fire wakes the first sleeper that is due by t and reports whether there was one.
func (c *Clock) fire(t time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.SortFunc(c.sleepers, func(a, b *sleeper) int {
		if order := a.due.Compare(b.due); order != 0 {
			return order
		}
		return a.seq - b.seq
	})
	if len(c.sleepers) == 0 || c.sleepers[0].due.After(t) {
		return false
	}
	s := c.sleepers[0]
	c.sleepers = c.sleepers[1:]
	c.now = s.due
	c.meter.addResting(-1)
	close(s.wake)
	return true
}

// endPauses removes the writer's pauses because something else is about to end them.
func (c *Clock) endPauses() {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := len(c.sleepers)
	c.sleepers = slices.DeleteFunc(c.sleepers, func(s *sleeper) bool { return s.writer })
	c.meter.addResting(len(c.sleepers) - all)
}

func (c *Clock) bind(m *meter, settle func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meter, c.settle = m, settle
}

func (c *Clock) release() { close(c.released) }

// writerClock adapts Clock to the writer. A waiting writer does not keep the program from being
// idle.
type writerClock struct{ *Clock }

func (c writerClock) After(d time.Duration) <-chan time.Time {
	woken := make(chan time.Time, 1)
	s := &sleeper{wake: make(chan struct{}), writer: true}
	c.mu.Lock()
	c.seq++
	s.due, s.seq = c.now.Add(d), c.seq
	if d <= 0 {
		close(s.wake)
	} else {
		c.sleepers = append(c.sleepers, s)
		c.meter.addResting(1)
	}
	c.mu.Unlock()
	go func() {
		select {
		case <-s.wake:
		case <-c.released:
		}
		woken <- c.Now()
	}()
	return woken
}
