package file

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Intent describes a write that is about to be sent.
type Intent struct {
	Operation string // such as "unlock"
	Batch     string // ID of the batch that it belongs to, if any
	Subject
	Reason  string
	Request string // method and path
	Before  jsontext.Value
	After   jsontext.Value
}

// Outcome says how a write ended.
type Outcome struct {
	Kind       OutcomeKind
	HTTPStatus int
	Code       int64  // from HDP's error envelope
	Message    string // from the envelope, or what else went wrong
	Duration   time.Duration
	// Before and After replace those of the intent if the account changed after they were read, nil if
	// it did not.
	Before, After jsontext.Value
	Stored        jsontext.Value // as read back
	StoredAt      time.Time      // time of that read by the server's clock; zero without a read
}

// OpenIntent is a logged intent whose outcome can still be logged.
type OpenIntent struct {
	log       *Log
	intent    Entry
	unwritten *Entry // guarded by log.mu
}

// LogIntent logs a write, synced to disk, before it is sent; after an error nothing may be
// sent. Outcomes that could not be written before are written first, so that no intent
// follows a missing outcome. A value that is not JSON is an error.
func (l *Log) LogIntent(in Intent) (*OpenIntent, error) {
	l.holdLease()
	e := l.newEntry(KindIntent)
	e.Operation, e.Batch, e.Subject, e.PlanFile = in.Operation, in.Batch, in.Subject, l.planOf(in.Batch)
	e.Reason, e.Request = in.Reason, in.Request
	var err error
	if e.Before, err = withoutSecrets(in.Before); err != nil {
		return nil, fmt.Errorf("the object before the change: %w", err)
	}
	if e.After, err = withoutSecrets(in.After); err != nil {
		return nil, fmt.Errorf("the object after the change: %w", err)
	}
	if err := l.commit(e); err != nil {
		return nil, err
	}
	return &OpenIntent{log: l, intent: *e}, nil
}

// Reopen returns the open intent of an entry found without an outcome, so that a later check
// can be logged. It writes nothing.
func (l *Log) Reopen(intent Entry) *OpenIntent { return &OpenIntent{log: l, intent: intent} }

// Entry returns the entry of the intent.
func (i *OpenIntent) Entry() Entry { return i.intent }

// LogOutcome logs how the write ended. If that fails, the outcome is kept with its time and
// written first at the next try: the next intent, event, outcome or [Log.Flush]. An intent
// may get several outcomes, for example when an unknown one is settled; the last one counts.
// A stored value that is not JSON is replaced by a note, since the outcome must not be lost.
func (i *OpenIntent) LogOutcome(o Outcome) error {
	e := i.newOutcome(o)
	i.log.queueOutcome(i, e)
	if err := i.log.commit(nil); err != nil && i.log.isUnwritten(e) { // otherwise another entry wrote it too
		return err
	}
	return nil
}

func (i *OpenIntent) newOutcome(o Outcome) *Entry {
	e := i.log.newEntry(KindOutcome)
	e.Of, e.Operation, e.Batch, e.Subject = i.intent.Seq, i.intent.Operation, i.intent.Batch, i.intent.Subject
	e.Request, e.PlanFile = i.intent.Request, i.intent.PlanFile
	e.Outcome, e.HTTPStatus, e.Code, e.Message = o.Kind, o.HTTPStatus, o.Code, o.Message
	e.Before, e.After = withoutSecretsOrNote(o.Before), withoutSecretsOrNote(o.After)
	e.DurationMS, e.Stored, e.StoredAt = o.Duration.Milliseconds(), withoutSecretsOrNote(o.Stored), o.StoredAt.UTC().Round(0)
	return e
}

// queueOutcome replaces an earlier outcome of the same write that is still unwritten.
func (f *file) queueOutcome(i *OpenIntent, e *Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for at, p := range f.unwritten {
		if p == i.unwritten {
			f.unwritten[at], i.unwritten = e, e
			return
		}
	}
	f.unwritten, i.unwritten = append(f.unwritten, e), e
}

func (f *file) isUnwritten(e *Entry) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.unwritten, e)
}

// Unwritten returns how many entries are not on disk after a failed try, and why it failed.
// An entry being written for the first time does not count.
func (l *Log) Unwritten() (n int, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.unwritten) == 0 || l.writeErr == nil {
		return 0, nil
	}
	return len(l.unwritten), l.writeErr
}

// Flush writes the entries that are not on disk yet.
func (l *Log) Flush() error {
	l.mu.Lock()
	none := len(l.unwritten) == 0
	l.mu.Unlock()
	if none {
		return nil
	}
	return l.commit(nil)
}

// Details describes an event. It has no field for a secret.
type Details struct {
	Subject
	Reason     string
	HTTPStatus int
	Code       int64
	Message    string
	Count      int    // export: rows; session-refused: others that were not logged
	File       string // export: the file written
	Duration   time.Duration
	ExitCode   *int // session-ended
}

// LogEvent logs something other than a write: a sign-in, a refused sign-in, locking and
// unlocking the console, a revealed or copied password, an export, the start of a session. If that
// fails, the event is kept with its time, as an outcome is.
func (l *Log) LogEvent(kind Kind, d Details) error {
	switch kind {
	case "", KindIntent, KindOutcome, KindBatch, KindBatchEnded, KindTorn, KindCut:
		return fmt.Errorf("%q is not a kind of event", kind)
	default: // what an operator does
	}
	e := l.newEntry(kind)
	e.Subject, e.Reason = d.Subject, d.Reason
	e.HTTPStatus, e.Code, e.Message = d.HTTPStatus, d.Code, d.Message
	e.Count, e.File, e.DurationMS, e.ExitCode = d.Count, d.File, d.Duration.Milliseconds(), d.ExitCode
	return l.writeOrQueue(e)
}

// writeOrQueue logs what has already happened, so a failed write must not lose it.
func (l *Log) writeOrQueue(e *Entry) error {
	l.mu.Lock()
	l.unwritten = append(l.unwritten, e)
	l.mu.Unlock()
	if err := l.commit(nil); err != nil && l.isUnwritten(e) { // otherwise another entry wrote it too
		return err
	}
	return nil
}
