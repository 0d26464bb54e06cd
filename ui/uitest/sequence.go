package uitest

import (
	"flag"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Sequence is the testing.TB of one random sequence of a test. It ends with the sequence and fails only
// that, so that rapid can look for a shorter one.
type Sequence struct {
	testing.TB
	fails    failer
	cleanups []func()
}

// failer is the part of *rapid.T that ends a sequence.
type failer interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// NewSequence begins a sequence of the test tb. The caller must call End.
func NewSequence(tb testing.TB, fails failer) *Sequence { return &Sequence{TB: tb, fails: fails} }

// Helper does nothing, because rapid prints where a sequence failed.
func (s *Sequence) Helper() {}

// Cleanup runs f at the end of the sequence.
func (s *Sequence) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

// Fatal fails the sequence.
func (s *Sequence) Fatal(args ...any) { s.fails.Fatal(args...) }

// Fatalf fails the sequence.
func (s *Sequence) Fatalf(f string, args ...any) { s.fails.Fatalf(f, args...) }

// End runs what Cleanup was given, the last first.
func (s *Sequence) End() {
	for _, f := range slices.Backward(s.cleanups) {
		f()
	}
}

// HastyClock is a writer's clock that jumps ahead instead of waiting.
type HastyClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewHastyClock returns a clock that starts at that time.
func NewHastyClock(at time.Time) *HastyClock { return &HastyClock{now: at} }

// Now implements change.Clock.
func (c *HastyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After implements change.Clock.
func (c *HastyClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.now
	return fired
}

// SetDefaultFlag sets a flag of the test binary that was not given on the command line.
func SetDefaultFlag(name string, value int) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	if err := flag.Set(name, strconv.Itoa(value)); err != nil {
		panic(err)
	}
}
