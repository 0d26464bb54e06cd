package change

import (
	"context"
	"time"
)

// Clock measures how long a [Writer] keeps checking and how long Shutdown waits. The times in
// outcomes are the server's.
type Clock interface {
	Now() time.Time
	After(time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// wait waits for d or until hurry. It returns false if ctx ended first.
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
