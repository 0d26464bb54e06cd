package hdpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"syscall"
	"time"
)

const (
	maxAttempts   = 3
	maxRetryAfter = 10 * time.Second
	firstBackoff  = 250 * time.Millisecond
)

// waitToRetry waits until the next attempt, or returns the error that ends the call. A
// write is not retried, because it may have happened. An unproven login is not retried
// either: three wrong passwords lock the operator out.
func (c *Client) waitToRetry(ctx context.Context, r request, failed *Error) error {
	if r.method != http.MethodGet || failed.Attempts >= maxAttempts || failed.unproven || r.noRetry || !failed.isRetryable() {
		return failed
	}
	if failed.RetryAfter > maxRetryAfter {
		return failed // earlier would ignore the server's wish, later would block the caller
	}
	delay := c.jitter(firstBackoff << (2 * (failed.Attempts - 1)))
	if err := c.sleep(ctx, max(delay, failed.RetryAfter)); err != nil {
		failed.Err = fmt.Errorf("gave up waiting to retry: %w", err)
		return failed
	}
	return nil
}

// isRetryable reports whether the same read may succeed a moment later.
func (e *Error) isRetryable() bool {
	if isUnavailableStatus(e.Status) {
		return !e.isUnauthorized() && !e.isForbidden()
	}
	line, ok := errors.AsType[connectionError](e.Err)
	return ok && line.broken
}

func isBrokenConnection(err error) bool {
	for _, known := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func fullJitter(limit time.Duration) time.Duration { return rand.N(limit) + 1 } //nolint:gosec // no secret is made of it
