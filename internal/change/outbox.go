package change

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Intent is what is logged of a write before anything is sent. It never holds a password.
type Intent struct {
	At            time.Time // the server's, UTC, or this machine's if that is not known
	Operation     string    // such as "unlock", see [Plan.Operation]
	Subject       Subject
	Resource      Resource
	Method, Path  string
	Before, After jsontext.Value // as read and as wanted; nil for a reset
	Reason        string
	Batch         string // ID of the batch that it belongs to, "" if none
}

// AuditLog logs writes. Its methods are called by one goroutine at a time.
type AuditLog interface {
	// LogIntent returns once the intent is on disk; if it fails, nothing is sent. The returned
	// function logs how the write ended. It is called again after an error, and when a later
	// check of an Unknown outcome finds more. LogIntent may check writes that an earlier
	// session left open, but must not write to an account.
	LogIntent(Intent) (LogOutcome, error)
}

// LogOutcome logs the outcome of one intent.
type LogOutcome func(Outcome) error

// ErrNotLogged is why nothing is sent while the outcome of an earlier write could not be logged.
var ErrNotLogged = errors.New("the outcome of an earlier write could not be logged")

// outbox makes sure that no write is sent without a logged intent, nor while an outcome waits to
// be logged.
type outbox struct {
	mu        sync.Mutex
	log       AuditLog        // nil logs nothing
	queue     []queuedOutcome // outcomes that could not be logged, oldest first
	hasQueued atomic.Bool     // readable without mu, for allowSend
}

type queuedOutcome struct {
	log     LogOutcome
	outcome Outcome
}

// logIntent logs what is queued, then the intent. Without a log it returns nil.
func (b *outbox) logIntent(i Intent) (LogOutcome, error) {
	if b.log == nil {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.flush(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotLogged, err)
	}
	logOutcome, err := b.log.LogIntent(i)
	if err != nil {
		return nil, fmt.Errorf("it could not be logged: %w", err)
	}
	return logOutcome, nil
}

// logOutcome logs an outcome, which stays queued if that fails.
func (b *outbox) logOutcome(logOutcome LogOutcome, o Outcome) error {
	if logOutcome == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, queuedOutcome{logOutcome, o})
	return b.flush()
}

// flush logs what is queued in order.
func (b *outbox) flush() error {
	defer func() { b.hasQueued.Store(len(b.queue) > 0) }()
	for len(b.queue) > 0 {
		if err := b.queue[0].log(b.queue[0].outcome); err != nil {
			return err
		}
		b.queue = b.queue[1:]
	}
	return nil
}
