package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hdpadmin/hdpclient"
	"hdpadmin/internal/change"
)

// ErrFailing is why a batch stops by itself when the server fails several times
// in a row.
var ErrFailing = errors.New("the server failed several times in a row")

// streak decides when a batch had better stop by itself.
type streak struct {
	limit int

	mu  sync.Mutex
	bad int // failures in a row, as they come in
}

// outcome is why nothing more is to be sent after o, nil if all is well.
func (s *streak) outcome(o change.Outcome) error {
	if o.RecordErr != nil {
		return fmt.Errorf("%w: %w", change.ErrUnrecorded, o.RecordErr)
	}
	for _, err := range []error{o.Err, o.LookErr} {
		if fatal(err) {
			return err
		}
	}
	switch o.Kind {
	case change.Unknown:
		return s.count(errors.Join(o.Err, o.LookErr))
	case change.NotSent:
		return s.read(o.Err)
	default:
		return s.count(nil)
	}
}

// read is why nothing more is to be asked after a read that ended with err.
func (s *streak) read(err error) error {
	switch {
	case fatal(err):
		return err
	case errors.Is(err, change.ErrBusy), errors.Is(err, context.Canceled):
		return nil // that says nothing of the server
	case errors.Is(err, hdpclient.ErrRefused), errors.Is(err, hdpclient.ErrForbidden), errors.Is(err, hdpclient.ErrNotFound):
		return s.count(nil)
	}
	return s.count(err)
}

// count takes a failure, or nil for an answer.
func (s *streak) count(failure error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if failure == nil {
		s.bad = 0
		return nil
	}
	if s.bad++; s.bad < s.limit {
		return nil
	}
	return fmt.Errorf("%w (%d): %w", ErrFailing, s.bad, failure)
}

// fatal reports whether nothing more can succeed: after a refused login above
// all, since three attempts lock the operator out.
func fatal(err error) bool {
	for _, known := range []error{
		hdpclient.ErrUnauthorized, hdpclient.ErrNoCredentials, hdpclient.ErrReadOnly,
		change.ErrShutdown, change.ErrUnrecorded,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
