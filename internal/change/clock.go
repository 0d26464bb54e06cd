package change

import (
	"context"
	"time"
)

// Clock is the time that a [Writer] goes by: how long it keeps looking, and how
// long Shutdown waits. What an outcome tells is the server's time.
type Clock interface {
	Now() time.Time
	After(time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// wait waits for d or until hurry, and reports whether it did: false if ctx ended first.
func wait(ctx context.Context, c Clock, d time.Duration, hurry <-chan struct{}) bool {
	select {
	case <-c.After(d):
		return ctx.Err() == nil
	case <-hurry:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
