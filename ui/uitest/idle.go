package uitest

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// meter counts commands in flight and tracks which frame has reached the terminal. Each change
// closes the channel that look returned before, so a test can look first and then wait.
type meter struct {
	mu      sync.Mutex
	flights map[*flight]struct{}
	resting int   // flights that wait for a clock or at a gate
	held    int   // flights that hang on purpose
	drawn   int64 // the last frame that View drew
	flushed int64 // the last frame that the renderer took
	direct  bool  // bytes were written outside the frames since the last flush
	panic   string
	change  chan struct{}
}

// flight is a command that was handed to the runtime and whose message Update has not finished
// with.
type flight struct{ name string }

func newMeter() *meter {
	return &meter{flights: map[*flight]struct{}{}, change: make(chan struct{})}
}

// update changes the meter and wakes those who wait.
func (m *meter) update(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
	close(m.change)
	m.change = make(chan struct{})
}

func (m *meter) start(cmd any) *flight {
	f := &flight{name: runtime.FuncForPC(reflect.ValueOf(cmd).Pointer()).Name()}
	m.update(func() { m.flights[f] = struct{}{} })
	return f
}

func (m *meter) finish(f *flight) { m.update(func() { delete(m.flights, f) }) }

// addResting is called with 1 before a command waits and with -1 before it is woken, so that a
// woken command never counts as idle. A clock or gate without a Term has no meter.
func (m *meter) addResting(n int) {
	if m != nil {
		m.update(func() { m.resting += n })
	}
}

func (m *meter) hold(n int) { m.update(func() { m.held = n }) }

func (m *meter) nextFrame() (n int64) {
	m.update(func() { m.drawn++; n = m.drawn })
	return n
}

func (m *meter) frameTaken(n int64) {
	m.update(func() { m.flushed = max(m.flushed, n) })
}

func (m *meter) wroteDirectly() { m.update(func() { m.direct = true }) }

// takeDirect reports whether bytes were written outside the frames, and resets that.
func (m *meter) takeDirect() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.direct
	m.direct = false
	return was
}

// look reports whether nothing is in flight and the last frame was taken. The next change closes
// the channel it returns.
func (m *meter) look() (quiet bool, changed <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.flights)-m.resting <= m.held && m.flushed >= m.drawn, m.change
}

// inFlight lists the commands in flight, for a failure message.
func (m *meter) inFlight() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for f := range m.flights {
		names = append(names, f.name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return "; nothing is in flight"
	}
	return fmt.Sprintf("; in flight: %s (%d at rest, %d held)", strings.Join(names, ", "), m.resting, m.held)
}

func (m *meter) caught(r any, stack []byte) {
	m.update(func() {
		if m.panic == "" {
			m.panic = fmt.Sprintf("%v\n%s", r, stack)
		}
	})
}

func (m *meter) panicText() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.panic
}
