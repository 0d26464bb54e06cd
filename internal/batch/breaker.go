package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// ErrFailing stops a batch after several server failures in a row.
var ErrFailing = errors.New("the server failed several times in a row")

// breaker stops a batch after too many failures in a row.
type breaker struct {
	limit int

	mu       sync.Mutex
	failures int // in a row, in the order they arrive
}

// checkOutcome returns why nothing more may be sent after o, nil if all is well.
func (b *breaker) checkOutcome(o change.Outcome) error {
	if o.LogErr != nil {
		return fmt.Errorf("%w: %w", change.ErrNotLogged, o.LogErr)
	}
	for _, err := range []error{o.Err, o.ReadErr} {
		if isFatal(err) {
			return err
		}
	}
	switch o.Kind {
	case change.Unknown:
		return b.count(errors.Join(o.Err, o.ReadErr))
	case change.NotSent:
		return b.checkRead(o.Err)
	default:
		return b.count(nil)
	}
}

// checkRead returns why nothing more may be read after a read that ended with err.
func (b *breaker) checkRead(err error) error {
	switch {
	case isFatal(err):
		return err
	case errors.Is(err, change.ErrBusy), errors.Is(err, context.Canceled):
		return nil // says nothing about the server
	case errors.Is(err, hdpclient.ErrRefused), errors.Is(err, hdpclient.ErrForbidden), errors.Is(err, hdpclient.ErrNotFound):
		return b.count(nil)
	}
	return b.count(err)
}

// count takes a failure, or nil for an answer.
func (b *breaker) count(failure error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if failure == nil {
		b.failures = 0
		return nil
	}
	if b.failures++; b.failures < b.limit {
		return nil
	}
	return fmt.Errorf("%w (%d): %w", ErrFailing, b.failures, failure)
}

// isFatal reports whether nothing more can succeed. Above all, stop after a refused login, since
// three attempts lock the operator out.
func isFatal(err error) bool {
	for _, known := range []error{
		hdpclient.ErrUnauthorized, hdpclient.ErrNoCredentials, hdpclient.ErrReadOnly,
		change.ErrShutdown, change.ErrNotLogged,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
