package change

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Intent is what is recorded of a write before anything is sent. It never holds
// a password.
type Intent struct {
	At            time.Time // the server's, UTC, or this machine's where that is not known
	Operation     string    // "unlock", see [Plan.Operation]
	Subject       Subject
	Resource      Resource
	Method, Path  string
	Before, After jsontext.Value // as read and as it is to be; nil for a reset
	Reason        string
	Batch         string // the id of the batch that it is part of, "" if of none
}

// AuditLog keeps the trail. Its methods are called by one goroutine at a time.
type AuditLog interface {
	// LogIntent returns once the intent is on the disk; if it cannot be, nothing is
	// sent. The function it returns records how the write ended. That is called
	// again after an error, and again for an Unknown outcome at which a later look
	// found more. Intent may Look at writes that an earlier session left open; it
	// must not write.
	LogIntent(Intent) (LogOutcome, error)
}

// LogOutcome records the outcome of one intent.
type LogOutcome func(Outcome) error

// ErrNotLogged is why nothing is sent while the outcome of an earlier write
// could not be recorded.
var ErrNotLogged = errors.New("the outcome of an earlier write could not be logged")

// outbox keeps the recorder's promise: no write is sent whose intent is not
// recorded, nor while an outcome is not.
type outbox struct {
	mu        sync.Mutex
	log       AuditLog        // nil keeps no trail
	queue     []queuedOutcome // outcomes that could not be recorded, oldest first
	hasQueued atomic.Bool     // whether any are, for the gate
}

type queuedOutcome struct {
	log     LogOutcome
	outcome Outcome
}

// logIntent records what is owed, then the intent. Without a recorder the Record is
// nil.
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
		return nil, fmt.Errorf("log the intent: %w", err)
	}
	return logOutcome, nil
}

// logOutcome records an outcome. If that fails it is owed.
func (b *outbox) logOutcome(logOutcome LogOutcome, o Outcome) error {
	if logOutcome == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, queuedOutcome{logOutcome, o})
	return b.flush()
}

// flush records what is owed in the order it came about.
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
