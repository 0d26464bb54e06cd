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

// Recorder keeps the trail. Its methods are called by one goroutine at a time.
type Recorder interface {
	// Intent returns once the intent is on the disk; if it cannot be, nothing is
	// sent. The function it returns records how the write ended. That is called
	// again after an error, and again for an Unknown outcome at which a later look
	// found more. Intent may Look at writes that an earlier session left open; it
	// must not write.
	Intent(Intent) (Record, error)
}

// Record records the outcome of one intent.
type Record func(Outcome) error

// ErrUnrecorded is why nothing is sent while the outcome of an earlier write
// could not be recorded.
var ErrUnrecorded = errors.New("the outcome of an earlier write could not be recorded")

// trail keeps the recorder's promise: no write is sent whose intent is not
// recorded, nor while an outcome is not.
type trail struct {
	mu       sync.Mutex
	recorder Recorder    // nil keeps no trail
	owed     []debt      // outcomes that could not be recorded, oldest first
	owes     atomic.Bool // whether any are, for the gate
}

type debt struct {
	record  Record
	outcome Outcome
}

// open records what is owed, then the intent. Without a recorder the Record is
// nil.
func (t *trail) open(i Intent) (Record, error) {
	if t.recorder == nil {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.settle(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnrecorded, err)
	}
	record, err := t.recorder.Intent(i)
	if err != nil {
		return nil, fmt.Errorf("record the intent: %w", err)
	}
	return record, nil
}

// close records an outcome. If that fails it is owed.
func (t *trail) close(record Record, o Outcome) error {
	if record == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owed = append(t.owed, debt{record, o})
	return t.settle()
}

// settle records what is owed in the order it came about.
func (t *trail) settle() error {
	defer func() { t.owes.Store(len(t.owed) > 0) }()
	for len(t.owed) > 0 {
		if err := t.owed[0].record(t.owed[0].outcome); err != nil {
			return err
		}
		t.owed = t.owed[1:]
	}
	return nil
}
